// agents/policy/head_soft_q.h -- a head for soft Q-learning: the network gives a value Q for each action of a
// grid, and the policy is softmax(Q / temperature) (agents/nets/soft_value.h).
#ifndef VG_AGENTS_POLICY_HEAD_SOFT_Q_H
#define VG_AGENTS_POLICY_HEAD_SOFT_Q_H

#include "agents/policy/action_grid.h"
#include "agents/policy/head.h"

#ifdef __cplusplus
extern "C" {
#endif

// X(field, type, unit, least, most, default, choices, help). VG_SOFT_Q_HEAD_KEYS_AT: with a learner's own
// default of `temperature`.
#define VG_SOFT_Q_HEAD_KEYS(X) VG_SOFT_Q_HEAD_KEYS_AT(X, "0.05")
#define VG_SOFT_Q_HEAD_KEYS_AT(X, warmth)                                                                    \
    X(temperature, DOUBLE, "1", 1e-6, 1e6, warmth, NULL,                                                     \
      "the policy is softmax(Q / temperature); Q has the unit of the reward")                                \
    X(steer_levels, INT, "1", 3, VG_GRID_LEVELS_MOST, "15", NULL,                                            \
      "levels of steering to choose from, an odd number")                                                    \
    X(accel_levels, INT, "1", 3, VG_GRID_LEVELS_MOST, "7", NULL,                                             \
      "levels of acceleration to choose from, an odd number")                                                \
    X(steer_companding, DOUBLE, "1", 0, 1e6, "50", NULL,                                                     \
      "mu of the mu-law: the larger, the closer are the levels of steering near 0; 0: even")                 \
    X(accel_companding, DOUBLE, "1", 0, 1e6, "10", NULL, "the same for the levels of acceleration")          \
    X(action_selection, CHOICE, "", 0, 0, "mean", "mean|mode|sample",                                        \
      "drive by the policy's mean action, by its likeliest, or draw one for every action")

typedef struct vg_soft_q_head_config {
#define X(field, type, unit, least, most, standard, choices, help) VG_FIELD_##type(field);
    VG_SOFT_Q_HEAD_KEYS(X)
#undef X
} vg_soft_q_head_config;

enum { VG_SOFT_Q_CELLS_MOST = VG_GRID_LEVELS_MOST * VG_GRID_LEVELS_MOST }; // <= VG_NETWORK_WIDTH_MOST

// The grid of these keys.
void vg_soft_q_grid(const vg_soft_q_head_config *config, vg_action_grid *out);

extern const vg_head vg_head_soft_q;

#ifdef __cplusplus
}
#endif
#endif
