#include "eval/gate/discordant.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "eval/stats/student.h"
#include "sim/base/exact.h"
#include "sim/base/memory.h"

// --- exact ------------------------------------------------------------------------------------------------

// chance[k + reach]: the chance of a total of k. Each road's sum has either sign.
static void add_road(double *chance, double *next, int64_t reach, int32_t sum) {
    memset(next, 0, sizeof *next * (size_t)(2 * reach + 1));
    for (int64_t k = 0; k <= 2 * reach; k++) {
        if (chance[k] == 0) continue;
        if (k + sum <= 2 * reach) next[k + sum] += 0.5 * chance[k];
        if (k - sum >= 0) next[k - sum] += 0.5 * chance[k];
    }
}

vg_err vg_discordant_exact(const vg_discordant *units, int32_t count, double *p, vg_diag *diag) {
    int64_t reach = 0, total = 0;
    for (int32_t i = 0; i < count; i++) {
        int32_t sum = units[i].worse - units[i].better;
        reach += abs(sum), total += sum;
    }
    double *chance = vg_new(double, 2 * (2 * reach + 1));
    if (!chance) return vg_fail_memory(diag);
    double *now = chance, *next = chance + 2 * reach + 1;
    now[reach] = 1;
    for (int32_t i = 0; i < count; i++) {
        int32_t sum = abs(units[i].worse - units[i].better);
        if (sum == 0) continue;
        add_road(now, next, reach, sum);
        double *swap = now;
        now = next, next = swap;
    }
    *p = 0;
    for (int64_t k = 2 * reach; k >= total + reach; k--) *p += now[k]; // small sums first
    vg_free(chance);
    if (*p > 1) *p = 1;
    return VG_OK;
}

// --- against a margin -------------------------------------------------------------------------------------

vg_discordant_law vg_discordant_law_of(const vg_discordant *units, int32_t count) {
    vg_discordant_law law = {.spread = 1, .df = count - 1};
    for (int32_t i = 0; i < count; i++)
        law.pairs += units[i].pairs, law.worse += units[i].worse, law.better += units[i].better;
    double d = (law.worse - law.better) / law.pairs, scatter = 0;
    for (int32_t i = 0; i < count; i++) {
        double off = units[i].worse - units[i].better - d * units[i].pairs;
        scatter += off * off;
    }
    double counting = law.worse + law.better - law.pairs * d * d;
    scatter *= (double)count / (count > 1 ? count - 1 : 1);
    if (counting > 0 && scatter > counting) law.spread = scatter / counting;
    return law;
}

// How far the difference lies above d, in standard errors by Tango's score test. The share of better pairs is
// the most likely one under d.
static double score(const vg_discordant_law *l, double d) {
    double n = l->pairs, a = 2 * n, b = (2 * n - l->worse + l->better) * d - l->worse - l->better;
    double c = -l->better * d * (1 - d), root = b * b - 4 * a * c;
    double better = (sqrt(root > 0 ? root : 0) - b) / (2 * a);
    double variance = n * (2 * better + d * (1 - d)) * l->spread, off = l->worse - l->better - n * d;
    if (variance > 0) return off / sqrt(variance);
    return off > 0 ? HUGE_VAL : off < 0 ? -HUGE_VAL : 0;
}

double vg_discordant_above(const vg_discordant_law *l, double d) {
    return vg_student_cdf(-score(l, d), l->df);
}

double vg_discordant_below(const vg_discordant_law *l, double d) {
    // If no pair differs, the data do not show how pairs scatter: the chance of no difference is computed by
    // counting.
    if (l->worse + l->better == 0) return d > 0 ? vg_pow(1 - d, l->pairs) : 1;
    return vg_student_cdf(score(l, d), l->df);
}

double vg_discordant_low(const vg_discordant_law *l, double level) {
    double low = -1, high = (l->worse - l->better) / l->pairs;
    if (l->worse + l->better == 0) return vg_pow(level, 1 / l->pairs) - 1;
    for (int i = 0; i < 60; i++) {
        double middle = (low + high) / 2;
        if (vg_discordant_above(l, middle) > level)
            high = middle;
        else
            low = middle;
    }
    return high;
}

double vg_discordant_high(const vg_discordant_law *l, double level) {
    double low = (l->worse - l->better) / l->pairs, high = 1;
    for (int i = 0; i < 60; i++) {
        double middle = (low + high) / 2;
        if (vg_discordant_below(l, middle) > level)
            low = middle;
        else
            high = middle;
    }
    return low;
}
