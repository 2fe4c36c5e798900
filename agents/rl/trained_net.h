// agents/rl/trained_net.h -- a network with all that trains it: Adam, its gradient, and the workspace for it.
// A learner that trains several networks step by step has one of these for each.
#ifndef VG_AGENTS_RL_TRAINED_NET_H
#define VG_AGENTS_RL_TRAINED_NET_H

#include "agents/nets/adam.h"
#include "agents/nets/gradient.h"
#include "agents/training/checkpoint.h"

#ifdef __cplusplus
extern "C" {
#endif

// Start from zero; close it after an error too.
typedef struct vg_trained_net {
    vg_network *net; // owned, unless it was borrowed at opening
    bool borrowed;
    vg_adam adam;
    vg_gradient *workspace;
    float *gradient; // [vg_network_count]
} vg_trained_net;

// Train this network, which stays the caller's, on batches of up to `most` rows, on one thread. Errors:
// those of vg_adam_create and vg_gradient_create.
VG_NODISCARD vg_err vg_trained_net_borrow(vg_trained_net *trained, vg_network *net, vg_loss loss, double rate,
                                          int64_t most, vg_diag *diag);
// A new network of the kind and the hidden layers of `like`, with that many inputs and outputs and weights
// drawn from the seed. Errors: those of vg_network_create_like, too.
VG_NODISCARD vg_err vg_trained_net_open(vg_trained_net *trained, const vg_network *like, int32_t inputs,
                                        int32_t outputs, uint64_t seed, vg_loss loss, double rate,
                                        int64_t most, vg_diag *diag);
void vg_trained_net_close(vg_trained_net *trained); // a zeroed one is fine
// List the weights and the optimiser's state for a checkpoint, under names that begin with `name`.
void vg_trained_net_state(vg_trained_net *trained, const char *name, vg_checkpoint *state);

// A step of Adam down the gradient of the batch's loss, which is returned. Leaves the network packed.
double vg_trained_net_step(vg_trained_net *trained, const vg_batch *batch);
// The same by a gradient that stands in trained->gradient already.
void vg_trained_net_descend(vg_trained_net *trained);

// target = tau * net + (1 - tau) * target, parameter by parameter (Polyak averaging). Both have one shape.
void vg_polyak_step(vg_network *target, const vg_network *net, double tau);

#ifdef __cplusplus
}
#endif
#endif
