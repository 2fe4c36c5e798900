#include "eval/stats/student.h"

#include <math.h>

#include "eval/stats/beta.h"
#include "sim/base/exact.h"

// ln(1 / B(df / 2, 1 / 2)): what of the tail and the density depends on df alone.
static double ln_beta_inverse(double df) {
    return vg_ln_gamma((df + 1) / 2) - vg_ln_gamma(df / 2) - 0.57236494292470009;
}

// P(T > t) for t >= 0: half the regularised incomplete beta function I_x(df / 2, 1 / 2), x = df / (df + t^2).
static double upper_tail(double t, double df) {
    if (df > 1e8) return vg_normal_cdf(-t);
    double a = df / 2, b = 0.5, ratio = t * t / df, x = 1 / (1 + ratio), y = ratio / (1 + ratio);
    if (isinf(ratio)) return 0;
    if (t == 0) return 0.5;
    double front = vg_exp(ln_beta_inverse(df) - a * vg_log1p(ratio) + b * vg_ln(y));
    if (x < (a + 1) / (a + b + 2)) return 0.5 * front * vg_beta_fraction(a, b, x) / a;
    return 0.5 * (1 - front * vg_beta_fraction(b, a, y) / b);
}

double vg_student_cdf(double t, double df) {
    if (!(df > 0) || isnan(t)) return NAN;
    double tail = upper_tail(fabs(t), df);
    return t > 0 ? 1 - tail : tail;
}

// Newton's method on the tail's logarithm, kept in a bracket by bisection.
double vg_student_quantile(double p, double df) {
    if (!(df > 0) || !(p >= 0 && p <= 1)) return NAN;
    if (p == 0 || p == 1) return p == 0 ? -HUGE_VAL : HUGE_VAL;
    if (p == 0.5) return 0;
    double tail = p < 0.5 ? p : 1 - p, low = 0, high = 1;
    while (high < 1e300 && upper_tail(high, df) > tail) low = high, high *= 4;
    double t = -vg_normal_quantile(tail), lead = ln_beta_inverse(df) - 0.5 * vg_ln(df);
    if (!(t > low && t < high)) t = (low + high) / 2;
    for (int i = 0; i < 2000 && high - low > 1e-15 * high; i++) {
        double at = upper_tail(t, df);
        if (at > tail)
            low = t;
        else
            high = t;
        double density = vg_exp(lead - (df + 1) / 2 * vg_log1p(t * t / df));
        double next = t + at * vg_ln(at / tail) / density;
        if (!(next > low && next < high)) next = (low + high) / 2;
        if (fabs(next - t) <= 1e-15 * t) return p < 0.5 ? -next : next;
        t = next;
    }
    return p < 0.5 ? -t : t;
}
