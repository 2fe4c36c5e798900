#include "agents/learners/guided_cost.h"

#include <math.h>
#include <string.h>

#include "agents/nets/gradient.h"
#include "agents/nets/log_space.h"
#include "sim/base/exact.h"
#include "sim/base/memory.h"
#include "sim/base/random.h"

// --- the partition function --------------------------------------------------------------------------------

double vg_log_mixture(const double *log_density, const double *share, int32_t samplers) {
    double most = -INFINITY, sum = 0;
    for (int32_t k = 0; k < samplers; k++)
        if (share[k] > 0 && log_density[k] > most) most = log_density[k];
    if (!isfinite(most)) return most;
    for (int32_t k = 0; k < samplers; k++)
        if (share[k] > 0) sum += share[k] * vg_exp(log_density[k] - most);
    return most + vg_ln(sum);
}

vg_err vg_log_partition(const double *returns, const double *log_ratio, int64_t count, double *log_z,
                        double *weights, double *ess, vg_diag *diag) {
    double most = -INFINITY, sum = 0, squares = 0;
    for (int64_t j = 0; j < count; j++)
        if (!(returns[j] + log_ratio[j] <= most)) most = returns[j] + log_ratio[j]; // NaN, too
    for (int64_t j = 0; j < count && isfinite(most); j++) {
        double share = vg_exp(returns[j] + log_ratio[j] - most);
        sum += share, squares += share * share;
    }
    *log_z = most + vg_ln(sum) - vg_ln((double)count);
    *ess = sum * sum / squares;
    if (!isfinite(most) || !(*log_z <= VG_LOG_Z_MOST))
        return vg_fail(
            diag, VG_ERR_POLICY,
            "the partition function overflows: log Z is %g, expected at most %g; the reward grows "
            "without bound (a larger cost.weight_decay or a smaller cost.learning_rate may help), or "
            "the samplers give the segments hardly any density (a larger action_std_min or "
            "demo_action_std)",
            isfinite(most) ? *log_z : most, VG_LOG_Z_MOST);
    for (int64_t j = 0; j < count && weights; j++)
        weights[j] = vg_exp(returns[j] + log_ratio[j] - most) / sum;
    return VG_OK;
}

// --- life --------------------------------------------------------------------------------------------------

struct vg_guided_cost {
    vg_guided_cost_def def;
    vg_network *net;
    vg_adam adam, adam_absorbing;
    vg_gradient *workspace;
    int64_t stride, count, batch; // floats of a row; parameters; segments of a step: demos, then samples
    float absorbing[16], by_absorbing[16]; // the first is used
    float *rows, *live;                    // [batch][steps][stride], [batch]
    double *log_ratio, *returns, *weights; // [batch]
    float *y, *deltas;                     // [batch][steps]
    float *gradient;
};

vg_guided_cost_def vg_guided_cost_default(void) {
    return (vg_guided_cost_def){
        .shape = vg_mlp_default(), .steps = 50, .demos = 16, .samples = 32, .rate = 1e-3};
}

static vg_err open_all(vg_guided_cost *c, vg_diag *diag) {
    vg_guided_cost_def *def = &c->def;
    vg_adam_def adam = vg_adam_default(), fast;
    adam.rate = def->rate, adam.decay = def->decay;
    fast = adam, fast.rate = 10 * def->rate, fast.decay = 0;
    def->shape.outputs = 1, def->shape.log_std = false, def->shape.activation = VG_ACTIVATION_TANH;
    vg_err err = vg_mlp_create(&def->shape, &c->net, diag);
    if (err) return err;
    vg_network_init(c->net, vg_random_seed(def->seed, 6));
    c->count = vg_network_count(c->net), c->stride = vg_net_stride(def->shape.inputs);
    c->batch = def->demos + def->samples;
    int64_t rows = c->batch * def->steps;
    err = vg_adam_create(&adam, c->count, &c->adam, diag);
    if (!err) err = vg_adam_create(&fast, 1, &c->adam_absorbing, diag);
    if (!err) err = vg_gradient_create(c->net, VG_LOSS_OWN, rows, def->threads, &c->workspace, diag);
    if (err) return err;
    c->rows = vg_new(float, rows * c->stride), c->live = vg_new(float, c->batch);
    c->log_ratio = vg_new(double, c->batch), c->returns = vg_new(double, c->batch);
    c->weights = vg_new(double, c->batch);
    c->y = vg_new(float, rows), c->deltas = vg_new(float, rows), c->gradient = vg_new(float, c->count);
    bool whole = c->rows && c->live && c->log_ratio && c->returns && c->weights && c->y && c->deltas;
    return whole && c->gradient ? VG_OK : vg_fail_memory(diag);
}

