// agents/nets/network_private.h -- the functions that a kind of network provides. Only the kinds and
// architecture.c include it.
#ifndef VG_AGENTS_NETS_NETWORK_PRIVATE_H
#define VG_AGENTS_NETS_NETWORK_PRIVATE_H

#include "agents/nets/network.h"

typedef struct vg_network_kind vg_network_kind;

struct vg_network_kind {
    const char *name;        // "mlp": the `architecture` of a policy file
    const vg_schema *schema; // of the hyperparameters; its struct is at most a vg_hyperparameters

    // A network with all parameters zero. The hyperparameters are within the schema's ranges. Errors:
    // VG_ERR_FORMAT naming the key that does not fit the shape, VG_ERR_ARGUMENT, VG_ERR_MEMORY.
    vg_err (*create)(const vg_network_shape *shape, const void *hyperparameters, vg_network **out,
                     vg_diag *diag);
    void (*destroy)(vg_network *net); // free everything; vg_network_free_base frees the base
    void (*hyperparameters)(const vg_network *net, void *into);
    vg_err (*create_like)(const vg_network *net, const vg_network_shape *shape, vg_network **out,
                          vg_diag *diag);
    // Tensor i of the weights; the base handles log_std.
    vg_network_tensor (*tensor)(const vg_network *net, int32_t i);
    void (*init)(vg_network *net, uint64_t seed);
    void (*pack)(vg_network *net);
    void (*forward)(const vg_network *net, int32_t rows, float *scratch);
    // gradient NULL: not wanted; by_inputs: also fill the input deltas.
    void (*backward)(const vg_network *net, int32_t rows, float *scratch, bool add, float *gradient,
                     bool by_inputs);
};

// The first member of each kind's own struct.
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

// Can a network have this shape? Errors: VG_ERR_ARGUMENT.
VG_NODISCARD vg_err vg_network_check_shape(const vg_network_shape *shape, vg_diag *diag);
// Errors: VG_ERR_ARGUMENT: `what` is not a width of 1 to VG_NETWORK_WIDTH_MOST.
VG_NODISCARD vg_err vg_network_check_width(const char *what, int32_t width, vg_diag *diag);
// Fill the base: kind, shape, kernel, and memory for the parameters: [weight_count] and log_std. Errors:
// VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_network_open_base(vg_network *net, const vg_network_kind *kind,
                                         const vg_network_shape *shape, int64_t weight_count, vg_diag *diag);
void vg_network_free_base(vg_network *net);

#endif
