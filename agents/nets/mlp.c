#include "agents/nets/mlp.h"

#include <assert.h>
#include <stddef.h>
#include <stdio.h>

#include "agents/nets/network_private.h"
#include "sim/base/memory.h"
#include "sim/base/random.h"

enum { LAYERS_MOST = VG_MLP_HIDDEN_MOST + 1, WIDTHS_MOST = VG_MLP_HIDDEN_MOST + 2 };

typedef struct layer {
    int32_t in, out;
    vg_activation activation;
    int64_t weight, bias;      // place in the parameters
    float *forward, *backward; // panels
    int64_t values, deltas; // place in the scratch: this layer's outputs, and the loss's gradient by its sums
} layer;

typedef struct mlp {
    vg_network base;
    vg_mlp_def def;
    int32_t layer_count;
    layer layers[LAYERS_MOST];
    float *panels;
} mlp;

vg_mlp_def vg_mlp_default(void) {
    return (vg_mlp_def){.hidden = {64, 64}, .hidden_count = 2, .activation = VG_ACTIVATION_TANH};
}

// --- making one --------------------------------------------------------------------------------------------

static vg_err check(const vg_mlp_def *def, vg_diag *diag) {
    vg_err err = vg_network_check_shape(&(vg_network_shape){def->inputs, def->outputs, def->log_std}, diag);
    if (!err && (def->hidden_count < 0 || def->hidden_count > VG_MLP_HIDDEN_MOST))
        err = vg_fail(diag, VG_ERR_ARGUMENT, "%d hidden layers, expected 0 to %d", def->hidden_count,
                      VG_MLP_HIDDEN_MOST);
    for (int32_t i = 0; !err && i < def->hidden_count; i++)
        err = vg_network_check_width("a hidden layer's width", def->hidden[i], diag);
    return err;
}

// Set each layer's places in the parameters. Returns the number of weights and biases.
static int64_t lay_out_layers(mlp *m) {
    const vg_mlp_def *def = &m->def;
    int64_t count = 0;
    m->layer_count = def->hidden_count + 1;
    for (int32_t i = 0; i < m->layer_count; i++) {
        layer *layer = &m->layers[i];
        bool last = i == def->hidden_count;
        layer->in = i ? def->hidden[i - 1] : def->inputs;
        layer->out = last ? def->outputs : def->hidden[i];
        layer->activation = last ? VG_ACTIVATION_LINEAR : def->activation;
        layer->weight = count;
        layer->bias = layer->weight + (int64_t)layer->in * layer->out;
        count = layer->bias + layer->out;
    }
    return count;
}

// The scratch: inputs, then outputs of each layer; for backward also deltas of each layer, and those of the
// inputs last.
static void lay_out_scratch(mlp *m) {
    vg_network *net = &m->base;
    int64_t inputs = VG_NETWORK_BLOCK * vg_net_stride(m->def.inputs), at = inputs;
    for (int32_t i = 0; i < m->layer_count; i++) {
        m->layers[i].values = at;
        at += VG_NETWORK_BLOCK * vg_net_stride(m->layers[i].out);
    }
    net->forward_scratch = at;
    for (int32_t i = 0; i < m->layer_count; i++) {
        m->layers[i].deltas = at;
        at += VG_NETWORK_BLOCK * vg_net_stride(m->layers[i].out);
    }
    net->inputs = 0;
    net->outputs = m->layers[m->layer_count - 1].values;
    net->deltas = m->layers[m->layer_count - 1].deltas;
    net->input_deltas = at;
    net->backward_scratch = at + inputs;
}

static vg_err make_panels(mlp *m, vg_diag *diag) {
    int64_t floats = 0;
    for (int32_t i = 0; i < m->layer_count; i++)
        floats += vg_net_forward_panels(m->layers[i].in, m->layers[i].out) +
                  vg_net_backward_panels(m->layers[i].in, m->layers[i].out);
    float *at = m->panels = vg_new(float, floats);
    if (!at) return vg_fail_memory(diag);
    for (int32_t i = 0; i < m->layer_count; i++) {
        m->layers[i].forward = at, at += vg_net_forward_panels(m->layers[i].in, m->layers[i].out);
        m->layers[i].backward = at, at += vg_net_backward_panels(m->layers[i].in, m->layers[i].out);
    }
    return VG_OK;
}

