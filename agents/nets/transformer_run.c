// Forward and backward of a transformer. With x the tokens of a layer:
//
//     middle = x + out_proj(attention(in_proj(norm1(x))))
//     next   = middle + linear2(relu(linear1(norm2(middle))))
//     output = output(norm(the queries of the last))
#include "agents/nets/transformer_run.h"

static const vg_transformer *of(const vg_network *net) { return (const vg_transformer *)net; }

static int32_t width_of(const vg_transformer *t) { return (int32_t)t->def.config.dim_model; }

static vg_attention_shape attention_of(const vg_transformer *t) {
    return (vg_attention_shape){t->tokens, width_of(t), (int32_t)t->def.config.n_heads};
}

// Tokens of a layer; of the one behind the last: what the last gave.
static float *tokens_of(const vg_transformer *t, int32_t layer, float *scratch) {
    return scratch + (layer < t->def.config.n_encoder_layers ? t->layers[layer].x : t->last);
}

// --- forward -----------------------------------------------------------------------------------------------

static void apply(const vg_transformer *t, const vg_transformer_linear *l, const float *x, int64_t rows,
                  vg_activation activation, float *y) {
    t->base.kernel->forward(x, l->forward, rows, l->in, l->out, activation, y);
}

static void norm(const vg_transformer *t, const vg_transformer_norm *n, const float *x, int64_t rows,
                 float *y, float *stats) {
    const float *p = t->base.parameters;
    t->attention->norm(x, rows, width_of(t), p + n->weight, p + n->bias, y, stats);
}

// Copy `width` values of each of `count` pieces of a row of inputs, from column `at` on, into rows of their
// own.
static void gather(const vg_transformer *t, const float *inputs, int32_t rows, int32_t at, int32_t count,
                   int32_t width, float *to) {
    const int64_t in = vg_net_stride(t->def.inputs), out = vg_net_stride(width);
    for (int64_t r = 0; r < rows; r++)
        for (int64_t k = 0; k < count; k++) {
            float *row = to + (r * count + k) * out;
            memcpy(row, inputs + r * in + at + k * width, sizeof *row * (size_t)width);
            memset(row + width, 0, sizeof *row * (size_t)(out - width));
        }
}

// Tokens [first, first + count) of each sample: their place, and one of `each` rows for every token or, with
// each = 0, none.
static void place(const vg_transformer *t, int32_t rows, int32_t first, int32_t count, int32_t each,
                  const float *from, float *x) {
    const int64_t stride = vg_net_stride(width_of(t));
    const float *places = t->base.parameters + t->place;
    for (int64_t r = 0; r < rows; r++)
        for (int64_t k = 0; k < count; k++) {
            float *to = x + (r * t->tokens + first + k) * stride;
            const float *own = places + (first + k) * width_of(t);
            const float *row = from + (each == count ? r * count + k : r) * stride;
            for (int32_t i = 0; i < width_of(t); i++) to[i] = each ? own[i] + row[i] : own[i];
        }
}

static void embed(const vg_transformer *t, int32_t rows, float *scratch) {
    float *x = tokens_of(t, 0, scratch), *shown = scratch + t->shown, *buffer = scratch + t->buffer;
    const float *inputs = scratch + t->base.inputs;
    int32_t at = 0, first = 0;
    for (int32_t g = 0; g < t->def.group_count; g++) {
        const vg_token_group *group = &t->def.groups[g];
        gather(t, inputs, rows, at, group->count, group->width, shown);
        apply(t, &t->group[g], shown, (int64_t)rows * group->count, VG_ACTIVATION_LINEAR, buffer);
        place(t, rows, first, group->count, group->count, buffer, x);
        at += group->count * group->width, first += group->count;
    }
    if (t->style) {
        gather(t, inputs, rows, at, 1, t->style, shown);
        apply(t, &t->to_query, shown, rows, VG_ACTIVATION_LINEAR, buffer);
    }
    place(t, rows, first, t->def.queries, t->style ? 1 : 0, buffer, x);
}

