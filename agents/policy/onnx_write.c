#include <stdio.h>
#include <string.h>

#include "agents/nets/mlp.h"
#include "agents/policy/head_mean.h"
#include "agents/policy/onnx.h"
#include "agents/policy/policy_file.h"
#include "sim/base/memory.h"
#include "sim/base/version.h"

#ifdef VG_WITH_ONNX
#include "agents/policy/onnx.pb-c.h"

// How onnx.proto3 numbers what is used here.
enum { FLOAT = 1, ATTRIBUTE_INT = 2 };
enum {
    LAYERS_MOST = VG_MLP_HIDDEN_MOST + 1,
    NODES_MOST = 2 * LAYERS_MOST + 3,
    TENSORS_MOST = 2 * LAYERS_MOST + 4,
    PAIRS_MOST = 48,
    TEXTS_MOST = 2 * PAIRS_MOST
};

// The model under construction. Messages point at each other and at the network's numbers; texts are owned.
typedef struct writing {
    VergeOnnx__Model model;
    VergeOnnx__Graph graph;
    VergeOnnx__OperatorSet opset;
    VergeOnnx__ValueInfo input, output;
    VergeOnnx__Type types[2];
    VergeOnnx__TensorType tensor_types[2];
    VergeOnnx__Shape shapes[2];
    VergeOnnx__Dimension dims[4];
    VergeOnnx__Node nodes[NODES_MOST];
    VergeOnnx__Tensor tensors[TENSORS_MOST];
    VergeOnnx__Attribute transposed;
    VergeOnnx__Entry entries[PAIRS_MOST];
    char names[NODES_MOST][32];  // of the nodes
    char values[NODES_MOST][32]; // of what they give
    char tensor_names[TENSORS_MOST][40];
    int64_t sizes[TENSORS_MOST][2];
    char *inputs[NODES_MOST][3];
    char *outputs[NODES_MOST];
    VergeOnnx__Attribute *attributes[1];
    // The lists of pointers that protobuf-c wants.
    VergeOnnx__Node *node_list[NODES_MOST];
    VergeOnnx__Tensor *tensor_list[TENSORS_MOST];
    VergeOnnx__Entry *entry_list[PAIRS_MOST];
    VergeOnnx__OperatorSet *opset_list[1];
    VergeOnnx__ValueInfo *input_list[1], *output_list[1];
    VergeOnnx__Dimension *dim_lists[2][2];
    char *texts[TEXTS_MOST]; // keys and values of the metadata
    char *flow;              // the name of what the last node gave
} writing;

static char *tensor(writing *w, const char *name, int rank, int64_t rows, int64_t columns,
                    const float *values) {
    size_t i = w->graph.n_initializer++;
    VergeOnnx__Tensor *t = &w->tensors[i];
    verge_onnx__tensor__init(t);
    snprintf(w->tensor_names[i], sizeof w->tensor_names[i], "%s", name);
    w->sizes[i][0] = rows, w->sizes[i][1] = columns;
    t->n_dims = (size_t)rank, t->dims = w->sizes[i];
    t->data_type = FLOAT;
    t->name = w->tensor_names[i];
    // Little-endian, as this machine's own numbers are.
    t->raw_data.len = sizeof(float) * (size_t)(rank > 0 ? rows : 1) * (size_t)(rank > 1 ? columns : 1);
    t->raw_data.data = (uint8_t *)values; // read only
    w->tensor_list[i] = t;
    return t->name;
}

// A node that works on what the last one gave, with up to two constants.
static VergeOnnx__Node *node(writing *w, const char *name, const char *op, char *a, char *b) {
    size_t i = w->graph.n_node++;
    VergeOnnx__Node *n = &w->nodes[i];
    verge_onnx__node__init(n);
    snprintf(w->names[i], sizeof w->names[i], "%s", name);
    snprintf(w->values[i], sizeof w->values[i], "%s.out", name);
    w->inputs[i][0] = w->flow, w->inputs[i][1] = a, w->inputs[i][2] = b;
    w->outputs[i] = w->values[i];
    n->n_input = b ? 3 : a ? 2 : 1, n->input = w->inputs[i];
    n->n_output = 1, n->output = &w->outputs[i];
    n->name = w->names[i];
    n->op_type = (char *)op;
    w->flow = w->values[i];
    w->node_list[i] = n;
    return n;
}

