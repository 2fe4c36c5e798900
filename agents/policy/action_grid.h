// agents/policy/action_grid.h -- a finite set of actions: every pair of a level of steering and a level of
// acceleration, for a network that gives a value for each.
//
// Levels are companded: closer to each other near 0, where an action has to be exact (at speed, the steering
// that counts is a hundredth of its range). They are those of the mu-law of telephony (ITU-T G.711, in its
// continuous form), sign(u) ((1 + mu)^|u| - 1) / mu at evenly spaced u from -1 to 1.
//
// A cell is a pair of levels; its number is steering * levels of acceleration + acceleration.
#ifndef VG_AGENTS_POLICY_ACTION_GRID_H
#define VG_AGENTS_POLICY_ACTION_GRID_H

#include "sim/car.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { VG_GRID_LEVELS_MOST = 63 };

typedef struct vg_action_grid {
    int32_t count[VG_CAR_ACTIONS];                    // levels
    float level[VG_CAR_ACTIONS][VG_GRID_LEVELS_MOST]; // ascending, from -1 to 1, with 0 in the middle
} vg_action_grid;

// levels: odd, 3 .. VG_GRID_LEVELS_MOST; mu >= 0, where 0 spaces them evenly.
void vg_action_grid_make(const int32_t levels[VG_CAR_ACTIONS], const double mu[VG_CAR_ACTIONS],
                         vg_action_grid *out);
static inline int32_t vg_action_grid_cells(const vg_action_grid *grid) {
    return grid->count[0] * grid->count[1];
}

void vg_action_grid_action(const vg_action_grid *grid, int32_t cell, float action[VG_CAR_ACTIONS]);
// A cell next to an action, which is clamped to [-1, 1]. Of the levels around each value the upper one is
// taken where u is below the value's place between them: u = 0.5 gives the nearest cell; for u uniform in
// (0, 1), the mean of the cells' actions is the action. The cell of an action of the grid is its own for
// every u.
int32_t vg_action_grid_cell(const vg_action_grid *grid, const float action[VG_CAR_ACTIONS],
                            const double u[VG_CAR_ACTIONS]);
// The mean action under weights of the cells that sum to 1.
void vg_action_grid_mean(const vg_action_grid *grid, const float *weights, float action[VG_CAR_ACTIONS]);

#ifdef __cplusplus
}
#endif
#endif
