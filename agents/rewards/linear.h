// agents/rewards/linear.h -- a reward that is linear in what is sensed and done, as inverse reinforcement
// learning with features learns it (Abbeel & Ng 2004; Ziebart et al. 2008):
//
//     r = bias + sum_i weight_i * (sensed_i - mean_i) * scale_i + sum_k action_weight_k * action_k
#ifndef VG_AGENTS_REWARDS_LINEAR_H
#define VG_AGENTS_REWARDS_LINEAR_H

#include "agents/rewards/reward.h"

#ifdef __cplusplus
extern "C" {
#endif

// Everything is copied.
typedef struct vg_linear_def {
    const char *sense;                    // as vg_sense_create takes it
    const float *mean, *scale;            // [sense size] the normaliser
    const float *weights;                 // [sense size]
    float action_weights[VG_CAR_ACTIONS]; // of steering and acceleration, in [-1, 1]
    float bias;
    double discount, terminal, absorbing;
} vg_linear_def;

// Errors: VG_ERR_FORMAT (the sense), VG_ERR_ARGUMENT (a value is not finite, or out of range), VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_linear_create(const vg_linear_def *def, vg_reward **out, vg_diag *diag);

// For the table of agents/rewards/reward_file.c.
struct vg_safetensors;
VG_NODISCARD vg_err vg_linear_read(const struct vg_safetensors *file, const char *path, vg_reward **out,
                                   vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
