// agents/irl/maxent_irl.h -- of all ways to drive that have the expert's expected features, the least
// committed one.
//
// Ziebart, Maas, Bagnell & Dey 2008, "Maximum entropy inverse reinforcement learning", AAAI, and Ziebart,
// Bagnell & Dey 2010, "Modeling interaction via the principle of maximum causal entropy", ICML. Both maximise
//
//     F(w) = w mu_expert - (the expected soft value of the starts, for the reward phi w) - l2 / 2 |w|^2
//
// which is the log likelihood of the expert's choices, concave in w, with the gradient mu_expert - mu_w - l2
// w. They differ in the soft value (planning.h). `causal` is the paper of 2010; `path` that of 2008, whose
// mu_w is of paths that choose their luck. In a deterministic process they are the same. With chance, only
// the causal policy has the expert's features when it drives. (The paper of 2008 takes its mu_w by the true
// probabilities, its algorithm 1, as an approximation; ours is the gradient of its likelihood, its equation
// 4, so that F can be searched.)
//
// The discount of the process stands in the soft values and in mu alike, and the policy does not depend on
// time.
#ifndef VG_AGENTS_IRL_MAXENT_IRL_H
#define VG_AGENTS_IRL_MAXENT_IRL_H

#include "agents/irl/irl_result.h"
#include "agents/irl/planning.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct vg_maxent_config {
    vg_backup backup;
    int32_t iterations; // steps at most, 1 to 100,000, default 300
    double tolerance;   // stop when |gradient| <= tolerance |mu_expert|, default 0.001
    double l2;          // 0 or more, default 0
} vg_maxent_config;

// result->objective: F at the end. result->gaps: (1 - discount) |gradient| before each step. The search
// begins at world->first_weight. Errors: VG_ERR_ARGUMENT (iterations, l2; no finite partition function where
// the search begins), VG_ERR_MEMORY. Close the result in any case.
VG_NODISCARD vg_err vg_maxent_irl(const vg_table_world *world, const vg_world_expert *expert,
                                  const vg_maxent_config *config, vg_irl_result *out, vg_diag *diag);

// F and its gradient [features] at weights [features]. *value is -INFINITY where the partition function is
// infinite. values [states]: where soft value iteration begins and ends. Errors: VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_maxent_objective(const vg_table_world *world, const vg_world_expert *expert,
                                        const vg_maxent_config *config, const double *weights, double *values,
                                        double *value, double *gradient, vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
