#ifdef VG_WITH_ONNX
#include "agents/policy/onnx_chain.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "agents/policy/policy.h"
#include "sim/base/memory.h"

// How onnx.proto3 numbers what is used here.
enum { FLOAT = 1, DOUBLE = 11, RANK_MOST = 4 };

// The walk along the graph, node by node.
typedef struct walk {
    const VergeOnnx__Graph *graph;
    const char *path;
    vg_onnx_chain *chain;
    int32_t inputs, columns; // values of the sense; columns of what flows now
    const char *flow;        // its name
    bool fresh;              // it is what a layer gave: constants may still become part of the layer
    bool clamped;
    vg_diag *diag;
} walk;

typedef const VergeOnnx__Node node;

static vg_err fail_node(const walk *w, node *n, vg_err code, const char *format, ...) VG_PRINTF(4, 5);
static vg_err fail_node(const walk *w, node *n, vg_err code, const char *format, ...) {
    char text[300];
    va_list list;
    va_start(list, format);
    vsnprintf(text, sizeof text, format, list);
    va_end(list);
    return vg_fail_at(w->diag, code, w->path, 0, n->name[0] ? n->name : n->op_type, "%.40s: %s", n->op_type,
                      text);
}

// --- constants -------------------------------------------------------------------------------------------

typedef struct constant {
    VergeOnnx__Tensor tensor; // shallow
    int64_t count;
} constant;

static double number(const constant *c, int64_t i) {
    const VergeOnnx__Tensor *t = &c->tensor;
    if (t->data_type == DOUBLE) {
        double value;
        if (!t->raw_data.len) return t->double_data[i];
        memcpy(&value, t->raw_data.data + (size_t)i * sizeof value, sizeof value);
        return value;
    }
    float value;
    if (!t->raw_data.len) return (double)t->float_data[i];
    memcpy(&value, t->raw_data.data + (size_t)i * sizeof value, sizeof value);
    return (double)value;
}

static vg_err fail_tensor(const walk *w, const constant *c, const char *text) {
    const char *name = c->tensor.name ? c->tensor.name : "";
    return vg_fail_at(w->diag, VG_ERR_FORMAT, w->path, 0, name[0] ? name : "tensor", "%s", text);
}

// Are its numbers as many as its shape says, of a type that is read, and finite?
static vg_err check_constant(const walk *w, constant *c) {
    const VergeOnnx__Tensor *t = &c->tensor;
    if (t->data_location)
        return fail_tensor(w, c,
                           "its numbers are in another file; write them into the model "
                           "(torch.onnx.export(..., external_data=False))");
    if (t->data_type != FLOAT && t->data_type != DOUBLE)
        return vg_fail_at(w->diag, VG_ERR_FORMAT, w->path, 0, t->name,
                          "values of type %d, expected 1 (float) or 11 (double)", t->data_type);
    if (t->n_dims > RANK_MOST) return fail_tensor(w, c, "more than 4 dimensions");
    c->count = 1;
    for (size_t i = 0; i < t->n_dims; i++)
        if (t->dims[i] < 0 || __builtin_mul_overflow(c->count, t->dims[i], &c->count))
            return fail_tensor(w, c, "its shape is none");
    size_t size = t->data_type == FLOAT ? sizeof(float) : sizeof(double);
    size_t given = t->raw_data.len         ? t->raw_data.len / size
                   : t->data_type == FLOAT ? t->n_float_data
                                           : t->n_double_data;
    if (t->raw_data.len % size || (uint64_t)c->count != given)
        return vg_fail_at(w->diag, VG_ERR_FORMAT, w->path, 0, t->name, "%zu numbers, its shape asks for %lld",
                          given, (long long)c->count);
    for (int64_t i = 0; i < c->count; i++)
        if (!isfinite(number(c, i)) || fabs(number(c, i)) > 1e30)
            return fail_tensor(w, c, "a number is not finite");
    return VG_OK;
}

// The value of a Constant node.
static bool constant_of_node(node *n, constant *c) {
    for (size_t i = 0; i < n->n_attribute; i++) {
        const VergeOnnx__Attribute *a = n->attribute[i];
        VergeOnnx__Tensor made = VERGE_ONNX__TENSOR__INIT;
        made.name = n->output[0], made.data_type = FLOAT;
        if (strcmp(a->name, "value") == 0 && a->t) {
            made = *a->t;
        } else if (strcmp(a->name, "value_float") == 0) {
            made.n_float_data = 1, made.float_data = (float *)&a->f;
        } else {
            continue;
        }
        c->tensor = made;
        return true;
    }
    return false;
}

