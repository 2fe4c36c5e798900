// DART: disturbances for augmenting robot trajectories.
//
//   Laskey, Lee, Fox, Dragan & Goldberg 2017, "DART: noise injection for robust imitation learning", CoRL.
//   Cloning sees only the states of a supervisor who makes no mistakes. Noise on the supervisor's actions
//   leads it to the states that a learner's errors would lead to, and its own labels there show how to
//   recover. No learner needs to drive. How much noise: the learner's own error is the best guess, for then
//   the supervisor's states are distributed as the learner's. (The shift is bounded by the Kullback-Leibler
//   divergence between the two, and the noise that minimises it is the most likely one given the learner's
//   errors.)
//
// Its algorithm for Gaussian noise N(0, Sigma) on the action; the code below follows these steps:
//
//     for k = 1 to K
//         demonstrate, executing a = pi*(s) + e, e ~ N(0, Sigma_k); note the label pi*(s)
//         fit the learner pi to all demonstrations so far
//         Sigma^ <- E[(pi(s) - pi*(s)) (pi(s) - pi*(s))']    over demonstrations held out (most likely Sigma)
//         Sigma_{k+1} <- alpha / (T tr Sigma^) Sigma^        scaled to the anticipated final error alpha
//
// The held-out error of now gives the direction of errors, but not the size that those of the final learner
// will have on the states that it comes to. alpha is that size: squared and summed over the T steps of a
// rollout.
//
// The paper's actions have one unit; ours have two, each a share of its own limit, and a learner errs by far
// more in the acceleration than in the steering. Scaled by the trace, nearly all of the noise is then on the
// acceleration, and the demonstrations never leave the line. So by default each action gets its share of
// alpha
// (`noise_scaling=action`): the variances are made equal, and the correlation is the errors'.
#include "agents/learners/dart.h"

#include <string.h>

#include "sim/base/memory.h"

static const vg_key keys[] = {VG_INTERACTIVE_ROWS("3000")
#define X(...) VG_KEY_ROW(vg_dart_config, , "", __VA_ARGS__)
                                  VG_DART_KEYS(X)
#undef X
};
const vg_schema vg_dart_schema = {"dart", keys, sizeof keys / sizeof *keys, vg_imitation_check_text};

enum { NOISE_DART, NOISE_ISOTROPIC, NOISE_NONE };
enum { SCALING_ACTION, SCALING_TRACE };

// The state of a training.
typedef struct dart {
    vg_interactive base;
    const vg_dart_config *config;
    double sigma[VG_CAR_ACTIONS][VG_CAR_ACTIONS]; // covariance of the next round's noise
    double progress_kept, drifted;                // what the last round's noise cost
} dart;

static double clamped(float value) { return value < -1 ? -1 : value > 1 ? 1 : (double)value; }

void vg_dart_covariance(const float *actions, const float *labels, int64_t rows,
                        double out[VG_CAR_ACTIONS][VG_CAR_ACTIONS]) {
    double sum[3] = {0};
    for (int64_t r = 0; r < rows; r++) {
        double steer = clamped(actions[VG_CAR_ACTIONS * r]) - clamped(labels[VG_CAR_ACTIONS * r]);
        double accel = clamped(actions[VG_CAR_ACTIONS * r + 1]) - clamped(labels[VG_CAR_ACTIONS * r + 1]);
        sum[0] += steer * steer, sum[1] += steer * accel, sum[2] += accel * accel;
    }
    for (int i = 0; i < 2; i++)
        for (int k = 0; k < 2; k++) out[i][k] = rows > 0 ? sum[i + k] / (double)rows : 0;
}

void vg_dart_scale(double covariance[VG_CAR_ACTIONS][VG_CAR_ACTIONS], double alpha, int64_t steps) {
    double trace = covariance[0][0] + covariance[1][1];
    double by = trace > 0 ? alpha / ((double)steps * trace) : 0;
    for (int i = 0; i < 2; i++)
        for (int k = 0; k < 2; k++) covariance[i][k] *= by;
}

void vg_dart_scale_each(double covariance[VG_CAR_ACTIONS][VG_CAR_ACTIONS], double alpha, int64_t steps) {
    double by[VG_CAR_ACTIONS], share = alpha / ((double)steps * VG_CAR_ACTIONS);
    for (int i = 0; i < VG_CAR_ACTIONS; i++)
        by[i] = covariance[i][i] > 0 ? __builtin_sqrt(share / covariance[i][i]) : 0;
    for (int i = 0; i < VG_CAR_ACTIONS; i++)
        for (int k = 0; k < VG_CAR_ACTIONS; k++) covariance[i][k] *= by[i] * by[k];
}

// The learner's actions at the held-out rows, [rows][VG_CAR_ACTIONS].
static vg_err act(const vg_interactive *a, const vg_rows *rows, float *actions, vg_diag *diag) {
    void *state;
    vg_err err = a->policy->ops->open(a->policy, (int32_t)rows->count, &state, diag);
    if (err) return err;
    err = vg_network_policy_decide(a->policy, state, rows->inputs, actions);
    a->policy->ops->close(state);
    return err ? vg_fail(diag, err, "the learner's action at a held-out row is not finite") : VG_OK;
}

// Sigma_{k+1} from the errors at the held-out rows.
static vg_err estimate(dart *d, vg_diag *diag) {
    vg_rows rows = vg_dataset_validation(d->base.data);
    if (rows.count == 0) return VG_OK; // only one demonstration so far: one more round without noise
    float *actions = vg_new(float, VG_CAR_ACTIONS *rows.count);
    if (!actions) return vg_fail_memory(diag);
    vg_err err = act(&d->base, &rows, actions, diag);
    if (!err) {
        vg_dart_covariance(actions, rows.actions, rows.count, d->sigma); // Sigma^
        int64_t steps = vg_interactive_rollout(&d->base);
        if (d->config->noise_scaling == SCALING_TRACE)
            vg_dart_scale(d->sigma, d->config->alpha, steps);
        else
            vg_dart_scale_each(d->sigma, d->config->alpha, steps);
    }
    vg_free(actions);
    return err;
}

