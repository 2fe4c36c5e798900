// agents/learners/airl_discriminator.h -- the discriminator of adversarial inverse reinforcement learning
// (Fu, Luo & Levine 2018, "Learning robust rewards with adversarial inverse reinforcement learning", ICLR),
// which is given the policy's density and so has to learn the reward alone:
//
//     D(s, a, s') = exp f / (exp f + pi(a | s)),   f(s, a, s') = g(s[, a]) + gamma h(s') - h(s)
//
// h(s') is left out where the episode terminated: the potential is 0 there. The logit of D is f - log pi.
// Trained by cross-entropy, it ends where f = log pi of the demonstrator, its advantage; with a g of the
// state alone and deterministic moves, g is then the reward up to a constant and h the value up to one, as
// they prove; and without a constant where episodes terminate, for the potential is fixed there.
//
// Nothing here knows cars: rows may come from any environment.
#ifndef VG_AGENTS_LEARNERS_AIRL_DISCRIMINATOR_H
#define VG_AGENTS_LEARNERS_AIRL_DISCRIMINATOR_H

#include "agents/learners/discriminator.h"

#ifdef __cplusplus
extern "C" {
#endif

// Start from vg_airl_discriminator_default().
typedef struct vg_airl_discriminator_def {
    vg_mlp_def g, h; // set their inputs; create sets 1 output, tanh and no log_std; default 64, 64
    double discount; // gamma, [0, 1), default 0.99
    double rate;     // of Adam, default 3e-4
    double decay;    // of the weights, default 0
    int64_t batch;   // rows of each side in a step, default 256
    double label;    // the demonstrator's label, 0.5 to 1, default 0.9; the learner's is 1 - label
    double penalty;  // weight of the squared slope of g and of h (agents/nets/penalty.h), default 0: none
    uint64_t seed;   // of the weights and the draws of rows
    int32_t threads; // 0: one per core
} vg_airl_discriminator_def;
vg_airl_discriminator_def vg_airl_discriminator_default(void);

typedef struct vg_airl_discriminator vg_airl_discriminator; // opaque

// Errors: VG_ERR_ARGUMENT, VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_airl_discriminator_create(const vg_airl_discriminator_def *def,
                                                 vg_airl_discriminator **out, vg_diag *diag);
void vg_airl_discriminator_destroy(vg_airl_discriminator *d);
void vg_airl_discriminator_state(vg_airl_discriminator *d, vg_checkpoint *state);
// Call it after a checkpoint was read into it.
void vg_airl_discriminator_restored(vg_airl_discriminator *d);
const vg_network *vg_airl_discriminator_g(const vg_airl_discriminator *d);
const vg_network *vg_airl_discriminator_h(const vg_airl_discriminator *d);

// Transitions of one side. Rows are vg_net_stride(inputs) apart, zero beyond the width; s and s' are scaled
// by the same normaliser.
typedef struct vg_airl_side {
    const float *g;        // [count] what g is shown of s and a
    const float *h, *next; // [count] what h is shown of s and of s'
    const float *goes_on;  // [count] 1; 0: the episode terminated, and `next` counts nothing
    const float *log_prob; // [count] of the action, under the policy as it is now; not read by judge
    int64_t count;         // >= 1
} vg_airl_side;

// One gradient step on `batch` rows of each side, drawn with the numbers of (round, step) from stream
// DISCRIMINATOR. Errors: VG_ERR_POLICY (the loss is not finite).
VG_NODISCARD vg_err vg_airl_discriminator_learn(vg_airl_discriminator *d, const vg_airl_side *expert,
                                                const vg_airl_side *learner, uint32_t round, uint32_t step,
                                                vg_discriminator_step *out, vg_diag *diag);

// f of rows, [count]; the logit is f - log_prob. Never allocates.
void vg_airl_discriminator_judge(vg_airl_discriminator *d, const vg_airl_side *side, float *f);

// For tests: the whole loss of `batch` rows of each side, its gradient by the parameters of g and of h, and
// those parameters.
double vg_airl_discriminator_loss(vg_airl_discriminator *d, const vg_airl_side *expert,
                                  const vg_airl_side *learner, float *by_g, float *by_h);
float *vg_airl_discriminator_parameters(vg_airl_discriminator *d, bool of_h, int64_t *count);

#ifdef __cplusplus
}
#endif
#endif