static void sum(const vg_transformer *t, const float *a, const float *b, int64_t rows, float *to) {
    const int64_t floats = rows * vg_net_stride(width_of(t));
    for (int64_t i = 0; i < floats; i++) to[i] = a[i] + b[i];
}

static void run_layer(const vg_transformer *t, int32_t i, int32_t rows, float *scratch) {
    const vg_transformer_layer *l = &t->layers[i];
    const vg_attention_shape shape = attention_of(t);
    const int64_t tokens = (int64_t)rows * t->tokens, qkv = t->tokens * vg_net_stride(l->in_proj.out),
                  mixed = t->tokens * vg_net_stride(width_of(t)), kept = vg_attention_probabilities(&shape);
    float *x = scratch + l->x, *middle = scratch + l->middle, *buffer = scratch + t->buffer;
    norm(t, &l->norm1, x, tokens, scratch + l->normed, scratch + l->stats);
    apply(t, &l->in_proj, scratch + l->normed, tokens, VG_ACTIVATION_LINEAR, scratch + l->qkv);
    for (int32_t r = 0; r < rows; r++)
        t->attention->attend(&shape, scratch + l->qkv + r * qkv, scratch + l->mixed + r * mixed,
                             scratch + l->probabilities + r * kept, scratch + t->work);
    apply(t, &l->out_proj, scratch + l->mixed, tokens, VG_ACTIVATION_LINEAR, buffer);
    sum(t, x, buffer, tokens, middle);
    norm(t, &l->norm2, middle, tokens, scratch + l->normed2, scratch + l->stats2);
    apply(t, &l->linear1, scratch + l->normed2, tokens, VG_ACTIVATION_RELU, scratch + l->hidden);
    apply(t, &l->linear2, scratch + l->hidden, tokens, VG_ACTIVATION_LINEAR, buffer);
    sum(t, middle, buffer, tokens, tokens_of(t, i + 1, scratch));
}

// Rows of a share of the outputs each, from rows of outputs, or back.
static void share_outputs(const vg_transformer *t, int32_t rows, bool join, float *whole, float *shares) {
    const int32_t part = t->def.outputs / t->def.queries;
    for (int64_t r = 0; r < rows; r++)
        for (int64_t q = 0; q < t->def.queries; q++) {
            float *share = shares + (r * t->def.queries + q) * vg_net_stride(part),
                  *of_row = whole + r * vg_net_stride(t->def.outputs) + q * part;
            memcpy(join ? of_row : share, join ? share : of_row, sizeof *share * (size_t)part);
        }
}

// The queries' rows among the tokens.
static void copy_queries(const vg_transformer *t, int32_t rows, bool back, float *tokens, float *queries) {
    const int64_t stride = vg_net_stride(width_of(t));
    const size_t size = sizeof *tokens * (size_t)(t->def.queries * stride);
    for (int64_t r = 0; r < rows; r++) {
        float *from = tokens + (r * t->tokens + t->context) * stride,
              *to = queries + r * t->def.queries * stride;
        memcpy(back ? from : to, back ? to : from, size);
    }
}

void vg_transformer_forward(const vg_network *net, int32_t rows, float *scratch) {
    const vg_transformer *t = of(net);
    const int64_t queries = (int64_t)rows * t->def.queries;
    embed(t, rows, scratch);
    for (int32_t i = 0; i < t->def.config.n_encoder_layers; i++) run_layer(t, i, rows, scratch);
    copy_queries(t, rows, false, scratch + t->last, scratch + t->read);
    norm(t, &t->norm, scratch + t->read, queries, scratch + t->normed, scratch + t->stats);
    apply(t, &t->output, scratch + t->normed, queries, VG_ACTIVATION_LINEAR, scratch + t->buffer);
    share_outputs(t, rows, true, scratch + net->outputs, scratch + t->buffer);
}

