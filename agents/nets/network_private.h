// agents/nets/network_private.h -- what a kind of network provides. Included by the kinds and by
// architecture.c alone.
#ifndef VG_AGENTS_NETS_NETWORK_PRIVATE_H
#define VG_AGENTS_NETS_NETWORK_PRIVATE_H

#include "agents/nets/network.h"

typedef struct vg_network_kind vg_network_kind;

struct vg_network_kind {
    const char *name;        // "mlp": the `architecture` of a policy file
    const vg_schema *schema; // of the hyperparameters; its struct is at most a vg_hyperparameters

    // All parameters zero. The hyperparameters are within the schema's ranges. Errors: VG_ERR_FORMAT naming
    // the key that does not fit the shape, VG_ERR_ARGUMENT, VG_ERR_MEMORY.
    vg_err (*create)(const vg_network_shape *shape, const void *hyperparameters, vg_network **out,
                     vg_diag *diag);
    void (*destroy)(vg_network *net); // the whole of it; vg_network_free_base for the base
    void (*hyperparameters)(const vg_network *net, void *into);
    vg_err (*create_like)(const vg_network *net, const vg_network_shape *shape, vg_network **out,
                          vg_diag *diag);
    // Tensor i of the weights; log_std is no affair of the kind's.
    vg_network_tensor (*tensor)(const vg_network *net, int32_t i);
    void (*init)(vg_network *net, uint64_t seed);
    void (*pack)(vg_network *net);
    void (*forward)(const vg_network *net, int32_t rows, float *scratch);
    // gradient NULL: nobody asks for it; by_inputs: fill the input deltas too.
    void (*backward)(const vg_network *net, int32_t rows, float *scratch, bool add, float *gradient,
                     bool by_inputs);
};

// Embedded first in each kind's own struct.
struct vg_network {
    const vg_network_kind *kind;
    vg_network_shape shape;
    const vg_net_kernel *kernel;
    int32_t tensor_count; // of the weights
    int64_t count, weight_count;
    int64_t forward_scratch, backward_scratch;     // floats
    int64_t inputs, outputs, deltas, input_deltas; // where they are in the scratch
    float *parameters;                             // [count]
};

// Is the shape one that a network can have? Errors: VG_ERR_ARGUMENT.
VG_NODISCARD vg_err vg_network_check_shape(const vg_network_shape *shape, vg_diag *diag);
// Errors: VG_ERR_ARGUMENT: `what` is no width of 1 to VG_NETWORK_WIDTH_MOST.
VG_NODISCARD vg_err vg_network_check_width(const char *what, int32_t width, vg_diag *diag);
// Fill the base: kind, shape, kernel, and room for the parameters, [weight_count] and log_std. Errors:
// VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_network_open_base(vg_network *net, const vg_network_kind *kind,
                                         const vg_network_shape *shape, int64_t weight_count, vg_diag *diag);
void vg_network_free_base(vg_network *net);

#endif
