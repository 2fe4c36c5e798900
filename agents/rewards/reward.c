#include "agents/rewards/reward.h"

#include <math.h>

void vg_reward_destroy(vg_reward *reward) {
    if (reward) reward->ops->destroy(reward);
}

vg_err vg_reward_check(const vg_reward *reward, vg_diag *diag) {
    if (!(reward->discount >= 0 && reward->discount < 1))
        return vg_fail_at(diag, VG_ERR_ARGUMENT, NULL, 0, "discount", "%g, expected at least 0 and below 1",
                          reward->discount);
    if (!isfinite(reward->terminal) || !isfinite(reward->absorbing))
        return vg_fail_at(diag, VG_ERR_ARGUMENT, NULL, 0,
                          isfinite(reward->terminal) ? "absorbing" : "terminal", "is not finite");
    if (!(reward->stall >= 0 && reward->stall <= 200))
        return vg_fail_at(diag, VG_ERR_ARGUMENT, NULL, 0, "stall", "%g, expected 0 to 200 m/s",
                          reward->stall);
    return VG_OK;
}
