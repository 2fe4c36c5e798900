#include "agents/nets/network.h"

#include <assert.h>

#include "agents/nets/network_private.h"
#include "sim/base/hash.h"
#include "sim/base/memory.h"

// --- for the kinds -----------------------------------------------------------------------------------------

vg_err vg_network_check_width(const char *what, int32_t width, vg_diag *diag) {
    if (width >= 1 && width <= VG_NETWORK_WIDTH_MOST) return VG_OK;
    return vg_fail(diag, VG_ERR_ARGUMENT, "%s is %d, expected 1 to %d", what, width, VG_NETWORK_WIDTH_MOST);
}

vg_err vg_network_check_shape(const vg_network_shape *shape, vg_diag *diag) {
    vg_err err = vg_network_check_width("the number of inputs", shape->inputs, diag);
    return err ? err : vg_network_check_width("the number of outputs", shape->outputs, diag);
}

vg_err vg_network_open_base(vg_network *net, const vg_network_kind *kind, const vg_network_shape *shape,
                            int64_t weight_count, vg_diag *diag) {
    net->kind = kind;
    net->shape = *shape;
    net->kernel = VG_HOT_PICK(vg_net_kernel);
    net->weight_count = weight_count;
    net->count = weight_count + (shape->log_std ? shape->outputs : 0);
    net->parameters = vg_new(float, net->count);
    return net->parameters ? VG_OK : vg_fail_memory(diag);
}

void vg_network_free_base(vg_network *net) {
    vg_free(net->parameters);
    vg_free(net);
}

// --- what it is --------------------------------------------------------------------------------------------

void vg_network_destroy(vg_network *net) {
    if (net) net->kind->destroy(net);
}

const vg_network_shape *vg_network_shape_of(const vg_network *net) { return &net->shape; }
const char *vg_network_architecture(const vg_network *net) { return net->kind->name; }
const vg_schema *vg_network_schema(const vg_network *net) { return net->kind->schema; }

vg_hyperparameters vg_network_hyperparameters(const vg_network *net) {
    vg_hyperparameters values = {0};
    net->kind->hyperparameters(net, &values);
    return values;
}

uint64_t vg_network_hash(uint64_t hash, const vg_network *net) {
    const vg_schema *schema = net->kind->schema;
    vg_hyperparameters values = vg_network_hyperparameters(net);
    char text[VG_KEY_LIST_SIZE];
    hash = vg_hash_text(hash, net->kind->name);
    hash = vg_hash_int(hash, (int64_t[]){net->shape.inputs, net->shape.outputs}, 2);
    for (int32_t i = 0; i < schema->count; i++) {
        hash = vg_hash_text(hash, schema->keys[i].name);
        hash = vg_hash_text(hash, vg_config_value(&schema->keys[i], &values, text));
    }
    return hash;
}

vg_err vg_network_create_like(const vg_network *net, const vg_network_shape *shape, vg_network **out,
                              vg_diag *diag) {
    return net->kind->create_like(net, shape, out, diag);
}

// --- parameters --------------------------------------------------------------------------------------------

float *vg_network_parameters(vg_network *net) { return net->parameters; }
const float *vg_network_read(const vg_network *net) { return net->parameters; }
int64_t vg_network_count(const vg_network *net) { return net->count; }
int64_t vg_network_weight_count(const vg_network *net) { return net->weight_count; }
void vg_network_pack(vg_network *net) { net->kind->pack(net); }

void vg_network_take(vg_network *net, const float *parameters) {
    memcpy(net->parameters, parameters, sizeof *parameters * (size_t)net->count);
    vg_network_pack(net);
}

void vg_network_init(vg_network *net, uint64_t seed) {
    net->kind->init(net, seed);
    for (int64_t i = net->weight_count; i < net->count; i++) net->parameters[i] = -0.5f;
    vg_network_pack(net);
}

int32_t vg_network_tensors(const vg_network *net) { return net->tensor_count + net->shape.log_std; }

vg_network_tensor vg_network_tensor_at(const vg_network *net, int32_t i) {
    assert(i >= 0 && i < vg_network_tensors(net));
    if (i < net->tensor_count) return net->kind->tensor(net, i);
    return (vg_network_tensor){.name = "log_std",
                               .rank = 1,
                               .shape = {net->shape.outputs, 1},
                               .at = net->weight_count,
                               .count = net->shape.outputs};
}

void vg_network_hold_log_std(vg_network *net, double least, double most) {
    for (int64_t i = net->weight_count; i < net->count; i++) {
        float *log_std = &net->parameters[i];
        if ((double)*log_std < least) *log_std = (float)least;
        if ((double)*log_std > most) *log_std = (float)most;
    }
}

void vg_network_shrink_outputs(vg_network *net, float factor) {
    int32_t last = net->tensor_count - 1;
    while (last > 0 && vg_network_tensor_at(net, last).rank != 2) last--;
    vg_network_tensor weight = vg_network_tensor_at(net, last);
    for (int64_t i = 0; i < weight.count; i++) net->parameters[weight.at + i] *= factor;
    vg_network_pack(net);
}

// --- products ----------------------------------------------------------------------------------------------

int64_t vg_network_scratch(const vg_network *net, bool backward) {
    return backward ? net->backward_scratch : net->forward_scratch;
}

float *vg_network_inputs(const vg_network *net, float *scratch) { return scratch + net->inputs; }
float *vg_network_outputs(const vg_network *net, float *scratch) { return scratch + net->outputs; }
float *vg_network_deltas(const vg_network *net, float *scratch) { return scratch + net->deltas; }
const float *vg_network_input_deltas(const vg_network *net, const float *scratch) {
    return scratch + net->input_deltas;
}

void vg_network_scale(const float *rows, int64_t count, int32_t width, const float *mean, const float *scale,
                      float *inputs) {
    for (int64_t r = 0; r < count; r++)
        for (int32_t i = 0; i < width; i++)
            inputs[r * vg_net_stride(width) + i] = (rows[r * width + i] - mean[i]) * scale[i];
}

void vg_network_forward(const vg_network *net, int32_t rows, float *scratch) {
    net->kind->forward(net, rows, scratch);
}

void vg_network_backward(const vg_network *net, int32_t rows, float *scratch, bool add, float *gradient) {
    net->kind->backward(net, rows, scratch, add, gradient, false);
}

void vg_network_backward_inputs(const vg_network *net, int32_t rows, float *scratch, bool add,
                                float *gradient) {
    net->kind->backward(net, rows, scratch, add, gradient, true);
}

void vg_network_use_kernel(vg_network *net, const vg_net_kernel *kernel) { net->kernel = kernel; }
const vg_net_kernel *vg_network_kernel(const vg_network *net) { return net->kernel; }
