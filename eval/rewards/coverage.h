// eval/rewards/coverage.h -- a reward of any kind, evaluated on states that cover a road: the distribution on
// which rewards are compared (Gleave et al. 2021, section 4: a coverage distribution that depends on no
// policy).
//
// `places` places lie on a generated road. At each, `states` states are drawn: a place within 2 m, an offset
// within 0.9 of the half width, a heading within 0.2 rad, 0.2 to 1.5 times a careful driver's speed, a
// steering angle within a quarter of the limit, an acceleration within the limits; and with each an action,
// uniform. Rewards are evaluated on every pair of states of a place as (before, after), also where no car
// could get from one to the other in an action: the canonical reward needs the two to be independent.
// Places are not mixed, because from one end of a road to the other is no transition of any reward.
#ifndef VG_EVAL_REWARDS_COVERAGE_H
#define VG_EVAL_REWARDS_COVERAGE_H

#include "agents/rewards/reward.h"

#ifdef __cplusplus
extern "C" {
#endif

// Start from vg_coverage_default().
typedef struct vg_coverage {
    int32_t places;  // 1 to 4096, default 64
    int32_t states;  // of a place, 2 to 256, default 24
    uint64_t seed;   // of the road and the draws, default 1
    vg_car car;      // default: the sedan
    int32_t threads; // 0: one per core; results do not depend on it
} vg_coverage;
vg_coverage vg_coverage_default(void);

// R(x_i, a_j, x_j) of every place: *out is [places][states][states], vg_free'd by the caller. `terminal` and
// `absorbing` are not in it: all states are on the road. Errors: VG_ERR_ARGUMENT (out of range),
// VG_ERR_POLICY (the reward is not finite somewhere), VG_ERR_MEMORY, those of vg_road_generate. On failure
// *out is NULL.
VG_NODISCARD vg_err vg_coverage_evaluate(const vg_coverage *coverage, const vg_reward *reward, double **out,
                                         vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
