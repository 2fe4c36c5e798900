// agents/learners/bc.h -- behavioural cloning: from (sense, action) pairs to a policy file.
#ifndef VG_AGENTS_LEARNERS_BC_H
#define VG_AGENTS_LEARNERS_BC_H

#include "agents/learners/learner.h"
#include "agents/learners/training.h"
#include "agents/policy_file.h"
#include "logs/dataset.h"
#include "sim/base/config.h"

#ifdef __cplusplus
extern "C" {
#endif

// X(field, type, unit, least, most, default, choices, help)
#define VG_BC_KEYS(X)                                                                                        \
    X(sense, TEXT, "", 0, 255, "offset,heading,speed,curvature@0:3:6:9:12:16:20:26", NULL,                   \
      "what the policy is shown")                                                                            \
    X(scaling, CHOICE, "", 0, 0, "physical", "physical|zscore",                                              \
      "inputs by fixed scales, or by mean and deviation of the rows")                                        \
    X(scaling_rows, INT, "rows", 0, 1e12, "0", NULL, "... of the first so many only; 0: all")                \
    X(hidden, TEXT, "", 0, 63, "64,64", NULL, "units of each hidden layer; none: linear")                    \
    X(activation, CHOICE, "", 0, 0, "tanh", "tanh|relu", "of the hidden layers")                             \
    X(loss, CHOICE, "", 0, 0, "mse", "mse|gaussian",                                                         \
      "squared error, or negative log likelihood of a Gaussian")                                             \
    X(learning_rate, DOUBLE, "1", 1e-8, 1, "0.001", NULL, "step size of Adam")                               \
    X(weight_decay, DOUBLE, "1", 0, 1, "0", NULL, "shrinks weights by rate * decay a step")                  \
    X(clip, DOUBLE, "1", 0, 1e6, "0", NULL, "largest norm of a gradient; 0: any")                            \
    X(batch, INT, "rows", 1, 1000000, "256", NULL, "rows of one gradient step")                              \
    X(epochs, INT, "1", 1, 1000000, "200", NULL, "passes over the rows, at most")                            \
    X(patience, INT, "epochs", 0, 1000000, "20", NULL,                                                       \
      "stop after so many without a better validation loss; 0: never")                                       \
    X(validation, DOUBLE, "1", 0, 0.9, "0.2", NULL, "share of episodes held out, whole")                     \
    X(checkpoint_steps, INT, "steps", 1, 1000000000, "2000", NULL, "gradient steps between checkpoints")

typedef struct vg_bc_config {
#define X(field, type, unit, least, most, standard, choices, help) VG_FIELD_##type(field);
    VG_BC_KEYS(X)
#undef X
} vg_bc_config;

extern const vg_schema vg_bc_schema;

typedef struct vg_bc_def {
    vg_bc_config config;
    uint64_t seed;           // of the weights, the shuffles and the split
    const vg_dataset *data;  // read as vg_bc_dataset says; borrowed
    int32_t threads;         // 0: one a core; the result does not depend on it
    vg_training_watch watch; // NULL: nobody
    void *watch_context;
    const char *checkpoint; // file to write checkpoints to; NULL: none
    bool resume;            // go on from it if it is there
    const char *out;        // policy file
    vg_overwrite overwrite;
} vg_bc_def;

// The definition of the dataset a configuration asks for. sense is borrowed.
vg_dataset_def vg_bc_dataset(const vg_bc_config *config, uint64_t seed, const vg_sense *sense);

// Clone, write the policy, remove the checkpoint. *status (may be NULL) says how it went. Same config and
// data, same bytes, whether resumed or not. Errors: VG_ERR_FORMAT (config: hidden); VG_ERR_MISMATCH (the
// data's sense is another); those of vg_training_create, vg_training_restore, vg_training_run and
// vg_policy_write.
VG_NODISCARD vg_err vg_bc_train(const vg_bc_def *def, vg_training_status *status, vg_diag *diag);

extern const vg_learner vg_learner_bc;

#ifdef __cplusplus
}
#endif
#endif
