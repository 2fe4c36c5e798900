#include "agents/irl/table_world.h"

#include "agents/irl/planning.h"
#include "sim/base/memory.h"

vg_err vg_table_world_begin(vg_table_world *world, int32_t states, int32_t actions, double discount,
                            int32_t features, vg_diag *diag) {
    *world = (vg_table_world){.features = features};
    vg_err err = vg_mdp_begin(&world->mdp, states, actions, discount, diag);
    if (err) return err;
    world->phi = vg_new(double, (int64_t)states *features);
    world->feature_names = vg_alloc(features, sizeof *world->feature_names);
    world->reward = vg_new(double, states);
    world->places = vg_new(vg_world_place, states);
    world->arrows = vg_new(double, 2 * (int64_t)states * actions);
    return world->phi && world->feature_names && world->reward && world->places && world->arrows
               ? VG_OK
               : vg_fail_memory(diag);
}

vg_err vg_table_world_weigh(vg_table_world *world, const double *weights, vg_diag *diag) {
    world->weights = vg_new(double, world->features);
    if (!world->weights) return vg_fail_memory(diag);
    for (int32_t k = 0; k < world->features; k++) world->weights[k] = weights[k];
    vg_table_world_reward(world, weights, world->reward);
    return VG_OK;
}

void vg_table_world_destroy(vg_table_world *world) {
    vg_mdp_destroy(&world->mdp);
    vg_free(world->phi);
    vg_free(world->feature_names);
    vg_free(world->reward);
    vg_free(world->weights);
    vg_free(world->places);
    vg_free(world->arrows);
    *world = (vg_table_world){0};
}

void vg_table_world_reward(const vg_table_world *world, const double *weights, double *reward) {
    for (int64_t s = 0; s < world->mdp.states; s++)
        reward[s] = vg_dot(world->phi + s * world->features, weights, world->features);
}

void vg_table_world_features(const vg_table_world *world, const double *occupancy, double *mu) {
    for (int32_t k = 0; k < world->features; k++) mu[k] = 0;
    for (int64_t s = 0; s < world->mdp.states; s++)
        for (int32_t k = 0; k < world->features; k++)
            mu[k] += occupancy[s] * world->phi[s * world->features + k];
}

void vg_grid_direction(int32_t action, int32_t *dx, int32_t *dy) {
    static const int8_t directions[5][2] = {{1, 0}, {0, 1}, {-1, 0}, {0, -1}, {0, 0}};
    *dx = directions[action][0], *dy = directions[action][1];
}

int32_t vg_grid_step(int32_t width, int32_t height, int32_t square, int32_t action) {
    int32_t dx, dy;
    vg_grid_direction(action, &dx, &dy);
    int32_t x = square % width + dx, y = square / width + dy;
    return x < 0 || x >= width || y < 0 || y >= height ? square : y * width + x;
}
