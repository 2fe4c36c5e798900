// agents/rewards/constant.h -- the same reward for every action: it says nothing about how to drive. With 0
// after an end, more than 0 asks for nothing but to stay on the road.
//
// It is the control of every claim about a learned reward: a policy that begins as a clone, and whose
// episodes end off the road, may drive well under any reward at all (survival bias; Kostrikov et al. 2019,
// "Discriminator-actor-critic", section 4.1).
#ifndef VG_AGENTS_REWARDS_CONSTANT_H
#define VG_AGENTS_REWARDS_CONSTANT_H

#include "agents/rewards/reward.h"

#ifdef __cplusplus
extern "C" {
#endif

// Start from vg_constant_default().
typedef struct vg_constant_def {
    double value;               // of an action, default 1
    double discount;            // default 0.99
    double terminal, absorbing; // default 0
} vg_constant_def;
vg_constant_def vg_constant_default(void);

// Errors: VG_ERR_ARGUMENT (a value is not finite, or out of range), VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_constant_create(const vg_constant_def *def, vg_reward **out, vg_diag *diag);

// For the table of agents/rewards/reward_file.c.
struct vg_safetensors;
VG_NODISCARD vg_err vg_constant_read(const struct vg_safetensors *file, const char *path, vg_reward **out,
                                     vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
