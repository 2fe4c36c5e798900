#include "eval/stats/beta.h"

#include <math.h>

#include "sim/base/exact.h"

// Lanczos's series with g = 7 and nine terms (Godfrey 2001).
double vg_ln_gamma(double x) {
    static const double c[] = {676.5203681218851,     -1259.1392167224028,  771.32342877765313,
                               -176.61502916214059,   12.507343278686905,   -0.13857109526572012,
                               9.9843695780195716e-6, 1.5056327351493116e-7};
    if (x < 0.5) return vg_ln_gamma(x + 1) - vg_ln(x);
    double sum = 0.99999999999980993, t = x + 6.5;
    for (int i = 0; i < 8; i++) sum += c[i] / (x + i);
    return 0.91893853320467274 + (x - 0.5) * vg_ln(t) - t + vg_ln(sum);
}

// By Lentz's method.
double vg_beta_fraction(double a, double b, double x) {
    double c = 1, d = 1 - (a + b) * x / (a + 1);
    d = 1 / (fabs(d) < 1e-300 ? 1e-300 : d);
    double result = d;
    for (int m = 1; m <= 20000; m++) {
        double twice = a + 2 * m;
        double terms[] = {m * (b - m) * x / ((twice - 1) * twice),
                          -(a + m) * (a + b + m) * x / (twice * (twice + 1))};
        double change = 1;
        for (int i = 0; i < 2; i++) {
            d = 1 + terms[i] * d, c = 1 + terms[i] / c;
            d = 1 / (fabs(d) < 1e-300 ? 1e-300 : d);
            c = fabs(c) < 1e-300 ? 1e-300 : c;
            change = c * d;
            result *= change;
        }
        if (fabs(change - 1) < 1e-15) break;
    }
    return result;
}

double vg_beta_cdf(double x, double a, double b) {
    if (!(x > 0)) return isnan(x) ? NAN : 0;
    if (x >= 1) return 1;
    double front =
        vg_exp(vg_ln_gamma(a + b) - vg_ln_gamma(a) - vg_ln_gamma(b) + a * vg_ln(x) + b * vg_log1p(-x));
    if (x < (a + 1) / (a + b + 2)) return front * vg_beta_fraction(a, b, x) / a;
    return 1 - front * vg_beta_fraction(b, a, 1 - x) / b;
}
