#include "agents/training/clone.h"

static vg_err clone(const vg_clone_def *def, vg_imitation *im, vg_supervised_status *status, vg_diag *diag) {
    vg_rows rows = vg_dataset_train(def->data);
    const vg_car *car = vg_dataset_car(def->data);
    vg_err err = vg_config_check(def->schema, def->config, diag);
    if (!err && def->prepare) err = def->prepare(def->prepare_context, def->data, diag);
    if (!err) err = vg_imitation_open_head(im, def->network, def->own, def->seed, diag);
    if (!err && !car) err = vg_fail(diag, VG_ERR_MISMATCH, "the rows do not say which car they come from");
    if (err) return err;
    vg_fit_def fit = {.data = def->data,
                      .seed = def->seed,
                      .threads = def->threads,
                      .watch = def->watch,
                      .watch_context = def->watch_context,
                      .checkpoint = def->checkpoint,
                      .story = def->story,
                      .resume = def->resume,
                      .inspect = def->inspect,
                      .inspect_context = def->inspect_context};
    if (rows.width == im->width) vg_imitation_scale(im, car, &rows);
    return vg_imitation_fit(im, &fit, im->net, status, diag);
}

vg_err vg_clone_train(const vg_clone_def *def, vg_supervised_status *status, vg_diag *diag) {
    vg_imitation im = {0};
    vg_err err = vg_file_may_write(def->out, def->overwrite, diag);
    if (!err) err = clone(def, &im, status, diag);
    if (!err) {
        vg_imitation_origin origin = {.learner = def->learner,
                                      .schema = def->schema,
                                      .config = def->config,
                                      .car = *vg_dataset_car(def->data),
                                      .data = vg_dataset_hash(def->data)};
        vg_dataset_clock(def->data, &origin.tick_num, &origin.tick_den, &origin.ticks_per_action);
        vg_network *driver = NULL;
        if (def->own && def->own->driver) err = def->own->driver(def->own->context, im.net, &driver, diag);
        if (!err)
            err = vg_imitation_write(&im, &origin, driver ? driver : im.net, def->out, def->overwrite, diag);
        vg_network_destroy(driver);
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

vg_err vg_clone_logs(const vg_learner *learner, const vg_learner_def *def, const vg_clone_def *how,
                     vg_learner_report *report, vg_diag *diag) {
    vg_sense *sense = NULL;
    vg_dataset *data = NULL;
    vg_supervised_status status = {0};
    vg_err err = vg_learner_check(learner, def, diag);
    if (!err) err = vg_sense_create(how->network->sense, &sense, diag);
    if (!err) {
        vg_dataset_def rows = vg_imitation_dataset(how->network, def->seed, sense);
        vg_learner_place_rows(def, &rows);
        rows.keep = how->keep, rows.keep_context = how->keep_context;
        err = vg_dataset_read(&rows, def->logs, def->log_count, &data, diag);
    }
    if (!err) {
        vg_clone_def clone = *how;
        clone.learner = learner->name, clone.schema = learner->schema, clone.config = def->config;
        clone.seed = def->seed, clone.data = data, clone.threads = def->threads;
        clone.watch = watch, clone.watch_context = (void *)(uintptr_t)def;
        clone.checkpoint = def->checkpoint, clone.story = def->story, clone.resume = def->resume;
        clone.out = def->out, clone.overwrite = def->overwrite;
        err = vg_clone_train(&clone, &status, diag);
        fill_report(data, &status, report);
    }
    vg_dataset_destroy(data);
    vg_sense_destroy(sense);
    return err;
}