// --- backward ----------------------------------------------------------------------------------------------

// A backward pass.
typedef struct pass {
    const vg_transformer *t;
    int32_t rows;
    float *scratch, *gradient; // gradient NULL: not wanted
    bool add;
} pass;

// Gradient by a linear layer's parameters, and by its input x, which is what `activation` gave.
static void back(const pass *p, const vg_transformer_linear *l, const float *dy, const float *x, int64_t rows,
                 vg_activation activation, float *dx) {
    const vg_net_kernel *kernel = p->t->base.kernel;
    if (p->gradient)
        kernel->backward_weight(dy, x, rows, l->in, l->out, p->add, p->gradient + l->weight,
                                l->bias < 0 ? p->scratch + p->t->sums : p->gradient + l->bias);
    if (dx) kernel->backward_input(dy, l->backward, rows, l->in, l->out, activation, x, dx);
}

// Set, or add to, [count] of the gradient.
static void put(const pass *p, const float *sums, int64_t count, int64_t at) {
    for (int64_t i = 0; p->gradient && i < count; i++)
        p->gradient[at + i] = p->add ? p->gradient[at + i] + sums[i] : sums[i];
}

// Add the gradient by x to dx.
static void back_norm(const pass *p, const vg_transformer_norm *n, const float *dy, const float *x,
                      const float *stats, int64_t rows, float *dx) {
    const int32_t width = width_of(p->t);
    float *sums = p->scratch + p->t->sums;
    memset(sums, 0, sizeof *sums * (size_t)(2 * width));
    p->t->attention->norm_backward(dy, x, stats, rows, width, p->t->base.parameters + n->weight, dx, sums,
                                   sums + width);
    put(p, sums, width, n->weight);
    put(p, sums + width, width, n->bias);
}

// From the outputs to the queries' rows of dx; all others are zero.
static void back_output(const pass *p) {
    const vg_transformer *t = p->t;
    const int64_t queries = (int64_t)p->rows * t->def.queries, stride = vg_net_stride(width_of(t));
    float *s = p->scratch, *dx = s + t->dx, *shares = s + t->buffer, *by_queries = s + t->shown;
    share_outputs(t, p->rows, false, s + t->base.deltas, shares);
    back(p, &t->output, shares, s + t->normed, queries, VG_ACTIVATION_LINEAR, s + t->dpart);
    memset(by_queries, 0, sizeof *by_queries * (size_t)(queries * stride));
    back_norm(p, &t->norm, s + t->dpart, s + t->read, s + t->stats, queries, by_queries);
    memset(dx, 0, sizeof *dx * (size_t)(p->rows * t->tokens * stride));
    copy_queries(t, p->rows, true, dx, by_queries);
}

static void back_layer(const pass *p, int32_t i) {
    const vg_transformer *t = p->t;
    const vg_transformer_layer *l = &t->layers[i];
    const vg_attention_shape shape = attention_of(t);
    const int64_t tokens = (int64_t)p->rows * t->tokens, qkv = t->tokens * vg_net_stride(l->in_proj.out),
                  mixed = t->tokens * vg_net_stride(width_of(t)), kept = vg_attention_probabilities(&shape);
    float *s = p->scratch, *dx = s + t->dx, *dpart = s + t->dpart, *dqkv = s + t->dqkv;
    back(p, &l->linear2, dx, s + l->hidden, tokens, VG_ACTIVATION_RELU, s + t->dhidden);
    back(p, &l->linear1, s + t->dhidden, s + l->normed2, tokens, VG_ACTIVATION_LINEAR, dpart);
    back_norm(p, &l->norm2, dpart, s + l->middle, s + l->stats2, tokens, dx);
    back(p, &l->out_proj, dx, s + l->mixed, tokens, VG_ACTIVATION_LINEAR, dpart);
    for (int32_t r = 0; r < p->rows; r++)
        t->attention->attend_backward(&shape, dpart + r * mixed, s + l->qkv + r * qkv,
                                      s + l->probabilities + r * kept, dqkv + r * qkv, s + t->work);
    back(p, &l->in_proj, dqkv, s + l->normed, tokens, VG_ACTIVATION_LINEAR, dpart);
    back_norm(p, &l->norm1, dpart, s + l->x, s + l->stats, tokens, dx);
}

