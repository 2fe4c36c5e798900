// agents/nets/network.h -- a network: the functions that every kind of network has.
//
// A kind (network_private.h) is an architecture with its own hyperparameters, such as the multilayer
// perceptron (mlp.h); architecture.h has the table of kinds. Code that trains a network, drives by it or
// writes it to a file uses this contract alone and does not know the kind.
//
// Parameters are one flat array: the weights, in the order of the tensors, followed by log_std [outputs] if
// the network has it. Products run on blocks of up to VG_NETWORK_BLOCK rows, in scratch memory of the caller,
// so that threads can share a network.
#ifndef VG_AGENTS_NETS_NETWORK_H
#define VG_AGENTS_NETS_NETWORK_H

#include "agents/nets/kernel.h"
#include "sim/base/config.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { VG_NETWORK_BLOCK = 64, VG_NETWORK_WIDTH_MOST = 4096, VG_NETWORK_TENSORS_MOST = 160 };

typedef struct vg_network vg_network; // opaque, owned by the caller

// What all kinds have.
typedef struct vg_network_shape {
    int32_t inputs, outputs; // 1 .. VG_NETWORK_WIDTH_MOST
    bool log_std; // the outputs are the means of a Gaussian whose log standard deviations, [outputs]
                  // parameters, do not depend on the input
} vg_network_shape;

void vg_network_destroy(vg_network *net); // NULL is fine

const vg_network_shape *vg_network_shape_of(const vg_network *net);
const char *vg_network_architecture(const vg_network *net); // "mlp", as a policy file calls it

// Memory for the hyperparameters of any kind: a struct that the kind's schema lays out. A policy file stores
// them as text, key by key.
typedef union vg_hyperparameters {
    max_align_t align;
    unsigned char bytes[2048];
} vg_hyperparameters;
const vg_schema *vg_network_schema(const vg_network *net);
vg_hyperparameters vg_network_hyperparameters(const vg_network *net);

// Hash over the architecture, its hyperparameters, inputs and outputs, but not over log_std and the
// parameters.
uint64_t vg_network_hash(uint64_t hash, const vg_network *net);

// Another network of the same kind and hyperparameters, but of this shape: all parameters zero. Errors:
// VG_ERR_ARGUMENT, VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_network_create_like(const vg_network *net, const vg_network_shape *shape,
                                           vg_network **out, vg_diag *diag);

// Draw the weights as the kind does it, from stream WEIGHTS: entity is the tensor, step the element. Sets
// log_std to -0.5. Packs.
void vg_network_init(vg_network *net, uint64_t seed);
// Multiply the last weight matrix by factor: with a small factor the first outputs are close to zero. Packs.
void vg_network_shrink_outputs(vg_network *net, float factor);

// The flat array, [vg_network_count]. After a change call vg_network_pack before forward.
float *vg_network_parameters(vg_network *net);
const float *vg_network_read(const vg_network *net);
int64_t vg_network_count(const vg_network *net);
// The number of leading parameters that are weights and biases: all but log_std.
int64_t vg_network_weight_count(const vg_network *net);
void vg_network_pack(vg_network *net);
// Copy these parameters, [vg_network_count], into the network, and pack it.
void vg_network_take(vg_network *net, const float *parameters);

// Bring every log_std into [least, most]; nothing where the network has none. Packs nothing: log_std stands
// outside the layers.
void vg_network_hold_log_std(vg_network *net, double least, double most);

// Tensors cover the flat array in order, without gaps.
typedef struct vg_network_tensor {
    char name[40]; // as in PyTorch's state_dict: "net.0.weight"
    int32_t rank;  // 1 or 2
    int64_t shape[2];
    int64_t at, count; // in the flat array
} vg_network_tensor;
int32_t vg_network_tensors(const vg_network *net); // 1 .. VG_NETWORK_TENSORS_MOST
vg_network_tensor vg_network_tensor_at(const vg_network *net, int32_t i);

// Floats of scratch for one block; zeroed once by the caller (vg_new does). `backward` for training.
int64_t vg_network_scratch(const vg_network *net, bool backward);
// Where in the scratch a block's inputs go, [rows] of vg_net_stride(inputs); columns beyond stay zero.
float *vg_network_inputs(const vg_network *net, float *scratch);
// Where forward leaves the outputs, [rows] of vg_net_stride(outputs).
float *vg_network_outputs(const vg_network *net, float *scratch);
// Where backward expects the loss's gradient by the outputs, laid out as the outputs. Backward does not
// change it.
float *vg_network_deltas(const vg_network *net, float *scratch);
// Where vg_network_backward_inputs writes the loss's gradient by the inputs, laid out as the inputs.
const float *vg_network_input_deltas(const vg_network *net, const float *scratch);

// Scale rows [count][width] into network inputs: (value - mean) * scale, column by column, laid out as inputs
// are.
void vg_network_scale(const float *rows, int64_t count, int32_t width, const float *mean, const float *scale,
                      float *inputs);

// rows: 1 .. VG_NETWORK_BLOCK. None of these allocates.
void vg_network_forward(const vg_network *net, int32_t rows, float *scratch);
// Call it after forward on the same scratch. gradient is [vg_network_count]; with `add` the block's sums are
// added to it. The part of log_std is not touched: the loss computes it.
void vg_network_backward(const vg_network *net, int32_t rows, float *scratch, bool add, float *gradient);
// As vg_network_backward, and also the loss's gradient by the inputs. gradient NULL: only the latter.
void vg_network_backward_inputs(const vg_network *net, int32_t rows, float *scratch, bool add,
                                float *gradient);

// For tests: use this table of kernels.
void vg_network_use_kernel(vg_network *net, const vg_net_kernel *kernel);
const vg_net_kernel *vg_network_kernel(const vg_network *net);

#ifdef __cplusplus
}
#endif
#endif
