// verge train: logs in, a policy file out.
#include <math.h>
#include <stddef.h>
#include <stdio.h>

#include "agents/learners/bc.h"
#include "app/args.h"
#include "app/interrupt.h"
#include "app/output.h"
#include "sim/base/hash.h"

typedef struct bc_options {
    vg_list logs;
    const char *out;
    bool resume;
    vg_bc_config config;
} bc_options;

// After every step: the bar, and whether Ctrl-C was pressed.
static bool watch(void *context, const vg_training_status *status) {
    vg_progress_update(context, status->step);
    return !vg_interrupted();
}

// What a checkpoint left by an unfinished training asks the user to decide.
static vg_err check_outputs(const bc_options *options, const char *checkpoint, vg_overwrite overwrite,
                            vg_diag *diag) {
    vg_err err = vg_file_may_write(options->out, overwrite, diag);
    if (err) return err;
    if (vg_file_may_write(checkpoint, overwrite, diag) != VG_ERR_EXISTS) return VG_OK;
    return vg_fail_at(diag, VG_ERR_EXISTS, checkpoint, 0, NULL,
                      "the checkpoint of a training that was stopped; --resume goes on, --force starts anew");
}

static const char *or_none(double loss, char *buffer) {
    if (!(loss < INFINITY)) return "none";
    snprintf(buffer, 32, "%.6g", loss);
    return buffer;
}

static vg_err summarise(const vg_call *call, const bc_options *options, const vg_dataset *data,
                        const vg_training_status *status, vg_diag *diag) {
    vg_policy *policy;
    vg_err err = vg_policy_load(options->out, &policy, diag); // what was written can be read
    if (err) return err;
    char hash[17], train[32], valid[32];
    int64_t train_rows = vg_dataset_train(data).count, valid_rows = vg_dataset_validation(data).count;
    vg_hash_format(policy->hash, hash);
    vg_policy_destroy(policy);
    if (call->json)
        return vg_print_json(json_pack("{ss ss sI sI si sI sI sI sf so}", "policy", options->out, "hash",
                                       hash, "rows", (json_int_t)train_rows, "validation_rows",
                                       (json_int_t)valid_rows, "episodes", vg_dataset_episodes(data),
                                       "epochs", (json_int_t)status->epoch, "best_epoch",
                                       (json_int_t)status->best_epoch, "steps", (json_int_t)status->step,
                                       "train_loss", status->train_loss, "validation_loss",
                                       valid_rows ? json_real(status->best_loss) : json_null()),
                             diag);
    printf("rows        %lld of %d episode%s, %lld held out\n", (long long)(train_rows + valid_rows),
           vg_dataset_episodes(data), vg_dataset_episodes(data) == 1 ? "" : "s", (long long)valid_rows);
    printf("epochs      %lld, the weights of epoch %lld are kept\n", (long long)status->epoch,
           (long long)status->best_epoch);
    printf("loss        %s in training, %s on what was held out\n", or_none(status->train_loss, train),
           valid_rows ? or_none(status->best_loss, valid) : "nothing");
    printf("policy      %s, hash %s\n", options->out, hash);
    printf("next        verge eval %s --road R --out DIR   how it drives\n", options->out);
    return VG_OK;
}

static vg_err train(const vg_call *call, const bc_options *options, const vg_dataset *data, vg_diag *diag) {
    char checkpoint[1024];
    vg_overwrite overwrite = options->resume ? VG_REPLACE : vg_call_overwrite(call);
    snprintf(checkpoint, sizeof checkpoint, "%s.checkpoint", options->out);
    vg_err err = check_outputs(options, checkpoint, overwrite, diag);
    if (err) return err;
    vg_progress progress = {0};
    vg_training_status status = {0};
    vg_bc_def def = {.config = options->config,
                     .seed = call->seed,
                     .data = data,
                     .threads = (int32_t)call->threads,
                     .watch = watch,
                     .watch_context = &progress,
                     .checkpoint = checkpoint,
                     .resume = options->resume,
                     .out = options->out,
                     .overwrite = overwrite};
    int64_t rows = vg_dataset_train(data).count, batch = options->config.batch;
    vg_progress_begin(&progress, "training", "steps", (rows + batch - 1) / batch * options->config.epochs);
    err = vg_bc_train(&def, &status, diag);
    vg_progress_end(&progress);
    if (err == VG_ERR_INTERRUPTED)
        return vg_fail(diag, err, "stopped after %lld steps; the same command with --resume goes on",
                       (long long)status.step);
    return err ? err : summarise(call, options, data, &status, diag);
}

static vg_err run_bc(const vg_call *call, int *status, vg_diag *diag) {
    (void)status;
    const bc_options *options = call->options;
    vg_sense *sense = NULL;
    vg_dataset *data = NULL;
    vg_overwrite overwrite = options->resume ? VG_REPLACE : vg_call_overwrite(call);
    vg_err err = vg_file_may_write(options->out, overwrite, diag);
    if (!err) err = vg_sense_create(options->config.sense, &sense, diag);
    if (!err) {
        vg_dataset_def def = vg_bc_dataset(&options->config, call->seed, sense);
        err = vg_dataset_read(&def, options->logs.items, options->logs.count, &data, diag);
    }
    if (!err) err = train(call, options, data, diag);
    vg_dataset_destroy(data);
    vg_sense_destroy(sense);
    return err;
}

static const vg_flag bc_flags[] = {
    {"logs", VG_FLAG_LIST, offsetof(bc_options, logs), "LOG...", .required = true,
     .help = "what to learn from"},
    {"out", VG_FLAG_TEXT, offsetof(bc_options, out), "POLICY", .required = true,
     .help = "policy file to write"},
    {"resume", VG_FLAG_SWITCH, offsetof(bc_options, resume),
     .help = "go on where a stopped training left its checkpoint"},
};

static const vg_command bc = {
    .name = "bc",
    .summary = "behavioural cloning: do as the driver of the logs did",
    .synopsis =
        "--logs LOG... --out POLICY [--config Y] [--set KEY=VALUE...] [--seed N] [--resume] [--force]",
    .details =
        "Fits a network to the (sense, action) pairs of the logs and keeps the weights with the least\n"
        "loss on the episodes held out (Pomerleau 1989). The same logs, configuration and seed give the\n"
        "same bytes, whatever the number of threads and however often the training was stopped. While it\n"
        "runs, POLICY.checkpoint holds what --resume needs.",
    .examples =
        "verge train bc --logs kart.vlog --out kart-bc.safetensors --seed 1\n"
        "verge train bc --logs a.vlog b.vlog --out bc.safetensors --set scaling=zscore --set epochs=500",
    VG_FLAGS(bc_flags),
    .options_size = sizeof(bc_options),
    .takes = VG_TAKES_SEED | VG_TAKES_THREADS | VG_TAKES_FORCE | VG_TAKES_JSON,
    .schema = &vg_bc_schema,
    .config_at = offsetof(bc_options, config),
    .run = run_bc,
};

static const vg_command *const learners[] = {&bc, NULL};

const vg_command vg_command_train = {
    .name = "train",
    .summary = "logs in, a policy file out",
    .synopsis = "LEARNER --logs LOG... --out POLICY",
    .children = learners,
};
