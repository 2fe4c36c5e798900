#include "agents/nets/transformer.h"

#include <stddef.h>
#include <stdio.h>

#include "agents/nets/transformer_run.h"
#include "sim/base/memory.h"
#include "sim/base/random.h"

static vg_transformer *of(vg_network *net) { return (vg_transformer *)net; }

// --- making one --------------------------------------------------------------------------------------------

static vg_err check_config(const vg_transformer_config *c, vg_diag *diag) {
    if (c->dim_model < 1 || c->dim_model > VG_ATTENTION_WIDTH_MOST || c->n_heads < 1 ||
        c->dim_model % c->n_heads)
        return vg_fail_at(diag, VG_ERR_ARGUMENT, NULL, 0, "dim_model",
                          "%lld columns for %lld heads, expected a multiple, %d at most",
                          (long long)c->dim_model, (long long)c->n_heads, VG_ATTENTION_WIDTH_MOST);
    if (c->dim_feedforward < 1 || c->dim_feedforward > VG_NETWORK_WIDTH_MOST)
        return vg_fail_at(diag, VG_ERR_ARGUMENT, NULL, 0, "dim_feedforward", "%lld, expected 1 to %d",
                          (long long)c->dim_feedforward, VG_NETWORK_WIDTH_MOST);
    if (c->n_encoder_layers < 1 || c->n_encoder_layers > VG_TRANSFORMER_LAYERS_MOST)
        return vg_fail_at(diag, VG_ERR_ARGUMENT, NULL, 0, "n_encoder_layers", "%lld, expected 1 to %d",
                          (long long)c->n_encoder_layers, VG_TRANSFORMER_LAYERS_MOST);
    return VG_OK;
}

static vg_err check(const vg_transformer_def *def, vg_diag *diag) {
    vg_err err = vg_network_check_shape(&(vg_network_shape){def->inputs, def->outputs, false}, diag);
    if (!err) err = check_config(&def->config, diag);
    if (err) return err;
    int64_t tokens = def->queries, shown = 0;
    if (def->group_count < 1 || def->group_count > VG_TRANSFORMER_GROUPS_MOST)
        return vg_fail(diag, VG_ERR_ARGUMENT, "%d groups of tokens, expected 1 to %d", def->group_count,
                       VG_TRANSFORMER_GROUPS_MOST);
    for (int32_t g = 0; g < def->group_count; g++) {
        if (def->groups[g].count < 1 || def->groups[g].width < 1)
            return vg_fail(diag, VG_ERR_ARGUMENT, "a group of %d tokens of %d inputs, expected 1 or more",
                           def->groups[g].count, def->groups[g].width);
        tokens += def->groups[g].count;
        shown += (int64_t)def->groups[g].count * def->groups[g].width;
    }
    if (def->queries < 1 || def->outputs % def->queries)
        return vg_fail(diag, VG_ERR_ARGUMENT, "%d queries do not share %d outputs", def->queries,
                       def->outputs);
    if (tokens > VG_ATTENTION_TOKENS_MOST || shown > def->inputs)
        return vg_fail(diag, VG_ERR_ARGUMENT, "%lld tokens of %lld inputs, expected up to %d of up to %d",
                       (long long)tokens, (long long)shown, VG_ATTENTION_TOKENS_MOST, def->inputs);
    if (def->config.n_heads * tokens * tokens > VG_ATTENTION_SCORES_MOST)
        return vg_fail(diag, VG_ERR_ARGUMENT,
                       "%lld heads over %lld tokens have %lld scores a layer, expected up to %d",
                       (long long)def->config.n_heads, (long long)tokens,
                       (long long)(def->config.n_heads * tokens * tokens), VG_ATTENTION_SCORES_MOST);
    return VG_OK;
}

// Append a tensor to the parameters; returns its place.
static int64_t append(vg_transformer *t, const char *name, int32_t layer, int64_t rows, int64_t columns) {
    vg_network_tensor *tensor = &t->tensors[t->base.tensor_count++];
    *tensor = (vg_network_tensor){.rank = columns ? 2 : 1,
                                  .shape = {rows, columns ? columns : 1},
                                  .at = t->base.weight_count,
                                  .count = rows * (columns ? columns : 1)};
    if (layer >= 0)
        snprintf(tensor->name, sizeof tensor->name, "layers.%c.%.30s", '0' + layer, name);
    else
        snprintf(tensor->name, sizeof tensor->name, "%.39s", name);
    t->base.weight_count += tensor->count;
    return tensor->at;
}

static vg_transformer_linear linear(vg_transformer *t, const char *name, const char *dot, int32_t layer,
                                    int64_t in, int64_t out) {
    char text[48];
    vg_transformer_linear made = {.in = (int32_t)in, .out = (int32_t)out};
    snprintf(text, sizeof text, "%s%sweight", name, dot);
    made.weight = append(t, text, layer, out, in);
    snprintf(text, sizeof text, "%s%sbias", name, dot);
    made.bias = append(t, text, layer, out, 0);
    return made;
}

