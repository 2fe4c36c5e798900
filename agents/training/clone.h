// agents/training/clone.h -- cloning: from (sense, action) rows to a policy file, for every learner that is
// no more than a head and a loss. bc, bc-gmm and act differ in these alone.
#ifndef VG_AGENTS_TRAINING_CLONE_H
#define VG_AGENTS_TRAINING_CLONE_H

#include "agents/training/imitation.h"
#include "agents/training/learner.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct vg_clone_def {
    const char *learner;     // its name
    const vg_schema *schema; // of config
    const void *config;
    const vg_imitation_config *network; // the part of config that all imitation learners have
    const vg_imitation_head *own;       // NULL: as network->bc.loss says
    uint64_t seed;                      // of the weights, the shuffles and the split
    const vg_dataset *data;             // read as vg_imitation_dataset says; borrowed
    int32_t threads;                    // 0: one per core; the result does not depend on it
    vg_supervised_watch watch;          // NULL: not asked
    void *watch_context;
    const char *checkpoint; // file to write checkpoints to; NULL: none
    const char *story;      // of the checkpoints (vg_checkpoint_put_story), or NULL
    bool resume;            // go on from it if it is there
    const char *out;        // policy file
    vg_overwrite overwrite;
    // Look at the rows before anything else is done, to set hyperparameters of the head; NULL: not asked.
    // Errors: its own.
    vg_err (*prepare)(void *context, const vg_dataset *data, vg_diag *diag);
    void *prepare_context;
    bool (*keep)(void *context, int32_t log, int32_t number); // of vg_clone_logs: vg_dataset_def's; NULL: all
    void *keep_context;
    vg_fit_inspect inspect; // once the network is fitted; NULL: not asked
    void *inspect_context;
} vg_clone_def;

// Clone, write the policy, remove the checkpoint. *status (may be NULL) says how it went. Same config and
// data, same bytes, whether resumed or not. Errors: VG_ERR_ARGUMENT (a key out of range), VG_ERR_FORMAT
// (hidden_sizes), VG_ERR_MISMATCH (rows without a car), those of vg_imitation_open_head, vg_imitation_fit,
// vg_imitation_write.
VG_NODISCARD vg_err vg_clone_train(const vg_clone_def *def, vg_supervised_status *status, vg_diag *diag);

// A learner's `train`: read its logs, clone, report. `how` says network, own, prepare, keep, inspect and
// their contexts; the rest of it is filled in from the learner's definition.
VG_NODISCARD vg_err vg_clone_logs(const vg_learner *learner, const vg_learner_def *def,
                                  const vg_clone_def *how, vg_learner_report *report, vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
