// agents/nets/transformer_run.h -- the places of a transformer's parts, for transformer.c and
// transformer_run.c.
#ifndef VG_AGENTS_NETS_TRANSFORMER_RUN_H
#define VG_AGENTS_NETS_TRANSFORMER_RUN_H

#include "agents/nets/attention.h"
#include "agents/nets/network_private.h"
#include "agents/nets/transformer_def.h"

// A linear layer: y = weight x + bias.
typedef struct vg_transformer_linear {
    int32_t in, out;
    int64_t weight, bias;      // places in the parameters; bias -1: none
    float *forward, *backward; // panels
} vg_transformer_linear;

typedef struct vg_transformer_norm {
    int64_t weight, bias;
} vg_transformer_norm;

typedef struct vg_transformer_layer {
    vg_transformer_norm norm1, norm2;
    vg_transformer_linear in_proj, out_proj, linear1, linear2;
    // Places in the scratch: what each part gave, for all tokens of a block.
    int64_t x, normed, qkv, probabilities, mixed, middle, normed2, hidden, stats, stats2;
} vg_transformer_layer;

enum { VG_TRANSFORMER_NAMES_MOST = 64 };

typedef struct vg_transformer {
    vg_network base;
    vg_transformer_def def;
    int32_t style, tokens, context; // inputs of the style; tokens in all; tokens of the groups
    vg_transformer_linear group[VG_TRANSFORMER_GROUPS_MOST], to_query, output;
    int64_t place; // [tokens][dim_model] in the parameters
    vg_transformer_layer layers[VG_TRANSFORMER_LAYERS_MOST];
    vg_transformer_norm norm;
    vg_network_tensor tensors[VG_TRANSFORMER_NAMES_MOST];
    const vg_attention_kernel *attention;
    float *panels;
    // Places in the scratch: what the last layer gave; its queries, as they are and normed; rows gathered
    // from the inputs; products on their way; work space of attention. Gradients by tokens, by what a part of
    // a layer was given, by rows gathered from the inputs; sums over rows.
    int64_t last, read, normed, stats, shown, buffer, work, dx, dpart, dqkv, dhidden, given, sums;
} vg_transformer;

void vg_transformer_forward(const vg_network *net, int32_t rows, float *scratch);
void vg_transformer_backward(const vg_network *net, int32_t rows, float *scratch, bool add, float *gradient,
                             bool by_inputs);

#endif
