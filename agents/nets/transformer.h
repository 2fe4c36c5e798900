// agents/nets/transformer.h -- a transformer encoder, a kind of network.
//
// Vaswani et al. 2017, "Attention is all you need", with the norm before each part (Xiong et al. 2020, "On
// layer normalization in the transformer architecture") and relu. What it is shown are groups of tokens, such
// as the last rows sensed; each group has a linear layer of its own into `dim_model` columns. Queries are
// tokens without inputs, and each gives its share of the outputs: a query for each action of a chunk. All
// tokens have a learned place and see each other. Inputs beyond the groups (a style) are added to every
// query.
//
// Its tensors are named as those of PyTorch's nn.TransformerEncoder (norm_first=True):
// "layers.0.linear1.weight".
#ifndef VG_AGENTS_NETS_TRANSFORMER_H
#define VG_AGENTS_NETS_TRANSFORMER_H

#include "agents/nets/network.h"
#include "agents/nets/transformer_def.h"

#ifdef __cplusplus
extern "C" {
#endif

// A network with all parameters zero. vg_network_init then draws weights and biases of a linear layer
// uniformly in
// +-1 / sqrt(in), places in +-1; norms begin as 1 and 0. Errors: VG_ERR_ARGUMENT, VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_transformer_create(const vg_transformer_def *def, vg_network **out, vg_diag *diag);

// Its row in the table of kinds (network_private.h).
extern const struct vg_network_kind vg_transformer_kind;

#ifdef __cplusplus
}
#endif
#endif