vg_err vg_guided_cost_create(const vg_guided_cost_def *def, vg_guided_cost **out, vg_diag *diag) {
    *out = NULL;
    if (def->steps < 3 || def->demos < 1 || def->samples < 1)
        return vg_fail(
            diag, VG_ERR_ARGUMENT,
            "segments of %d steps, %lld and %lld of them a step; expected 3 or more, and 1 or more",
            def->steps, (long long)def->demos, (long long)def->samples);
    vg_guided_cost *c = vg_new(vg_guided_cost, 1);
    if (!c) return vg_fail_memory(diag);
    c->def = *def;
    vg_err err = open_all(c, diag);
    if (err)
        vg_guided_cost_destroy(c);
    else
        *out = c;
    return err;
}

void vg_guided_cost_destroy(vg_guided_cost *c) {
    if (!c) return;
    vg_network_destroy(c->net);
    vg_adam_destroy(&c->adam), vg_adam_destroy(&c->adam_absorbing);
    vg_gradient_destroy(c->workspace);
    vg_free(c->rows), vg_free(c->live);
    vg_free(c->log_ratio), vg_free(c->returns), vg_free(c->weights);
    vg_free(c->y), vg_free(c->deltas), vg_free(c->gradient);
    vg_free(c);
}

void vg_guided_cost_state(vg_guided_cost *c, vg_checkpoint *state) {
    vg_checkpoint_floats(state, "cost", vg_network_parameters(c->net), c->count);
    vg_checkpoint_adam(state, "cost", &c->adam);
    vg_checkpoint_floats(state, "absorbing", c->absorbing, 1);
    vg_checkpoint_adam(state, "absorbing", &c->adam_absorbing);
}

void vg_guided_cost_restored(vg_guided_cost *c) { vg_network_pack(c->net); }
const vg_network *vg_guided_cost_network(const vg_guided_cost *c) { return c->net; }
double vg_guided_cost_absorbing(const vg_guided_cost *c) { return (double)c->absorbing[0]; }

float *vg_guided_cost_parameters(vg_guided_cost *c, int64_t *count, float **absorbing) {
    *count = c->count;
    *absorbing = c->absorbing;
    return vg_network_parameters(c->net);
}

// --- the loss ----------------------------------------------------------------------------------------------

// R of one segment of rewards.
static double return_of(const vg_guided_cost *c, const float *y, float live) {
    double sum = ((double)c->def.steps - (double)live) * (double)c->absorbing[0];
    for (int32_t t = 0; t < (int32_t)live; t++) sum += (double)y[t];
    return sum;
}

// The regularisers of one segment, and their derivatives; share: of this segment in a mean over segments.
static double regularise(const float *y, int32_t live, bool shown, double lcr_share, double mono_share,
                         float *deltas) {
    double penalty = 0;
    for (int32_t t = 1; t + 1 < live && lcr_share > 0; t++) {
        double bend = (double)y[t + 1] - 2 * (double)y[t] + (double)y[t - 1];
        penalty += lcr_share * bend * bend;
        deltas[t + 1] += (float)(2 * lcr_share * bend), deltas[t - 1] += (float)(2 * lcr_share * bend);
        deltas[t] -= (float)(4 * lcr_share * bend);
    }
    for (int32_t t = 1; t < live && shown && mono_share > 0; t++) {
        double fall = (double)y[t - 1] - (double)y[t] - 1;
        if (!(fall > 0)) continue;
        penalty += mono_share * fall * fall;
        deltas[t - 1] += (float)(2 * mono_share * fall), deltas[t] -= (float)(2 * mono_share * fall);
    }
    return penalty;
}

