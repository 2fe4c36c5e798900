// agents/rl/twin_q.h -- two action-value networks Q(s, a), each with a target network that follows it.
//
// The smaller of the two is used for targets, against overestimation (Fujimoto, van Hoof & Meger 2018,
// "Addressing function approximation error in actor-critic methods"). All runs on one thread: on two, a step
// of half a millisecond took longer than on one.
#ifndef VG_AGENTS_RL_TWIN_Q_H
#define VG_AGENTS_RL_TWIN_Q_H

#include "agents/rl/replay_buffer.h"
#include "agents/rl/trained_net.h"

#ifdef __cplusplus
extern "C" {
#endif

// Start from zero.
typedef struct vg_twin_q_def {
    const vg_network *like; // both have its hidden layers; borrowed by create
    int32_t width;          // inputs of a state
    double rate;            // of Adam
    uint64_t seed;          // of the weights
    int64_t most;           // rows of a batch, at most
    vg_loss loss;           // VG_LOSS_MSE, or VG_LOSS_OWN for vg_twin_q_fit_own
} vg_twin_q_def;

typedef struct vg_twin_q {
    vg_trained_net q[2];
    vg_network *target[2];
    int32_t width;
    int64_t most;
    float *values[2];  // [most]
    float *scratch[2]; // of the networks, with room for going backward
} vg_twin_q;

// The targets begin as copies. Errors: those of vg_trained_net_open; VG_ERR_MEMORY. Destroy it after an error
// too.
VG_NODISCARD vg_err vg_twin_q_create(const vg_twin_q_def *def, vg_twin_q *out, vg_diag *diag);
void vg_twin_q_destroy(vg_twin_q *twin); // a zeroed one is fine
void vg_twin_q_state(vg_twin_q *twin, vg_checkpoint *state);
void vg_twin_q_pack(vg_twin_q *twin); // after the state was read from a checkpoint

// Values of rows of pairs (agents/rl/replay_buffer.h), count <= most. twin->values gets both networks';
// least, [count], the smaller of the two. `target`: the target networks'.
void vg_twin_q_values(vg_twin_q *twin, bool target, const float *pairs, int64_t count, float *least);
// values, [count]: the smaller of both networks', and slopes: its derivatives by the action, which are the
// first [count][VG_CAR_ACTIONS] of an array twice as long. With `first` those of q[0] alone, in an array of
// that size.
void vg_twin_q_slopes(vg_twin_q *twin, bool first, const float *pairs, int64_t count, float *values,
                      float *slopes);

// A step of each network towards the targets, [count], by the mean squared error; their mean is returned.
double vg_twin_q_fit(vg_twin_q *twin, const float *pairs, const float *targets, int64_t count);
// The same by losses of the caller's own: batch i is that of network i.
double vg_twin_q_fit_own(vg_twin_q *twin, const vg_batch batch[2]);
// The targets follow by a step of tau.
void vg_twin_q_follow(vg_twin_q *twin, double tau);

#ifdef __cplusplus
}
#endif
#endif
