// Behavioural cloning: supervised learning of a driver's actions from what the driver was shown.
//
//   Pomerleau 1989, "ALVINN: an autonomous land vehicle in a neural network": a network of one hidden layer
//   learns to steer from a person's driving. Ross & Bagnell 2010, "Efficient reductions for imitation
//   learning", theorem 2.1: a policy that errs with probability e on the expert's states may cost up to T^2 e
//   more than the expert over T steps, because its errors lead it to states that the expert never showed.
//   verge measures this drift.
//
// In full: scale the inputs, hold out episodes, minimise the loss by Adam over shuffled batches, keep the
// weights with the least held-out loss. All imitators share these steps (agents/training/imitation.c and,
// for the loop over batches, supervised.c).
#include "agents/learners/bc.h"

static const vg_key keys[] = {
#define X(...) VG_KEY_ROW(vg_bc_config, , "", __VA_ARGS__)
    VG_NETWORK_KEYS(X)
#undef X
#define X(...) VG_KEY_ROW(vg_bc_config, bc., "bc.", __VA_ARGS__)
        VG_BC_KEYS(X)
#undef X
};
const vg_schema vg_bc_schema = {"bc", keys, sizeof keys / sizeof *keys, vg_imitation_check_text};

static vg_err clone(const vg_bc_def *def, vg_imitation *im, vg_supervised_status *status, vg_diag *diag) {
    vg_rows rows = vg_dataset_train(def->data);
    const vg_car *car = vg_dataset_car(def->data);
    vg_err err = vg_config_check(&vg_bc_schema, &def->config, diag);
    if (!err) err = vg_imitation_open(im, &def->config, def->seed, diag);
    if (!err && !car) err = vg_fail(diag, VG_ERR_MISMATCH, "the rows do not say which car they come from");
    if (err) return err;
    vg_fit_def fit = {.data = def->data,
                      .seed = def->seed,
                      .threads = def->threads,
                      .watch = def->watch,
                      .watch_context = def->watch_context,
                      .checkpoint = def->checkpoint,
                      .story = def->story,
                      .resume = def->resume};
    if (rows.width == im->width) vg_imitation_scale(im, car, &rows);
    return vg_imitation_fit(im, &fit, im->net, status, diag);
}

vg_err vg_bc_train(const vg_bc_def *def, vg_supervised_status *status, vg_diag *diag) {
    vg_imitation im = {0};
    vg_err err = vg_file_may_write(def->out, def->overwrite, diag);
    if (!err) err = clone(def, &im, status, diag);
    if (!err) {
        vg_imitation_origin origin = {.learner = "bc",
                                      .schema = &vg_bc_schema,
                                      .config = &def->config,
                                      .car = *vg_dataset_car(def->data),
                                      .data = vg_dataset_hash(def->data)};
        vg_dataset_clock(def->data, &origin.tick_num, &origin.tick_den, &origin.ticks_per_action);
        err = vg_imitation_write(&im, &origin, im.net, def->out, def->overwrite, diag);
    }
    if (!err && def->checkpoint) vg_file_discard(def->checkpoint);
    vg_imitation_close(&im);
    return err;
}

// --- as a learner ------------------------------------------------------------------------------------------

static bool watch(void *context, const vg_supervised_status *status) {
    const vg_learner_def *def = context;
    return !def->watch || def->watch(def->context, status->step, status->steps);
}

static void fill_report(const vg_dataset *data, const vg_supervised_status *status,
                        vg_learner_report *report) {
    *report = (vg_learner_report){
        .labels = vg_dataset_train(data).count,
        .held_out_rows = vg_dataset_validation(data).count,
        .episodes = vg_dataset_episodes(data),
        .steps = status->step,
        .rounds = status->epoch,
        .best_round = status->best_epoch,
        .train_loss = status->train_loss,
        .held_out_loss = status->best_loss < 1e300 ? status->best_loss : __builtin_nan(""),
    };
}

static vg_err train_on_logs(const vg_learner_def *learner, vg_learner_report *report, vg_diag *diag) {
    const vg_bc_config *config = learner->config;
    vg_sense *sense = NULL;
    vg_dataset *data = NULL;
    vg_supervised_status status = {0};
    vg_err err = vg_learner_check(&vg_learner_bc, learner, diag);
    if (!err) err = vg_sense_create(config->sense, &sense, diag);
    if (!err) {
        vg_dataset_def def = vg_imitation_dataset(config, learner->seed, sense);
        err = vg_dataset_read(&def, learner->logs, learner->log_count, &data, diag);
    }
    if (!err) {
        vg_bc_def def = {.config = *config,
                         .seed = learner->seed,
                         .data = data,
                         .threads = learner->threads,
                         .watch = watch,
                         .watch_context = (void *)learner,
                         .checkpoint = learner->checkpoint,
                         .story = learner->story,
                         .resume = learner->resume,
                         .out = learner->out,
                         .overwrite = learner->overwrite};
        err = vg_bc_train(&def, &status, diag);
        fill_report(data, &status, report);
    }
    vg_dataset_destroy(data);
    vg_sense_destroy(sense);
    return err;
}

const vg_learner vg_learner_bc = {
    .name = "bc",
    .schema = &vg_bc_schema,
    .config_size = sizeof(vg_bc_config),
    .needs = VG_LEARNER_LOGS,
    .round = "epoch",
    .summary = "behavioural cloning: learn the actions of the driver of the logs",
    .details = "Fits a network to the (sense, action) pairs of the logs and keeps the weights with the "
               "least loss on the episodes held out (Pomerleau 1989). The same logs, configuration and "
               "seed give the same bytes, at any number of threads, whether the training was resumed "
               "or not. While it runs, POLICY.checkpoint holds what --resume needs.",
    .examples =
        "verge train bc --logs kart.vlog --out kart-bc.safetensors --seed 1\n"
        "verge train bc --logs a.vlog b.vlog --out bc.safetensors --set scaling=zscore --set bc.n_epochs=500",
    .train = train_on_logs};
