// agents/rl/gaussian_policy.h -- a policy that draws its actions: a network gives the mean; each action has a
// standard deviation that does not depend on what is sensed (the head "gaussian" of a policy file).
#ifndef VG_AGENTS_RL_GAUSSIAN_POLICY_H
#define VG_AGENTS_RL_GAUSSIAN_POLICY_H

#include "agents/nets/gradient.h"
#include "agents/rl/environment.h"
#include "sim/base/random.h"

#ifdef __cplusplus
extern "C" {
#endif

// What depends on the log_std of a network alone, computed once for many rows.
typedef struct vg_gaussian {
    int32_t count; // actions
    double log_std[VG_ENVIRONMENT_ACTIONS_MOST], std[VG_ENVIRONMENT_ACTIONS_MOST];
    double inverse[VG_ENVIRONMENT_ACTIONS_MOST]; // 1 / variance
    double constant;                             // sum of log_std + log(2 pi) / 2
} vg_gaussian;
vg_gaussian vg_gaussian_of(const vg_network *net);

// log N(action; mean, diag std^2). Arrays are [count].
double vg_gaussian_log_prob(const vg_gaussian *g, const float *mean, const float *action);
// The same of many rows, by the network's means: inputs as the network is given them, actions and out of
// [count]. workspace: of the network, with VG_LOSS_OWN. Same bits at any thread count. Never allocates.
void vg_gaussian_log_probs(vg_gradient *workspace, const vg_network *net, const float *inputs,
                           const float *actions, int64_t count, float *out);
// Entropy in nats; it is the same in every state.
double vg_gaussian_entropy(const vg_gaussian *g);
// KL(old || now) in one state.
double vg_gaussian_kl(const vg_gaussian *old, const float *old_mean, const vg_gaussian *now,
                      const float *mean);
// action = mean + std * normal. `at` gives the draw; its `draw` advances by one for each two actions.
void vg_gaussian_sample(const vg_gaussian *g, const float *mean, vg_draw at, float *action);

// Derivatives of log_prob, times `weight`: by the mean (written) and by log_std (added to; NULL: not wanted).
void vg_gaussian_backward(const vg_gaussian *g, const float *mean, const float *action, double weight,
                          float *by_mean, double *by_log_std);

// Set every log_std to one value. Packs nothing: log_std stands outside the layers.
void vg_gaussian_set(vg_network *net, double log_std);

#ifdef __cplusplus
}
#endif
#endif
