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

#ifdef __cplusplus
}
#endif
#endif
