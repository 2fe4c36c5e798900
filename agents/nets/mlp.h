// agents/nets/mlp.h -- a multilayer perceptron, a kind of network: linear layers, tanh or relu between them,
// a linear last layer.
//
// Its tensors are those of a PyTorch nn.Sequential(Linear, Tanh, Linear, ...): net.0.weight [out][in],
// net.0.bias [out], net.2.weight, ...
#ifndef VG_AGENTS_NETS_MLP_H
#define VG_AGENTS_NETS_MLP_H

#include "agents/nets/network.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { VG_MLP_HIDDEN_MOST = 8 };

// Start from vg_mlp_default().
typedef struct vg_mlp_def {
    int32_t inputs, outputs;            // 1 .. VG_NETWORK_WIDTH_MOST
    int32_t hidden[VG_MLP_HIDDEN_MOST]; // units of each hidden layer, default 64, 64
    int32_t hidden_count;               // 0 .. VG_MLP_HIDDEN_MOST; 0: linear
    vg_activation activation;           // of the hidden layers, default tanh
    bool log_std;                       // as in vg_network_shape
} vg_mlp_def;
vg_mlp_def vg_mlp_default(void);

// A network with all parameters zero. vg_network_init then draws weights and biases of a layer uniformly in
// +-1 / sqrt(in), as PyTorch's Linear does. Errors: VG_ERR_ARGUMENT, VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_mlp_create(const vg_mlp_def *def, vg_network **out, vg_diag *diag);

// Its definition; NULL: the network is of another kind.
const vg_mlp_def *vg_mlp_shape(const vg_network *net);
// Get its definition, or an error which says that `what` needs a multilayer perceptron. Errors:
// VG_ERR_ARGUMENT.
VG_NODISCARD vg_err vg_mlp_need(const vg_network *net, const char *what, const vg_mlp_def **out,
                                vg_diag *diag);

// For code that needs the layers, such as penalty.c; the network must be of this kind.
// Linear layers: hidden ones and the last. Layer i's weight is tensor 2 i, its bias tensor 2 i + 1.
int32_t vg_mlp_layers(const vg_network *net);
// The input of layer i: the network's inputs for layer 0, else the output of the activation before it; [rows]
// of vg_net_stride(width), valid after forward. i = layers: the outputs.
const float *vg_mlp_values(const vg_network *net, int32_t i, const float *scratch);

// Its row in the table of kinds (network_private.h).
extern const struct vg_network_kind vg_mlp_kind;

#ifdef __cplusplus
}
#endif
#endif
