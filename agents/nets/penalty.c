// With h_0 = x, h_l = tanh(W_l h_l-1 + b_l) and f = w . h_L + c, the gradient by the inputs is computed by
//     g_L = w,  d_l = g_l * (1 - h_l^2),  g_l-1 = W_l' d_l,  and g_0 = grad_x f.
// The penalty P depends on g_0 alone. Its own gradient first goes up this chain, in the order g_0 .. g_L,
// with p_l = dP/dg_l and q_l = dP/dd_l:
//     q_l = W_l p_l-1,  p_l = q_l * (1 - h_l^2),  dW_l += d_l p_l-1',  dw += p_L,
// where each h_l also receives dP/dh_l = -2 h_l * q_l * g_l, and then down the network as in backpropagation:
//     e_l = (dP/dh_l + W_l+1' e_l+1) * (1 - h_l^2),  dW_l += e_l h_l-1',  db_l += e_l.
#include "agents/nets/penalty.h"

#include <string.h>

#include "agents/nets/mlp.h"
#include "sim/base/blocks.h"
#include "sim/base/memory.h"

enum { CHUNK = VG_GRADIENT_CHUNK };

// The workspace and the results of one chunk. Rows of layer l are [VG_NETWORK_BLOCK] of vg_net_stride(width
// l).
typedef struct slot {
    float *scratch;                   // of the network
    float *g[VG_MLP_HIDDEN_MOST + 1]; // g_l
    float *d[VG_MLP_HIDDEN_MOST + 1]; // d_l, l >= 1
    float *p[VG_MLP_HIDDEN_MOST + 1]; // p_l
    float *q[VG_MLP_HIDDEN_MOST + 1]; // q_l, then e_l
    float *gradient, *part;           // [vg_network_count]: the chunk's, one product's
    double sum;
} slot;

struct vg_penalty {
    int32_t hidden, threads, slot_count;
    int32_t width[VG_MLP_HIDDEN_MOST + 1];  // of h_l
    int64_t weight[VG_MLP_HIDDEN_MOST + 1]; // W_l's place in the parameters, l >= 1; b_l follows it
    int64_t head;                           // w's place
    float *up[VG_MLP_HIDDEN_MOST + 1],
        *down[VG_MLP_HIDDEN_MOST + 1]; // panels of W_l: forward (no bias), backward
    float *none;                       // no bias
    slot *slots;
    float *floats;
};

typedef struct run {
    vg_penalty *workspace;
    const vg_network *net;
    const float *inputs;
    int64_t count;
    double target, weight;
} run;

static float *cut(float **at, int64_t floats) {
    float *from = *at;
    if (from) *at += (floats + 15) / 16 * 16;
    return from;
}

// Assign the memory, or (memory NULL) only count it; returns the number of floats.
static int64_t lay_out(vg_penalty *workspace, const vg_network *net, float *floats) {
    int64_t total = 0;
#define CUT(to, count)                                                                                       \
    do {                                                                                                     \
        int64_t count_ = (count);                                                                            \
        total += (count_ + 15) / 16 * 16;                                                                    \
        float *from_ = cut(&floats, count_);                                                                 \
        if (from_) (to) = from_;                                                                             \
    } while (0)
    for (int32_t l = 1; l <= workspace->hidden; l++) {
        CUT(workspace->up[l], vg_net_forward_panels(workspace->width[l - 1], workspace->width[l]));
        CUT(workspace->down[l], vg_net_backward_panels(workspace->width[l - 1], workspace->width[l]));
    }
    CUT(workspace->none, VG_NETWORK_WIDTH_MOST);
    for (int32_t i = 0; i < workspace->slot_count; i++) {
        slot *s = &workspace->slots[i];
        CUT(s->scratch, vg_network_scratch(net, false));
        CUT(s->gradient, vg_network_count(net));
        CUT(s->part, vg_network_count(net));
        for (int32_t l = 0; l <= workspace->hidden; l++) {
            int64_t rows = VG_NETWORK_BLOCK * vg_net_stride(workspace->width[l]);
            CUT(s->g[l], rows);
            CUT(s->d[l], rows);
            CUT(s->p[l], rows);
            CUT(s->q[l], rows);
        }
    }
#undef CUT
    return total;
}

