// agents/rl/critic.h -- the value network of an actor and critic: fitted to the returns of each round.
#ifndef VG_AGENTS_RL_CRITIC_H
#define VG_AGENTS_RL_CRITIC_H

#include "agents/nets/adam.h"
#include "agents/nets/gradient.h"
#include "agents/rl/rollout_buffer.h"
#include "agents/training/checkpoint.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct vg_critic_def {
    const vg_network *like; // the value network has its shape, but one output; borrowed by create
    double rate;            // of Adam
    double norm;            // longer gradients are scaled down to this norm; 0: never
    int64_t epochs, batch;
    uint64_t seed; // of the weights and the shuffles
} vg_critic_def;

typedef struct vg_critic {
    vg_critic_def def;
    vg_network *value;
    vg_adam adam;
    vg_gradient *workspace;
    float *gradient; // [vg_network_count]
    int64_t *order;  // [rows]
} vg_critic;

// For rounds of `rows` rows. Errors: VG_ERR_ARGUMENT, VG_ERR_MEMORY; *out is then zero.
VG_NODISCARD vg_err vg_critic_create(const vg_critic_def *def, int64_t rows, vg_critic *out, vg_diag *diag);
void vg_critic_destroy(vg_critic *critic); // a zeroed one is fine
void vg_critic_state(vg_critic *critic, vg_checkpoint *state);

// Epochs of shuffled minibatches that minimise the mean squared error to the round's returns; *loss is the
// last epoch's mean. rate is multiplied by `share`. Leaves the network packed. Errors: VG_ERR_POLICY (the
// loss is not finite).
VG_NODISCARD vg_err vg_critic_fit(vg_critic *critic, const vg_rollout_buffer *x, uint32_t round, double share,
                                  double *loss, vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
