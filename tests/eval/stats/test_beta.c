#include <math.h>

#include "eval/stats/beta.h"
#include "tests/check.h"

START_TEST(gamma_of_whole_and_half_numbers) {
    double factorial = 1;
    for (int n = 1; n < 20; factorial *= n++)
        ck_assert_double_eq_tol(vg_ln_gamma(n), log(factorial), 1e-13 * (1 + n * log(n)));
    ck_assert_double_eq_tol(vg_ln_gamma(0.5), log(M_PI) / 2, 1e-14);
    ck_assert_double_eq_tol(vg_ln_gamma(1e4), 82099.71749644237, 1e-8);
}
END_TEST

static double choose(int n, int k) {
    double c = 1;
    for (int i = 1; i <= k; i++) c = c * (n - k + i) / i;
    return c;
}

// I_p(k, n - k + 1) is the chance of k or more of n.
START_TEST(beta_is_the_binomial_tail) {
    for (int n = 1; n <= 40; n += 3)
        for (int k = 1; k <= n; k++)
            for (double p = 0.01; p < 1; p += 0.07) {
                double tail = 0;
                for (int i = k; i <= n; i++) tail += choose(n, i) * pow(p, i) * pow(1 - p, n - i);
                ck_assert_double_eq_tol(vg_beta_cdf(p, k, n - k + 1), tail, 1e-13);
            }
}
END_TEST

START_TEST(beta_at_its_ends_and_mirrored) {
    ck_assert(vg_beta_cdf(0, 2, 3) == 0 && vg_beta_cdf(-1, 2, 3) == 0);
    ck_assert(vg_beta_cdf(1, 2, 3) == 1 && vg_beta_cdf(2, 2, 3) == 1);
    ck_assert(isnan(vg_beta_cdf(NAN, 2, 3)));
    for (double a = 0.5; a < 3e4; a *= 2.7)
        for (double b = 0.5; b < 3e4; b *= 3.1) {
            double last = 0;
            for (double x = 1e-4; x < 1; x += 0.0313) {
                double at = vg_beta_cdf(x, a, b);
                ck_assert_double_eq_tol(at + vg_beta_cdf(1 - x, b, a), 1, 1e-10);
                ck_assert_double_ge(at, last - 1e-12);
                last = at;
            }
        }
    ck_assert_double_eq_tol(vg_beta_cdf(0.25, 0.5, 0.5), asin(0.5) * 2 / M_PI, 1e-14); // the arcsine law
}
END_TEST

CK_MAIN("beta", gamma_of_whole_and_half_numbers, beta_is_the_binomial_tail, beta_at_its_ends_and_mirrored)