// *found is false where no constant has the name.
static vg_err find_constant(const walk *w, const char *name, constant *c, bool *found) {
    *found = false;
    for (size_t i = 0; i < w->graph->n_initializer && !*found; i++)
        if (strcmp(w->graph->initializer[i]->name, name) == 0)
            c->tensor = *w->graph->initializer[i], *found = true;
    for (size_t i = 0; i < w->graph->n_node && !*found; i++) {
        node *n = w->graph->node[i];
        if (strcmp(n->op_type, "Constant") == 0 && n->n_output == 1 && strcmp(n->output[0], name) == 0)
            *found = constant_of_node(n, c);
    }
    return *found ? check_constant(w, c) : VG_OK;
}

static vg_err need_constant(const walk *w, node *n, size_t input, constant *c) {
    bool found = false;
    vg_err err = input < n->n_input ? find_constant(w, n->input[input], c, &found) : VG_OK;
    if (!err && !found)
        err = fail_node(w, n, VG_ERR_FORMAT, "its input %zu, '%.60s', is not a constant", input,
                        input < n->n_input ? n->input[input] : "");
    return err;
}

static const VergeOnnx__Attribute *attribute(node *n, const char *name) {
    for (size_t i = 0; i < n->n_attribute; i++)
        if (strcmp(n->attribute[i]->name, name) == 0) return n->attribute[i];
    return NULL;
}

// --- layers ----------------------------------------------------------------------------------------------

// A layer of zeros behind all others.
static vg_err new_layer(walk *w, node *n, int64_t inputs, int64_t outputs, vg_onnx_layer **out) {
    vg_onnx_chain *chain = w->chain;
    if (w->fresh || w->clamped)
        return fail_node(w, n, VG_ERR_FORMAT,
                         w->clamped ? "a layer behind the Clip"
                                    : "two layers without a Tanh or Relu between them");
    if (chain->layer_count == VG_ONNX_LAYERS_MOST)
        return fail_node(w, n, VG_ERR_FORMAT, "more than %d layers", VG_ONNX_LAYERS_MOST);
    if (inputs != w->columns)
        return fail_node(w, n, chain->layer_count ? VG_ERR_FORMAT : VG_ERR_MISMATCH,
                         "takes %lld values, and is given %d%s", (long long)inputs, w->columns,
                         chain->layer_count ? "" : " by the sense");
    if (outputs < 1 || outputs > VG_NETWORK_WIDTH_MOST)
        return fail_node(w, n, VG_ERR_FORMAT, "gives %lld values, expected 1 to %d", (long long)outputs,
                         VG_NETWORK_WIDTH_MOST);
    vg_onnx_layer *layer = &chain->layers[chain->layer_count++];
    *layer = (vg_onnx_layer){.inputs = (int32_t)inputs,
                             .outputs = (int32_t)outputs,
                             .weight = vg_new(float, inputs *outputs),
                             .bias = vg_new(float, outputs)};
    w->columns = (int32_t)outputs;
    w->fresh = true;
    *out = layer;
    return layer->weight && layer->bias ? VG_OK : vg_fail_memory(w->diag);
}

// weight: [outputs][inputs] where transposed, else [inputs][outputs].
static vg_err linear(walk *w, node *n, const constant *weight, bool transposed, double factor,
                     vg_onnx_layer **out) {
    if (weight->tensor.n_dims != 2)
        return fail_node(w, n, VG_ERR_FORMAT, "a weight of %zu dimensions, expected 2",
                         weight->tensor.n_dims);
    int64_t inputs = weight->tensor.dims[transposed], outputs = weight->tensor.dims[!transposed];
    vg_err err = new_layer(w, n, inputs, outputs, out);
    for (int64_t o = 0; o < outputs && !err; o++)
        for (int64_t i = 0; i < inputs; i++)
            (*out)->weight[o * inputs + i] =
                (float)(factor * number(weight, transposed ? o * inputs + i : i * outputs + o));
    return err;
}

static bool takes_flow(const walk *w, node *n, size_t input) {
    return input < n->n_input && strcmp(n->input[input], w->flow) == 0;
}

