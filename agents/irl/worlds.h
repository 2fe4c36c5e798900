// agents/irl/worlds.h -- the worlds on tables by name, and what an expert demonstrates in them.
#ifndef VG_AGENTS_IRL_WORLDS_H
#define VG_AGENTS_IRL_WORLDS_H

#include "agents/irl/table_world.h"

#ifdef __cplusplus
extern "C" {
#endif

// The i-th name and one line about it; NULL past the last.
const char *vg_world_name(int32_t i);
const char *vg_world_summary(int32_t i);

// Makes a world. Errors: VG_ERR_NOT_FOUND with all names; VG_ERR_ARGUMENT (size); VG_ERR_MEMORY. Destroy it
// in any case.
VG_NODISCARD vg_err vg_table_world_open(const char *name, const vg_table_world_def *def, vg_table_world *out,
                                        vg_diag *diag);

// What an expert shows: a policy, and the features expected of it.
typedef struct vg_world_expert {
    double *policy;    // [states * actions]
    double *occupancy; // [states]
    double *mu;        // [features] sum over s of occupancy[s] phi(s)
} vg_world_expert;

// The expert who takes the best action for the world's true reward or, if soft, each action with a
// probability proportional to e^Q (causal). episodes 0: occupancy and mu are exact; else they are means over
// that many drawn episodes, each until it ends or until discount^t < 0.001; the policy is the expert's own.
// Errors: those of vg_mdp_values and vg_mdp_occupancy.
VG_NODISCARD vg_err vg_world_expert_open(const vg_table_world *world, bool soft, int32_t episodes,
                                         uint64_t seed, vg_world_expert *out, vg_diag *diag);
void vg_world_expert_close(vg_world_expert *expert); // zeroed memory is fine

#ifdef __cplusplus
}
#endif
#endif
