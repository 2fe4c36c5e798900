#include "agents/learners/airl_discriminator.h"

#include <math.h>
#include <string.h>

#include "agents/nets/log_space.h"
#include "sim/base/exact.h"
#include "sim/base/memory.h"

// One of the two networks, and what trains it.
typedef struct part {
    vg_network *net;
    int64_t stride, count; // floats of a row; parameters
    vg_adam adam;
    vg_gradient *workspace;
    vg_penalty *penalty; // NULL: none
    float *gradient;     // [count]
    float *rows;         // [most][stride] of g: s, a; of h: all s, then all s'
    float *between;      // [batch][stride] where the penalty is taken
    float *y;            // [most] outputs
    float *deltas;       // [most] derivatives of the loss by them
    int64_t most;
} part;

struct vg_airl_discriminator {
    vg_airl_discriminator_def def;
    part g, h;
    float *goes_on, *log_prob; // [2 * batch] drawn rows: the demonstrator's, then the learner's
    float *share;              // [batch] of the demonstrator in the mixed rows
    uint8_t *right;            // [2 * batch]
};

vg_airl_discriminator_def vg_airl_discriminator_default(void) {
    return (vg_airl_discriminator_def){.g = vg_mlp_default(),
                                       .h = vg_mlp_default(),
                                       .discount = 0.99,
                                       .rate = 3e-4,
                                       .batch = 256,
                                       .label = 0.9};
}

// --- life --------------------------------------------------------------------------------------------------

static vg_err open_part(part *p, vg_mlp_def *shape, int64_t most, uint64_t number,
                        const vg_airl_discriminator_def *def, vg_diag *diag) {
    vg_adam_def adam = vg_adam_default();
    adam.rate = def->rate, adam.decay = def->decay;
    shape->outputs = 1, shape->log_std = false, shape->activation = VG_ACTIVATION_TANH;
    p->most = most;
    vg_err err = vg_mlp_create(shape, &p->net, diag);
    if (err) return err;
    vg_network_init(p->net, vg_random_seed(def->seed, number));
    p->count = vg_network_count(p->net);
    p->stride = vg_net_stride(shape->inputs);
    err = vg_adam_create(&adam, p->count, &p->adam, diag);
    if (!err) err = vg_gradient_create(p->net, VG_LOSS_OWN, most, def->threads, &p->workspace, diag);
    if (!err && def->penalty > 0)
        err = vg_penalty_create(p->net, def->batch, def->threads, &p->penalty, diag);
    if (err) return err;
    p->gradient = vg_new(float, p->count);
    p->rows = vg_new(float, most * p->stride);
    p->between = vg_new(float, def->batch * p->stride);
    p->y = vg_new(float, most);
    p->deltas = vg_new(float, most);
    return p->gradient && p->rows && p->between && p->y && p->deltas ? VG_OK : vg_fail_memory(diag);
}

static void close_part(part *p) {
    vg_network_destroy(p->net);
    vg_adam_destroy(&p->adam);
    vg_gradient_destroy(p->workspace);
    vg_penalty_destroy(p->penalty);
    vg_free(p->gradient);
    vg_free(p->rows);
    vg_free(p->between);
    vg_free(p->y);
    vg_free(p->deltas);
}

vg_err vg_airl_discriminator_create(const vg_airl_discriminator_def *def, vg_airl_discriminator **out,
                                    vg_diag *diag) {
    *out = NULL;
    if (def->batch < 1 || !(def->label >= 0.5 && def->label <= 1))
        return vg_fail(diag, VG_ERR_ARGUMENT, "a batch of 1 or more and a label in [0.5, 1] are needed");
    if (!(def->discount >= 0 && def->discount < 1))
        return vg_fail(diag, VG_ERR_ARGUMENT, "a discount of %g, expected at least 0 and below 1",
                       def->discount);
    vg_airl_discriminator *d = vg_new(vg_airl_discriminator, 1);
    if (!d) return vg_fail_memory(diag);
    d->def = *def;
    vg_err err = open_part(&d->g, &d->def.g, 2 * def->batch, 2, &d->def, diag);
    if (!err) err = open_part(&d->h, &d->def.h, 4 * def->batch, 5, &d->def, diag);
    d->goes_on = vg_new(float, 2 * def->batch);
    d->log_prob = vg_new(float, 2 * def->batch);
    d->share = vg_new(float, def->batch);
    d->right = vg_new(uint8_t, 2 * def->batch);
    if (!err && (!d->goes_on || !d->log_prob || !d->share || !d->right)) err = vg_fail_memory(diag);
    if (err)
        vg_airl_discriminator_destroy(d);
    else
        *out = d;
    return err;
}

