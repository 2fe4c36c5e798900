#include "agents/nets/log_space.h"

#include <math.h>

#include "tests/check.h"

START_TEST(softplus_neither_overflows_nor_vanishes) {
    for (double x = -20; x <= 20; x += 0.37) ck_assert_double_eq_tol(vg_softplus(x), log1p(exp(x)), 1e-12);
    ck_assert(vg_softplus(1e4) == 1e4 && vg_softplus(-1e4) == 0);
    ck_assert(vg_softplus(-700) > 0);
}
END_TEST

START_TEST(sums_what_would_overflow) {
    const double small[] = {-1, 0.5, 2}, large[] = {1000, 1000 + log(3), -INFINITY}, none[] = {-INFINITY};
    ck_assert_double_eq_tol(vg_log_sum_exp(small, 3), log(exp(-1) + exp(0.5) + exp(2)), 1e-14);
    ck_assert_double_eq_tol(vg_log_sum_exp(large, 3), 1000 + log(4), 1e-12);
    ck_assert_double_eq_tol(vg_log_sum_exp((double[]){-2000, -2000}, 2), -2000 + log(2), 1e-12);
    ck_assert(vg_log_sum_exp(none, 1) == -INFINITY && vg_log_sum_exp(none, 0) == -INFINITY);
    ck_assert(vg_log_sum_exp((double[]){INFINITY, 0}, 2) == INFINITY);
}
END_TEST

CK_MAIN("log_space", softplus_neither_overflows_nor_vanishes, sums_what_would_overflow)
