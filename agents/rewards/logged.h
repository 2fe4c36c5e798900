// agents/rewards/logged.h -- the rewards of a recorded episode, computed after the fact.
#ifndef VG_AGENTS_REWARDS_LOGGED_H
#define VG_AGENTS_REWARDS_LOGGED_H

#include "agents/rewards/reward.h"
#include "logs/export/trajectory.h"

#ifdef __cplusplus
extern "C" {
#endif

// A vg_rewards_fn whose context is a vg_reward: trajectory->rewards become r(s, a, s') of each logged action,
// with `terminal` where the car left the road. As the environment gives it (agents/rl/driving_env.h). Errors:
// those of vg_trajectory_read.
VG_NODISCARD vg_err vg_rewards_logged(const void *reward, vg_log *log, const vg_log_episode *episode,
                                      vg_trajectory *trajectory, vg_diag *diag);

// Some actions of an episode of a log.
typedef struct vg_logged_actions {
    int64_t count;
    const int64_t *from, *to; // [count] tick before the action, and the tick to which it led; to <= from + k
    const uint8_t *terminal;  // [count] 1: the action ended in a terminal state
} vg_logged_actions;

// r(s, a, s') of these actions, with `terminal` where they ended in a terminal state; rewards is [count]. As
// the environment gives it, bit for bit. steps: the episode's (vg_log_steps). Errors: VG_ERR_FORMAT (a logged
// state that no car on its road can have), VG_ERR_MEMORY, those of vg_log_road and vg_log_car.
VG_NODISCARD vg_err vg_rewards_between(const vg_reward *reward, vg_log *log, const vg_log_episode *episode,
                                       const vg_log_step *steps, const vg_logged_actions *actions,
                                       float *rewards, vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
