// eval/outcome/claims.h -- the claims of a study about its arms. Each is decided by a number or its interval.
//
// A claim is one line, "ID: text: CONDITION", and its condition is
//
//     [low|high] METRIC(ARM) [- METRIC(ARM) | / METRIC(ARM)] <|<=|>|>= NUMBER
//
// "off_road@60(DAgger) <= 0.01" compares the estimate. "low off_road@60(BC) - off_road@60(DAgger) > 0"
// compares the lower end of the 95 % interval of the paired difference. ARM is an arm's label, with ; for its
// commas. A METRIC is
//
//     off_road@S          share of episodes with a departure within S seconds; without @S, within the horizon
//     collision@S         share of episodes that hit an obstacle before that; as off_road
//     stalled@S           share of episodes that had stalled by then and had not left the road
//     success@S           share of episodes on the road, not stalled, with 0.8 of the reference's progress
//     usable@S            share of training seeds in which at least nine tenths of the episodes succeed
//     any of VG_METRICS   excess, departures_per_km, drift_50, open_error, error_ratio, mean_speed, ...
//     drift               mean |offset - reference's| as a share of the half width
//     hazard_ratio, rising_p, b, b_p   of the survival summary, and of the growth of cost (b)
//     growth_order, growth_rate, growth_evidence
//                         of cost (b): p of T^p, lambda of exp(lambda T), and the evidence for the latter
//                         (eval/stats/growth_law.h): exponential where its low end is above 0
//     held_out            loss on the rows held out in training
//     wasserstein_speed, wasserstein_offset, wasserstein_turn, wasserstein_jerk
//                         Wasserstein distance from the driving of the laps (agents/drive/occupancy.h)
//     lap_time_on_road    s, the best lap of an episode; the horizon, where it left the road, stalled or
//                         drove no whole lap
//     best_lap            s, the best of these of a road (of a start on a single road)
//     regret, excess_cost, feature_error, epic, cosine
//                         under the study's true reward (eval/score/reward_score.h)
//     labels, queries, actions, seconds_off    cost of the training
//     record.NAME@K       number NAME of the training record in round K, from 1; without @K, the last round
//     until.NAME@X        actions driven in training until NAME of the record was at least X; all of them,
//                         a lower bound, where it never was
//
// Differences and ratios need metrics with a value for each training seed: off_road, stalled, success,
// excess, drift, open_error, held_out, wasserstein_..., lap_time_on_road, best_lap, regret and its like,
// record.NAME, until.NAME. The other metrics can only stand alone.
// A claim about a metric without a value (NaN) does not hold.
#ifndef VG_EVAL_OUTCOME_CLAIMS_H
#define VG_EVAL_OUTCOME_CLAIMS_H

#include "eval/outcome/outcome.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct vg_claim {
    char id[16], text[VG_KEY_TEXT_SIZE], condition[VG_KEY_TEXT_SIZE];
    vg_estimate estimate; // of the condition's left side
    bool holds;
} vg_claim;

typedef struct vg_claims {
    vg_claim *rows; // [count]
    int32_t count;
} vg_claims;

// Checks that every claim of a list (as vg_config_item reads it) can be decided for arms with these labels,
// so that a bad claim is refused before anything is trained. Errors: VG_ERR_FORMAT naming the claim and what
// is wrong.
VG_NODISCARD vg_err vg_claims_check(const char *list, const vg_outcome_arm *arms, int32_t arm_count,
                                    vg_diag *diag);

// Decides the claims of a list by the arms of an outcome. seed: of the bootstraps' draws. Errors:
// VG_ERR_FORMAT, VG_ERR_MEMORY. On failure *out is zero.
VG_NODISCARD vg_err vg_claims_judge(const char *list, const vg_outcome_arm *arms, int32_t arm_count,
                                    uint64_t seed, vg_claims *out, vg_diag *diag);
void vg_claims_free(vg_claims *claims);

#ifdef __cplusplus
}
#endif
#endif
