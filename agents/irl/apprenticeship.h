// agents/irl/apprenticeship.h -- Abbeel & Ng 2004, "Apprenticeship learning via inverse reinforcement
// learning", ICML, section 3: find policies whose expected features come near the expert's; the reward is a
// means to that.
//
//     1. Take any policy; mu_0 are its expected features.
//     2. w = the part of mu_expert - (a mixture of the mu so far) that is left; t = |w|. Stop when t is
//     small.
//     3. Find the best policy for the reward phi w / |w|, and its expected features. Go to 2.
//
// Both variants are the nearest point of a hull (min_norm_point.h). Max-margin takes the hull of all
// mu_expert - mu_i: the quadratic program of the paper. Projection takes the line between the last mixture
// and the newest policy. What is returned is in both cases the mixture of all policies that comes nearest:
// the paper's agent draws a policy from it at the start of an episode; here it is one policy with the same
// occupancy, which takes action a in state s with the mixture's share of visits of s in which a is taken
// (Puterman 1994, theorem 6.9.1).
#ifndef VG_AGENTS_IRL_APPRENTICESHIP_H
#define VG_AGENTS_IRL_APPRENTICESHIP_H

#include "agents/irl/irl_result.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct vg_apprenticeship_config {
    bool projection;    // else max-margin
    int32_t iterations; // policies after the first, 1 to 1000, default 30
    double tolerance;   // stop when (1 - discount) t is at most this, default 0.0001
    uint64_t seed;      // of the first policy: the best for weights drawn uniformly
} vg_apprenticeship_config;

// result->weights: the last w, of length 1. result->gaps: (1 - discount) t at each iteration, before its
// policy. result-> objective: (1 - discount) |mu_expert - mu| of the final mixture. Errors: VG_ERR_ARGUMENT
// (iterations; those of vg_mdp_values: without a discount some weights have no best policy), VG_ERR_MEMORY.
// Close the result in any case.
VG_NODISCARD vg_err vg_apprenticeship(const vg_table_world *world, const vg_world_expert *expert,
                                      const vg_apprenticeship_config *config, vg_irl_result *out,
                                      vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