vg_err vg_mlp_create(const vg_mlp_def *def, vg_network **out, vg_diag *diag) {
    *out = NULL;
    vg_err err = check(def, diag);
    if (err) return err;
    mlp *m = vg_new(mlp, 1);
    if (!m) return vg_fail_memory(diag);
    m->def = *def;
    vg_network_shape shape = {def->inputs, def->outputs, def->log_std};
    err = vg_network_open_base(&m->base, &vg_mlp_kind, &shape, lay_out_layers(m), diag);
    m->base.tensor_count = 2 * m->layer_count;
    lay_out_scratch(m);
    if (!err) err = make_panels(m, diag);
    if (err)
        vg_network_destroy(&m->base);
    else
        *out = &m->base;
    return err;
}

static void destroy(vg_network *net) {
    vg_free(((mlp *)net)->panels);
    vg_network_free_base(net);
}

static vg_err create_like(const vg_network *net, const vg_network_shape *shape, vg_network **out,
                          vg_diag *diag) {
    vg_mlp_def def = ((const mlp *)net)->def;
    def.inputs = shape->inputs, def.outputs = shape->outputs, def.log_std = shape->log_std;
    return vg_mlp_create(&def, out, diag);
}

// --- its hyperparameters -----------------------------------------------------------------------------------

typedef struct hyperparameters {
    char layers[VG_KEY_TEXT_SIZE];
    int32_t activation; // index into the choice's words
} hyperparameters;
_Static_assert(sizeof(hyperparameters) <= sizeof(vg_hyperparameters), "more room is needed");

static const vg_key keys[] = {
    {"layers", VG_KEY_TEXT, offsetof(hyperparameters, layers), "", 0, 0, "", NULL,
     "inputs, units of each hidden layer, outputs: 11,64,64,2"},
    {"activation", VG_KEY_CHOICE, offsetof(hyperparameters, activation), "", 0, 0, "tanh", "tanh|relu",
     "of the hidden layers"},
};
static const vg_schema schema = {"mlp", keys, sizeof keys / sizeof *keys, NULL};
static const vg_activation activations[] = {VG_ACTIVATION_TANH, VG_ACTIVATION_RELU};

static vg_err create(const vg_network_shape *shape, const void *values, vg_network **out, vg_diag *diag) {
    const hyperparameters *h = values;
    vg_mlp_def def = {.inputs = shape->inputs, .outputs = shape->outputs, .log_std = shape->log_std};
    int32_t widths[WIDTHS_MOST], count;
    *out = NULL;
    vg_err err =
        vg_parse_counts("layers", h->layers, ',', VG_NETWORK_WIDTH_MOST, WIDTHS_MOST, widths, &count, diag);
    if (err) return err;
    if (count < 2 || widths[0] != shape->inputs || widths[count - 1] != shape->outputs)
        return vg_fail_at(diag, VG_ERR_FORMAT, NULL, 0, "layers",
                          "'%.80s' does not lead from %d inputs to %d outputs", h->layers, shape->inputs,
                          shape->outputs);
    def.hidden_count = count - 2;
    memcpy(def.hidden, widths + 1, sizeof *widths * (size_t)def.hidden_count);
    def.activation = activations[h->activation];
    return vg_mlp_create(&def, out, diag);
}

static void describe(const vg_network *net, void *into) {
    const vg_mlp_def *def = &((const mlp *)net)->def;
    hyperparameters *h = into;
    size_t size = sizeof h->layers, used = (size_t)snprintf(h->layers, size, "%d", def->inputs);
    for (int32_t i = 0; i < def->hidden_count; i++)
        used += (size_t)snprintf(h->layers + used, size - used, ",%d", def->hidden[i]);
    snprintf(h->layers + used, size - used, ",%d", def->outputs);
    h->activation = def->activation == VG_ACTIVATION_RELU;
}

// --- parameters --------------------------------------------------------------------------------------------

