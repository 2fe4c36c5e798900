#include "agents/learners/discriminator.h"

#include <math.h>
#include <string.h>

#include "agents/nets/log_space.h"
#include "agents/nets/spectral.h"
#include "sim/base/blocks.h"
#include "sim/base/exact.h"
#include "sim/base/memory.h"

enum { JUDGE_CHUNK = 4 * VG_NETWORK_BLOCK };

struct vg_discriminator {
    vg_discriminator_def def;
    int64_t stride, count; // floats of a row; parameters
    vg_network *net;
    vg_spectral *spectral; // NULL: the network holds the parameters itself
    vg_adam adam;
    vg_gradient *workspace;
    vg_penalty *penalty;
    float *gradient; // [count]
    float *steep;    // [count] the penalty's part of the gradient
    float *rows;     // [2 * batch][stride] drawn rows: the demonstrator's, then the learner's
    float *between;  // [batch][stride] where the penalty is taken
    float *scratch;  // for evaluation, one part per chunk under way
    int64_t chunks;  // chunks under way at a time, at most
    uint8_t *right;  // [2 * batch]
};

vg_discriminator_def vg_discriminator_default(void) {
    return (vg_discriminator_def){.shape = vg_mlp_default(),
                                  .rate = 3e-4,
                                  .batch = 256,
                                  .label = 0.9,
                                  .smooth = VG_SMOOTHING_PENALTY,
                                  .penalty = 1,
                                  .bound = 1};
}

static vg_err make_network(vg_discriminator *d, vg_diag *diag) {
    vg_discriminator_def *def = &d->def;
    def->shape.outputs = 1;
    def->shape.log_std = false;
    def->shape.activation = VG_ACTIVATION_TANH;
    vg_err err = vg_mlp_create(&def->shape, &d->net, diag);
    if (err) return err;
    vg_network_init(d->net, vg_random_seed(def->seed, 2));
    d->count = vg_network_count(d->net);
    d->stride = vg_net_stride(def->shape.inputs);
    if (def->smooth == VG_SMOOTHING_SPECTRAL)
        return vg_spectral_create(d->net, def->bound, def->seed, &d->spectral, diag);
    return VG_OK;
}

vg_err vg_discriminator_create(const vg_discriminator_def *def, vg_discriminator **out, vg_diag *diag) {
    *out = NULL;
    if (def->batch < 1 || !(def->label >= 0.5 && def->label <= 1))
        return vg_fail(diag, VG_ERR_ARGUMENT, "a batch of 1 or more and a label in [0.5, 1] are needed");
    vg_discriminator *d = vg_new(vg_discriminator, 1);
    if (!d) return vg_fail_memory(diag);
    d->def = *def;
    d->def.threads = def->threads > 0 ? def->threads : vg_blocks_threads();
    vg_adam_def adam = vg_adam_default();
    adam.rate = def->rate, adam.decay = def->decay;
    vg_err err = make_network(d, diag);
    if (!err) err = vg_adam_create(&adam, d->count, &d->adam, diag);
    if (!err)
        err = vg_gradient_create(d->net, VG_LOSS_OWN, 2 * def->batch, def->threads, &d->workspace, diag);
    if (!err && def->smooth == VG_SMOOTHING_PENALTY)
        err = vg_penalty_create(d->net, def->batch, def->threads, &d->penalty, diag);
    if (!err) {
        d->chunks = d->def.threads;
        d->gradient = vg_new(float, d->count);
        d->steep = vg_new(float, d->count);
        d->rows = vg_new(float, 2 * def->batch * d->stride);
        d->between = vg_new(float, def->batch * d->stride);
        d->right = vg_new(uint8_t, 2 * def->batch);
        d->scratch = vg_new(float, d->chunks *vg_network_scratch(d->net, false));
        if (!d->gradient || !d->steep || !d->rows || !d->between || !d->right || !d->scratch)
            err = vg_fail_memory(diag);
    }
    if (err)
        vg_discriminator_destroy(d);
    else
        *out = d;
    return err;
}

void vg_discriminator_destroy(vg_discriminator *d) {
    if (!d) return;
    vg_spectral_destroy(d->spectral);
    vg_network_destroy(d->net);
    vg_adam_destroy(&d->adam);
    vg_gradient_destroy(d->workspace);
    vg_penalty_destroy(d->penalty);
    vg_free(d->gradient);
    vg_free(d->steep);
    vg_free(d->rows);
    vg_free(d->between);
    vg_free(d->right);
    vg_free(d->scratch);
    vg_free(d);
}