static vg_transformer_norm normed(vg_transformer *t, const char *name, int32_t layer) {
    char text[48];
    vg_transformer_norm made;
    snprintf(text, sizeof text, "%s.weight", name);
    made.weight = append(t, text, layer, t->def.config.dim_model, 0);
    snprintf(text, sizeof text, "%s.bias", name);
    made.bias = append(t, text, layer, t->def.config.dim_model, 0);
    return made;
}

static void lay_out_parameters(vg_transformer *t) {
    const vg_transformer_def *def = &t->def;
    const int64_t width = def->config.dim_model;
    char name[24];
    for (int32_t g = 0; g < def->group_count; g++) {
        snprintf(name, sizeof name, "token.%d", g);
        t->group[g] = linear(t, name, ".", -1, def->groups[g].width, width);
    }
    t->place = append(t, "place", -1, t->tokens, width);
    for (int32_t i = 0; i < def->config.n_encoder_layers; i++) {
        vg_transformer_layer *layer = &t->layers[i];
        layer->norm1 = normed(t, "norm1", i);
        layer->in_proj = linear(t, "self_attn.in_proj", "_", i, width, 3 * width);
        layer->out_proj = linear(t, "self_attn.out_proj", ".", i, width, width);
        layer->norm2 = normed(t, "norm2", i);
        layer->linear1 = linear(t, "linear1", ".", i, width, def->config.dim_feedforward);
        layer->linear2 = linear(t, "linear2", ".", i, def->config.dim_feedforward, width);
    }
    t->norm = normed(t, "norm", -1);
    t->output = linear(t, "output", ".", -1, width, def->outputs / def->queries);
    if (!t->style) return;
    t->to_query = (vg_transformer_linear){.in = t->style, .out = (int32_t)width, .bias = -1};
    t->to_query.weight = append(t, "style.weight", -1, width, t->style);
}

static int64_t take(int64_t *at, int64_t floats) {
    int64_t place = *at;
    *at += vg_net_padded(floats);
    return place;
}

// Floats of rows of this width, for `tokens` of each sample of a block.
static int64_t rows_of(int64_t tokens, int64_t width) {
    return VG_NETWORK_BLOCK * tokens * vg_net_stride(width);
}

static void lay_out_layer(vg_transformer *t, vg_transformer_layer *layer, int64_t *at) {
    const vg_transformer_config *c = &t->def.config;
    const vg_attention_shape shape = {t->tokens, (int32_t)c->dim_model, (int32_t)c->n_heads};
    const int64_t tokens = t->tokens;
    layer->x = take(at, rows_of(tokens, c->dim_model));
    layer->normed = take(at, rows_of(tokens, c->dim_model));
    layer->qkv = take(at, rows_of(tokens, 3 * c->dim_model));
    layer->probabilities = take(at, VG_NETWORK_BLOCK * vg_attention_probabilities(&shape));
    layer->mixed = take(at, rows_of(tokens, c->dim_model));
    layer->middle = take(at, rows_of(tokens, c->dim_model));
    layer->normed2 = take(at, rows_of(tokens, c->dim_model));
    layer->hidden = take(at, rows_of(tokens, c->dim_feedforward));
    layer->stats = take(at, VG_NETWORK_BLOCK * tokens * 2);
    layer->stats2 = take(at, VG_NETWORK_BLOCK * tokens * 2);
}

static int64_t widest(const vg_transformer *t) {
    int64_t most = t->def.config.dim_model > t->style ? t->def.config.dim_model : t->style;
    for (int32_t g = 0; g < t->def.group_count; g++)
        if (t->def.groups[g].width > most) most = t->def.groups[g].width;
    int64_t out = t->def.outputs / t->def.queries;
    return out > most ? out : most;
}

static void lay_out_scratch(vg_transformer *t) {
    const vg_transformer_config *c = &t->def.config;
    const vg_attention_shape shape = {t->tokens, (int32_t)c->dim_model, (int32_t)c->n_heads};
    vg_network *net = &t->base;
    const int64_t tokens = t->tokens, width = c->dim_model, queries = t->def.queries;
    int64_t at = 0;
    net->inputs = take(&at, rows_of(1, t->def.inputs));
    net->outputs = take(&at, rows_of(1, t->def.outputs));
    t->shown = take(&at, rows_of(tokens, widest(t)));
    t->buffer = take(&at, rows_of(tokens, widest(t)));
    for (int32_t i = 0; i < c->n_encoder_layers; i++) lay_out_layer(t, &t->layers[i], &at);
    t->last = take(&at, rows_of(tokens, width));
    t->read = take(&at, rows_of(queries, width));
    t->normed = take(&at, rows_of(queries, width));
    t->stats = take(&at, VG_NETWORK_BLOCK * queries * 2);
    t->work = take(&at, vg_attention_work(&shape));
    net->forward_scratch = at;
    net->deltas = take(&at, rows_of(1, t->def.outputs));
    net->input_deltas = take(&at, rows_of(1, t->def.inputs));
    t->dx = take(&at, rows_of(tokens, width));
    t->dpart = take(&at, rows_of(tokens, width));
    t->dqkv = take(&at, rows_of(tokens, 3 * width));
    t->dhidden = take(&at, rows_of(tokens, c->dim_feedforward));
    t->given = take(&at, rows_of(tokens, widest(t)));
    t->sums = take(&at, 2 * width);
    net->backward_scratch = at;
}

