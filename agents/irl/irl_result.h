// agents/irl/irl_result.h -- what every method of inverse reinforcement learning on tables gives: a reward,
// and the policy that follows from it.
//
// A method is given a world and what its expert shows. It reads the process and the features of the world,
// never its true reward or weights; tests set these to NaN.
#ifndef VG_AGENTS_IRL_IRL_RESULT_H
#define VG_AGENTS_IRL_IRL_RESULT_H

#include "agents/irl/worlds.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct vg_irl_result {
    double *weights;   // [features]
    double *reward;    // [states] phi weights
    double *policy;    // [states * actions]
    double *occupancy; // [states] of the policy, in the process
    double *mu;        // [features] expected of the policy
    int32_t iterations;
    double
        *gaps; // [iterations] distance of expected features before each iteration's step, times 1 - discount
    double objective; // what the method maximises or minimises, at the end; its header says what that is
} vg_irl_result;

// Allocates the arrays, zeroed, with room for `iterations` gaps. Errors: VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_irl_result_open(const vg_table_world *world, int32_t iterations, vg_irl_result *out,
                                       vg_diag *diag);
void vg_irl_result_close(vg_irl_result *result); // zeroed memory is fine

// reward from the weights, and mu from the occupancy.
void vg_irl_result_derive(const vg_table_world *world, vg_irl_result *result);
// The policy that is best for the reward, its occupancy and mu. Errors: those of vg_mdp_values.
VG_NODISCARD vg_err vg_irl_result_plan(const vg_table_world *world, vg_irl_result *result, vg_diag *diag);

// |mu_a - mu_b|, times 1 - discount (times 1 where that is 0): so it is a distance of features a step.
double vg_feature_gap(const vg_table_world *world, const double *mu_a, const double *mu_b);

#ifdef __cplusplus
}
#endif
#endif