float *vg_discriminator_parameters(vg_discriminator *d, int64_t *count) {
    *count = d->count;
    return d->spectral ? vg_spectral_parameters(d->spectral) : vg_network_parameters(d->net);
}

void vg_discriminator_state(vg_discriminator *d, vg_checkpoint *state) {
    int64_t count;
    float *parameters = vg_discriminator_parameters(d, &count);
    vg_checkpoint_floats(state, "discriminator", parameters, count);
    vg_checkpoint_adam(state, "discriminator", &d->adam);
    if (d->spectral) {
        float *vectors = vg_spectral_state(d->spectral, &count);
        vg_checkpoint_floats(state, "spectral", vectors, count);
    }
}

void vg_discriminator_restored(vg_discriminator *d) {
    if (d->spectral)
        vg_spectral_apply(d->spectral, d->net, false);
    else
        vg_network_pack(d->net);
}

// --- learning ----------------------------------------------------------------------------------------------

// Cross-entropy: the first half of the batch is the demonstrator's. Label y: y softplus(-f) + (1 - y)
// softplus(f), by f: D - y.
static double cross_entropy(void *context, const vg_loss_rows *rows) {
    vg_discriminator *d = context;
    double share = 0.5 / (double)d->def.batch, loss = 0;
    for (int32_t i = 0; i < rows->count; i++) {
        int64_t r = rows->begin + i;
        bool expert = r < d->def.batch;
        double f = (double)rows->y[i * rows->stride], label = expert ? d->def.label : 1 - d->def.label;
        double plus = vg_softplus(f); // softplus(-f) = softplus(f) - f
        loss += share * (plus - label * f);
        if (rows->deltas) rows->deltas[i * rows->stride] = (float)(share * (vg_exp(f - plus) - label));
        d->right[r] = expert == (f > 0);
    }
    return loss;
}

typedef struct parts {
    vg_discriminator *d;
    double loss, penalty;
} parts;

// Cross-entropy and penalty are independent and take about as long, so they are two blocks of work.
static vg_err differentiate_part(void *context, int64_t block, int64_t begin, int64_t end) {
    (void)begin, (void)end;
    parts *p = context;
    vg_discriminator *d = p->d;
    if (block == 0) {
        vg_batch batch = {.inputs = d->rows, .count = 2 * d->def.batch, .own = cross_entropy, .context = d};
        p->loss = vg_gradient_run(d->workspace, d->net, &batch, d->gradient);
    } else {
        memset(d->steep, 0, sizeof(float) * (size_t)d->count);
        p->penalty = vg_penalty_run(d->penalty, d->net, d->between, d->def.batch, d->def.slope,
                                    d->def.penalty, d->steep);
    }
    return VG_OK;
}

// The loss of the drawn rows and its gradient by the parameters.
static double differentiate(vg_discriminator *d, double *penalty) {
    parts p = {.d = d};
    vg_err err = vg_blocks_run(d->penalty ? 2 : 1, 1, d->def.threads, differentiate_part, &p);
    (void)err; // a part cannot fail
    if (d->penalty) vg_network_kernel(d->net)->add(d->steep, d->count, d->gradient);
    if (d->spectral) vg_spectral_backward(d->spectral, d->net, d->gradient);
    *penalty = p.penalty;
    return p.loss;
}

// A random point between a row of each side (Gulrajani et al. 2017, section 4): `share` is the demonstrator's
// part.
static void mix(vg_discriminator *d, int64_t i, float share) {
    const float *expert = d->rows + i * d->stride, *learner = d->rows + (d->def.batch + i) * d->stride;
    for (int64_t k = 0; k < d->stride; k++)
        d->between[i * d->stride + k] = learner[k] + share * (expert[k] - learner[k]);
}

static void draw_rows(vg_discriminator *d, const vg_side *expert, const vg_side *learner, uint32_t round,
                      uint32_t step) {
    for (int64_t i = 0; i < d->def.batch; i++) {
        vg_draw at = {d->def.seed, VG_STREAM_DISCRIMINATOR, 0, round, (uint32_t)i, step};
        uint32_t bits[4];
        vg_random_bits(&at, bits);
        int64_t from = (int64_t)(((uint64_t)bits[0] * (uint64_t)expert->count) >> 32),
                other = (int64_t)(((uint64_t)bits[1] * (uint64_t)learner->count) >> 32);
        vg_net_copy_row(d->rows + i * d->stride, expert->rows + from * d->stride, d->stride);
        vg_net_copy_row(d->rows + (d->def.batch + i) * d->stride, learner->rows + other * d->stride,
                        d->stride);
        mix(d, i, (float)vg_random_unit(bits[2], bits[3]));
    }
}