vg_err vg_penalty_create(const vg_network *net, int64_t most, int32_t threads, vg_penalty **out,
                         vg_diag *diag) {
    const vg_mlp_def *shape;
    *out = NULL;
    vg_err err = vg_mlp_need(net, "a penalty on the gradient", &shape, diag);
    if (err) return err;
    if (shape->outputs != 1 || shape->hidden_count < 1 || shape->activation != VG_ACTIVATION_TANH || most < 1)
        return vg_fail(diag, VG_ERR_ARGUMENT,
                       "a penalty on the gradient needs a network of one output and tanh hidden layers");
    vg_penalty *workspace = vg_new(vg_penalty, 1);
    if (!workspace) return vg_fail_memory(diag);
    workspace->hidden = shape->hidden_count;
    workspace->threads = threads > 0 ? threads : vg_blocks_threads();
    workspace->slot_count = (int32_t)vg_blocks_count(most, CHUNK);
    workspace->width[0] = shape->inputs;
    for (int32_t l = 1; l <= workspace->hidden; l++) {
        workspace->width[l] = shape->hidden[l - 1];
        workspace->weight[l] = vg_network_tensor_at(net, 2 * (l - 1)).at;
    }
    workspace->head = vg_network_tensor_at(net, 2 * workspace->hidden).at;
    workspace->slots = vg_new(slot, workspace->slot_count);
    if (workspace->slots) workspace->floats = vg_new(float, lay_out(workspace, net, NULL));
    if (!workspace->floats) {
        vg_penalty_destroy(workspace);
        return vg_fail_memory(diag);
    }
    lay_out(workspace, net, workspace->floats);
    *out = workspace;
    return VG_OK;
}

void vg_penalty_destroy(vg_penalty *workspace) {
    if (!workspace) return;
    vg_free(workspace->slots);
    vg_free(workspace->floats);
    vg_free(workspace);
}

// The gradient of f by its inputs: g[0]; also fills all g and d.
static void slope(const run *run, slot *s, int32_t rows) {
    const vg_penalty *workspace = run->workspace;
    const vg_net_kernel *kernel = vg_network_kernel(run->net);
    const float *head = vg_network_read(run->net) + workspace->head;
    int32_t top = workspace->hidden;
    for (int32_t r = 0; r < rows; r++)
        memcpy(s->g[top] + r * vg_net_stride(workspace->width[top]), head,
               sizeof(float) * (size_t)workspace->width[top]);
    for (int32_t l = top; l >= 1; l--) {
        int64_t floats = rows * vg_net_stride(workspace->width[l]);
        const float *h = vg_mlp_values(run->net, l, s->scratch), *g = s->g[l];
        float *d = s->d[l];
        for (int64_t j = 0; j < floats; j++) d[j] = g[j] * (1.0f - h[j] * h[j]);
        kernel->backward_input(d, workspace->down[l], rows, workspace->width[l - 1], workspace->width[l],
                               VG_ACTIVATION_LINEAR, h, s->g[l - 1]);
    }
}

// The penalty of each row, and p[0]: its derivative by the slope, including the mean and the weight.
static void penalise(const run *run, slot *s, int32_t rows) {
    int32_t width = run->workspace->width[0];
    double share = run->weight / (double)run->count;
    for (int32_t r = 0; r < rows; r++) {
        const float *g = s->g[0] + r * vg_net_stride(width);
        float *p = s->p[0] + r * vg_net_stride(width);
        double square = 0;
        for (int32_t i = 0; i < width; i++) square += (double)g[i] * (double)g[i];
        double norm = __builtin_sqrt(square), away = norm - run->target;
        s->sum += share * away * away;
        double by_norm = norm > 1e-12 ? 2 * share * away / norm : 0;
        for (int32_t i = 0; i < width; i++) p[i] = (float)(by_norm * (double)g[i]);
    }
}

// Add to a weight and the bias behind it: dy' x; and, if `bias`, the sums of dy.
static void add_product(const run *run, slot *s, int32_t l, const float *dy, const float *x, int32_t rows,
                        bool bias) {
    const vg_penalty *workspace = run->workspace;
    const vg_net_kernel *kernel = vg_network_kernel(run->net);
    int64_t size = (int64_t)workspace->width[l] * workspace->width[l - 1];
    kernel->backward_weight(dy, x, rows, workspace->width[l - 1], workspace->width[l], false, s->part,
                            s->part + size);
    kernel->add(s->part, size + (bias ? workspace->width[l] : 0), s->gradient + workspace->weight[l]);
}

