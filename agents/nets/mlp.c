#include "agents/nets/mlp.h"

#include <stdio.h>

#include "sim/base/memory.h"
#include "sim/base/random.h"

enum { LAYERS_MOST = VG_MLP_HIDDEN_MOST + 1 };

typedef struct layer {
    int32_t in, out;
    vg_activation activation;
    int64_t weight, bias;      // in the parameters
    float *forward, *backward; // panels; the first layer has no backward ones
    int64_t values, deltas;    // in the scratch: what comes out of this layer, and the loss by its sums
} layer;

struct vg_mlp {
    vg_mlp_def def;
    const vg_net_kernel *kernel;
    int32_t layer_count;
    layer layers[LAYERS_MOST];
    int64_t count, weight_count, forward_scratch, backward_scratch;
    float *parameters, *panels;
};

vg_mlp_def vg_mlp_default(void) {
    return (vg_mlp_def){.hidden = {64, 64}, .hidden_count = 2, .activation = VG_ACTIVATION_TANH};
}

static vg_err check_width(const char *what, int32_t width, vg_diag *diag) {
    if (width >= 1 && width <= VG_MLP_WIDTH_MOST) return VG_OK;
    return vg_fail(diag, VG_ERR_ARGUMENT, "%s is %d, expected 1 to %d", what, width, VG_MLP_WIDTH_MOST);
}

static vg_err check(const vg_mlp_def *def, vg_diag *diag) {
    vg_err err = check_width("the number of inputs", def->inputs, diag);
    if (!err) err = check_width("the number of outputs", def->outputs, diag);
    if (!err && (def->hidden_count < 0 || def->hidden_count > VG_MLP_HIDDEN_MOST))
        err = vg_fail(diag, VG_ERR_ARGUMENT, "%d hidden layers, expected 0 to %d", def->hidden_count,
                      VG_MLP_HIDDEN_MOST);
    for (int32_t i = 0; !err && i < def->hidden_count; i++)
        err = check_width("a hidden layer's width", def->hidden[i], diag);
    return err;
}

// Where everything stands; panels as offsets until there is memory for them. Returns the panels' floats.
static int64_t lay_out(vg_mlp *mlp, int64_t forward_at[], int64_t backward_at[]) {
    const vg_mlp_def *def = &mlp->def;
    int64_t panels = 0, scratch = VG_MLP_BLOCK * vg_net_stride(def->inputs);
    mlp->layer_count = def->hidden_count + 1;
    for (int32_t i = 0; i < mlp->layer_count; i++) {
        layer *layer = &mlp->layers[i];
        bool head = i == def->hidden_count;
        layer->in = i ? def->hidden[i - 1] : def->inputs;
        layer->out = head ? def->outputs : def->hidden[i];
        layer->activation = head ? VG_ACTIVATION_LINEAR : def->activation;
        layer->weight = mlp->count;
        layer->bias = layer->weight + (int64_t)layer->in * layer->out;
        mlp->count = layer->bias + layer->out;
        forward_at[i] = panels;
        panels += vg_net_forward_panels(layer->in, layer->out);
        backward_at[i] = panels;
        if (i) panels += vg_net_backward_panels(layer->in, layer->out);
        layer->values = scratch;
        scratch += VG_MLP_BLOCK * vg_net_stride(layer->out);
    }
    mlp->forward_scratch = scratch;
    for (int32_t i = 0; i < mlp->layer_count; i++) {
        mlp->layers[i].deltas = scratch;
        scratch += VG_MLP_BLOCK * vg_net_stride(mlp->layers[i].out);
    }
    mlp->backward_scratch = scratch;
    mlp->weight_count = mlp->count;
    if (def->log_std) mlp->count += def->outputs;
    return panels;
}

vg_err vg_mlp_create(const vg_mlp_def *def, vg_mlp **out, vg_diag *diag) {
    *out = NULL;
    vg_err err = check(def, diag);
    if (err) return err;
    vg_mlp *mlp = vg_new(vg_mlp, 1);
    if (!mlp) return vg_fail_memory(diag);
    mlp->def = *def;
    mlp->kernel = VG_HOT_PICK(vg_net_kernel);
    int64_t forward_at[LAYERS_MOST], backward_at[LAYERS_MOST];
    int64_t panels = lay_out(mlp, forward_at, backward_at);
    mlp->parameters = vg_new(float, mlp->count);
    mlp->panels = vg_new(float, panels);
    if (!mlp->parameters || !mlp->panels) goto fail;
    for (int32_t i = 0; i < mlp->layer_count; i++) {
        mlp->layers[i].forward = mlp->panels + forward_at[i];
        mlp->layers[i].backward = mlp->panels + backward_at[i];
    }
    *out = mlp;
    return VG_OK;
fail:
    vg_mlp_destroy(mlp);
    return vg_fail_memory(diag);
}

void vg_mlp_destroy(vg_mlp *mlp) {
    if (!mlp) return;
    vg_free(mlp->parameters);
    vg_free(mlp->panels);
    vg_free(mlp);
}

const vg_mlp_def *vg_mlp_shape(const vg_mlp *mlp) { return &mlp->def; }
float *vg_mlp_parameters(vg_mlp *mlp) { return mlp->parameters; }
const float *vg_mlp_read(const vg_mlp *mlp) { return mlp->parameters; }
int64_t vg_mlp_count(const vg_mlp *mlp) { return mlp->count; }
int64_t vg_mlp_weight_count(const vg_mlp *mlp) { return mlp->weight_count; }
void vg_mlp_use_kernel(vg_mlp *mlp, const vg_net_kernel *kernel) { mlp->kernel = kernel; }
const vg_net_kernel *vg_mlp_kernel(const vg_mlp *mlp) { return mlp->kernel; }

