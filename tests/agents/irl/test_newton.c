#include "agents/irl/newton.h"

#include <math.h>

#include "tests/check.h"

enum { N = 12 };

// A concave hill whose top leans out of x >= 0, with curvatures from 1 to 10^6; no value where x_0 > 3.
static vg_err leaning(void *context, const double *x, double *value, double *gradient, vg_diag *diag) {
    (void)diag;
    double sum = 0;
    ++*(int32_t *)context;
    for (int i = 0; i < N; i++) {
        ck_assert_double_ge(x[i], 0);
        sum += x[i];
    }
    *value = x[0] > 3 ? -INFINITY : -0.5 * (sum - 2) * (sum - 2);
    for (int i = 0; i < N; i++) {
        double width = pow(10, i % 7), off = x[i] - (i % 3 - 1), square = off * off;
        *value -= 0.5 * width * square + 0.1 * square * square;
        gradient[i] = -width * off - 0.4 * square * off - (sum - 2);
    }
    return VG_OK;
}

static double slope_most(const double *x, const double *gradient) {
    double most = 0;
    for (int i = 0; i < N; i++) most = fmax(most, x[i] > 0 || gradient[i] > 0 ? fabs(gradient[i]) : 0);
    return most;
}

static bool never(void *context, int32_t step, const double *gradient) {
    (void)context, (void)step, (void)gradient;
    return false;
}

START_TEST(finds_the_top_within_bounds) {
    vg_diag diag = {0};
    int32_t calls = 0, held = 0;
    double x[N], gradient[N], value;
    vg_ascent_end end;
    vg_ascent ascent = {leaning, never, &calls, N, 30};
    for (int i = 0; i < N; i++) x[i] = 0.5;
    ck_ok(vg_newton_ascend(&ascent, 1, x, &end, &diag));
    ck_assert_int_lt(end.steps, 15);
    ck_ok(leaning(&calls, x, &value, gradient, &diag));
    ck_assert_double_eq_tol(slope_most(x, gradient), 0, 1e-6);
    for (int i = 0; i < N; i++) held += x[i] == 0;
    ck_assert_int_ge(held, 4);
    ck_assert_double_eq(end.value, value);
}
END_TEST

START_TEST(bad_beginnings_are_refused) {
    vg_diag diag = {0};
    int32_t calls = 0;
    double x[N] = {4};
    vg_ascent_end end;
    vg_ascent ascent = {leaning, never, &calls, N, 30};
    ck_fails(vg_newton_ascend(&ascent, 1, x, &end, &diag), VG_ERR_ARGUMENT,
             "no value where the search begins");
    ascent.count = 100;
    ck_fails(vg_newton_ascend(&ascent, 1, x, &end, &diag), VG_ERR_ARGUMENT, "100 variables");
    ascent.count = N, ascent.steps = 1, x[0] = 0;
    ck_ok(vg_newton_ascend(&ascent, 1, x, &end, &diag));
    ck_assert(!end.done && end.steps == 1);
}
END_TEST

CK_MAIN("newton", finds_the_top_within_bounds, bad_beginnings_are_refused)