static void value_info(writing *w, int k, VergeOnnx__ValueInfo *info, char *name, int32_t columns) {
    verge_onnx__value_info__init(info);
    verge_onnx__type__init(&w->types[k]);
    verge_onnx__tensor_type__init(&w->tensor_types[k]);
    verge_onnx__shape__init(&w->shapes[k]);
    for (int d = 0; d < 2; d++) {
        w->dim_lists[k][d] = &w->dims[2 * k + d];
        verge_onnx__dimension__init(w->dim_lists[k][d]);
    }
    w->dim_lists[k][0]->size_case = VERGE_ONNX__DIMENSION__SIZE_DIM_PARAM;
    w->dim_lists[k][0]->dim_param = (char *)"batch";
    w->dim_lists[k][1]->size_case = VERGE_ONNX__DIMENSION__SIZE_DIM_VALUE;
    w->dim_lists[k][1]->dim_value = columns;
    w->shapes[k].n_dim = 2, w->shapes[k].dim = w->dim_lists[k];
    w->tensor_types[k].elem_type = FLOAT, w->tensor_types[k].shape = &w->shapes[k];
    w->types[k].tensor_type = &w->tensor_types[k];
    info->name = name, info->type = &w->types[k];
}

static void add_layers(writing *w, const vg_network *net, const vg_mlp_def *mlp) {
    int32_t layers = mlp->hidden_count + 1;
    char name[32];
    for (int32_t l = 0; l < layers; l++) {
        vg_network_tensor weight = vg_network_tensor_at(net, 2 * l),
                          bias = vg_network_tensor_at(net, 2 * l + 1);
        const float *values = vg_network_read(net);
        char *a = tensor(w, weight.name, 2, weight.shape[0], weight.shape[1], values + weight.at);
        char *b = tensor(w, bias.name, 1, bias.shape[0], 0, values + bias.at);
        snprintf(name, sizeof name, "net.%d", 2 * l); // the module's name in an nn.Sequential
        VergeOnnx__Node *gemm = node(w, name, "Gemm", a, b);
        gemm->n_attribute = 1, gemm->attribute = w->attributes;
        if (l + 1 == layers) break;
        snprintf(name, sizeof name, "net.%d", 2 * l + 1);
        node(w, name, mlp->activation == VG_ACTIVATION_RELU ? "Relu" : "Tanh", NULL, NULL);
    }
}

// What the model's output is.
static char *meaning(const vg_policy_info *info) {
    bool direct = !info->action_space || !info->action_space->command;
    return direct
               ? (char *)"steering target (positive: left) and acceleration, shares of the car's limits"
               : (char
                      *)"target offset (positive: left) and speed, shares of a low-level controller's ranges";
}

static void add_graph(writing *w, const vg_policy_info *info, const vg_network *net, const vg_mlp_def *mlp) {
    static const float least = -1, most = 1;
    int32_t width = vg_sense_size(info->sense);
    verge_onnx__graph__init(&w->graph);
    verge_onnx__attribute__init(&w->transposed);
    w->transposed.name = (char *)"transB", w->transposed.i = 1, w->transposed.type = ATTRIBUTE_INT;
    w->attributes[0] = &w->transposed;
    w->flow = (char *)"observation";
    node(w, "normaliser.sub", "Sub", tensor(w, "normaliser.mean", 1, width, 0, info->mean), NULL);
    node(w, "normaliser.mul", "Mul", tensor(w, "normaliser.scale", 1, width, 0, info->scale), NULL);
    add_layers(w, net, mlp);
    char *low = tensor(w, "least", 0, 0, 0, &least), *high = tensor(w, "most", 0, 0, 0, &most);
    node(w, "clamp", "Clip", low, high);
    w->outputs[w->graph.n_node - 1] = (char *)"action";
    value_info(w, 0, &w->input, (char *)"observation", width);
    value_info(w, 1, &w->output, (char *)"action", VG_CAR_ACTIONS);
    w->output.doc_string = meaning(info);
    w->input_list[0] = &w->input, w->output_list[0] = &w->output;
    w->graph.name = (char *)"policy";
    w->graph.node = w->node_list;
    w->graph.initializer = w->tensor_list;
    w->graph.n_input = w->graph.n_output = 1;
    w->graph.input = w->input_list, w->graph.output = w->output_list;
}

