#include "eval/stats/woodruff.h"

#include <math.h>

#include "eval/stats/beta.h"
#include "eval/stats/student.h"

static const double normal_975 = 1.959963984540054;

// --- how much shares vary ----------------------------------------------------------------------------------

// Sums over one way's lines (seeds or units) of the second and fourth powers of their means off the mean.
typedef struct powers {
    double second, fourth;
} powers;

static powers powers_of(const vg_crossed *t, bool of_seeds, double mean) {
    int64_t n = of_seeds ? t->seeds : t->units, length = of_seeds ? t->units : t->seeds;
    int64_t step = of_seeds ? 1 : t->units, stride = of_seeds ? t->units : 1;
    powers sum = {0, 0};
    for (int64_t i = 0; i < n; i++) {
        double line = 0;
        for (int64_t k = 0; k < length; k++) line += t->cells[i * stride + k * step] - mean;
        double square = line / (double)length * (line / (double)length);
        sum.second += square, sum.fourth += square * square;
    }
    return sum;
}

// Degrees of freedom of the sample variance of n lines' means, of `trials` episodes each. Of independent
// values that variance has relative variance 2 / (n - 1) + kurtosis / n. The kurtosis is unbiased for normal
// values (Joanes & Gill 1998, G2); what counting alone gives, p (1 - p) (1 - 6 p (1 - p)) / trials^3 as a
// fourth cumulant, is no doubt about the effects.
static double freedom(const powers *p, double n, double trials, double share) {
    if (!(p->second > 0) || n < 4) return n - 1;
    double variance = p->second / (n - 1), apart = share * (1 - share);
    double excess = n * p->fourth / (p->second * p->second) - 3;
    excess = (n - 1) / ((n - 2) * (n - 3)) * ((n + 1) * excess + 6);
    excess -= apart * (1 - 6 * apart) / (trials * trials * trials * variance * variance);
    return 2 / (2 / (n - 1) + (excess > 0 ? excess : 0) / n);
}

// As vg_crossed_spread has it, with each way's own degrees of freedom.
static double satterthwaite(const vg_crossed *t, const vg_spread *spread) {
    double s = t->seeds, u = t->units, each = t->episodes, mean = spread->mean, c = spread->interaction;
    powers rows = powers_of(t, true, mean), columns = powers_of(t, false, mean);
    double of_rows = freedom(&rows, s, u * each, mean), of_columns = freedom(&columns, u, s * each, mean);
    if (t->seeds == 1) return of_columns;
    if (t->units == 1) return of_rows;
    double a = rows.second / (s * (s - 1)), b = columns.second / (u * (u - 1)), both = a + b - c;
    if (both <= a || both <= b) return a > b ? of_rows : of_columns;
    return both * both / (a * a / of_rows + b * b / of_columns + c * c / ((s - 1) * (u - 1)));
}

vg_woodruff_law vg_woodruff_law_of(const vg_crossed *table) {
    vg_spread spread = vg_crossed_spread(table);
    double apart = spread.mean * (1 - spread.mean);
    vg_woodruff_law law = {.episodes = (double)table->seeds * table->units * table->episodes};
    double error = vg_crossed_error(table, &spread, VG_SCALE_RATE);
    double effects = error * error - 1 / (law.episodes * apart);
    double t = vg_student_quantile(0.975, satterthwaite(table, &spread));
    if (effects > 0) law.effects = effects;
    law.trust = normal_975 / t * (normal_975 / t);
    int32_t fewer = table->seeds < table->units ? table->seeds : table->units;
    law.least = fewer > 1 ? fewer : (double)table->seeds * table->units;
    return law;
}

// --- tests -------------------------------------------------------------------------------------------------

static double effective(const vg_woodruff_law *law, double p) {
    double m = law->trust / (1 / law->episodes + law->effects * p * (1 - p));
    return m > law->least ? m : law->least;
}

// The chance of a share of m or a larger one, half of its own chance counted.
static double at_least(double share, double m, double p) {
    return vg_beta_cdf(p, share * m + 0.5, (1 - share) * m + 0.5);
}
static double at_most(double share, double m, double p) { return 1 - at_least(share, m, p); }

enum { TOO_SMALL, TOO_LARGE };

// Whether p is too small, or too large, for a share that was seen. A side has 2.5 %, and the other side's too
// where no share could reject p there.
static bool rejects(double share, double m, double p, int side) {
    double chance = side == TOO_SMALL ? at_least(share, m, p) : at_most(share, m, p);
    if (chance >= 0.05) return false;
    if (chance < 0.025) return true;
    return (side == TOO_SMALL ? at_most(0, m, p) : at_least(1, m, p)) > 0.025;
}

void vg_woodruff_unrejected(const vg_woodruff_law *law, double p, double *least, double *most) {
    double m = effective(law, p);
    for (int side = TOO_SMALL; side <= TOO_LARGE; side++) {
        double held = p, failed = side == TOO_SMALL ? 1 : 0; // a large share says that p is too small
        double *out = side == TOO_SMALL ? most : least;
        *out = NAN;
        if (!rejects(failed, m, p, side)) continue;
        while (fabs(failed - held) > 1e-12) {
            double middle = (held + failed) / 2;
            if (rejects(middle, m, p, side))
                failed = middle;
            else
                held = middle;
        }
        *out = held;
    }
}