static vg_err fail_flow(const walk *w, node *n) {
    return fail_node(
        w, n, VG_ERR_FORMAT,
        "does not take '%.60s', which the node before it gives: only a plain chain of layers is read",
        w->flow);
}

static vg_err gemm(walk *w, node *n) {
    const VergeOnnx__Attribute *alpha = attribute(n, "alpha"), *beta = attribute(n, "beta"),
                               *a = attribute(n, "transA"), *b = attribute(n, "transB");
    constant weight, bias;
    vg_onnx_layer *layer;
    if (!takes_flow(w, n, 0)) return fail_flow(w, n);
    if (a && a->i) return fail_node(w, n, VG_ERR_FORMAT, "transA is set, expected the observations as rows");
    vg_err err = need_constant(w, n, 1, &weight);
    if (!err) err = linear(w, n, &weight, b && b->i, alpha ? (double)alpha->f : 1, &layer);
    if (err || n->n_input < 3 || !n->input[2][0]) return err;
    err = need_constant(w, n, 2, &bias);
    if (!err && bias.count != 1 &&
        (bias.count != layer->outputs || bias.tensor.dims[bias.tensor.n_dims - 1] != layer->outputs))
        err = fail_node(w, n, VG_ERR_FORMAT, "a bias of %lld values, expected %d", (long long)bias.count,
                        layer->outputs);
    for (int32_t o = 0; o < layer->outputs && !err; o++)
        layer->bias[o] = (float)((beta ? (double)beta->f : 1) * number(&bias, bias.count == 1 ? 0 : o));
    return err;
}

static vg_err matmul(walk *w, node *n) {
    constant weight;
    vg_onnx_layer *layer;
    if (!takes_flow(w, n, 0)) return fail_flow(w, n);
    vg_err err = need_constant(w, n, 1, &weight);
    return err ? err : linear(w, n, &weight, false, 1, &layer);
}

static vg_err activate(walk *w, node *n) {
    vg_activation kind = n->op_type[0] == 'T' ? VG_ACTIVATION_TANH : VG_ACTIVATION_RELU;
    if (!takes_flow(w, n, 0)) return fail_flow(w, n);
    if (!w->fresh) return fail_node(w, n, VG_ERR_FORMAT, "does not stand behind a layer");
    if (w->chain->activation != VG_ACTIVATION_LINEAR && w->chain->activation != kind)
        return fail_node(w, n, VG_ERR_FORMAT, "Tanh and Relu in one network, expected one of them");
    w->chain->activation = kind;
    w->fresh = false;
    return VG_OK;
}

// --- a number for each column ------------------------------------------------------------------------------

// x + c, x - c, x * c or x / c, where x is what is sensed: part of the normaliser, (x - mean) * scale.
static bool scale_input(double *mean, double *scale, char op, double c) {
    if (op == '*' || op == '/') return isfinite(*scale = op == '*' ? *scale * c : *scale / c);
    return isfinite(*mean += (op == '+' ? -c : c) / *scale);
}

static void scale_output(vg_onnx_layer *layer, int32_t o, char op, double c) {
    if (op == '+' || op == '-') {
        layer->bias[o] = (float)((double)layer->bias[o] + (op == '+' ? c : -c));
        return;
    }
    float *row = layer->weight + (int64_t)o * layer->inputs;
    for (int32_t i = 0; i < layer->inputs; i++)
        row[i] = (float)(op == '*' ? (double)row[i] * c : (double)row[i] / c);
    layer->bias[o] = (float)(op == '*' ? (double)layer->bias[o] * c : (double)layer->bias[o] / c);
}

static vg_err apply(walk *w, node *n, char op, const constant *c) {
    vg_onnx_chain *chain = w->chain;
    const VergeOnnx__Tensor *t = &c->tensor;
    if (c->count != 1 && (c->count != w->columns || t->dims[t->n_dims - 1] != w->columns))
        return fail_node(w, n, VG_ERR_FORMAT, "a constant of %lld values for %d columns", (long long)c->count,
                         w->columns);
    if (w->clamped || (chain->layer_count && !w->fresh))
        return fail_node(w, n, VG_ERR_FORMAT, "expected it in front of the first layer, or right behind one");
    for (int32_t i = 0; i < w->columns; i++) {
        double value = number(c, c->count == 1 ? 0 : i);
        if (op == '/' && value == 0) return fail_node(w, n, VG_ERR_FORMAT, "divides by 0");
        if (chain->layer_count)
            scale_output(&chain->layers[chain->layer_count - 1], i, op, value);
        else if (!scale_input(&chain->mean[i], &chain->scale[i], op, value))
            return fail_node(w, n, VG_ERR_FORMAT, "the scaling of value %d is not finite", i);
    }
    return VG_OK;
}

