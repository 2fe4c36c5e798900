// eval/rewards/reward_grid.h -- what a reward says of each place on a road: for pictures.
//
// A car drives along a line parallel to the centreline, at the speed that a drive had there, and holds the
// steering that this line takes. The value of a place is the reward of one such action. So rewards of all
// kinds can be compared by eye: what they see is the same but for the offset.
#ifndef VG_EVAL_REWARDS_REWARD_GRID_H
#define VG_EVAL_REWARDS_REWARD_GRID_H

#include "agents/rewards/reward.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { VG_REWARD_STATIONS = 6000, VG_REWARD_LANES = 101 }; // at most

// Start from zero. Everything is borrowed.
typedef struct vg_reward_grid_def {
    const vg_reward *reward;
    const vg_road *road;
    const vg_car *car;
    int32_t stations;    // 2 .. VG_REWARD_STATIONS: station i is the middle of part i of the road's length
    int32_t lanes;       // 2 .. VG_REWARD_LANES: lane j is the middle of part j between right and left edge
    const double *speed; // [stations] m/s at each; NaN: nobody was there, so it has no value
} vg_reward_grid_def;

typedef struct vg_reward_grid {
    int32_t stations, lanes;
    double spacing;        // m between stations
    double action_seconds; // s that an action lasts: 3 ticks of 1/60 s
    double *value;         // [stations][lanes], NaN where there is no value
    double low, high;      // the values without the lowest and the highest tenth
} vg_reward_grid;

// Errors: VG_ERR_ARGUMENT (sizes; no station has a speed; the reward is the same everywhere), VG_ERR_MISMATCH
// (a driving reward of cars of another size), VG_ERR_POLICY (the reward is not finite at a place, which the
// message names), VG_ERR_MEMORY. On failure *out is zero.
VG_NODISCARD vg_err vg_reward_grid_make(const vg_reward_grid_def *def, vg_reward_grid *out, vg_diag *diag);
void vg_reward_grid_free(vg_reward_grid *grid); // a zeroed one is fine

// Mean speed at each station, [stations], from the states of a drive, [count]: NaN where it never was.
void vg_reward_grid_speeds(const vg_road *road, const vg_state *states, int64_t count, int32_t stations,
                           double *speed);

#ifdef __cplusplus
}
#endif
#endif
