// agents/irl/max_margin_planning.h -- Ratliff, Bagnell & Zinkevich 2006, "Maximum margin planning", ICML:
// weights for which the expert's drive beats every other one by a margin that grows with how different the
// other one is.
//
//     minimise  c(w) = l2 / 2 |w|^2 + (1 - discount) [ max over policies of (w mu + loss d)  -  (w mu_expert
//     + loss d_expert) ]
//
// d is an occupancy. The loss of a state is 1 - d_expert(s) / (the largest d_expert): 0 where the expert is
// most, 1 where it never is. The maximum is a planning problem with the reward phi w + loss; its policy gives
// the subgradient l2 w + (1 - discount) (mu - mu_expert). Steps of 1 / (l2 (t + 1)), which are usual for a
// strongly convex function; the best w seen is kept. The paper's loss counts the states that the expert's
// path does not visit; with moves that go astray there is no such path. Its costs are forced to be positive,
// here a discount takes that part.
#ifndef VG_AGENTS_IRL_MAX_MARGIN_PLANNING_H
#define VG_AGENTS_IRL_MAX_MARGIN_PLANNING_H

#include "agents/irl/irl_result.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct vg_margin_config {
    int32_t iterations; // 1 to 100,000, default 100
    double l2;          // above 0, default 0.01
} vg_margin_config;

// result->objective: the least c. result->gaps: |mu_expert - mu| (1 - discount) of each iteration's planned
// policy, which is drawn by the loss. The policy that is returned is the best one for phi w alone. Errors:
// VG_ERR_ARGUMENT (iterations, l2; those of vg_mdp_values: without a discount some weights have no best
// policy), VG_ERR_MEMORY. Close the result in any case.
VG_NODISCARD vg_err vg_max_margin_planning(const vg_table_world *world, const vg_world_expert *expert,
                                           const vg_margin_config *config, vg_irl_result *out, vg_diag *diag);

// c and a subgradient [features] at weights [features]. values [states]: where value iteration begins and
// ends. result is room that is overwritten, as vg_irl_result_open makes it; its mu is that of the planned
// policy.
VG_NODISCARD vg_err vg_margin_objective(const vg_table_world *world, const vg_world_expert *expert,
                                        const vg_margin_config *config, const double *weights, double *values,
                                        vg_irl_result *room, double *value, double *gradient, vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
