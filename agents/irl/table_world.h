// agents/irl/table_world.h -- a process on a table, with features, a true reward, and where its states are
// drawn: the worlds of the papers on inverse reinforcement learning. agents/irl/worlds.h makes them by name.
#ifndef VG_AGENTS_IRL_TABLE_WORLD_H
#define VG_AGENTS_IRL_TABLE_WORLD_H

#include "agents/irl/mdp.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { VG_WORLD_FEATURE_NAME = 40 };

// How a state is drawn: a unit square with this lower left corner, or a road from one point to another.
typedef struct vg_world_place {
    double x, y, x_to, y_to; // x to the right, y up; a square has no x_to, y_to
} vg_world_place;

typedef struct vg_table_world {
    vg_mdp mdp;
    int32_t features;
    double *phi;                                  // [states][features]
    char (*feature_names)[VG_WORLD_FEATURE_NAME]; // [features]
    double *reward;                               // [states] the true reward
    double *weights;        // [features] where reward = phi weights; NULL where no weights give it
    double first_weight;    // where a search for weights begins, so that its partition function is finite
    bool roads;             // places are roads, not squares
    vg_world_place *places; // [states]
    double *arrows; // [states * actions][2] the direction that an action is drawn in, length at most 1
} vg_table_world;

typedef struct vg_table_world_def {
    int32_t size;    // squares, or nodes, along a side; 0: the world's own
    double discount; // 0: the world's own
    uint64_t seed;   // of what is drawn at random in the world, default 1
} vg_table_world_def;

// Allocates all arrays, zeroed, with the process begun. Errors: those of vg_mdp_begin.
VG_NODISCARD vg_err vg_table_world_begin(vg_table_world *world, int32_t states, int32_t actions,
                                         double discount, int32_t features, vg_diag *diag);
// Sets the weights and with them the reward. weights: [features]. Errors: VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_table_world_weigh(vg_table_world *world, const double *weights, vg_diag *diag);
void vg_table_world_destroy(vg_table_world *world); // zeroed memory is fine

// reward [states] = phi weights.
void vg_table_world_reward(const vg_table_world *world, const double *weights, double *reward);
// mu [features] = sum over s of occupancy[s] phi(s).
void vg_table_world_features(const vg_table_world *world, const double *occupancy, double *mu);

// One of the four directions of a grid: right, up, left, down; 4: stay. *dx, *dy in -1, 0, 1.
void vg_grid_direction(int32_t action, int32_t *dx, int32_t *dy);
// The square after a step from (x, y), or the same one at the border. width squares a row, row y first.
int32_t vg_grid_step(int32_t width, int32_t height, int32_t square, int32_t action);

#ifdef __cplusplus
}
#endif
#endif
