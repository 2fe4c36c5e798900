// Human-gated DAgger.
//
//   Kelly, Sidrane, Driggs-Campbell & Kochenderfer 2019, "HG-DAgger: interactive imitation learning with
//   human experts", ICRA. DAgger asks a person to label states while the learner drives, which people do
//   badly, and lets an unfinished learner drive on. Here the person watches, takes the wheel when the learner
//   is about to fail, and gives it back when the car is safe again. Only what the person does in between is
//   learned.
//
// Its algorithm; the code below follows these steps:
//
//     D <- demonstrations; pi_1 <- cloned from D; I <- []
//     for epoch i = 1 to K, rollout j = 1 to M
//         drive pi_HG(s) = g(s) pi_H(s) + (1 - g(s)) pi_i(s)     g: 1 outside of what the person deems safe
//         D_j <- {(s, pi_H(s)) while g(s) = 1}; D <- D u D_j
//         I <- I + [uncertainty of pi_i where g turned 1]
//         train pi_{i+1} on D
//     tau <- mean of the last quarter of I
//
// The learner is an ensemble whose mean drives; its uncertainty is the norm of the diagonal of the covariance
// of its members' actions. Where uncertainty is below tau the learner is considered safe. tau comes from the
// last quarter of the takeovers, because the first ones were of earlier, worse learners.
//
// Who takes over is a person, whose logs say when the human drove (the window records them): then only those
// rows are learned, in one fit. Or, without a window, the model of takeover.h.
#include "agents/learners/hg_dagger.h"

#include <string.h>

#include "agents/nets/ensemble.h"
#include "sim/base/memory.h"

static const vg_key keys[] = {VG_INTERACTIVE_ROWS("3000")
#define X(...) VG_KEY_ROW(vg_hg_dagger_config, , "", __VA_ARGS__)
                                  VG_HG_DAGGER_KEYS(X)
#undef X
#define X(...) VG_KEY_ROW(vg_hg_dagger_config, takeover., "takeover.", __VA_ARGS__)
                                      VG_TAKEOVER_KEYS(X)
#undef X
};
const vg_schema vg_hg_dagger_schema = {"hg-dagger", keys, sizeof keys / sizeof *keys,
                                       vg_imitation_check_text};

// The state of a training.
typedef struct hg_dagger {
    vg_interactive base;
    const vg_hg_dagger_config *config;
    double takeovers, expert_share; // of the round: takeovers; share of actions that the expert drove
    float *uncertainties;           // [uncertainty_count] at all takeovers so far, in order of time
    int64_t uncertainty_count;
} hg_dagger;

double vg_hg_dagger_threshold(const float *uncertainties, int64_t count) {
    double sum = 0;
    int64_t first = count * 3 / 4;
    for (int64_t i = first; i < count; i++) sum += (double)uncertainties[i];
    return count > 0 ? sum / (double)(count - first) : __builtin_nan("");
}

// I <- I + uncertainty at each takeover, of the networks that drove.
static vg_err note_uncertainty(hg_dagger *h, const vg_collection *got, int64_t taken, vg_diag *diag) {
    const vg_interactive *a = &h->base;
    int32_t width = a->im.width;
    int64_t stride = vg_net_stride(width), n = 0, before = h->uncertainty_count;
    float *inputs = vg_new(float, taken *stride), *grown;
    double *uncertainty = vg_new(double, taken);
    vg_err err = inputs && uncertainty ? VG_OK : vg_fail_memory(diag);
    for (int64_t r = 0; r < got->rows && !err; r++)
        if (got->taken[r])
            vg_network_scale(got->inputs + r * width, 1, width, a->im.mean, a->im.scale,
                             inputs + n++ * stride);
    if (!err) err = vg_ensemble_uncertainty(a->member, a->members, inputs, taken, uncertainty, diag);
    if (!err && !(grown = vg_realloc(h->uncertainties, before, before + taken, sizeof *grown)))
        err = vg_fail_memory(diag);
    if (!err) {
        h->uncertainties = grown;
        for (int64_t i = 0; i < taken; i++) grown[h->uncertainty_count++] = (float)uncertainty[i];
    }
    vg_free(inputs);
    vg_free(uncertainty);
    return err;
}