static vg_err add_pair(void *context, const char *key, const char *value, vg_diag *diag) {
    writing *w = context;
    size_t i = w->model.n_metadata_props;
    if (i == PAIRS_MOST) return vg_fail(diag, VG_ERR_ARGUMENT, "more than %d keys of metadata", PAIRS_MOST);
    verge_onnx__entry__init(&w->entries[i]);
    w->texts[2 * i] = w->entries[i].key = vg_strdup(key);
    w->texts[2 * i + 1] = w->entries[i].value = vg_strdup(value);
    w->entry_list[i] = &w->entries[i];
    w->model.n_metadata_props++;
    return w->texts[2 * i] && w->texts[2 * i + 1] ? VG_OK : vg_fail_memory(diag);
}

static vg_err add_metadata(writing *w, const vg_policy_info *info, const vg_network *net, vg_diag *diag) {
    vg_text names = {0}, log_std = {0};
    char word[48];
    for (int32_t i = 0; i < vg_sense_size(info->sense); i++)
        vg_text_add(&names, "%s%s", i ? "," : "", vg_sense_column(info->sense, i, word));
    for (int64_t i = vg_network_weight_count(net); i < vg_network_count(net); i++)
        vg_text_add(&log_std, "%s%s", log_std.size ? "," : "",
                    vg_format_float(vg_network_read(net)[i], word));
    vg_err err = names.failed || log_std.failed ? vg_fail_memory(diag) : VG_OK;
    if (!err) err = vg_policy_metadata(info, net, add_pair, w, diag);
    if (!err) err = add_pair(w, "sense_names", names.bytes, diag);
    if (!err && log_std.bytes) err = add_pair(w, "log_std", log_std.bytes, diag);
    vg_text_free(&names);
    vg_text_free(&log_std);
    return err;
}

static vg_err pack(writing *w, const char *path, vg_overwrite overwrite, vg_diag *diag) {
    verge_onnx__operator_set__init(&w->opset);
    w->opset.version = VG_ONNX_OPSET;
    w->opset_list[0] = &w->opset;
    w->model.ir_version = VG_ONNX_IR;
    w->model.producer_name = (char *)"verge", w->model.producer_version = (char *)VG_VERSION;
    w->model.graph = &w->graph;
    w->model.n_opset_import = 1, w->model.opset_import = w->opset_list;
    w->model.metadata_props = w->entry_list;
    int64_t size = (int64_t)verge_onnx__model__get_packed_size(&w->model);
    uint8_t *bytes = vg_new(uint8_t, size);
    if (!bytes) return vg_fail_memory(diag);
    verge_onnx__model__pack(&w->model, bytes);
    vg_err err = vg_file_write(path, bytes, size, overwrite, diag);
    vg_free(bytes);
    return err;
}

vg_err vg_onnx_write(const char *path, vg_overwrite overwrite, const vg_policy_info *info,
                     const vg_network *net, vg_diag *diag) {
    const vg_mlp_def *mlp;
    vg_err err = vg_mlp_need(net, "ONNX", &mlp, diag);
    if (!err && info->head && info->head != &vg_head_mean && info->head != &vg_head_gaussian)
        err = vg_fail_at(diag, VG_ERR_ARGUMENT, NULL, 0, "head",
                         "'%s', expected mean or gaussian: ONNX has the "
                         "network alone",
                         info->head->name);
    if (err) return err;
    writing *w = vg_new(writing, 1);
    if (!w) return vg_fail_memory(diag);
    verge_onnx__model__init(&w->model);
    add_graph(w, info, net, mlp);
    err = add_metadata(w, info, net, diag);
    if (!err) err = pack(w, path, overwrite, diag);
    for (int i = 0; i < TEXTS_MOST; i++) vg_free(w->texts[i]);
    vg_free(w);
    return err;
}

#else

vg_err vg_onnx_write(const char *path, vg_overwrite overwrite, const vg_policy_info *info,
                     const vg_network *net, vg_diag *diag) {
    (void)path, (void)overwrite, (void)info, (void)net;
    return vg_fail(diag, VG_ERR_ARGUMENT, "this build is without ONNX: it was made without protobuf-c");
}
#endif