static vg_err columns(walk *w, node *n) {
    char op = strcmp(n->op_type, "Add") == 0   ? '+'
              : strcmp(n->op_type, "Sub") == 0 ? '-'
              : strcmp(n->op_type, "Mul") == 0 ? '*'
                                               : '/';
    bool either = op == '+' || op == '*';
    size_t at = takes_flow(w, n, 0) ? 1 : 0;
    constant c;
    if (n->n_input != 2 || (!at && !(either && takes_flow(w, n, 1)))) return fail_flow(w, n);
    vg_err err = need_constant(w, n, at, &c);
    return err ? err : apply(w, n, op, &c);
}

// One bound of a Clip, by an input or, as before operator set 11, by an attribute.
static vg_err bound_of(walk *w, node *n, size_t input, const char *name, double *bound) {
    const VergeOnnx__Attribute *given = attribute(n, name);
    constant c;
    if (given) *bound = (double)given->f;
    if (input >= n->n_input || !n->input[input][0]) return VG_OK;
    vg_err err = need_constant(w, n, input, &c);
    if (!err && c.count != 1)
        err = fail_node(w, n, VG_ERR_FORMAT, "a bound of %lld values", (long long)c.count);
    if (!err) *bound = number(&c, 0);
    return err;
}

static vg_err clip(walk *w, node *n) {
    double least = -INFINITY, most = INFINITY;
    if (!takes_flow(w, n, 0)) return fail_flow(w, n);
    vg_err err = bound_of(w, n, 1, "min", &least);
    if (!err) err = bound_of(w, n, 2, "max", &most);
    if (err) return err;
    if (least != -1 || most != 1)
        return fail_node(w, n, VG_ERR_FORMAT, "clamps to [%g, %g], expected [-1, 1], the range of an action",
                         least, most);
    if (!w->chain->layer_count)
        return fail_node(w, n, VG_ERR_FORMAT, "clamps what is sensed, expected it behind the last layer");
    w->clamped = true;
    return VG_OK;
}

static vg_err pass(walk *w, node *n) {
    const VergeOnnx__Attribute *axis = attribute(n, "axis");
    if (!takes_flow(w, n, 0)) return fail_flow(w, n);
    if (axis && axis->i != 1 && axis->i != -1)
        return fail_node(w, n, VG_ERR_FORMAT, "axis %lld, expected 1", (long long)axis->i);
    return VG_OK;
}

// --- the graph ---------------------------------------------------------------------------------------------

static vg_err take_node(walk *w, node *n) {
    static const struct {
        const char *op;
        vg_err (*take)(walk *w, node *n);
    } ops[] = {{"Gemm", gemm},   {"MatMul", matmul}, {"Add", columns},   {"Sub", columns},
               {"Mul", columns}, {"Div", columns},   {"Tanh", activate}, {"Relu", activate},
               {"Clip", clip},   {"Identity", pass}, {"Flatten", pass},  {"Dropout", pass}};
    if (strcmp(n->op_type, "Constant") == 0) return VG_OK;
    for (size_t i = 0; i < sizeof ops / sizeof *ops; i++) {
        if (strcmp(n->op_type, ops[i].op) != 0 || (n->domain[0] && strcmp(n->domain, "ai.onnx") != 0))
            continue;
        if (!n->n_output) return fail_node(w, n, VG_ERR_FORMAT, "has no output");
        vg_err err = ops[i].take(w, n);
        w->flow = n->output[0];
        return err;
    }
    return fail_node(w, n, VG_ERR_FORMAT, "an operator that a policy's multilayer perceptron does not have");
}

