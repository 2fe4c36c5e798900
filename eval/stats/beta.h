// eval/stats/beta.h -- the gamma and beta functions, by exact.h: the same bits everywhere.
#ifndef VG_EVAL_STATS_BETA_H
#define VG_EVAL_STATS_BETA_H

#ifdef __cplusplus
extern "C" {
#endif

// ln(gamma(x)), x > 0; relative error of gamma below 1e-13 x.
double vg_ln_gamma(double x);

// The continued fraction of the incomplete beta function (DLMF 8.17.22); best where x < (a + 1) / (a + b +
// 2).
double vg_beta_fraction(double a, double b, double x);

// The regularised incomplete beta function I_x(a, b): the distribution function of a beta variable. x in [0,
// 1] (beyond: 0 and 1), a and b > 0. Also the chance of k or more of n: I_x(k, n - k + 1), where each comes
// about with chance x.
double vg_beta_cdf(double x, double a, double b);

#ifdef __cplusplus
}
#endif
#endif