static void up(const run *run, slot *s, int32_t rows) {
    const vg_penalty *workspace = run->workspace;
    for (int32_t l = 1; l <= workspace->hidden; l++) {
        vg_network_kernel(run->net)->forward(s->p[l - 1], workspace->up[l], rows, workspace->width[l - 1],
                                             workspace->width[l], VG_ACTIVATION_LINEAR, s->q[l]);
        add_product(run, s, l, s->d[l], s->p[l - 1], rows, false);
        int64_t floats = rows * vg_net_stride(workspace->width[l]);
        const float *h = vg_mlp_values(run->net, l, s->scratch), *g = s->g[l];
        float *q = s->q[l], *p = s->p[l];
        for (int64_t j = 0; j < floats; j++) {
            p[j] = q[j] * (1.0f - h[j] * h[j]);
            q[j] = -2.0f * h[j] * q[j] * g[j]; // dP/dh_l from here on
        }
    }
    int32_t top = workspace->hidden;
    for (int32_t r = 0; r < rows; r++)
        for (int32_t i = 0; i < workspace->width[top]; i++)
            s->gradient[workspace->head + i] += s->p[top][r * vg_net_stride(workspace->width[top]) + i];
}

static void down(const run *run, slot *s, int32_t rows) {
    const vg_penalty *workspace = run->workspace;
    for (int32_t l = workspace->hidden; l >= 1; l--) {
        int64_t floats = rows * vg_net_stride(workspace->width[l]);
        const float *h = vg_mlp_values(run->net, l, s->scratch), *above = s->p[l];
        float *e = s->q[l];
        bool top = l == workspace->hidden; // except at the top, p[l] holds W_l+1' e_l+1 by now
        for (int64_t j = 0; j < floats; j++) e[j] = (top ? e[j] : e[j] + above[j]) * (1.0f - h[j] * h[j]);
        add_product(run, s, l, e, vg_mlp_values(run->net, l - 1, s->scratch), rows, true);
        if (l > 1)
            vg_network_kernel(run->net)->backward_input(e, workspace->down[l], rows, workspace->width[l - 1],
                                                        workspace->width[l], VG_ACTIVATION_LINEAR, h,
                                                        s->p[l - 1]);
    }
}

static vg_err run_chunk(void *context, int64_t block, int64_t begin, int64_t end) {
    const run *run = context;
    slot *s = &run->workspace->slots[block];
    int64_t stride = vg_net_stride(run->workspace->width[0]);
    s->sum = 0;
    memset(s->gradient, 0, sizeof(float) * (size_t)vg_network_count(run->net));
    for (int64_t row = begin; row < end; row += VG_NETWORK_BLOCK) {
        int32_t rows = (int32_t)(end - row < VG_NETWORK_BLOCK ? end - row : VG_NETWORK_BLOCK);
        memcpy(vg_network_inputs(run->net, s->scratch), run->inputs + row * stride,
               sizeof(float) * (size_t)(rows * stride));
        vg_network_forward(run->net, rows, s->scratch);
        slope(run, s, rows);
        penalise(run, s, rows);
        up(run, s, rows);
        down(run, s, rows);
    }
    return VG_OK;
}

double vg_penalty_run(vg_penalty *workspace, const vg_network *net, const float *inputs, int64_t count,
                      double target, double weight, float *gradient) {
    run run = {workspace, net, inputs, count, target, weight};
    for (int32_t l = 1; l <= workspace->hidden; l++) {
        const float *w = vg_network_read(net) + workspace->weight[l];
        vg_network_kernel(net)->pack_forward(w, workspace->none, workspace->width[l - 1], workspace->width[l],
                                             workspace->up[l]);
        vg_network_kernel(net)->pack_backward(w, workspace->width[l - 1], workspace->width[l],
                                              workspace->down[l]);
    }
    vg_err err = vg_blocks_run(count, CHUNK, workspace->threads, run_chunk, &run);
    (void)err; // a chunk cannot fail
    double sum = 0;
    for (int64_t i = 0; i < vg_blocks_count(count, CHUNK); i++) {
        sum += workspace->slots[i].sum;
        vg_network_kernel(net)->add(workspace->slots[i].gradient, vg_network_count(net), gradient);
    }
    return sum;
}
