// DRIL: disagreement-regularised imitation learning.
//
//   Brantley, Sun & Henaff 2020, "Disagreement-regularized imitation learning", ICLR. Clones of bootstrap
//   samples of the same demonstrations agree where there were demonstrations, and disagree elsewhere. Their
//   variance is a cost that needs no expert and never changes: a policy that is kept where the cost is low is
//   kept where cloning is right, so errors do not compound.
//
// Their algorithm 1; the code below follows these steps:
//
//     train an ensemble {pi_1 .. pi_E} on bootstrap samples of the demonstrations D
//     train pi by cloning on D
//     for i = 1, 2, ...
//         a step of cloning on D
//         a step of policy gradient that decreases E_pi[C(s)]
//
// where C is -1 if the variance at s is at most its 0.98 quantile on D, else +1.
//
// Where this differs from the paper:
// - Its cost for continuous actions is the quadratic form a' Sigma a of the action and the members'
// covariance.
//   On every straight the action is 0, and so is that cost, however much the members disagree. Here the
//   variance is the trace of Sigma, which depends on the state alone.
// - Leaving the road and stalling lead to an absorbing state that costs +1 for ever: nobody demonstrated it.
//   Without that, a policy that only meets states of cost +1 would do best to end it all.
// - Both steps of a round are one: the squared error on D is added to the objective (`bc_coef`), as for GAIL.
//
// The control `cost=constant` pays -1 in every state, so that only ends are avoided: what it does not achieve
// is the ensemble's part.
#include "agents/learners/dril.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "agents/nets/ensemble.h"
#include "sim/base/memory.h"
#include "sim/base/random.h"

static const vg_key keys[] = {VG_GENERATOR_ROWS
#define X(...) VG_KEY_ROW(vg_dril_config, , "", __VA_ARGS__)
                                  VG_DRIL_KEYS(X)
#undef X
                                      VG_GENERATOR_CHECKPOINT_ROWS VG_GENERATOR_VALIDATION_ROWS};
const vg_schema vg_dril_schema = {"dril", keys, sizeof keys / sizeof *keys, vg_imitation_check_text};

enum { COST_ENSEMBLE, COST_CONSTANT };

// The state of a training.
typedef struct dril {
    vg_generator generator;
    const vg_dril_config *config;
    vg_network *member[VG_DRIL_MEMBERS_MOST];
    double threshold; // of the variance
    double *variance; // [rows of a round]
    uint16_t *seen;   // [rows to learn from] bit m: member m has learned from it
} dril;

double vg_dril_cost(double variance, double threshold) { return variance > threshold ? 1 : -1; }

