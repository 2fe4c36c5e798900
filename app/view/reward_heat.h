// app/view/reward_heat.h -- a reward painted on the road, and the line that a driving reward plans there.
#ifndef VG_APP_VIEW_REWARD_HEAT_H
#define VG_APP_VIEW_REWARD_HEAT_H

#include "agents/rewards/reward.h"
#include "app/scene/scene.h"
#include "app/view/model.h"
#include "eval/rewards/reward_grid.h"

// Start from zero.
typedef struct vg_reward_heat {
    vg_reward_grid grid;
    const vg_view *view;     // borrowed
    const vg_road *road;     // borrowed; the car's
    int32_t car;             // whose speeds it is painted at
    double unit;             // the values are divided by it: the weight of time of a driving reward, else 1
    bool seconds;            // the values are seconds then
    double *x, *y;           // [(stations + 1) * (lanes + 1)] m, corners of the cells
    double *line_x, *line_y; // [line_count] m, the planned line; 0: the reward plans none
    int64_t line_count;
    double *own_x, *own_y; // [own_count] m, where the car drove; NaN where it was put back
    int64_t own_count;
} vg_reward_heat;

// Of the car's road, at the speeds of a car's drive before it left the road. The view is borrowed; the
// reward is not needed any more then. Errors: those of vg_reward_grid_make and of planning.
VG_NODISCARD vg_err vg_reward_heat_make(vg_reward_heat *heat, const vg_view *view, int32_t car,
                                        const vg_reward *reward, vg_diag *diag);
void vg_reward_heat_free(vg_reward_heat *heat); // a zeroed one is fine

// On the ground, below the cars: the cells that are in the picture, the planned line and the car's own.
void vg_reward_heat_draw(const vg_reward_heat *heat, vg_scene *scene);
// The box at the lower right of a scene of that size, units, that says what the colours mean.
void vg_reward_heat_key(const vg_reward_heat *heat, struct _cairo *cairo, double width, double height);

#endif