static void back_places(const pass *p) {
    const vg_transformer *t = p->t;
    const int64_t stride = vg_net_stride(width_of(t));
    float *sums = p->scratch + t->sums;
    const float *dx = p->scratch + t->dx;
    for (int64_t k = 0; k < t->tokens; k++) {
        memset(sums, 0, sizeof *sums * (size_t)width_of(t));
        for (int64_t r = 0; r < p->rows; r++)
            for (int32_t i = 0; i < width_of(t); i++) sums[i] += dx[(r * t->tokens + k) * stride + i];
        put(p, sums, width_of(t), t->place + k * width_of(t));
    }
}

// Scatter rows of gradients by pieces of the inputs.
static void scatter(const pass *p, int32_t at, int32_t count, int32_t width, const float *from) {
    const vg_transformer *t = p->t;
    for (int64_t r = 0; r < p->rows; r++)
        for (int64_t k = 0; k < count; k++)
            memcpy(p->scratch + t->base.input_deltas + r * vg_net_stride(t->def.inputs) + at + k * width,
                   from + (r * count + k) * vg_net_stride(width), sizeof *from * (size_t)width);
}

// The rows of dx of a group; of the style, the sum over all queries.
static void collect(const pass *p, int32_t first, int32_t count, bool summed, float *to) {
    const vg_transformer *t = p->t;
    const int64_t stride = vg_net_stride(width_of(t));
    for (int64_t r = 0; r < p->rows; r++)
        for (int64_t k = 0; k < count; k++) {
            const float *row = p->scratch + t->dx + (r * t->tokens + first + k) * stride;
            float *at = to + (summed ? r : r * count + k) * stride;
            for (int64_t i = 0; i < stride; i++) at[i] = summed && k ? at[i] + row[i] : row[i];
        }
}

static void back_embed(const pass *p, bool by_inputs) {
    const vg_transformer *t = p->t;
    float *shown = p->scratch + t->shown, *buffer = p->scratch + t->buffer;
    float *by_shown = by_inputs ? p->scratch + t->given : NULL;
    const float *inputs = p->scratch + t->base.inputs;
    int32_t at = 0, first = 0;
    back_places(p);
    for (int32_t g = 0; g < t->def.group_count; g++) {
        const vg_token_group *group = &t->def.groups[g];
        gather(t, inputs, p->rows, at, group->count, group->width, shown);
        collect(p, first, group->count, false, buffer);
        back(p, &t->group[g], buffer, shown, (int64_t)p->rows * group->count, VG_ACTIVATION_LINEAR, by_shown);
        if (by_inputs) scatter(p, at, group->count, group->width, by_shown);
        at += group->count * group->width, first += group->count;
    }
    if (!t->style) return;
    gather(t, inputs, p->rows, at, 1, t->style, shown);
    collect(p, first, t->def.queries, true, buffer);
    back(p, &t->to_query, buffer, shown, p->rows, VG_ACTIVATION_LINEAR, by_shown);
    if (by_inputs) scatter(p, at, 1, t->style, by_shown);
}

void vg_transformer_backward(const vg_network *net, int32_t rows, float *scratch, bool add, float *gradient,
                             bool by_inputs) {
    const pass p = {of(net), rows, scratch, gradient, add};
    back_output(&p);
    for (int32_t i = (int32_t)p.t->def.config.n_encoder_layers - 1; i >= 0; i--) back_layer(&p, i);
    back_embed(&p, by_inputs);
}