void vg_airl_discriminator_destroy(vg_airl_discriminator *d) {
    if (!d) return;
    close_part(&d->g), close_part(&d->h);
    vg_free(d->goes_on);
    vg_free(d->log_prob);
    vg_free(d->share);
    vg_free(d->right);
    vg_free(d);
}

void vg_airl_discriminator_state(vg_airl_discriminator *d, vg_checkpoint *state) {
    vg_checkpoint_floats(state, "g", vg_network_parameters(d->g.net), d->g.count);
    vg_checkpoint_adam(state, "g", &d->g.adam);
    vg_checkpoint_floats(state, "h", vg_network_parameters(d->h.net), d->h.count);
    vg_checkpoint_adam(state, "h", &d->h.adam);
}

void vg_airl_discriminator_restored(vg_airl_discriminator *d) {
    vg_network_pack(d->g.net);
    vg_network_pack(d->h.net);
}

const vg_network *vg_airl_discriminator_g(const vg_airl_discriminator *d) { return d->g.net; }
const vg_network *vg_airl_discriminator_h(const vg_airl_discriminator *d) { return d->h.net; }

float *vg_airl_discriminator_parameters(vg_airl_discriminator *d, bool of_h, int64_t *count) {
    part *p = of_h ? &d->h : &d->g;
    *count = p->count;
    return vg_network_parameters(p->net);
}

// --- the networks ------------------------------------------------------------------------------------------

// Outputs of `count` rows into y.
static void run_forward(const part *p, const float *rows, int64_t count, float *y) {
    vg_gradient_outputs(p->workspace, p->net, rows, count, y);
}

// The gradient of the rows by the derivatives that were found for their outputs, and the penalty.
static double run_backward(const vg_airl_discriminator *d, part *p, int64_t count) {
    vg_gradient_by_outputs(p->workspace, p->net, p->rows, count, p->deltas, p->gradient);
    if (!p->penalty) return 0;
    return vg_penalty_run(p->penalty, p->net, p->between, d->def.batch, 0, d->def.penalty, p->gradient);
}

// f of row i, from what g and h gave of s and of s'.
static double f_of(const vg_airl_discriminator *d, const float *g, const float *h, const float *next,
                   const float *goes_on, int64_t i) {
    return (double)g[i] + d->def.discount * (double)goes_on[i] * (double)next[i] - (double)h[i];
}

void vg_airl_discriminator_judge(vg_airl_discriminator *d, const vg_airl_side *side, float *f) {
    int64_t most = d->g.most;
    for (int64_t at = 0; at < side->count; at += most) {
        int64_t count = side->count - at < most ? side->count - at : most;
        run_forward(&d->g, side->g + at * d->g.stride, count, d->g.y);
        run_forward(&d->h, side->h + at * d->h.stride, count, d->h.y);
        run_forward(&d->h, side->next + at * d->h.stride, count, d->h.y + most);
        for (int64_t i = 0; i < count; i++)
            f[at + i] = (float)f_of(d, d->g.y, d->h.y, d->h.y + most, side->goes_on + at, i);
    }
}

// --- learning ----------------------------------------------------------------------------------------------

// Cross-entropy of the logits f - log pi, and its derivatives by the outputs of both networks. Label y:
// y softplus(-l) + (1 - y) softplus(l), by l: D - y.
static double cross_entropy(vg_airl_discriminator *d) {
    int64_t batch = d->def.batch, all = 2 * batch;
    const float *next = d->h.y + all;
    double share = 0.5 / (double)batch, loss = 0;
    for (int64_t i = 0; i < all; i++) {
        bool expert = i < batch;
        double logit = f_of(d, d->g.y, d->h.y, next, d->goes_on, i) - (double)d->log_prob[i];
        double label = expert ? d->def.label : 1 - d->def.label, plus = vg_softplus(logit);
        double delta = share * (vg_exp(logit - plus) - label);
        loss += share * (plus - label * logit);
        d->g.deltas[i] = (float)delta;
        d->h.deltas[i] = (float)-delta;
        d->h.deltas[all + i] = (float)(d->def.discount * (double)d->goes_on[i] * delta);
        d->right[i] = expert == (logit > 0);
    }
    return loss;
}