// The cost of the noise: the supervisor's progress along the road with noise, divided by its progress without
// noise from the same starts in the same disturbance (the paper reports 5 % of the supervisor's reward).
static vg_err measure_cost(dart *d, const vg_collect_def *plan, const vg_collection *noisy, vg_diag *diag) {
    vg_collect_def calm = *plan;
    vg_collection clean;
    memset(calm.noise, 0, sizeof calm.noise);
    vg_err err = vg_collect_run(&calm, &clean, diag);
    if (err) return err;
    d->progress_kept = clean.distance > 0 ? noisy->distance / clean.distance : __builtin_nan("");
    d->drifted = noisy->drift - clean.drift;
    vg_collect_free(&clean);
    return VG_OK;
}

static vg_err demonstrate(dart *d, vg_diag *diag) {
    vg_collect_def plan = vg_interactive_plan(&d->base);
    memcpy(plan.noise, d->sigma, sizeof plan.noise);
    vg_collection got;
    vg_err err = vg_interactive_collect(&d->base, &plan, &got, diag);
    bool noisy = plan.noise[0][0] + plan.noise[1][1] > 0;
    if (!err && noisy && got.rows > 0) err = measure_cost(d, &plan, &got, diag);
    vg_collect_free(&got);
    return err;
}

static vg_err one_round(dart *d, vg_diag *diag) {
    vg_run *run = &d->base.run;
    const vg_dart_config *config = d->config;
    bool adapts = config->noise_injection == NOISE_DART, last = run->round + 1 == run->rounds;
    if (config->noise_injection == NOISE_ISOTROPIC)
        d->sigma[0][0] = d->sigma[1][1] = config->noise_std * config->noise_std;
    const double steer = d->sigma[0][0], accel = d->sigma[1][1], both = d->sigma[0][1]; // of this round
    vg_err err = VG_OK;
    d->progress_kept = 1, d->drifted = 0;
    if (run->round > 0 || run->def->log_count == 0) err = demonstrate(d, diag);
    if (!err && (adapts || last)) err = vg_interactive_fit(&d->base, diag);
    if (!err && adapts && !last) err = estimate(d, diag);
    if (!err) err = vg_interactive_measure(&d->base, diag);
    if (err) return err;
    vg_run_note(run, "noise_steer", __builtin_sqrt(steer));
    vg_run_note(run, "noise_accel", __builtin_sqrt(accel));
    vg_run_note(run, "noise_covariance", both);
    vg_run_note(run, "progress_kept", d->progress_kept);
    vg_run_note(run, "noise_drift", d->drifted);
    return vg_interactive_end(&d->base, diag);
}

static vg_err check(const void *settings, vg_diag *diag) {
    const vg_dart_config *config = settings;
    if (config->noise_injection != NOISE_DART || config->common.fit.bc.validation_fraction > 0) return VG_OK;
    return vg_fail_at(diag, VG_ERR_ARGUMENT, NULL, 0, "bc.validation_fraction",
                      "is 0, but noise_injection=dart is estimated on held-out demonstrations: raise it");
}

static vg_err train(const vg_learner_def *def, vg_learner_report *report, vg_diag *diag) {
    dart d = {.base = {.anyone = true}, .config = def->config};
    vg_run *run = &d.base.run;
    vg_checkpoint_double(&run->state, "sigma.00", &d.sigma[0][0]);
    vg_checkpoint_double(&run->state, "sigma.01", &d.sigma[0][1]);
    vg_checkpoint_double(&run->state, "sigma.10", &d.sigma[1][0]);
    vg_checkpoint_double(&run->state, "sigma.11", &d.sigma[1][1]);
    // If the noise does not depend on the learner, all demonstrations are driven in one round, after those of
    // the logs.
    bool adapts = d.config->noise_injection == NOISE_DART;
    if (!adapts) run->rounds = def->log_count ? 2 : 1;
    vg_err err = vg_interactive_open(&d.base, &vg_learner_dart, def, diag);
    while (!err && run->round < run->rounds) err = one_round(&d, diag);
    if (!err) err = vg_interactive_finish(&d.base, diag);
    *report = run->report;
    vg_interactive_close(&d.base);
    return err;
}

const vg_learner vg_learner_dart = {
    .name = "dart",
    .schema = &vg_dart_schema,
    .config_size = sizeof(vg_dart_config),
    .needs = VG_LEARNER_ROADS | VG_LEARNER_EXPERT | VG_LEARNER_SPREADS,
    .round = "round",
    .summary = "cloning of an expert whose actions are disturbed while it demonstrates",
    .details = "Adds Gaussian noise to what the expert does, so that the demonstrations show how it "
               "recovers. The labels are the actions without the noise (Laskey et al. 2017). The "
               "covariance of the noise is that of the learner's own errors on held-out demonstrations, "
               "estimated again in each round; noise_injection=isotropic uses a fixed size instead. "
               "Logs, if given, are the first round. The same input gives the same bytes, also when "
               "stopped and resumed.",
    .examples =
        "verge train dart --logs demo.vlog --roads train-1 train-2 --expert pursuit --out dart.safetensors\n"
        "verge train dart --roads train-1 --expert pursuit --out iso.safetensors --set "
        "noise_injection=isotropic",
    .check = check,
    .train = train};
