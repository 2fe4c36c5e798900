// agents/rl/rollout_buffer.h -- a round of driving: the observation, action and reward of every lane, step by
// step, and what a learner computes from them.
//
// Row r is step r % steps of lane r / steps.
#ifndef VG_AGENTS_RL_ROLLOUT_BUFFER_H
#define VG_AGENTS_RL_ROLLOUT_BUFFER_H

#include "agents/nets/network.h"
#include "agents/rl/environment.h"
#include "sim/base/random.h"
#include "sim/base/ranks.h"

#ifdef __cplusplus
extern "C" {
#endif

// Arrays, each [rows] unless said otherwise.
typedef struct vg_rollout_buffer {
    int32_t lanes, steps, observation, actions;
    int64_t rows;       // lanes * steps
    int64_t stride;     // vg_net_stride(observation)
    float *seen;        // [rows][observation] as sensed
    float *last;        // [rows][observation] the last observation, where an episode ended
    float *inputs;      // [rows][stride] `seen`, scaled for the networks
    float *last_inputs; // [rows][stride] `last`, scaled for the networks
    float *action;      // [rows][actions]
    float *mean;        // [rows][actions] mean of the distribution that the action was drawn from
    float *log_prob;    // of the actions, by the policy that drew them
    float *rewards, *values, *next, *advantages, *returns;
    uint8_t *ending;       // vg_ending; the last step of a lane is at least truncated
    const vg_ranks *ranks; // who drives too, all with the same; set after create; NULL (default): nobody
} vg_rollout_buffer;

// Memory for rounds of `steps` steps in an environment. Errors: VG_ERR_ARGUMENT, VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_rollout_buffer_create(const vg_environment *env, int32_t steps, vg_rollout_buffer *out,
                                             vg_diag *diag);
void vg_rollout_buffer_destroy(vg_rollout_buffer *x); // a zeroed one is fine

// The scaling of observations for the networks: (value - mean) * scale, within +-limit.
typedef struct vg_scaler {
    const float *mean, *scale; // [observation]
    float limit;               // > 0
} vg_scaler;

// Drive one round. Actions are drawn around the mean that the policy's network gives (stream EXPLORE: entity
// is the lane, episode the round, step the step). Fills seen, last, inputs, last_inputs, action, mean,
// log_prob, rewards and ending. Errors: those of the environment, VG_ERR_POLICY (an action is not finite),
// VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_rollout_buffer_collect(vg_rollout_buffer *x, const vg_environment *env,
                                              const vg_network *policy, const vg_scaler *scaler,
                                              uint64_t seed, uint32_t round, int32_t threads, vg_diag *diag);

// Fill values and next from a value network: next is `absorbing` where an episode terminated. Errors:
// VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_rollout_buffer_values(vg_rollout_buffer *x, const vg_network *value, double absorbing,
                                             int32_t threads, vg_diag *diag);

// Fill advantages and returns (gae.h); if asked, shift and scale the advantages to mean 0 and deviation 1.
void vg_rollout_buffer_advantages(vg_rollout_buffer *x, double gamma, double lambda, bool normalise);

#ifdef __cplusplus
}
#endif
#endif