// Every linear layer, from i = 0 on; NULL past the last.
static vg_transformer_linear *linear_at(vg_transformer *t, int32_t i) {
    if (i < t->def.group_count) return &t->group[i];
    i -= t->def.group_count;
    if (i < 4 * t->def.config.n_encoder_layers) {
        vg_transformer_layer *layer = &t->layers[i / 4];
        vg_transformer_linear *parts[] = {&layer->in_proj, &layer->out_proj, &layer->linear1,
                                          &layer->linear2};
        return parts[i % 4];
    }
    i -= 4 * (int32_t)t->def.config.n_encoder_layers;
    if (i == 0) return &t->output;
    return i == 1 && t->style ? &t->to_query : NULL;
}

static vg_err make_panels(vg_transformer *t, vg_diag *diag) {
    int64_t floats = 0;
    vg_transformer_linear *l;
    for (int32_t i = 0; (l = linear_at(t, i)); i++)
        floats += vg_net_forward_panels(l->in, l->out) + vg_net_backward_panels(l->in, l->out);
    float *at = t->panels = vg_new(float, floats);
    if (!at) return vg_fail_memory(diag);
    for (int32_t i = 0; (l = linear_at(t, i)); i++) {
        l->forward = at, at += vg_net_forward_panels(l->in, l->out);
        l->backward = at, at += vg_net_backward_panels(l->in, l->out);
    }
    return VG_OK;
}

static void destroy(vg_network *net) {
    vg_free(of(net)->panels);
    vg_network_free_base(net);
}

vg_err vg_transformer_create(const vg_transformer_def *def, vg_network **out, vg_diag *diag) {
    *out = NULL;
    vg_err err = check(def, diag);
    if (err) return err;
    vg_transformer *t = vg_new(vg_transformer, 1);
    if (!t) return vg_fail_memory(diag);
    t->def = *def;
    t->style = def->inputs;
    for (int32_t g = 0; g < def->group_count; g++) {
        t->context += def->groups[g].count;
        t->style -= def->groups[g].count * def->groups[g].width;
    }
    t->tokens = t->context + def->queries;
    t->attention = VG_HOT_PICK(vg_attention_kernel);
    lay_out_parameters(t);
    vg_network_shape shape = {.inputs = def->inputs, .outputs = def->outputs};
    err = vg_network_open_base(&t->base, &vg_transformer_kind, &shape, t->base.weight_count, diag);
    lay_out_scratch(t);
    if (!err) err = make_panels(t, diag);
    if (err)
        destroy(&t->base);
    else
        *out = &t->base;
    return err;
}

static vg_err create_like(const vg_network *net, const vg_network_shape *shape, vg_network **out,
                          vg_diag *diag) {
    vg_transformer_def def = ((const vg_transformer *)net)->def;
    *out = NULL;
    if (shape->log_std) return vg_fail(diag, VG_ERR_ARGUMENT, "a transformer has no log_std");
    def.inputs = shape->inputs, def.outputs = shape->outputs;
    return vg_transformer_create(&def, out, diag);
}

// --- its hyperparameters -----------------------------------------------------------------------------------

typedef struct hyperparameters {
    char tokens[VG_KEY_TEXT_SIZE];
    int64_t queries;
    vg_transformer_config config;
} hyperparameters;
_Static_assert(sizeof(hyperparameters) <= sizeof(vg_hyperparameters), "more room is needed");

static const vg_key keys[] = {{"tokens", VG_KEY_TEXT, offsetof(hyperparameters, tokens), "", 0, 0, "", NULL,
                               "groups of tokens, the number of them and the inputs of each: 2,11"},
                              {"queries", VG_KEY_INT, offsetof(hyperparameters, queries), "1", 1,
                               VG_ATTENTION_TOKENS_MOST, "1", NULL, "tokens that give the outputs"},
#define X(...) VG_KEY_ROW(hyperparameters, config., "", __VA_ARGS__)
                              VG_TRANSFORMER_KEYS(X)
#undef X
};
static const vg_schema schema = {"transformer", keys, sizeof keys / sizeof *keys, NULL};

