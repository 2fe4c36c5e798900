// eval/stats/survival.h -- how long cars drive before they leave the road or stall: survival, hazards by
// cause, and whether a hazard rises.
//
// Time runs to the horizon, at which all that still drive are censored; an open road that ends censors
// earlier. A life ends by one cause; the others then can no longer happen to it (competing risks), so a share
// that ended by one cause is eval/stats/incidence.h's to tell.
#ifndef VG_EVAL_STATS_SURVIVAL_H
#define VG_EVAL_STATS_SURVIVAL_H

#include "eval/stats/incidence.h"

#ifdef __cplusplus
extern "C" {
#endif

// Kaplan & Meier (1958) at times[count], rising: the share that still drives just after each time, 1 less the
// incidence of any cause (eval/stats/incidence.h), with that band. Errors: VG_ERR_ARGUMENT, VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_survival_curve(const vg_lives *lives, const double *times, int32_t count,
                                      vg_estimate *out, vg_diag *diag);

// Endings by `cause` a second of driving (cause-specific hazard), in `bins` equal bins of the horizon, by
// vg_crossed_rate. A bin nobody drove in: none. Errors: as above.
VG_NODISCARD vg_err vg_survival_hazard(const vg_lives *lives, vg_cause cause, int32_t bins, vg_estimate *out,
                                       vg_diag *diag);

typedef struct vg_survival {
    int64_t lives, departed, stalled;
    vg_estimate off_road, stall; // cumulative incidence by the horizon: the share that left, that stalled
    vg_estimate restricted;      // restricted mean time to any ending, to the horizon, s
    vg_estimate median;          // of that time, s; NaN: more than half reach the horizon
    double mean_time;            // s, of those that left the road; NaN: none
    // Does the hazard of leaving rise? Judged over [0, rising_until], s, which ends when 30 % have departed:
    // later those that are left are the good ones, and the hazard falls for that reason. Stratified by seed:
    // each seed has a hazard of its own, so that good and bad seeds mixed make no fall. hazard_ratio: the
    // second half's hazard over the first's (Mantel & Haenszel's, of person-time: Rothman 1986). rising_p:
    // one-sided, of a score test of hazards that are constant against hazards that all rise, clustered by
    // seeds and units. NaN below 5 departures.
    double rising_until;
    vg_estimate hazard_ratio;
    double rising_p;
} vg_survival;
VG_NODISCARD vg_err vg_survival_summary(const vg_lives *lives, uint64_t seed, vg_survival *out,
                                        vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
