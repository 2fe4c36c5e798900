// agents/policy/onnx_chain.h -- the multilayer perceptron in an ONNX graph, internal to onnx_read.c. Only for
// builds with protobuf-c.
#ifndef VG_AGENTS_POLICY_ONNX_CHAIN_H
#define VG_AGENTS_POLICY_ONNX_CHAIN_H

#include "agents/nets/mlp.h"
#include "agents/policy/onnx.pb-c.h"

enum { VG_ONNX_LAYERS_MOST = VG_MLP_HIDDEN_MOST + 1, VG_ONNX_NODES_MOST = 256, VG_ONNX_TENSORS_MOST = 1024 };

typedef struct vg_onnx_layer {
    int32_t inputs, outputs;
    float *weight, *bias; // [outputs][inputs], [outputs]
} vg_onnx_layer;

// What was found: y = layers(... activation(layer((x - mean) * scale))). Free it also after an error.
typedef struct vg_onnx_chain {
    double *mean, *scale; // [inputs]
    vg_onnx_layer layers[VG_ONNX_LAYERS_MOST];
    int32_t layer_count;      // >= 1
    vg_activation activation; // between the layers; VG_ACTIVATION_LINEAR where there is a single layer
} vg_onnx_chain;

// inputs: values of the sense. path stands in messages. Errors: those of vg_onnx_read.
VG_NODISCARD vg_err vg_onnx_chain_read(const VergeOnnx__Graph *graph, int32_t inputs, const char *path,
                                       vg_onnx_chain *out, vg_diag *diag);
void vg_onnx_chain_free(vg_onnx_chain *chain);

#endif
