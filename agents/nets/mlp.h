// agents/nets/mlp.h -- a multilayer perceptron: linear layers, tanh or relu between them, a linear head.
//
// Parameters are one flat array in the order of a PyTorch nn.Sequential(Linear, Tanh, Linear, ...):
// net.0.weight [out][in], net.0.bias [out], net.2.weight, ...; log_std [outputs] last, where there is one.
// Products run on blocks of up to VG_MLP_BLOCK rows in scratch that the caller owns.
#ifndef VG_AGENTS_NETS_MLP_H
#define VG_AGENTS_NETS_MLP_H

#include "agents/nets/kernel.h"
#include "sim/base/error.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { VG_MLP_BLOCK = 64, VG_MLP_HIDDEN_MOST = 8, VG_MLP_WIDTH_MOST = 4096 };

typedef struct vg_mlp vg_mlp; // opaque

// Start from vg_mlp_default().
typedef struct vg_mlp_def {
    int32_t inputs, outputs;            // 1 .. VG_MLP_WIDTH_MOST
    int32_t hidden[VG_MLP_HIDDEN_MOST]; // units of each hidden layer, default 64, 64
    int32_t hidden_count;               // 0 .. VG_MLP_HIDDEN_MOST; 0: linear
    vg_activation activation;           // of the hidden layers, default tanh
    bool log_std; // the head is a Gaussian whose log standard deviations do not depend on the input
} vg_mlp_def;
vg_mlp_def vg_mlp_default(void);

// All parameters zero. Errors: VG_ERR_ARGUMENT, VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_mlp_create(const vg_mlp_def *def, vg_mlp **out, vg_diag *diag);
void vg_mlp_destroy(vg_mlp *mlp);

const vg_mlp_def *vg_mlp_shape(const vg_mlp *mlp);

// Weights and biases of a layer uniform in +-1 / sqrt(in), as PyTorch's Linear; log_std -0.5. Drawn from
// stream WEIGHTS: entity is the tensor, step the element. Packs.
void vg_mlp_init(vg_mlp *mlp, uint64_t seed);

// The flat array, [vg_mlp_count]. After a change call vg_mlp_pack before forward.
float *vg_mlp_parameters(vg_mlp *mlp);
const float *vg_mlp_read(const vg_mlp *mlp);
int64_t vg_mlp_count(const vg_mlp *mlp);
// Of those, the leading ones that are weights and biases: all but log_std.
int64_t vg_mlp_weight_count(const vg_mlp *mlp);
void vg_mlp_pack(vg_mlp *mlp);

typedef struct vg_mlp_tensor {
    char name[32]; // "net.0.weight"
    int32_t rank;  // 1 or 2
    int64_t shape[2];
    int64_t at, count; // in the flat array
} vg_mlp_tensor;
int32_t vg_mlp_tensors(const vg_mlp *mlp);
vg_mlp_tensor vg_mlp_tensor_at(const vg_mlp *mlp, int32_t i);

// Floats of scratch for one block; zeroed once by the caller (vg_new does). `backward` for training.
int64_t vg_mlp_scratch(const vg_mlp *mlp, bool backward);
// Where in the scratch a block's inputs go, [rows] of vg_net_stride(inputs); columns beyond stay zero.
float *vg_mlp_inputs(const vg_mlp *mlp, float *scratch);
// Where forward leaves the outputs, [rows] of vg_net_stride(outputs).
float *vg_mlp_outputs(const vg_mlp *mlp, float *scratch);
// Where backward expects the loss's gradient by the outputs, laid out likewise.
float *vg_mlp_deltas(const vg_mlp *mlp, float *scratch);

// What goes into layer i: the inputs for 0, else what the activation before it gave; [rows] of
// vg_net_stride(width), valid after forward. i = layers: the outputs.
const float *vg_mlp_values(const vg_mlp *mlp, int32_t i, const float *scratch);
// Linear layers: hidden ones and the head. Layer i's weight is tensor 2 i, its bias tensor 2 i + 1.
int32_t vg_mlp_layers(const vg_mlp *mlp);

// What a network is given of rows [count][width]: (value - mean) * scale, column by column, laid out as
// inputs are.
void vg_mlp_scale(const float *rows, int64_t count, int32_t width, const float *mean, const float *scale,
                  float *inputs);

// rows: 1 .. VG_MLP_BLOCK. Neither allocates.
void vg_mlp_forward(const vg_mlp *mlp, int32_t rows, float *scratch);
// After forward on the same scratch. gradient is [vg_mlp_count]; with `add` the block's sums are added to it.
// log_std's part is the loss's affair and not touched.
void vg_mlp_backward(const vg_mlp *mlp, int32_t rows, float *scratch, bool add, float *gradient);

// For tests: use this table of kernels.
void vg_mlp_use_kernel(vg_mlp *mlp, const vg_net_kernel *kernel);
const vg_net_kernel *vg_mlp_kernel(const vg_mlp *mlp);

#ifdef __cplusplus
}
#endif
#endif