// Drive with takeovers, and aggregate the rows in which the expert drove.
static vg_err take_turns(hg_dagger *h, vg_diag *diag) {
    vg_interactive *a = &h->base;
    const vg_takeover_def takeover = {h->config->takeover.edge_time, h->config->takeover.calm_offset,
                                      h->config->takeover.calm_heading, h->config->takeover.calm_time};
    vg_collect_def plan = vg_interactive_plan(a);
    if (plan.rows == 0) return VG_OK; // the budget is spent
    plan.learner = a->policy;
    plan.takeover = &takeover;
    plan.episodes = (int32_t)h->config->rollouts;
    plan.rows = h->config->rollouts * vg_interactive_rollout(a); // as if the expert drove all the time
    vg_collection got;
    vg_err err = vg_interactive_collect(a, &plan, &got, diag);
    int64_t taken = 0;
    for (int64_t r = 0; r < got.rows; r++) taken += got.taken[r];
    if (!err && taken > 0) err = note_uncertainty(h, &got, taken, diag);
    h->takeovers = (double)taken;
    h->expert_share = got.actions ? (double)got.expert_actions / (double)got.actions : 0;
    vg_collect_free(&got);
    return err;
}

static vg_err one_round(hg_dagger *h, vg_diag *diag) {
    vg_interactive *a = &h->base;
    vg_run *run = &a->run;
    vg_err err = VG_OK;
    h->takeovers = 0, h->expert_share = run->def->log_count ? 0 : 1;
    if (run->round > 0) {
        err = take_turns(h, diag);
    } else if (run->def->log_count == 0) {
        vg_collect_def plan = vg_interactive_plan(a); // the expert demonstrates
        err = vg_interactive_collect(a, &plan, NULL, diag);
    }
    if (!err) err = vg_interactive_fit(a, diag);
    if (!err) err = vg_interactive_measure(a, diag);
    if (err) return err;
    vg_run_note(run, "takeovers", h->takeovers);
    vg_run_note(run, "expert_share", h->expert_share);
    vg_run_note(run, "uncertainty_threshold", vg_hg_dagger_threshold(h->uncertainties, h->uncertainty_count));
    return vg_interactive_end(a, diag);
}

static vg_err train(const vg_learner_def *def, vg_learner_report *report, vg_diag *diag) {
    hg_dagger h = {.base = {.anyone = def->expert != NULL, .who = VG_WHO_HUMAN}, .config = def->config};
    vg_run *run = &h.base.run;
    vg_checkpoint_grown(&run->state, "uncertainties", &h.uncertainties, &h.uncertainty_count);
    if (!def->expert) run->rounds = 1; // a log of takeovers is fitted once
    int64_t members = h.config->ensemble_size;
    h.base.members = (int32_t)(members < 1 ? 1 : members > VG_ENSEMBLE_MOST ? VG_ENSEMBLE_MOST : members);
    vg_err err = vg_interactive_open(&h.base, &vg_learner_hg_dagger, def, diag);
    while (!err && run->round < run->rounds) err = one_round(&h, diag);
    if (!err) err = vg_interactive_finish(&h.base, diag);
    *report = run->report;
    vg_interactive_close(&h.base);
    vg_free(h.uncertainties);
    return err;
}

const vg_learner vg_learner_hg_dagger = {
    .name = "hg-dagger",
    .schema = &vg_hg_dagger_schema,
    .config_size = sizeof(vg_hg_dagger_config),
    .needs = VG_LEARNER_EITHER,
    .round = "round",
    .summary = "the learner drives until the expert takes over, and learns from what the expert does then",
    .details = "The expert takes over when the car is about to leave the road, and hands back when the "
               "car is near the middle again; what it does in between is learned (Kelly et al. 2019). "
               "Without --expert the logs hold a person's takeovers, and only what the person did is "
               "learned. An ensemble of networks gives the uncertainty at a state; its values at the "
               "takeovers give a threshold, which is reported with the rounds. The same input gives the "
               "same bytes, also when stopped and resumed.",
    .examples = "verge train hg-dagger --roads train-1 train-2 --expert pursuit --out hg.safetensors\n"
                "verge train hg-dagger --logs taken-over.vlog --out hg.safetensors",
    .train = train};