static int ascending(const void *a, const void *b) {
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

double vg_dril_threshold(double *variances, int64_t count, double quantile) {
    qsort(variances, (size_t)count, sizeof *variances, ascending);
    int64_t at = (int64_t)ceil(quantile * (double)count) - 1;
    return variances[at < 0 ? 0 : at];
}

// --- the ensemble ------------------------------------------------------------------------------------------

// Where row r of a member's sample comes from: blocks of rows are drawn with replacement, until there are as
// many rows as the demonstrations have.
static int64_t drawn(const dril *d, int32_t m, int64_t r, int64_t count) {
    int64_t block = d->config->bootstrap_block < count ? d->config->bootstrap_block : count;
    vg_draw at = {.seed = d->generator.run.def->seed,
                  .stream = VG_STREAM_BOOTSTRAP,
                  .entity = (uint32_t)m,
                  .episode = 1,
                  .step = (uint32_t)(r / block)};
    return (int64_t)vg_random_below(&at, (uint64_t)(count - block + 1)) + r % block;
}

static vg_err mark_seen(dril *d, vg_diag *diag) {
    vg_rows parts[VG_GENERATOR_PARTS];
    vg_generator_rows(&d->generator, parts);
    const int64_t count = parts[0].count;
    d->seen = vg_new(uint16_t, count);
    if (!d->seen) return vg_fail_memory(diag);
    for (int32_t m = 0; m < d->config->ensemble_size; m++)
        for (int64_t r = 0; r < count; r++) d->seen[drawn(d, m, r, count)] |= (uint16_t)(1u << m);
    return VG_OK;
}

// As many rows as there are, drawn from them with replacement.
static vg_err draw_sample(const dril *d, int32_t m, const vg_rows *rows, vg_dataset *sample, vg_diag *diag) {
    const int32_t width = rows->width;
    float *inputs = vg_new(float, rows->count *width), *actions = vg_new(float, rows->count *VG_CAR_ACTIONS);
    vg_err err = inputs && actions ? VG_OK : vg_fail_memory(diag);
    for (int64_t r = 0; r < rows->count && !err; r++) {
        int64_t from = drawn(d, m, r, rows->count);
        memcpy(inputs + r * width, rows->inputs + from * width, sizeof(float) * (size_t)width);
        memcpy(actions + r * VG_CAR_ACTIONS, rows->actions + from * VG_CAR_ACTIONS,
               sizeof(float) * VG_CAR_ACTIONS);
    }
    if (!err) err = vg_dataset_add(sample, inputs, actions, NULL, rows->count, false, diag);
    vg_free(inputs);
    vg_free(actions);
    return err;
}

// A member can be stopped while it is fitted, but leaves no checkpoint.
static bool watch_member(void *context, const vg_supervised_status *status) {
    const vg_learner_def *def = context;
    (void)status;
    return !def->watch || def->watch(def->context, 0, 0);
}

static vg_err fit_member(dril *d, int32_t m, vg_diag *diag) {
    vg_generator *g = &d->generator;
    const vg_learner_def *def = g->run.def;
    vg_rows parts[VG_GENERATOR_PARTS];
    vg_dataset_def rows = vg_imitation_dataset(&g->config->fit, def->seed, g->im.sense);
    vg_dataset *sample;
    vg_err err = vg_dataset_create(&rows, &g->origin.car, &sample, diag);
    if (err) return err;
    vg_generator_rows(g, parts);
    err = draw_sample(d, m, &parts[0], sample, diag);
    if (!err && parts[1].count)
        err = vg_dataset_add(sample, parts[1].inputs, parts[1].actions, NULL, parts[1].count, true, diag);
    if (!err) {
        vg_supervised_status status = {0};
        vg_fit_def fit = {.data = sample,
                          .seed = vg_random_seed(def->seed, 100 + (uint64_t)m),
                          .threads = def->threads,
                          .watch = watch_member,
                          .watch_context = (void *)(uintptr_t)def};
        vg_network_init(d->member[m], fit.seed);
        err = vg_imitation_fit(&g->im, &fit, d->member[m], &status, diag);
        g->run.report.steps += status.step;
    }
    vg_dataset_destroy(sample);
    return err;
}

// Keep the variances of rows that at least two members have not learned from; if there are none, or if rows
// are drawn one by one, of all. Returns how many.
static int64_t keep_unseen(const dril *d, double *variance, int64_t count) {
    vg_rows parts[VG_GENERATOR_PARTS];
    vg_generator_rows(&d->generator, parts);
    int64_t kept = 0;
    for (int64_t r = 0; r < count && d->config->bootstrap_block > 1; r++) {
        const unsigned by = r < parts[0].count ? d->seen[r] : 0;
        if (d->config->ensemble_size - __builtin_popcount(by) >= 2) variance[kept++] = variance[r];
    }
    return kept ? kept : count;
}

static vg_err measure_threshold(dril *d, vg_diag *diag) {
    const vg_batch *shown = &d->generator.shown;
    double *variance = vg_new(double, shown->count);
    if (!variance) return vg_fail_memory(diag);
    vg_err err = vg_ensemble_variance(d->member, (int32_t)d->config->ensemble_size, shown->inputs,
                                      shown->count, variance, diag);
    if (!err)
        d->threshold =
            vg_dril_threshold(variance, keep_unseen(d, variance, shown->count), d->config->cost_quantile);
    vg_free(variance);
    return err;
}

// The members, from the checkpoint or fitted now, and their threshold.
static vg_err make_ensemble(dril *d, vg_diag *diag) {
    vg_generator *g = &d->generator;
    const int32_t members = (int32_t)d->config->ensemble_size;
    static const char *const names[VG_DRIL_MEMBERS_MOST] = {
        "member.0", "member.1", "member.2",  "member.3",  "member.4",  "member.5",  "member.6",  "member.7",
        "member.8", "member.9", "member.10", "member.11", "member.12", "member.13", "member.14", "member.15"};
    vg_err err = VG_OK;
    d->variance = vg_new(double, g->learner.rollout_buffer.rows);
    if (!d->variance) return vg_fail_memory(diag);
    for (int32_t m = 0; m < members && !err; m++) {
        err = vg_imitation_network(&g->im, &d->member[m], diag);
        if (!err)
            vg_checkpoint_floats(&g->run.state, names[m], vg_network_parameters(d->member[m]),
                                 vg_network_count(d->member[m]));
    }
    if (!err) err = vg_generator_restore(g, diag);
    for (int32_t m = 0; m < members && !err; m++) {
        if (g->run.resumed)
            vg_network_pack(d->member[m]);
        else
            err = fit_member(d, m, diag);
    }
    if (!err) err = mark_seen(d, diag);
    return err ? err : measure_threshold(d, diag);
}

// --- rounds ------------------------------------------------------------------------------------------------

// Reward each row by minus its cost; the share of rows that cost +1.
static vg_err reward_rows(dril *d, double *uncertain, vg_diag *diag) {
    vg_rollout_buffer *x = &d->generator.learner.rollout_buffer;
    vg_err err = vg_ensemble_variance(d->member, (int32_t)d->config->ensemble_size, x->inputs, x->rows,
                                      d->variance, diag);
    if (err) return err;
    *uncertain = 0;
    for (int64_t r = 0; r < x->rows; r++) {
        double cost = vg_dril_cost(d->variance[r], d->threshold);
        *uncertain += (cost > 0) / (double)x->rows;
        x->rewards[r] = d->config->cost == COST_CONSTANT ? 1 : (float)-cost;
    }
    return VG_OK;
}

static const double ABSORBING = -1; // the reward of the state after an end: it is in nobody's demonstrations

static vg_err one_round(dril *d, vg_diag *diag) {
    vg_generator *g = &d->generator;
    vg_run *run = &g->run;
    vg_generator_drive drive = vg_generator_not_driven;
    vg_actor_critic_round learned;
    double uncertain;
    vg_err err = vg_actor_critic_drive(&g->learner, diag);
    if (!err) err = reward_rows(d, &uncertain, diag);
    if (!err) err = vg_actor_critic_learn(&g->learner, ABSORBING, &learned, diag);
    if (err) return err;
    run->report.steps += learned.change.steps;
    err = vg_generator_end_update(g, &drive, diag);
    if (err) return err;
    vg_generator_note(g, &drive);
    vg_generator_note_update(g, &learned);
    vg_run_note(run, "uncertain", uncertain);
    vg_run_note(run, "uncertainty_threshold", d->threshold);
    return vg_run_end_round(run, g->config->checkpoint_every, diag);
}

static void close_all(dril *d) {
    for (int32_t m = 0; m < VG_DRIL_MEMBERS_MOST; m++) vg_network_destroy(d->member[m]);
    vg_free(d->variance);
    vg_free(d->seen);
    vg_generator_close(&d->generator);
}

static vg_err train(const vg_learner_def *def, vg_learner_report *report, vg_diag *diag) {
    dril d = {.config = def->config};
    vg_run *run = &d.generator.run;
    vg_err err = vg_generator_open(&d.generator, &vg_learner_dril, def, diag);
    if (!err) err = make_ensemble(&d, diag);
    if (!err) err = vg_generator_begin(&d.generator, diag);
    while (!err && run->round < run->rounds) err = one_round(&d, diag);
    if (!err) err = vg_run_finish(run, &d.generator.im, &d.generator.origin, diag);
    vg_generator_report(&d.generator);
    *report = run->report;
    close_all(&d);
    return err;
}

const vg_learner vg_learner_dril = {
    .name = "dril",
    .schema = &vg_dril_schema,
    .config_size = sizeof(vg_dril_config),
    .needs = VG_LEARNER_LOGS | VG_LEARNER_ROADS,
    .round = "round",
    .summary = "imitation from logs and the simulator, kept where clones of the logs agree",
    .details =
        "Clones bootstrap samples of the logs, then drives on the roads. A state in which the clones' "
        "variance is beyond nearly all that it is on the logs costs 1, any other -1, and a policy that "
        "begins as a clone is improved by policy gradient on that cost (Brantley, Sun & Henaff 2020). It "
        "needs no expert and no discriminator. The round that drives best on the validation roads is "
        "kept. The same input gives the same bytes, also when stopped and resumed.",
    .examples =
        "verge train dril --logs demo.vlog --roads train-1 train-2 --out dril.safetensors\n"
        "verge train dril --logs demo.vlog --roads train-1 --out control.safetensors --set cost=constant",
    .train = train};
