// eval/stats/incidence.h -- the share of episodes that have ended by one cause by a time, where other causes
// compete.
#ifndef VG_EVAL_STATS_INCIDENCE_H
#define VG_EVAL_STATS_INCIDENCE_H

#include "eval/stats/statistics.h"

#ifdef __cplusplus
extern "C" {
#endif

// How a life ended.
typedef enum vg_cause {
    VG_CAUSE_NONE,      // by the clock or the road's end: censored
    VG_CAUSE_OFF_ROAD,  // it left the road
    VG_CAUSE_STALLED,   // it stopped getting on
    VG_CAUSE_COLLISION, // it hit an obstacle
    VG_CAUSE_ANY,       // in questions only: any of the causes above but none
} vg_cause;

typedef struct vg_life {
    double time; // s, > 0
    vg_cause cause;
} vg_life;

// lives[seeds][units][each]
typedef struct vg_lives {
    const vg_life *lives;
    int32_t seeds, units, each;
    double horizon; // s
} vg_lives;

// Cumulative incidence (Aalen & Johansen 1978) of `cause` at times[count], rising: the sum over endings up to
// the time of S just before x d / Y, with Y lives at risk, d of them ending by the cause, and S Kaplan &
// Meier's of all causes. Taking the other causes for censorings instead would tell the share if nobody could
// stall, which is more. Bands are 95 % intervals for new seeds and new units at each time: those of a share
// (eval/stats/share.h) of influence values clustered by seeds and units, which without early censoring are
// the shares themselves. Low is the least of this time and all later ones, high the largest of this time and
// all earlier ones, so that bands rise as incidence does. Errors: VG_ERR_ARGUMENT, VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_incidence_curve(const vg_lives *lives, vg_cause cause, const double *times,
                                       int32_t count, vg_estimate *out, vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
