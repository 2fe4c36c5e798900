// eval/rewards/drive_features.h -- the features of whole drives, and what the drives are worth under a reward
// of kind "driving".
//
// A drive is followed from action to action until its horizon or its first departure. Its value is
//
//     J = pay * metres - sum_k theta_k f_k - [it left] (off_road + |absorbing| for each action that is left)
//
// `pay` per metre is the cost of a metre of the best drive there: then J is minus the cost of getting as far
// as the best drive does, with what is missing at the best drive's price, and the best drive's own J is 0.
// Without it the time of a fixed horizon would be the same for all, and standing still would be best.
#ifndef VG_EVAL_REWARDS_DRIVE_FEATURES_H
#define VG_EVAL_REWARDS_DRIVE_FEATURES_H

#include "agents/drive/rollout.h"
#include "agents/rewards/driving.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct vg_drive_features {
    double f[VG_DRIVING_COUNT]; // sums
    double metres, seconds;
    bool left; // the road
} vg_drive_features;

// As vg_rollout_run, with the features of each episode into features[road_count * starts]. Errors: its.
VG_NODISCARD vg_err vg_drive_features_run(const vg_rollout_def *def, vg_rollout *out,
                                          vg_drive_features *features, vg_diag *diag);

// theta . f
double vg_drive_cost(const vg_driving_reward_def *reward, const vg_drive_features *drive);

// J. horizon and action: s, of the rollout.
double vg_drive_value(const vg_driving_reward_def *reward, double pay, const vg_drive_features *drive,
                      double horizon, double action);

// The mean over all features of |a - b| / max(a, b), each by the metre: 0 where they are matched, at most 1.
// NaN where either drove nowhere.
double vg_drive_feature_error(const vg_drive_features *a, const vg_drive_features *b);

// Add a drive to a sum of drives.
void vg_drive_features_add(vg_drive_features *sum, const vg_drive_features *drive);

#ifdef __cplusplus
}
#endif
#endif
