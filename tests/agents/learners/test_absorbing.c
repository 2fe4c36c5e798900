#include "agents/learners/absorbing.h"

#include <math.h>

#include "tests/check.h"

START_TEST(counts_for_ever_after) {
    ck_assert(vg_absorbing_share(0, 100, 0.99) == 0);
    ck_assert_double_eq_tol(vg_absorbing_share(1, 100, 0.99), 0.5, 1e-12); // 100 rows there
    ck_assert_double_eq_tol(vg_absorbing_share(3, 100, 0), 3.0 / 103, 1e-12);
}
END_TEST

START_TEST(tells_the_sides_apart) {
    ck_assert_double_eq_tol(vg_absorbing_logit(0.9, 0, 0.2), log(0.1 / 0.9), 1e-12); // the learner's alone
    ck_assert_double_eq_tol(vg_absorbing_logit(0.9, 0.3, 0), log(0.9 / 0.1), 1e-12);
    ck_assert_double_eq_tol(vg_absorbing_logit(0.9, 0.3, 0.3), 0, 1e-12);
    ck_assert_double_eq_tol(vg_absorbing_logit(0.9, 0.1, 0.3), log((0.09 + 0.03) / (0.01 + 0.27)), 1e-12);
    ck_assert(vg_absorbing_logit(0.9, 0, 0) == 0);
    ck_assert(vg_absorbing_logit(1, 0, 0.2) == -1e6 && vg_absorbing_logit(1, 0.2, 0) == 1e6);
}
END_TEST

CK_MAIN("absorbing", counts_for_ever_after, tells_the_sides_apart)
