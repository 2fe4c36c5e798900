// Behavioural cloning: supervised learning of a driver's actions from what the driver was shown.
//
//   Pomerleau 1989, "ALVINN: an autonomous land vehicle in a neural network": a network of one hidden layer
//   learns to steer from a person's driving. Ross & Bagnell 2010, "Efficient reductions for imitation
//   learning", theorem 2.1: a policy that errs with probability e on the expert's states may cost up to T^2 e
//   more than the expert over T steps, because its errors lead it to states that the expert never showed.
//   verge measures this drift.
//
// In full: scale the inputs, hold out episodes, minimise the loss by Adam over shuffled batches, keep the
// weights with the least held-out loss. All cloners share these steps (agents/training/clone.c, imitation.c
// and, for the loop over batches, supervised.c).
#include "agents/learners/bc.h"

#include "agents/training/clone.h"

static const vg_key keys[] = {
#define X(...) VG_KEY_ROW(vg_bc_config, , "", __VA_ARGS__)
    VG_NETWORK_KEYS(X) VG_ACTION_SPACE_KEY(X)
#undef X
#define X(...) VG_KEY_ROW(vg_bc_config, bc., "bc.", __VA_ARGS__)
        VG_BC_KEYS(X)
#undef X
};
const vg_schema vg_bc_schema = {"bc", keys, sizeof keys / sizeof *keys, vg_imitation_check_text};

vg_err vg_bc_train(const vg_bc_def *def, vg_supervised_status *status, vg_diag *diag) {
    vg_clone_def clone = {.learner = "bc",
                          .schema = &vg_bc_schema,
                          .config = &def->config,
                          .network = &def->config,
                          .seed = def->seed,
                          .data = def->data,
                          .threads = def->threads,
                          .watch = def->watch,
                          .watch_context = def->watch_context,
                          .checkpoint = def->checkpoint,
                          .story = def->story,
                          .resume = def->resume,
                          .out = def->out,
                          .overwrite = def->overwrite};
    return vg_clone_train(&clone, status, diag);
}

static vg_err train(const vg_learner_def *def, vg_learner_report *report, vg_diag *diag) {
    return vg_clone_logs(&vg_learner_bc, def, &(vg_clone_def){.network = def->config}, report, diag);
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
    .train = train};
