#include "agents/policy/action_grid.h"

#include "sim/base/exact.h"

void vg_action_grid_make(const int32_t levels[VG_CAR_ACTIONS], const double mu[VG_CAR_ACTIONS],
                         vg_action_grid *out) {
    for (int32_t a = 0; a < VG_CAR_ACTIONS; a++) {
        const int32_t half = levels[a] / 2;
        out->count[a] = 2 * half + 1;
        for (int32_t k = 0; k <= half; k++) {
            double u = (double)k / half;
            double value = mu[a] > 0 ? vg_expm1(u * vg_log1p(mu[a])) / mu[a] : u;
            float level = k == half ? 1 : (float)value;
            out->level[a][half + k] = level;
            out->level[a][half - k] = -level;
        }
        out->level[a][half] = 0;
    }
}

void vg_action_grid_action(const vg_action_grid *grid, int32_t cell, float action[VG_CAR_ACTIONS]) {
    action[0] = grid->level[0][cell / grid->count[1]];
    action[1] = grid->level[1][cell % grid->count[1]];
}

static int32_t level_of(const vg_action_grid *grid, int32_t a, float value, double u) {
    const float *level = grid->level[a];
    int32_t below = 0;
    while (below < grid->count[a] - 2 && level[below + 1] <= value) below++;
    double place = ((double)value - (double)level[below]) / ((double)level[below + 1] - (double)level[below]);
    return below + (u < place);
}

int32_t vg_action_grid_cell(const vg_action_grid *grid, const float action[VG_CAR_ACTIONS],
                            const double u[VG_CAR_ACTIONS]) {
    return level_of(grid, 0, action[0], u[0]) * grid->count[1] + level_of(grid, 1, action[1], u[1]);
}

void vg_action_grid_mean(const vg_action_grid *grid, const float *weights, float action[VG_CAR_ACTIONS]) {
    double mean[VG_CAR_ACTIONS] = {0};
    for (int32_t i = 0; i < vg_action_grid_cells(grid); i++) {
        float at[VG_CAR_ACTIONS];
        vg_action_grid_action(grid, i, at);
        for (int32_t a = 0; a < VG_CAR_ACTIONS; a++) mean[a] += (double)weights[i] * (double)at[a];
    }
    for (int32_t a = 0; a < VG_CAR_ACTIONS; a++) action[a] = (float)mean[a];
}
