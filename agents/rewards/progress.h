// agents/rewards/progress.h -- a plain driving reward: progress along the road, less for driving far from its
// middle, much less for leaving it. Nothing in it is learned.
//
//     r = progress * metres along the road - offset * (offset from the centreline / half width)^2
//
// and `terminal` is the negative cost of leaving the road.
#ifndef VG_AGENTS_REWARDS_PROGRESS_H
#define VG_AGENTS_REWARDS_PROGRESS_H

#include "agents/rewards/reward.h"

#ifdef __cplusplus
extern "C" {
#endif

// Start from vg_progress_default().
typedef struct vg_progress_def {
    double progress;  // 1/m, default 0.1
    double offset;    // default 0.1
    double off_road;  // subtracted where the car leaves the road, default 10
    double discount;  // default 0.99
    double absorbing; // default 0
} vg_progress_def;
vg_progress_def vg_progress_default(void);

// Errors: VG_ERR_ARGUMENT (a value is not finite, or out of range), VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_progress_create(const vg_progress_def *def, vg_reward **out, vg_diag *diag);

// For the table of agents/rewards/reward_file.c.
struct vg_safetensors;
VG_NODISCARD vg_err vg_progress_read(const struct vg_safetensors *file, const char *path, vg_reward **out,
                                     vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
