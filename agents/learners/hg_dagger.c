// Human-gated DAgger.
//
//   Kelly, Sidrane, Driggs-Campbell & Kochenderfer 2019, "HG-DAgger: interactive imitation learning with
//   human experts", ICRA. DAgger asks a person to label states while somebody else drives, which people do
//   badly, and lets an unfinished learner drive on. Here the person watches, takes the wheel when the learner
//   is about to fail, and gives it back when the car is safe again; what the person does in between, and
//   nothing else, is learned.
//
// Its algorithm 1, whose steps stand below:
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
// of its members' actions. Where uncertainty is below tau the learner is thought safe; tau comes from the
// last quarter of the takeovers, for the first were of a learner that is no more.
//
// The takeover is a person, whose logs say when the human drove (the window records them): then only those
// rows are learned, once. Or, headless, it is the model of takeover.h.
#include "agents/learners/hg_dagger.h"

#include <string.h>

#include "agents/nets/ensemble.h"
#include "agents/training/interactive.h"
#include "sim/base/memory.h"

static const vg_key keys[] = {VG_INTERACTIVE_ROWS
#define X(...) VG_KEY_ROW(vg_hg_dagger_config, , "", __VA_ARGS__)
                                  VG_HG_DAGGER_KEYS(X)
#undef X
#define X(...) VG_KEY_ROW(vg_hg_dagger_config, takeover., "takeover.", __VA_ARGS__)
                                      VG_TAKEOVER_KEYS(X)
#undef X
};
const vg_schema vg_hg_dagger_schema = {"hg-dagger", keys, sizeof keys / sizeof *keys,
                                       vg_imitation_check_text};

// What a round's driving came to, to be numbers.
typedef struct tally {
    double taken, share; // takeovers; share of the driving that the expert did
} tally;

double vg_hg_dagger_threshold(const float *uncertainties, int64_t count) {
    double sum = 0;
    int64_t first = count * 3 / 4;
    for (int64_t i = first; i < count; i++) sum += (double)uncertainties[i];
    return count > 0 ? sum / (double)(count - first) : __builtin_nan("");
}

// I <- I + uncertainty at each takeover, of the networks that were driving.
static vg_err note_doubts(vg_interactive *a, const vg_collection *got, int64_t taken, vg_diag *diag) {
    int32_t width = a->im.width;
    int64_t stride = vg_net_stride(width), n = 0;
    float *inputs = vg_new(float, taken *stride), *notes;
    double *uncertainty = vg_new(double, taken);
    vg_err err = inputs && uncertainty ? VG_OK : vg_fail_memory(diag);
    for (int64_t r = 0; r < got->rows && !err; r++)
        if (got->taken[r])
            vg_mlp_scale(got->inputs + r * width, 1, width, a->im.mean, a->im.scale, inputs + n++ * stride);
    if (!err) err = vg_ensemble_uncertainty(a->member, a->members, inputs, taken, uncertainty, diag);
    if (!err && !(notes = vg_realloc(a->notes, a->note_count, a->note_count + taken, sizeof *notes)))
        err = vg_fail_memory(diag);
    if (!err) {
        a->notes = notes;
        for (int64_t i = 0; i < taken; i++) a->notes[a->note_count++] = (float)uncertainty[i];
    }
    vg_free(inputs);
    vg_free(uncertainty);
    return err;
}

// Drive with the takeover, aggregate what the expert did while it had the wheel.
static vg_err take_turns(vg_interactive *a, const vg_hg_dagger_config *config, tally *t, vg_diag *diag) {
    const vg_takeover_def takeover = {config->takeover.edge_time, config->takeover.calm_offset,
                                      config->takeover.calm_heading, config->takeover.calm_time};
    vg_collect_def plan = vg_interactive_plan(a);
    if (plan.rows == 0) return VG_OK; // the budget is spent
    plan.learner = a->policy;
    plan.takeover = &takeover;
    plan.episodes = (int32_t)config->rollouts;
    plan.rows = config->rollouts * vg_interactive_rollout(a); // if the expert had the wheel all the time
    vg_collection got;
    vg_err err = vg_interactive_collect(a, &plan, &got, diag);
    int64_t taken = 0;
    for (int64_t r = 0; r < got.rows; r++) taken += got.taken[r];
    if (!err && taken > 0) err = note_doubts(a, &got, taken, diag);
    t->taken = (double)taken;
    t->share = got.actions ? (double)got.expert_actions / (double)got.actions : 0;
    vg_collect_free(&got);
    return err;
}

static vg_err one_round(vg_interactive *a, const vg_hg_dagger_config *config, vg_diag *diag) {
    tally t = {0, a->def->log_count ? 0 : 1};
    vg_err err = VG_OK;
    if (a->round > 0) {
        err = take_turns(a, config, &t, diag);
    } else if (a->def->log_count == 0) {
        vg_collect_def plan = vg_interactive_plan(a); // the expert demonstrates
        err = vg_interactive_collect(a, &plan, NULL, diag);
    }
    if (!err) err = vg_interactive_fit(a, diag);
    const vg_interactive_number numbers[] = {
        {"takeovers", t.taken},
        {"expert_share", t.share},
        {"uncertainty_threshold", vg_hg_dagger_threshold(a->notes, a->note_count)}};
    return err ? err : vg_interactive_end(a, numbers, 3, diag);
}

static vg_err train(const vg_learner_def *def, vg_learner_report *report, vg_diag *diag) {
    const vg_hg_dagger_config *config = def->config;
    vg_interactive a = {.anyone = def->expert != NULL, .who = VG_WHO_HUMAN};
    if (!def->expert) a.rounds = 1; // one log of takeovers, one fit
    a.members = config->ensemble_size < 1                  ? 1
                : config->ensemble_size > VG_ENSEMBLE_MOST ? VG_ENSEMBLE_MOST
                                                           : (int32_t)config->ensemble_size;
    vg_err err = vg_interactive_open(&a, &vg_learner_hg_dagger, def, diag);
    while (!err && a.round < a.rounds) err = one_round(&a, config, diag);
    if (!err) err = vg_interactive_finish(&a, diag);
    *report = a.report;
    vg_interactive_close(&a);
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