int32_t vg_mlp_tensors(const vg_mlp *mlp) { return 2 * mlp->layer_count + mlp->def.log_std; }

vg_mlp_tensor vg_mlp_tensor_at(const vg_mlp *mlp, int32_t i) {
    vg_mlp_tensor tensor = {.rank = 1, .shape = {1, 1}};
    if (i == 2 * mlp->layer_count) {
        snprintf(tensor.name, sizeof tensor.name, "log_std");
        tensor.at = mlp->weight_count;
        tensor.shape[0] = mlp->def.outputs;
    } else {
        const layer *layer = &mlp->layers[i / 2];
        bool bias = i % 2 == 1;
        // An activation stands between two linear layers of a Sequential, so their numbers are even.
        snprintf(tensor.name, sizeof tensor.name, "net.%d.%s", i / 2 * 2, bias ? "bias" : "weight");
        tensor.rank = bias ? 1 : 2;
        tensor.shape[0] = layer->out;
        tensor.shape[1] = bias ? 1 : layer->in;
        tensor.at = bias ? layer->bias : layer->weight;
    }
    tensor.count = tensor.shape[0] * tensor.shape[1];
    return tensor;
}

void vg_mlp_init(vg_mlp *mlp, uint64_t seed) {
    for (int32_t i = 0; i < vg_mlp_tensors(mlp); i++) {
        vg_mlp_tensor tensor = vg_mlp_tensor_at(mlp, i);
        bool log_std = i == 2 * mlp->layer_count;
        double bound = log_std ? 0.0 : 1.0 / __builtin_sqrt((double)mlp->layers[i / 2].in);
        for (int64_t j = 0; j < tensor.count; j++) {
            vg_draw at = {
                .seed = seed, .stream = VG_STREAM_WEIGHTS, .entity = (uint32_t)i, .step = (uint32_t)j};
            double value = log_std ? -0.5 : (2.0 * vg_random_uniform(&at) - 1.0) * bound;
            mlp->parameters[tensor.at + j] = (float)value;
        }
    }
    vg_mlp_pack(mlp);
}

void vg_mlp_pack(vg_mlp *mlp) {
    for (int32_t i = 0; i < mlp->layer_count; i++) {
        const layer *layer = &mlp->layers[i];
        const float *weight = mlp->parameters + layer->weight, *bias = mlp->parameters + layer->bias;
        mlp->kernel->pack_forward(weight, bias, layer->in, layer->out, layer->forward);
        if (i) mlp->kernel->pack_backward(weight, layer->in, layer->out, layer->backward);
    }
}

int64_t vg_mlp_scratch(const vg_mlp *mlp, bool backward) {
    return backward ? mlp->backward_scratch : mlp->forward_scratch;
}

// What goes into layer i.
static float *values_into(const vg_mlp *mlp, int32_t i, float *scratch) {
    return i ? scratch + mlp->layers[i - 1].values : scratch;
}

const float *vg_mlp_values(const vg_mlp *mlp, int32_t i, const float *scratch) {
    return values_into(mlp, i, (float *)scratch);
}
int32_t vg_mlp_layers(const vg_mlp *mlp) { return mlp->layer_count; }

float *vg_mlp_inputs(const vg_mlp *mlp, float *scratch) { return values_into(mlp, 0, scratch); }
float *vg_mlp_outputs(const vg_mlp *mlp, float *scratch) {
    return values_into(mlp, mlp->layer_count, scratch);
}
float *vg_mlp_deltas(const vg_mlp *mlp, float *scratch) {
    return scratch + mlp->layers[mlp->layer_count - 1].deltas;
}

void vg_mlp_scale(const float *rows, int64_t count, int32_t width, const float *mean, const float *scale,
                  float *inputs) {
    for (int64_t r = 0; r < count; r++)
        for (int32_t i = 0; i < width; i++)
            inputs[r * vg_net_stride(width) + i] = (rows[r * width + i] - mean[i]) * scale[i];
}

void vg_mlp_forward(const vg_mlp *mlp, int32_t rows, float *scratch) {
    for (int32_t i = 0; i < mlp->layer_count; i++) {
        const layer *layer = &mlp->layers[i];
        mlp->kernel->forward(values_into(mlp, i, scratch), layer->forward, rows, layer->in, layer->out,
                             layer->activation, scratch + layer->values);
    }
}

void vg_mlp_backward(const vg_mlp *mlp, int32_t rows, float *scratch, bool add, float *gradient) {
    for (int32_t i = mlp->layer_count - 1; i >= 0; i--) {
        const layer *layer = &mlp->layers[i];
        const float *x = values_into(mlp, i, scratch), *dy = scratch + layer->deltas;
        mlp->kernel->backward_weight(dy, x, rows, layer->in, layer->out, add, gradient + layer->weight,
                                     gradient + layer->bias);
        if (!i) break; // nobody asks for the loss by the inputs
        mlp->kernel->backward_input(dy, layer->backward, rows, layer->in, layer->out,
                                    mlp->layers[i - 1].activation, x, scratch + mlp->layers[i - 1].deltas);
    }
}
