// agents/nets/transformer_def.h -- what a transformer is made by (transformer.h).
#ifndef VG_AGENTS_NETS_TRANSFORMER_DEF_H
#define VG_AGENTS_NETS_TRANSFORMER_DEF_H

#include "sim/base/config.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { VG_TRANSFORMER_GROUPS_MOST = 4, VG_TRANSFORMER_LAYERS_MOST = 4 };

// The keys that learners have for it, with the names of LeRobot's ACT. X(field, type, unit, least, most,
// default, choices, help)
#define VG_TRANSFORMER_KEYS(X)                                                                               \
    X(dim_model, INT, "1", 1, 512, "64", NULL, "transformer: columns of a token")                            \
    X(n_heads, INT, "1", 1, 64, "4", NULL, "transformer: heads of attention; dim_model is a multiple")       \
    X(dim_feedforward, INT, "1", 1, 4096, "128", NULL, "transformer: units between the two linear layers")   \
    X(n_encoder_layers, INT, "1", 1, 4, "2", NULL, "transformer: layers")

typedef struct vg_transformer_config {
#define X(field, type, unit, least, most, standard, choices, help) VG_FIELD_##type(field);
    VG_TRANSFORMER_KEYS(X)
#undef X
} vg_transformer_config;

// Groups of `count` tokens with `width` inputs each, one after the other in a row of inputs.
typedef struct vg_token_group {
    int32_t count, width; // >= 1
} vg_token_group;

typedef struct vg_transformer_def {
    int32_t inputs, outputs; // inputs beyond the groups are the style
    int32_t group_count;     // 1 .. VG_TRANSFORMER_GROUPS_MOST
    vg_token_group groups[VG_TRANSFORMER_GROUPS_MOST];
    int32_t queries; // >= 1; outputs are a multiple of them
    vg_transformer_config config;
} vg_transformer_def;

#ifdef __cplusplus
}
#endif
#endif