// The one input that is no constant.
static vg_err find_input(walk *w) {
    const VergeOnnx__Graph *g = w->graph;
    const VergeOnnx__ValueInfo *found = NULL;
    if (g->n_node > VG_ONNX_NODES_MOST || g->n_initializer > VG_ONNX_TENSORS_MOST ||
        g->n_input > VG_ONNX_TENSORS_MOST + 1)
        return vg_fail_at(w->diag, VG_ERR_FORMAT, w->path, 0, "graph",
                          "%zu nodes and %zu tensors, expected at most %d and %d", g->n_node,
                          g->n_initializer, VG_ONNX_NODES_MOST, VG_ONNX_TENSORS_MOST);
    for (size_t i = 0; i < g->n_input; i++) {
        bool constant = false;
        for (size_t k = 0; k < g->n_initializer && !constant; k++)
            constant = strcmp(g->initializer[k]->name, g->input[i]->name) == 0;
        if (constant) continue;
        if (found)
            return vg_fail_at(w->diag, VG_ERR_FORMAT, w->path, 0, g->input[i]->name,
                              "a second input, expected one: the observations");
        found = g->input[i];
    }
    if (!found || g->n_output != 1)
        return vg_fail_at(w->diag, VG_ERR_FORMAT, w->path, 0, "graph",
                          "%d inputs and %zu outputs, expected one each: the observations and the actions",
                          found != NULL, g->n_output);
    w->flow = found->name;
    const VergeOnnx__TensorType *type = found->type ? found->type->tensor_type : NULL;
    const VergeOnnx__Shape *shape = type ? type->shape : NULL;
    int64_t given = shape && shape->n_dim
                        ? shape->dim[shape->n_dim - 1]->size_case == VERGE_ONNX__DIMENSION__SIZE_DIM_VALUE
                              ? shape->dim[shape->n_dim - 1]->dim_value
                              : 0
                        : 0;
    if (given > 0 && given != w->inputs)
        return vg_fail_at(w->diag, VG_ERR_MISMATCH, w->path, 0, found->name, "%lld values, the sense has %d",
                          (long long)given, w->inputs);
    return VG_OK;
}

// A network ends in a linear layer: behind a last Tanh or Relu comes one that changes nothing.
static vg_err end_chain(walk *w) {
    vg_onnx_chain *chain = w->chain;
    const VergeOnnx__Graph *g = w->graph;
    node *last = g->n_node ? g->node[g->n_node - 1] : NULL;
    vg_onnx_layer *layer;
    if (!last || !chain->layer_count)
        return vg_fail_at(w->diag, VG_ERR_FORMAT, w->path, 0, "graph", "no layer, expected a Gemm or MatMul");
    if (strcmp(g->output[0]->name, w->flow) != 0)
        return vg_fail_at(w->diag, VG_ERR_FORMAT, w->path, 0, g->output[0]->name,
                          "the output is not what the last node gives, '%.60s'", w->flow);
    if (w->columns != VG_CAR_ACTIONS)
        return vg_fail_at(w->diag, VG_ERR_MISMATCH, w->path, 0, g->output[0]->name,
                          "%d values, expected %d: steering and acceleration", w->columns, VG_CAR_ACTIONS);
    if (w->fresh) return VG_OK;
    w->clamped = false;
    vg_err err = new_layer(w, last, w->columns, w->columns, &layer);
    for (int32_t i = 0; i < VG_CAR_ACTIONS && !err; i++) layer->weight[i * VG_CAR_ACTIONS + i] = 1;
    return err;
}

vg_err vg_onnx_chain_read(const VergeOnnx__Graph *graph, int32_t inputs, const char *path, vg_onnx_chain *out,
                          vg_diag *diag) {
    walk w = {.graph = graph, .path = path, .chain = out, .inputs = inputs, .columns = inputs, .diag = diag};
    *out = (vg_onnx_chain){.mean = vg_new(double, inputs), .scale = vg_new(double, inputs)};
    if (!out->mean || !out->scale) return vg_fail_memory(diag);
    for (int32_t i = 0; i < inputs; i++) out->scale[i] = 1;
    vg_err err = find_input(&w);
    for (size_t i = 0; i < graph->n_node && !err; i++) err = take_node(&w, graph->node[i]);
    return err ? err : end_chain(&w);
}

void vg_onnx_chain_free(vg_onnx_chain *chain) {
    for (int32_t i = 0; i < chain->layer_count; i++) {
        vg_free(chain->layers[i].weight);
        vg_free(chain->layers[i].bias);
    }
    vg_free(chain->mean);
    vg_free(chain->scale);
}
#endif
