#include "agents/nets/tangent.h"

#include "agents/nets/mlp.h"
#include "sim/base/memory.h"

enum { LAYERS_MOST = VG_MLP_HIDDEN_MOST + 1 };

struct vg_tangent {
    const vg_network *net;
    int32_t layers;
    int64_t stride;                                 // floats of a block of the widest layer
    float *weights[LAYERS_MOST], *aim[LAYERS_MOST]; // forward panels, of the weights without biases and of
                                                    // the direction
    float *none;                                    // [widest] zeros: no bias
    float *pushed, *through, *moved; // [VG_NETWORK_BLOCK] rows: into a layer, through its weights, by
                                     // the direction
    float *floats;
};

static int32_t width_after(const vg_network *net, int32_t layer) {
    const vg_mlp_def *shape = vg_mlp_shape(net);
    return layer < shape->hidden_count ? shape->hidden[layer] : shape->outputs;
}

vg_err vg_tangent_create(const vg_network *net, vg_tangent **out, vg_diag *diag) {
    *out = NULL;
    const vg_mlp_def *shape;
    vg_err err = vg_mlp_need(net, "a derivative along the parameters", &shape, diag);
    if (err) return err;
    vg_tangent *t = vg_new(vg_tangent, 1);
    if (!t) return vg_fail_memory(diag);
    t->layers = vg_mlp_layers(net);
    int64_t panels = 0, widest = 0;
    for (int32_t i = 0; i < t->layers; i++) {
        vg_network_tensor weight = vg_network_tensor_at(net, 2 * i);
        panels += vg_net_forward_panels(weight.shape[1], weight.shape[0]);
        if (weight.shape[0] > widest) widest = weight.shape[0];
    }
    t->stride = VG_NETWORK_BLOCK * vg_net_stride(widest);
    t->floats = vg_new(float, 2 * panels + vg_net_padded(widest) + 3 * t->stride);
    if (!t->floats) {
        vg_tangent_destroy(t);
        return vg_fail_memory(diag);
    }
    float *at = t->floats;
    for (int32_t i = 0; i < t->layers; i++) {
        vg_network_tensor weight = vg_network_tensor_at(net, 2 * i);
        int64_t size = vg_net_forward_panels(weight.shape[1], weight.shape[0]);
        t->weights[i] = at, t->aim[i] = at + size;
        at += 2 * size;
    }
    t->none = at, at += vg_net_padded(widest);
    t->pushed = at, t->through = at + t->stride, t->moved = at + 2 * t->stride;
    *out = t;
    return VG_OK;
}

void vg_tangent_destroy(vg_tangent *tangent) {
    if (!tangent) return;
    vg_free(tangent->floats);
    vg_free(tangent);
}

void vg_tangent_take(vg_tangent *t, const vg_network *net) {
    t->net = net;
    for (int32_t i = 0; i < t->layers; i++) {
        vg_network_tensor weight = vg_network_tensor_at(net, 2 * i);
        vg_network_kernel(net)->pack_forward(vg_network_read(net) + weight.at, t->none,
                                             (int32_t)weight.shape[1], (int32_t)weight.shape[0],
                                             t->weights[i]);
    }
}

void vg_tangent_aim(vg_tangent *t, const float *direction) {
    for (int32_t i = 0; i < t->layers; i++) {
        vg_network_tensor weight = vg_network_tensor_at(t->net, 2 * i),
                          bias = vg_network_tensor_at(t->net, 2 * i + 1);
        vg_network_kernel(t->net)->pack_forward(direction + weight.at, direction + bias.at,
                                                (int32_t)weight.shape[1], (int32_t)weight.shape[0],
                                                t->aim[i]);
    }
}

// The derivative of layer i's activations: act'(sum) * (through + moved).
static void pass_activation(const vg_tangent *t, int32_t layer, int32_t rows, const float *given,
                            float *out) {
    int64_t floats = rows * vg_net_stride(width_after(t->net, layer));
    const float *through = t->through, *moved = t->moved;
    bool head = layer == t->layers - 1, tanh = vg_mlp_shape(t->net)->activation == VG_ACTIVATION_TANH;
    for (int64_t j = 0; j < floats; j++) {
        float sum = layer ? through[j] + moved[j] : moved[j]; // the inputs do not change
        out[j] = head ? sum : tanh ? sum * (1.0f - given[j] * given[j]) : given[j] > 0.0f ? sum : 0.0f;
    }
}

const float *vg_tangent_push(vg_tangent *t, int32_t rows, const float *scratch) {
    const vg_net_kernel *kernel = vg_network_kernel(t->net);
    for (int32_t i = 0; i < t->layers; i++) {
        int32_t in = i ? width_after(t->net, i - 1) : vg_network_shape_of(t->net)->inputs,
                out = width_after(t->net, i);
        kernel->forward(vg_mlp_values(t->net, i, scratch), t->aim[i], rows, in, out, VG_ACTIVATION_LINEAR,
                        t->moved);
        if (i) kernel->forward(t->pushed, t->weights[i], rows, in, out, VG_ACTIVATION_LINEAR, t->through);
        pass_activation(t, i, rows, vg_mlp_values(t->net, i + 1, scratch), t->pushed);
    }
    return t->pushed;
}
