// eval/stats/compounding.h -- how a cost grows with the horizon, as prefixes of one long rollout.
#ifndef VG_EVAL_STATS_COMPOUNDING_H
#define VG_EVAL_STATS_COMPOUNDING_H

#include "eval/stats/statistics.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { VG_HORIZONS_MOST = 16 };

// Cumulated cost of every episode at each of a grid of horizons: costs[horizon][seeds][units], mean over the
// episodes of a cell, in seconds of cost: at most 1 at any time, so at most the horizon.
typedef struct vg_growth_def {
    const double *horizons; // [count] s, rising
    int32_t count;          // 2 to VG_HORIZONS_MOST
    const double *costs;
    int32_t seeds, units;
    const double *off;  // [count] share of episodes departed by each horizon
    int64_t departures; // episodes departed by the last
} vg_growth_def;

// Slope of log J over log T between neighbouring horizons and by least squares over all. "no fit" (fit false)
// where the protocol forbids one: fewer than 20 departures or more than 30 % departed by the upper horizon,
// or no cost yet.
typedef struct vg_growth {
    vg_estimate cost[VG_HORIZONS_MOST];  // J(T), s
    vg_estimate slope[VG_HORIZONS_MOST]; // [count - 1] local, between k and k + 1
    bool fit[VG_HORIZONS_MOST];          // [count - 1]
    vg_estimate overall;                 // over the horizons that may be fitted; NaN: no fit
    // J = a T + b T^2 by least squares through the origin over the grid; b per second. b_p: one-sided, of b =
    // 0 against b > 0, from b's own interval: below 0.025 exactly where that lies above 0.
    vg_estimate a, b;
    double b_p;
} vg_growth;
VG_NODISCARD vg_err vg_growth_fit(const vg_growth_def *def, uint64_t seed, vg_growth *out, vg_diag *diag);

// Least-squares slope of log cost on log horizon, no rules: for exact curves. NaN where a cost is not above
// 0.
double vg_growth_slope(const double *horizons, const double *costs, int32_t count);

#ifdef __cplusplus
}
#endif
#endif