static vg_err create(const vg_network_shape *shape, const void *values, vg_network **out, vg_diag *diag) {
    const hyperparameters *h = values;
    vg_transformer_def def = {.inputs = shape->inputs,
                              .outputs = shape->outputs,
                              .queries = (int32_t)h->queries,
                              .config = h->config};
    int32_t numbers[2 * VG_TRANSFORMER_GROUPS_MOST], count;
    *out = NULL;
    vg_err err = vg_parse_counts("tokens", h->tokens, ',', VG_NETWORK_WIDTH_MOST,
                                 2 * VG_TRANSFORMER_GROUPS_MOST, numbers, &count, diag);
    if (err) return err;
    if (count % 2)
        return vg_fail_at(diag, VG_ERR_FORMAT, NULL, 0, "tokens",
                          "'%.80s', expected pairs of a number of tokens and their inputs", h->tokens);
    if (shape->log_std) return vg_fail(diag, VG_ERR_ARGUMENT, "a transformer has no log_std");
    def.group_count = count / 2;
    for (int32_t g = 0; g < def.group_count; g++)
        def.groups[g] = (vg_token_group){numbers[2 * g], numbers[2 * g + 1]};
    return vg_transformer_create(&def, out, diag);
}

static void describe(const vg_network *net, void *into) {
    const vg_transformer_def *def = &((const vg_transformer *)net)->def;
    hyperparameters *h = into;
    size_t used = 0;
    for (int32_t g = 0; g < def->group_count; g++)
        used += (size_t)snprintf(h->tokens + used, sizeof h->tokens - used, "%s%d,%d", g ? "," : "",
                                 def->groups[g].count, def->groups[g].width);
    h->queries = def->queries;
    h->config = def->config;
}

// --- parameters --------------------------------------------------------------------------------------------

static vg_network_tensor tensor_at(const vg_network *net, int32_t i) {
    return ((const vg_transformer *)net)->tensors[i];
}

static void init_linear(vg_network *net, const vg_transformer_linear *l, uint64_t seed, uint32_t which) {
    const double bound = 1.0 / __builtin_sqrt((double)l->in);
    const int64_t weights = (int64_t)l->in * l->out;
    for (int64_t j = 0; j < weights + (l->bias < 0 ? 0 : l->out); j++) {
        vg_draw at = {.seed = seed, .stream = VG_STREAM_WEIGHTS, .entity = which, .step = (uint32_t)j};
        float *to = net->parameters + (j < weights ? l->weight + j : l->bias + j - weights);
        *to = (float)((2.0 * vg_random_uniform(&at) - 1.0) * bound);
    }
}

static void init_norm(vg_network *net, const vg_transformer_norm *norm, int64_t width) {
    for (int64_t i = 0; i < width; i++) {
        net->parameters[norm->weight + i] = 1;
        net->parameters[norm->bias + i] = 0;
    }
}

static void init(vg_network *net, uint64_t seed) {
    vg_transformer *t = of(net);
    const int64_t width = t->def.config.dim_model;
    const vg_transformer_linear *l;
    int32_t i = 0;
    for (; (l = linear_at(t, i)); i++) init_linear(net, l, seed, (uint32_t)i);
    for (int64_t j = 0; j < t->tokens * width; j++) {
        vg_draw at = {.seed = seed, .stream = VG_STREAM_WEIGHTS, .entity = (uint32_t)i, .step = (uint32_t)j};
        net->parameters[t->place + j] = (float)(2.0 * vg_random_uniform(&at) - 1.0);
    }
    for (int32_t k = 0; k < t->def.config.n_encoder_layers; k++) {
        init_norm(net, &t->layers[k].norm1, width);
        init_norm(net, &t->layers[k].norm2, width);
    }
    init_norm(net, &t->norm, width);
}

static void pack(vg_network *net) {
    vg_transformer *t = of(net);
    const vg_transformer_linear *l;
    for (int32_t i = 0; (l = linear_at(t, i)); i++) {
        const float *weight = net->parameters + l->weight;
        static const float none[VG_ATTENTION_WIDTH_MOST];
        net->kernel->pack_forward(weight, l->bias < 0 ? none : net->parameters + l->bias, l->in, l->out,
                                  l->forward);
        net->kernel->pack_backward(weight, l->in, l->out, l->backward);
    }
}

const vg_network_kind vg_transformer_kind = {.name = "transformer",
                                             .schema = &schema,
                                             .create = create,
                                             .destroy = destroy,
                                             .hyperparameters = describe,
                                             .create_like = create_like,
                                             .tensor = tensor_at,
                                             .init = init,
                                             .pack = pack,
                                             .forward = vg_transformer_forward,
                                             .backward = vg_transformer_backward};
