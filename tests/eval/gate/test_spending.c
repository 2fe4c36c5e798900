#include "eval/gate/spending.h"

#include <math.h>

#include "sim/base/exact.h"
#include "sim/base/random.h"
#include "tests/check.h"

static vg_diag diag;

// Bounds of Lan & DeMets's function that resembles O'Brien & Fleming's, one-sided 2.5 %, five looks, as
// printed by gsDesign and ldbounds.
START_TEST(gives_the_published_bounds) {
    const double known[] = {4.8769, 3.3569, 2.6803, 2.2898, 2.0310};
    double levels[5];
    ck_ok(vg_spending_levels(0.025, 5, levels, &diag));
    for (int k = 0; k < 5; k++) ck_assert_double_eq_tol(-vg_normal_quantile(levels[k]), known[k], 2e-4);
}
END_TEST

START_TEST(one_look_has_it_all) {
    double level;
    ck_ok(vg_spending_levels(0.05, 1, &level, &diag));
    ck_assert_double_eq(level, 0.05);
}
END_TEST

// A path of independent parts crosses some bound in alpha of all cases.
START_TEST(spends_alpha_in_all) {
    enum { PATHS = 40000, LOOKS = 8 };
    double levels[LOOKS], bounds[LOOKS];
    int crossed = 0;
    ck_ok(vg_spending_levels(0.1, LOOKS, levels, &diag));
    for (int k = 0; k < LOOKS; k++) bounds[k] = -vg_normal_quantile(levels[k]);
    for (uint32_t i = 0; i < PATHS; i++) {
        double sum = 0;
        bool out = false;
        for (uint32_t k = 0; k < LOOKS; k += 2) {
            double z[2];
            vg_random_normal2(
                &(vg_draw){.seed = 4, .stream = VG_STREAM_CHAIN, .entity = 43, .episode = i, .step = k}, z);
            for (uint32_t m = 0; m < 2; m++) {
                sum += z[m];
                out = out || sum / sqrt(k + m + 1.0) > bounds[k + m];
            }
        }
        crossed += out;
    }
    ck_assert_double_eq_tol((double)crossed / PATHS, 0.1, 3 * sqrt(0.09 / PATHS));
}
END_TEST

START_TEST(refuses_what_is_no_level) {
    double levels[VG_LOOKS_MOST];
    ck_fails(vg_spending_levels(0.6, 2, levels, &diag), VG_ERR_ARGUMENT, "0.6 over 2 looks");
    ck_fails(vg_spending_levels(0.05, 21, levels, &diag), VG_ERR_ARGUMENT, "21 looks");
    vg_memory_fail_after(1);
    vg_err err = vg_spending_levels(0.05, 2, levels, NULL);
    vg_memory_fail_never();
    ck_assert_int_eq(err, VG_ERR_MEMORY);
}
END_TEST

CK_MAIN("spending", gives_the_published_bounds, one_look_has_it_all, spends_alpha_in_all,
        refuses_what_is_no_level)