vg_err vg_discriminator_learn(vg_discriminator *d, const vg_side *expert, const vg_side *learner,
                              uint32_t round, uint32_t step, vg_discriminator_step *out, vg_diag *diag) {
    *out = (vg_discriminator_step){0};
    draw_rows(d, expert, learner, round, step);
    out->loss = differentiate(d, &out->penalty);
    if (!isfinite(out->loss + out->penalty))
        return vg_fail(diag, VG_ERR_POLICY,
                       "the training diverged: the discriminator's loss is %g; try a smaller "
                       "learning rate",
                       out->loss + out->penalty);
    int64_t count, batch = d->def.batch;
    vg_adam_step(&d->adam, d->gradient, vg_discriminator_parameters(d, &count));
    if (d->spectral)
        vg_spectral_apply(d->spectral, d->net, true);
    else
        vg_network_pack(d->net);
    int64_t right[2] = {0};
    for (int64_t i = 0; i < 2 * batch; i++) right[i >= batch] += d->right[i];
    out->right_expert = (double)right[0] / (double)batch;
    out->right_learner = (double)right[1] / (double)batch;
    return VG_OK;
}

double vg_discriminator_loss(vg_discriminator *d, const float *expert, const float *learner,
                             float *gradient) {
    size_t size = sizeof(float) * (size_t)(d->def.batch * d->stride);
    memcpy(d->rows, expert, size);
    memcpy(d->rows + d->def.batch * d->stride, learner, size);
    for (int64_t i = 0; i < d->def.batch; i++) mix(d, i, 0.25f);
    double penalty, loss = differentiate(d, &penalty);
    memcpy(gradient, d->gradient, sizeof(float) * (size_t)d->count);
    return loss + penalty;
}

// --- judging -----------------------------------------------------------------------------------------------

const vg_network *vg_discriminator_network(const vg_discriminator *d) { return d->net; }

void vg_discriminator_step_add(vg_discriminator_step *sum, const vg_discriminator_step *step, double share) {
    sum->loss += share * step->loss;
    sum->penalty += share * step->penalty;
    sum->right_expert += share * step->right_expert;
    sum->right_learner += share * step->right_learner;
}

bool vg_discriminator_pinned(const vg_discriminator_step *round, int64_t *rounds) {
    enum { PINNED_ROUNDS = 20 };
    bool right = round->right_expert > 0.99 && round->right_learner > 0.99;
    *rounds = right ? *rounds + 1 : 0;
    return *rounds >= PINNED_ROUNDS;
}

typedef struct judging {
    const vg_discriminator *d;
    const float *rows;
    float *f;
} judging;

static vg_err judge_chunk(void *context, int64_t block, int64_t begin, int64_t end) {
    const judging *j = context;
    const vg_discriminator *d = j->d;
    float *scratch = d->scratch + block * vg_network_scratch(d->net, false);
    for (int64_t first = begin; first < end; first += VG_NETWORK_BLOCK) {
        int32_t count = (int32_t)(end - first < VG_NETWORK_BLOCK ? end - first : VG_NETWORK_BLOCK);
        memcpy(vg_network_inputs(d->net, scratch), j->rows + first * d->stride,
               sizeof(float) * (size_t)(count * d->stride));
        vg_network_forward(d->net, count, scratch);
        for (int32_t i = 0; i < count; i++)
            j->f[first + i] = vg_network_outputs(d->net, scratch)[i * vg_net_stride(1)];
    }
    return VG_OK;
}

void vg_discriminator_judge(const vg_discriminator *d, const float *rows, int64_t count, float *f) {
    for (int64_t wave = d->chunks * JUDGE_CHUNK; count > 0;
         count -= wave, rows += wave * d->stride, f += wave) {
        judging j = {d, rows, f};
        vg_err err = vg_blocks_run(count < wave ? count : wave, JUDGE_CHUNK, d->def.threads, judge_chunk, &j);
        (void)err; // a chunk cannot fail
    }
}