// The loss of the drawn segments, and its derivatives by every reward and by the absorbing one.
static vg_err differentiate(vg_guided_cost *c, vg_guided_cost_step *out, vg_diag *diag) {
    const vg_guided_cost_def *def = &c->def;
    int32_t steps = def->steps;
    vg_gradient_outputs(c->workspace, c->net, c->rows, c->batch * steps, c->y);
    for (int64_t j = 0; j < c->batch; j++) c->returns[j] = return_of(c, c->y + j * steps, c->live[j]);
    vg_err err =
        vg_log_partition(c->returns, c->log_ratio, c->batch, &out->log_z, c->weights, &out->ess, diag);
    if (err) return err;
    double lcr = def->lcr / (double)(c->batch * steps), mono = def->mono / (double)(def->demos * steps),
           by = 0;
    out->loss = out->log_z;
    memset(c->deltas, 0, sizeof(float) * (size_t)(c->batch * steps));
    for (int64_t j = 0; j < c->batch; j++) {
        bool shown = j < def->demos;
        double weight = c->weights[j] - (shown ? 1 / (double)def->demos : 0);
        int32_t live = (int32_t)c->live[j];
        if (shown) out->loss -= c->returns[j] / (double)def->demos;
        if (shown) out->shown += c->returns[j] / (double)(def->demos * steps);
        if (!shown) out->driven += c->returns[j] / (double)(def->samples * steps);
        for (int32_t t = 0; t < live; t++) c->deltas[j * steps + t] = (float)weight;
        by += weight * (double)(steps - live);
        out->penalty += regularise(c->y + j * steps, live, shown, lcr, mono, c->deltas + j * steps);
    }
    c->by_absorbing[0] = (float)by;
    vg_gradient_by_outputs(c->workspace, c->net, c->rows, c->batch * steps, c->deltas, c->gradient);
    return VG_OK;
}

// Segment `from` of a side becomes drawn segment `to`.
static void take(vg_guided_cost *c, const vg_segments *side, int64_t from, int64_t to) {
    int64_t floats = c->def.steps * c->stride;
    if (side->order) from = side->order[from];
    memcpy(c->rows + to * floats, side->rows + from * floats, sizeof(float) * (size_t)floats);
    c->live[to] = side->live[from];
    c->log_ratio[to] = side->log_ratio[from];
}

static void draw(vg_guided_cost *c, const vg_segments *side, int64_t first, int64_t count, uint32_t round,
                 uint32_t step) {
    for (int64_t i = first; i < first + count; i++) {
        vg_draw at = {c->def.seed, VG_STREAM_DISCRIMINATOR, 2, round, (uint32_t)i, step};
        uint32_t bits[4];
        vg_random_bits(&at, bits);
        take(c, side, (int64_t)(((uint64_t)bits[0] * (uint64_t)side->count) >> 32), i);
    }
}

vg_err vg_guided_cost_learn(vg_guided_cost *c, const vg_segments *shown, const vg_segments *driven,
                            uint32_t round, uint32_t step, vg_guided_cost_step *out, vg_diag *diag) {
    *out = (vg_guided_cost_step){0};
    draw(c, shown, 0, c->def.demos, round, step);
    draw(c, driven, c->def.demos, c->def.samples, round, step);
    vg_err err = differentiate(c, out, diag);
    if (err) return err;
    vg_adam_step(&c->adam, c->gradient, vg_network_parameters(c->net));
    vg_adam_step(&c->adam_absorbing, c->by_absorbing, c->absorbing);
    vg_network_pack(c->net);
    return VG_OK;
}

vg_err vg_guided_cost_loss(vg_guided_cost *c, const vg_segments *shown, const vg_segments *driven,
                           double *loss, float *gradient, double *by_absorbing, vg_diag *diag) {
    vg_guided_cost_step out = {0};
    for (int64_t i = 0; i < c->def.demos; i++) take(c, shown, i, i);
    for (int64_t i = 0; i < c->def.samples; i++) take(c, driven, i, c->def.demos + i);
    vg_err err = differentiate(c, &out, diag);
    *loss = out.loss + out.penalty;
    *by_absorbing = (double)c->by_absorbing[0];
    memcpy(gradient, c->gradient, sizeof(float) * (size_t)c->count);
    return err;
}

void vg_guided_cost_rewards(vg_guided_cost *c, const float *rows, int64_t count, float *rewards) {
    vg_gradient_outputs(c->workspace, c->net, rows, count, rewards);
}

void vg_guided_cost_returns(vg_guided_cost *c, const vg_segments *segments, double *returns) {
    int32_t steps = c->def.steps;
    for (int64_t at = 0; at < segments->count; at += c->batch) {
        int64_t count = segments->count - at < c->batch ? segments->count - at : c->batch;
        vg_gradient_outputs(c->workspace, c->net, segments->rows + at * steps * c->stride, count * steps,
                            c->y);
        for (int64_t j = 0; j < count; j++)
            returns[at + j] = return_of(c, c->y + j * steps, segments->live[at + j]);
    }
}
