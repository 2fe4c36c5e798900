// agents/rl/ppo.h -- one update of a Gaussian policy from a round of rollout_buffer: proximal policy
// optimisation (Schulman, Wolski, Dhariwal, Radford & Klimov 2017, "Proximal policy optimization
// algorithms").
#ifndef VG_AGENTS_RL_PPO_H
#define VG_AGENTS_RL_PPO_H

#include "agents/nets/adam.h"
#include "agents/nets/gradient.h"
#include "agents/rl/rollout_buffer.h"
#include "agents/training/checkpoint.h"

#ifdef __cplusplus
extern "C" {
#endif

// Start from vg_ppo_default().
typedef struct vg_ppo_def {
    double rate;    // of Adam, default 3e-4
    double clip;    // the ratio of probabilities is rewarded up to this distance from 1, default 0.2
    double entropy; // weight of the entropy, default 0
    double norm;    // longer gradients are scaled down to this norm, default 0.5; 0: never
    double kl_stop; // stop the epochs when the KL from the old policy exceeds this, default 0.03; 0: never
    int64_t epochs; // passes over the round, default 10
    int64_t batch;  // rows of one gradient step, default 64
    double log_std_least, log_std_most; // log deviations are kept in this range, default -4, 1
    uint64_t seed;                      // of the shuffles
} vg_ppo_def;
vg_ppo_def vg_ppo_default(void);

// Demonstrations that the policy is kept near: weight * the mean squared error of the policy's means is added
// to the loss (Jena, Liu & Sycara 2020, "Augmenting GAIL with BC for sample efficient imitation learning").
typedef struct vg_guide {
    vg_batch rows; // without an order; count 0: none
    double weight;
} vg_guide;

// Results of an update.
typedef struct vg_policy_change {
    double kl; // nats, from the policy that drove to the policy now; for PPO the estimate of the last epoch
    double clipped;   // PPO: share of rows beyond the clip in the last epoch
    double surrogate; // TRPO: increase of the surrogate
    double entropy;   // nats, of the policy now
    int64_t steps;    // of gradient, or of conjugate gradient
} vg_policy_change;

typedef struct vg_ppo {
    vg_ppo_def def;
    vg_adam adam;
    vg_gradient *workspace, *guide_room;
    float *gradient, *guided; // [vg_network_count]
    int64_t *guide_order;     // [rows of it a step]
    double *away;             // [rows] ratio - 1 - log ratio
    uint8_t *beyond;          // [rows] 1: the ratio was clipped
    int64_t *order;           // [rows]
} vg_ppo;

// For rounds of `rows` rows and policies of this shape (with log_std). Errors: VG_ERR_ARGUMENT,
// VG_ERR_MEMORY; *out is then zero.
VG_NODISCARD vg_err vg_ppo_create(const vg_ppo_def *def, const vg_network *policy, int64_t rows, vg_ppo *out,
                                  vg_diag *diag);
void vg_ppo_destroy(vg_ppo *ppo); // a zeroed one is fine
// List its state for a checkpoint, without the policy.
void vg_ppo_state(vg_ppo *ppo, vg_checkpoint *state);

// Epochs of shuffled minibatches that ascend the clipped objective (eq. 7) plus the entropy bonus (eq. 9):
//     mean of min(r A, clip(r, 1 - e, 1 + e) A), r = pi(a | s) / pi_old(a | s)
// and keep near the guide (NULL: none). rate is multiplied by `share`. Leaves the policy packed. Errors:
// VG_ERR_POLICY (the loss is not finite).
VG_NODISCARD vg_err vg_ppo_update(vg_ppo *ppo, vg_network *policy, const vg_rollout_buffer *x,
                                  const vg_guide *guide, uint32_t round, double share,
                                  vg_policy_change *change, vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