static vg_network_tensor tensor_at(const vg_network *net, int32_t i) {
    const layer *layer = &((const mlp *)net)->layers[i / 2];
    bool bias = i % 2 == 1;
    vg_network_tensor tensor = {.rank = bias ? 1 : 2,
                                .shape = {layer->out, bias ? 1 : layer->in},
                                .at = bias ? layer->bias : layer->weight};
    // In a Sequential an activation stands between two linear layers, so the linear layers have even numbers.
    snprintf(tensor.name, sizeof tensor.name, "net.%d.%s", i / 2 * 2, bias ? "bias" : "weight");
    tensor.count = tensor.shape[0] * tensor.shape[1];
    return tensor;
}

static void init(vg_network *net, uint64_t seed) {
    for (int32_t i = 0; i < net->tensor_count; i++) {
        vg_network_tensor tensor = tensor_at(net, i);
        double bound = 1.0 / __builtin_sqrt((double)((mlp *)net)->layers[i / 2].in);
        for (int64_t j = 0; j < tensor.count; j++) {
            vg_draw at = {
                .seed = seed, .stream = VG_STREAM_WEIGHTS, .entity = (uint32_t)i, .step = (uint32_t)j};
            net->parameters[tensor.at + j] = (float)((2.0 * vg_random_uniform(&at) - 1.0) * bound);
        }
    }
}

static void pack(vg_network *net) {
    const mlp *m = (const mlp *)net;
    for (int32_t i = 0; i < m->layer_count; i++) {
        const layer *layer = &m->layers[i];
        const float *weight = net->parameters + layer->weight, *bias = net->parameters + layer->bias;
        net->kernel->pack_forward(weight, bias, layer->in, layer->out, layer->forward);
        net->kernel->pack_backward(weight, layer->in, layer->out, layer->backward);
    }
}

// --- products ----------------------------------------------------------------------------------------------

// The input of layer i.
static float *values_into(const mlp *m, int32_t i, float *scratch) {
    return i ? scratch + m->layers[i - 1].values : scratch;
}

static void forward(const vg_network *net, int32_t rows, float *scratch) {
    const mlp *m = (const mlp *)net;
    for (int32_t i = 0; i < m->layer_count; i++) {
        const layer *layer = &m->layers[i];
        net->kernel->forward(values_into(m, i, scratch), layer->forward, rows, layer->in, layer->out,
                             layer->activation, scratch + layer->values);
    }
}

static void backward(const vg_network *net, int32_t rows, float *scratch, bool add, float *gradient,
                     bool by_inputs) {
    const mlp *m = (const mlp *)net;
    for (int32_t i = m->layer_count - 1; i >= 0; i--) {
        const layer *layer = &m->layers[i];
        const float *x = values_into(m, i, scratch), *dy = scratch + layer->deltas;
        if (gradient)
            net->kernel->backward_weight(dy, x, rows, layer->in, layer->out, add, gradient + layer->weight,
                                         gradient + layer->bias);
        if (!i && !by_inputs) break;
        net->kernel->backward_input(dy, layer->backward, rows, layer->in, layer->out,
                                    i ? m->layers[i - 1].activation : VG_ACTIVATION_LINEAR, x,
                                    scratch + (i ? m->layers[i - 1].deltas : net->input_deltas));
    }
}

const vg_network_kind vg_mlp_kind = {.name = "mlp",
                                     .schema = &schema,
                                     .create = create,
                                     .destroy = destroy,
                                     .hyperparameters = describe,
                                     .create_like = create_like,
                                     .tensor = tensor_at,
                                     .init = init,
                                     .pack = pack,
                                     .forward = forward,
                                     .backward = backward};

// --- for what looks inside ---------------------------------------------------------------------------------

const vg_mlp_def *vg_mlp_shape(const vg_network *net) {
    return net->kind == &vg_mlp_kind ? &((const mlp *)net)->def : NULL;
}

vg_err vg_mlp_need(const vg_network *net, const char *what, const vg_mlp_def **out, vg_diag *diag) {
    *out = vg_mlp_shape(net);
    if (*out) return VG_OK;
    return vg_fail(diag, VG_ERR_ARGUMENT, "%s needs a network of architecture mlp, not %s", what,
                   net->kind->name);
}

int32_t vg_mlp_layers(const vg_network *net) {
    assert(vg_mlp_shape(net));
    return ((const mlp *)net)->layer_count;
}

const float *vg_mlp_values(const vg_network *net, int32_t i, const float *scratch) {
    return values_into((const mlp *)net, i, (float *)scratch);
}
