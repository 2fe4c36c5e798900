// agents/irl/linear_irl.h -- Ng & Russell 2000, "Algorithms for inverse reinforcement learning", ICML,
// sections 3 to 5: of all rewards for which the expert's policy is best, the one that sets it apart most, by
// a linear program.
//
//     maximise  sum over s of min over a of (P_expert(s) - P_a(s)) (I - discount P_expert)^-1 R  -  lambda
//     |w|_1 subject to  (P_expert(s) - P_a(s)) (I - discount P_expert)^-1 R >= 0  for all s and all a that
//     the expert does
//                 not take,  R = phi w,  |w_k| <= 1
//
// The minimum is over the actions that the expert does not take. R = 0 is always allowed: any policy is best
// for it. With a large lambda nothing else is left, and this is the field's ambiguity in one number. A
// feature for each state, as in the world `corner`, gives the paper's program on R itself.
#ifndef VG_AGENTS_IRL_LINEAR_IRL_H
#define VG_AGENTS_IRL_LINEAR_IRL_H

#include "agents/irl/irl_result.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct vg_linear_irl_config {
    double lambda;         // of |w|_1, 0 or more, in the reward's unit
    bool (*stopped)(void); // as in vg_linear_program
} vg_linear_irl_config;

// result->objective: the maximum. result->iterations: 1. The policy is the best one for the reward. Errors:
// VG_ERR_ARGUMENT (lambda; an expert who takes several actions in a state, with the state; those of
// vg_simplex), VG_ERR_INTERRUPTED, VG_ERR_MEMORY. Close the result in any case.
VG_NODISCARD vg_err vg_linear_irl(const vg_table_world *world, const vg_world_expert *expert,
                                  const vg_linear_irl_config *config, vg_irl_result *out, vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
