// agents/irl/methods.h -- the methods of inverse reinforcement learning on tables by name, and how well one
// did.
#ifndef VG_AGENTS_IRL_METHODS_H
#define VG_AGENTS_IRL_METHODS_H

#include "agents/irl/irl_result.h"

#ifdef __cplusplus
extern "C" {
#endif

// What the methods can be told; each reads what it has a use for.
typedef struct vg_irl_settings {
    int32_t iterations;    // at most; default 100
    double tolerance;      // where to stop: apprenticeship.h, maxent_irl.h; default 0.0001
    double lambda;         // linear: weight of |w|_1, default 1
    double l2;             // maxent, causal: default 0; max-margin-planning: 0 means 0.01
    uint64_t seed;         // of the first policy of projection and max-margin, default 1
    bool (*stopped)(void); // linear: as in vg_linear_program, default NULL
} vg_irl_settings;
vg_irl_settings vg_irl_settings_default(void);

// The i-th name and one line about it; NULL past the last.
const char *vg_irl_method_name(int32_t i);
const char *vg_irl_method_summary(int32_t i);
// Is there a method of this name? Errors: VG_ERR_NOT_FOUND with all names.
VG_NODISCARD vg_err vg_irl_method_find(const char *name, int32_t *index, vg_diag *diag);

// Runs method `index`. Errors: its own. Close the result in any case.
VG_NODISCARD vg_err vg_irl_run(int32_t index, const vg_table_world *world, const vg_world_expert *expert,
                               const vg_irl_settings *settings, vg_irl_result *out, vg_diag *diag);

// How well a method did, by what it could not see.
typedef struct vg_irl_score {
    double gap;    // |mu_expert - mu| / |mu_expert|: are the expert's features matched? 0 is best
    double regret; // (J_best - J) / (J_best - J_random) by the true reward: 0 as good as can be, 1 as random
                   // actions
    double correlation; // Pearson's, of the reward and the true one, over states that random actions come to;
                        // NaN where one of them is constant
} vg_irl_score;

// The best actions and random ones, for regrets. Errors: those of vg_mdp_values.
typedef struct vg_irl_scale {
    double best, random; // J, the true reward expected of an episode
    double *visited;     // [states] the occupancy of random actions
} vg_irl_scale;
VG_NODISCARD vg_err vg_irl_scale_open(const vg_table_world *world, vg_irl_scale *out, vg_diag *diag);
void vg_irl_scale_close(vg_irl_scale *scale);
vg_irl_score vg_irl_score_of(const vg_table_world *world, const vg_world_expert *expert,
                             const vg_irl_scale *scale, const vg_irl_result *result);

#ifdef __cplusplus
}
#endif
#endif
