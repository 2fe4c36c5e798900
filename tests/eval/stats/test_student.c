#include "eval/stats/student.h"

#include <math.h>

#include "sim/base/exact.h"
#include "tests/check.h"

// With one and with two degrees of freedom the distribution function is elementary.
START_TEST(agrees_with_closed_forms) {
    static const double at[] = {-30, -3, -1, -0.01, 0, 0.5, 2, 12.7};
    for (size_t i = 0; i < sizeof at / sizeof *at; i++) {
        double t = at[i], cauchy = 0.5 + atan(t) / VG_PI, two = 0.5 + t / (2 * sqrt(2 + t * t));
        ck_assert_double_eq_tol(vg_student_cdf(t, 1), cauchy, 1e-13);
        ck_assert_double_eq_tol(vg_student_cdf(t, 2), two, 1e-13);
    }
    ck_assert_double_eq_tol(vg_student_cdf(1.5, 1e9), vg_normal_cdf(1.5), 1e-9);
}
END_TEST

// Printed tables of the 97.5 % point.
START_TEST(agrees_with_tables) {
    static const double table[][2] = {{1, 12.7062}, {2, 4.30265}, {5, 2.57058}, {10, 2.22814}, {30, 2.04227}};
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        ck_assert_double_eq_tol(vg_student_quantile(0.975, table[i][0]), table[i][1], 1e-4);
}
END_TEST

START_TEST(the_quantile_undoes_the_distribution) {
    static const double p[] = {1e-9, 0.003, 0.2, 0.5, 0.8, 0.999}, df[] = {0.5, 1, 3, 17, 400};
    for (size_t i = 0; i < sizeof p / sizeof *p; i++)
        for (size_t k = 0; k < sizeof df / sizeof *df; k++) {
            double t = vg_student_quantile(p[i], df[k]);
            ck_assert_double_eq_tol(vg_student_cdf(t, df[k]) / p[i], 1, 1e-10);
            // 1 - p is rounded where p is tiny.
            if (p[i] > 1e-3)
                ck_assert_double_eq_tol(vg_student_quantile(1 - p[i], df[k]) / -(t ? t : -1), t ? 1 : 0,
                                        1e-9);
        }
}
END_TEST

START_TEST(knows_its_ends) {
    ck_assert(vg_student_quantile(0, 3) == -HUGE_VAL && vg_student_quantile(1, 3) == HUGE_VAL);
    ck_assert(vg_student_cdf(INFINITY, 3) == 1 && vg_student_cdf(-INFINITY, 3) == 0);
    ck_assert(isnan(vg_student_cdf(1, 0)) && isnan(vg_student_cdf(NAN, 3)));
    ck_assert(isnan(vg_student_quantile(1.1, 3)) && isnan(vg_student_quantile(0.3, -1)));
}
END_TEST

CK_MAIN("student", agrees_with_closed_forms, agrees_with_tables, the_quantile_undoes_the_distribution,
        knows_its_ends)
