// agents/rewards/reward_open.h -- a reward by its name or its path.
#ifndef VG_AGENTS_REWARDS_REWARD_OPEN_H
#define VG_AGENTS_REWARDS_REWARD_OPEN_H

#include "agents/rewards/reward.h"

#ifdef __cplusplus
extern "C" {
#endif

// The name of built-in reward i; NULL past the last.
const char *vg_reward_name(int32_t i);

// A built-in reward, "progress" (agents/rewards/progress.h) or "constant" (constant.h: 1 an action, 0 after
// an end) or "driving" (driving.h: a calm driver's weights), with its defaults but for the discount, or else
// a reward file: a file of such a name is opened as
// "./progress". discount: of a built-in reward; a file has its own. The reward's hash is set. Errors: those
// of vg_reward_load; VG_ERR_NOT_FOUND says which names there are.
VG_NODISCARD vg_err vg_reward_open(const char *name, double discount, vg_reward **out, vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
