// eval/stats/survival.h -- when cars leave the road: survival, hazard, and whether the hazard rises.
//
// Time runs to the horizon, at which all that still drive are censored; an open road that ends censors
// earlier.
#ifndef VG_EVAL_STATS_SURVIVAL_H
#define VG_EVAL_STATS_SURVIVAL_H

#include "eval/stats/statistics.h"

#ifdef __cplusplus
extern "C" {
#endif

// One life: when it ended, and whether by leaving the road or by censoring.
typedef struct vg_life {
    double time; // s, > 0
    bool departed;
} vg_life;

// lives[seeds][units][each]
typedef struct vg_lives {
    const vg_life *lives;
    int32_t seeds, units, each;
    double horizon; // s
} vg_lives;

// Kaplan & Meier (1958) at times[count], rising: the share still on the road just after each time, with
// pointwise 95 % bands from influence values clustered by seeds and units, which without early censoring are
// the intervals of the share that has departed (eval/stats/share.h). Errors: VG_ERR_ARGUMENT, VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_survival_curve(const vg_lives *lives, const double *times, int32_t count,
                                      vg_estimate *out, vg_diag *diag);

// Departures a second of driving, in `bins` equal bins of the horizon. A bin nobody drove in: none.
VG_NODISCARD vg_err vg_survival_hazard(const vg_lives *lives, int32_t bins, uint64_t seed, vg_estimate *out,
                                       vg_diag *diag);

typedef struct vg_survival {
    int64_t lives, departed;
    vg_estimate off_road;   // 1 - S(horizon)
    vg_estimate restricted; // restricted mean survival time to the horizon, s
    vg_estimate median;     // s; NaN: more than half survive
    double mean_time;       // s, of those that departed; NaN: none
    // 95 % upper bounds where nobody departed, else NaN.
    double three_episodes; // this policy (or these), these roads: by episodes
    double three_units;    // new roads: by units
    double three_seeds;    // a new training seed's policy ever departing: by seeds; NaN for one seed
    // The hazard of the second half of the horizon over that of the first, and a test (one-sided) of a
    // constant hazard against a rising one, clustered. NaN below 5 departures.
    vg_estimate hazard_ratio;
    double rising_p;
} vg_survival;
VG_NODISCARD vg_err vg_survival_summary(const vg_lives *lives, uint64_t seed, vg_survival *out,
                                        vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
