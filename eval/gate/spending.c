#include "eval/gate/spending.h"

#include <math.h>

#include "sim/base/exact.h"
#include "sim/base/memory.h"

// The Brownian path at a look, in units of the standard deviation at its end: density of the paths that have
// not crossed a bound.
enum { POINTS = 481 }; // odd: Simpson's rule
static const double lowest = -7;

typedef struct paths {
    double at[POINTS], density[POINTS], weight[POINTS];
} paths;

static double spent(double alpha, double t) {
    return 2 * vg_normal_cdf(vg_normal_quantile(alpha / 2) / sqrt(t));
}

static void set_grid(paths *p, double high) {
    double step = (high - lowest) / (POINTS - 1);
    for (int i = 0; i < POINTS; i++) {
        p->at[i] = lowest + step * i;
        p->weight[i] = step / 3 * (i == 0 || i == POINTS - 1 ? 1 : i % 2 ? 4 : 2);
    }
}

static double normal_density(double x, double deviation) {
    double z = x / deviation;
    return vg_exp(-0.5 * z * z) / (deviation * 2.5066282746310002);
}

// Chance that a path which has not crossed so far lies beyond `bound` after one more part of the data.
static double crosses(const paths *p, double bound, double deviation) {
    double sum = 0;
    for (int i = 0; i < POINTS; i++)
        sum += p->weight[i] * p->density[i] * vg_normal_cdf((p->at[i] - bound) / deviation);
    return sum;
}

static double find_bound(const paths *p, double deviation, double chance) {
    double low = -8, high = 12;
    for (int i = 0; i < 60; i++) {
        double middle = (low + high) / 2;
        if (crosses(p, middle, deviation) > chance)
            low = middle;
        else
            high = middle;
    }
    return high;
}

static void advance(const paths *from, double deviation, double bound, paths *to) {
    set_grid(to, bound < 7 ? bound : 7);
    for (int i = 0; i < POINTS; i++) {
        to->density[i] = 0;
        for (int j = 0; j < POINTS; j++)
            to->density[i] +=
                from->weight[j] * from->density[j] * normal_density(to->at[i] - from->at[j], deviation);
    }
}

vg_err vg_spending_levels(double alpha, int32_t looks, double *levels, vg_diag *diag) {
    if (!(alpha > 0 && alpha < 0.5) || looks < 1 || looks > VG_LOOKS_MOST)
        return vg_fail(diag, VG_ERR_ARGUMENT,
                       "%g over %d looks, expected a level in (0, 0.5) and 1 to %d looks", alpha, looks,
                       VG_LOOKS_MOST);
    levels[0] = spent(alpha, 1.0 / looks);
    if (looks == 1) levels[0] = alpha;
    if (looks == 1) return VG_OK;
    paths *now = vg_new(paths, 2), *next = now + 1, *memory = now;
    if (!memory) return vg_fail_memory(diag);
    double deviation = sqrt(1.0 / looks), bound = -vg_normal_quantile(levels[0]) * deviation;
    set_grid(now, bound < 7 ? bound : 7);
    for (int i = 0; i < POINTS; i++) now->density[i] = normal_density(now->at[i], deviation);
    for (int32_t k = 1; k < looks; k++) {
        double t = (k + 1.0) / looks, chance = spent(alpha, t) - spent(alpha, (double)k / looks);
        bound = find_bound(now, deviation, chance);
        levels[k] = vg_normal_cdf(-bound / sqrt(t));
        advance(now, deviation, bound, next);
        paths *swap = now;
        now = next, next = swap;
    }
    vg_free(memory);
    return VG_OK;
}
