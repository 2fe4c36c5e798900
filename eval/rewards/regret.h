// eval/rewards/regret.h -- the regret of drivers under a known reward.
//
//     regret = (J* - J) / (J* - J0)
//
// J* is the value of the best drives (those of a planner that knows the reward), J0 that of drives for a
// reward that says nothing (a constant): 0 is as good as it gets, 1 is as if nothing had been learned. Both
// are means over drives from the same starts on the same roads (eval/rewards/drive_features.h).
#ifndef VG_EVAL_REWARDS_REGRET_H
#define VG_EVAL_REWARDS_REGRET_H

#include "eval/rewards/drive_features.h"

#ifdef __cplusplus
extern "C" {
#endif

// The drives of some training seeds: those of unit u are u * each + j of each seed. A unit is a road, or a
// start where there is one road.
typedef struct vg_drive_table {
    const vg_drive_features *const *drives; // [seeds][units * each]
    int32_t seeds, units, each;
    double horizon, action; // s
} vg_drive_table;

// What a metre costs the best driver on unit u: the pay of vg_drive_value. NaN where it drove nowhere.
double vg_best_pay(const vg_driving_reward_def *reward, const vg_drive_table *best, int32_t unit);

// The regrets of an arm's cells, [seeds][units]. On each unit J* is the best arm's own mean there; the
// divisor is the mean over all units of J* less J0. best, worst and arm have the same units, starts and
// horizon. All NaN where J* is not above J0. Errors: VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_regret_cells(const vg_driving_reward_def *reward, const vg_drive_table *best,
                                    const vg_drive_table *worst, const vg_drive_table *arm, double *cells,
                                    vg_diag *diag);

// By how much a metre of an arm's drives, before they left the road, costs more than one of the best arm's on
// that unit, as a share of it: [seeds][units]. NaN where it drove nowhere.
void vg_excess_cost_cells(const vg_driving_reward_def *reward, const vg_drive_table *best,
                          const vg_drive_table *arm, double *cells);

#ifdef __cplusplus
}
#endif
#endif
