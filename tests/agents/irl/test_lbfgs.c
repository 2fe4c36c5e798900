#include "agents/irl/lbfgs.h"

#include <math.h>

#include "tests/check.h"

enum { N = 12 };

typedef struct hill {
    int32_t calls;
    double tolerance;
} hill;

// A stretched quadratic with its top at (1, 2, 3, ...), and no value where x_0 > 3.
static vg_err quadratic(void *context, const double *x, double *value, double *gradient, vg_diag *diag) {
    (void)diag;
    ((hill *)context)->calls++;
    *value = x[0] > 3 ? -INFINITY : 0;
    for (int i = 0; i < N; i++) {
        double width = 1 + i * i * i, off = x[i] - (i + 1);
        *value -= 0.5 * width * off * off, gradient[i] = -width * off;
    }
    return VG_OK;
}

static bool is_flat(void *context, int32_t step, const double *gradient) {
    (void)step;
    double most = 0;
    for (int i = 0; i < N; i++) most = fmax(most, fabs(gradient[i]));
    return most <= ((hill *)context)->tolerance;
}

START_TEST(climbs_a_stretched_hill) {
    vg_diag diag = {0};
    hill h = {0, 1e-8};
    double x[N] = {0};
    vg_ascent_end end;
    vg_ascent ascent = {quadratic, is_flat, &h, N, 200};
    ck_ok(vg_ascend(&ascent, x, &end, &diag));
    ck_assert(end.done);
    ck_assert_int_lt(end.steps, 80); // steepest ascent needs thousands: the widths differ by 1332
    for (int i = 0; i < N; i++) ck_assert_double_eq_tol(x[i], i + 1, 1e-7);
    x[0] = 4;
    ck_fails(vg_ascend(&ascent, x, &end, &diag), VG_ERR_ARGUMENT, "no value where the search begins");
    x[0] = 0, x[5] = -7, ascent.steps = 3;
    ck_ok(vg_ascend(&ascent, x, &end, &diag));
    ck_assert(!end.done && end.steps == 3);
}
END_TEST

CK_MAIN("lbfgs", climbs_a_stretched_hill)
