// agents/rl/trpo.h -- one update of a Gaussian policy from a round of rollout_buffer: trust region policy
// optimisation (Schulman, Levine, Moritz, Jordan & Abbeel 2015, "Trust region policy optimization"), which Ho
// & Ermon 2016 use to train their generator.
#ifndef VG_AGENTS_RL_TRPO_H
#define VG_AGENTS_RL_TRPO_H

#include "agents/nets/tangent.h"
#include "agents/rl/ppo.h"

#ifdef __cplusplus
extern "C" {
#endif

// Start from vg_trpo_default().
typedef struct vg_trpo_def {
    double kl;           // nats, largest KL of an update (eq. 12), default 0.01
    double damping;      // added to the diagonal of the Fisher matrix, default 0.1
    double entropy;      // weight of the entropy, default 0
    int64_t conjugate;   // steps of conjugate gradient, default 10
    int64_t backtracks;  // halvings of the step in the line search, default 10
    int64_t fisher_skip; // the Fisher matrix is estimated from every fisher_skip-th row, default 4
    double log_std_least, log_std_most; // log deviations are kept in this range, default -4, 1
} vg_trpo_def;
vg_trpo_def vg_trpo_default(void);

typedef struct vg_trpo {
    vg_trpo_def def;
    vg_gradient *workspace, *guide_room;
    vg_tangent *tangent;
    int64_t count; // parameters
    float *scratch, *gradient, *product, *direction, *old;
    double *step, *residual, *along, *image; // [count] of conjugate gradient
} vg_trpo;

// For rounds of `rows` rows and policies of this shape (with log_std). Errors: VG_ERR_ARGUMENT,
// VG_ERR_MEMORY; *out is then zero.
VG_NODISCARD vg_err vg_trpo_create(const vg_trpo_def *def, const vg_network *policy, int64_t rows,
                                   vg_trpo *out, vg_diag *diag);
void vg_trpo_destroy(vg_trpo *trpo); // a zeroed one is fine

// The Fisher matrix of the policy (the Hessian of its KL, appendix C.1) over the round's states, times a
// vector, both [count]; plus damping times the vector. Never allocates.
void vg_trpo_fisher(vg_trpo *trpo, const vg_network *policy, const vg_rollout_buffer *x, const double *vector,
                    double *product);

// One step: the gradient g of the surrogate (eq. 14), conjugate gradient for F s = g, then the longest step
// along s within the trust region, halved until the surrogate rises and the KL is within its limit. Leaves
// the policy packed, and unchanged if no step succeeds. Errors: VG_ERR_POLICY (the surrogate is not finite).
VG_NODISCARD vg_err vg_trpo_update(vg_trpo *trpo, vg_network *policy, const vg_rollout_buffer *x,
                                   const vg_guide *guide, vg_policy_change *change, vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
