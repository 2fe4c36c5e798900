// eval/rewards/compare.h -- how far apart two rewards are.
#ifndef VG_EVAL_REWARDS_COMPARE_H
#define VG_EVAL_REWARDS_COMPARE_H

#include "eval/rewards/coverage.h"
#include "eval/rewards/driving_coverage.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct vg_reward_comparison {
    // EPIC distance, in [0, 1] (eval/rewards/epic.h); NaN: one of the two is canonically 0, as a constant is.
    double epic;
    // Cosine of the weights, each times its feature's deviation, so that no unit counts more; NaN where they
    // are not linear in the same features.
    double cosine;
    // Whether both are of kind "driving": then they are compared on pieces of road
    // (eval/rewards/driving_coverage.h), else on actions (eval/rewards/coverage.h), each by its own discount.
    bool driving;
    double directions[2][VG_DRIVING_COUNT]; // of vg_driving_directions, where `driving`
} vg_reward_comparison;

// Errors: those of vg_coverage_evaluate and vg_driving_coverage.
VG_NODISCARD vg_err vg_reward_compare(const vg_coverage *coverage, const vg_reward *a, const vg_reward *b,
                                      vg_reward_comparison *out, vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