// Random points between a row of each side.
static void mix(part *p, int64_t batch, const float *share) {
    for (int64_t i = 0; i < batch; i++)
        for (int64_t k = 0; k < p->stride; k++) {
            float expert = p->rows[i * p->stride + k], learner = p->rows[(batch + i) * p->stride + k];
            p->between[i * p->stride + k] = learner + share[i] * (expert - learner);
        }
}

// The loss of the drawn rows and its gradients.
static double differentiate(vg_airl_discriminator *d, double *penalty) {
    int64_t all = 2 * d->def.batch;
    run_forward(&d->g, d->g.rows, all, d->g.y);
    run_forward(&d->h, d->h.rows, 2 * all, d->h.y);
    double loss = cross_entropy(d);
    if (d->g.penalty) mix(&d->g, d->def.batch, d->share), mix(&d->h, d->def.batch, d->share);
    *penalty = run_backward(d, &d->g, all);
    *penalty += run_backward(d, &d->h, 2 * all);
    return loss;
}

// Row `from` of a side becomes drawn row `to`.
static void take_row(vg_airl_discriminator *d, const vg_airl_side *side, int64_t from, int64_t to) {
    int64_t all = 2 * d->def.batch;
    vg_net_copy_row(d->g.rows + to * d->g.stride, side->g + from * d->g.stride, d->g.stride);
    vg_net_copy_row(d->h.rows + to * d->h.stride, side->h + from * d->h.stride, d->h.stride);
    vg_net_copy_row(d->h.rows + (all + to) * d->h.stride, side->next + from * d->h.stride, d->h.stride);
    d->goes_on[to] = side->goes_on[from];
    d->log_prob[to] = side->log_prob[from];
}

static void draw_rows(vg_airl_discriminator *d, const vg_airl_side *expert, const vg_airl_side *learner,
                      uint32_t round, uint32_t step) {
    for (int64_t i = 0; i < d->def.batch; i++) {
        vg_draw at = {d->def.seed, VG_STREAM_DISCRIMINATOR, 0, round, (uint32_t)i, step};
        uint32_t bits[4];
        vg_random_bits(&at, bits);
        take_row(d, expert, (int64_t)(((uint64_t)bits[0] * (uint64_t)expert->count) >> 32), i);
        take_row(d, learner, (int64_t)(((uint64_t)bits[1] * (uint64_t)learner->count) >> 32),
                 d->def.batch + i);
        d->share[i] = (float)vg_random_unit(bits[2], bits[3]);
    }
}

static void step_part(part *p) {
    vg_adam_step(&p->adam, p->gradient, vg_network_parameters(p->net));
    vg_network_pack(p->net);
}

vg_err vg_airl_discriminator_learn(vg_airl_discriminator *d, const vg_airl_side *expert,
                                   const vg_airl_side *learner, uint32_t round, uint32_t step,
                                   vg_discriminator_step *out, vg_diag *diag) {
    int64_t batch = d->def.batch, right[2] = {0};
    *out = (vg_discriminator_step){0};
    draw_rows(d, expert, learner, round, step);
    out->loss = differentiate(d, &out->penalty);
    if (!isfinite(out->loss + out->penalty))
        return vg_fail(diag, VG_ERR_POLICY,
                       "the training diverged: the discriminator's loss is %g; try a smaller learning rate",
                       out->loss + out->penalty);
    step_part(&d->g);
    step_part(&d->h);
    for (int64_t i = 0; i < 2 * batch; i++) right[i >= batch] += d->right[i];
    out->right_expert = (double)right[0] / (double)batch;
    out->right_learner = (double)right[1] / (double)batch;
    return VG_OK;
}

double vg_airl_discriminator_loss(vg_airl_discriminator *d, const vg_airl_side *expert,
                                  const vg_airl_side *learner, float *by_g, float *by_h) {
    double penalty;
    for (int64_t i = 0; i < d->def.batch; i++) {
        take_row(d, expert, i, i);
        take_row(d, learner, i, d->def.batch + i);
        d->share[i] = 0.25f;
    }
    double loss = differentiate(d, &penalty);
    memcpy(by_g, d->g.gradient, sizeof(float) * (size_t)d->g.count);
    memcpy(by_h, d->h.gradient, sizeof(float) * (size_t)d->h.count);
    return loss + penalty;
}
