// agents/training/learner.h -- the contract of all learners: what a learner is given and what it reports.
//
// A learner turns logs (and a simulator or an expert, if it needs one) into a policy file; one that finds out
// why a driver drives as it does, into a reward file. The same definition gives the same bytes, at any number
// of threads, whether the training was resumed or not.
#ifndef VG_AGENTS_TRAINING_LEARNER_H
#define VG_AGENTS_TRAINING_LEARNER_H

#include "agents/drive/rollout.h"
#include "agents/policy/policy.h"
#include "agents/rewards/reward.h"
#include "logs/store/dataset.h"
#include "sim/base/config.h"
#include "sim/base/file.h"

#ifdef __cplusplus
extern "C" {
#endif

// The result of one round of a learner, as named numbers: "off_road", "labels". They go to the training
// record.
typedef struct vg_learner_round {
    int32_t round; // from 0; a resumed training reports only the rounds that it does again
    int32_t count;
    const char *const *names; // [count], the same in every round
    const double *values;     // [count]; NaN: not measured
} vg_learner_round;

// Start from zero. Everything is borrowed until the training returns.
typedef struct vg_learner_def {
    const void *config;      // the learner's own, laid out by its schema
    uint64_t seed;           // of weights, shuffles, splits, starts and noise
    const char *const *logs; // [log_count] demonstrations to begin with
    int32_t log_count;
    const vg_road *const *roads; // [road_count] where it may drive in the simulator
    int32_t road_count;
    const vg_road *const *valid; // [valid_count] roads that checkpoints are selected on; none: `roads`
    int32_t valid_count;
    const vg_policy *expert;    // gives labels; NULL: none
    const vg_reward *reward;    // what the learner maximises; NULL: the learner's own reward
    const vg_car *car;          // NULL: that of the logs
    vg_disturbance disturbance; // while collecting; zero: none
    int32_t threads;            // 0: one per core; the result does not depend on it
    // Called after each piece of work. Returning false stops the training with VG_ERR_INTERRUPTED, after
    // writing a checkpoint. `done` of `total` counts pieces of any size. NULL: none.
    bool (*watch)(void *context, int64_t done, int64_t total);
    void (*on_round)(void *context, const vg_learner_round *round); // NULL: none
    void *context;
    const char *checkpoint; // file to write checkpoints to; NULL: none
    const char *story;  // for the checkpoints: what was asked for (vg_checkpoint_put_story); NULL: not known
    bool resume;        // go on from it if it is there
    const char *out;    // policy or reward file, by what the learner writes
    const char *policy; // VG_LEARNER_POLICY_TOO: policy file to write as well; NULL: none
    const char *reward_out; // VG_LEARNER_REWARD_TOO: reward file to write as well; NULL: none
    vg_overwrite overwrite;
    // Where rows lie that are too many for memory: vg_dataset_def's `folder` and `memory` (0: the default),
    // of the learners that clone and of those that ask an expert.
    const char *folder;
    int64_t row_memory;
    // Who trains too, all with the same definition (VG_LEARNER_SPREADS): they share the driving and all learn
    // from all of it, so all have the same weights. Rank 0 alone writes files. NULL: this process alone.
    const vg_ranks *ranks;
} vg_learner_def;

// Cost and result of a training. A learner leaves at 0 what does not apply to it. X(type, name, unit, text)
#define VG_LEARNER_REPORT(X)                                                                                 \
    X(int64_t, labels, "rows", "rows learned from, without the held-out ones")                               \
    X(int64_t, held_out_rows, "rows", "held out")                                                            \
    X(int64_t, episodes, "1", "episodes that the rows come from")                                            \
    X(int64_t, queries, "1", "labels an expert was asked for while the training ran")                        \
    X(int64_t, actions, "1", "actions driven in the simulator to collect, all cars together")                \
    X(double, seconds_off, "s", "time off the road while collecting")                                        \
    X(int64_t, steps, "1", "gradient steps")                                                                 \
    X(int64_t, rounds, "1", "epochs of bc, iterations of dagger, ...")                                       \
    X(int64_t, best_round, "1", "1-based: the round whose weights are kept; 0: the initial weights")         \
    X(double, train_loss, "1", "loss of the round kept, or of the last; NaN: none")                          \
    X(double, held_out_loss, "1", "loss of the weights kept; NaN: nothing was held out")

typedef struct vg_learner_report {
#define X(type, name, unit, text) type name;
    VG_LEARNER_REPORT(X)
#undef X
} vg_learner_report;

typedef enum vg_learner_needs {
    VG_LEARNER_LOGS = 1,        // refuses to begin without logs
    VG_LEARNER_ROADS = 2,       // drives: takes roads, and refuses to begin without them
    VG_LEARNER_EXPERT = 4,      // needs labels: takes an expert, and refuses to begin without one
    VG_LEARNER_EITHER = 8,      // takes roads and an expert, or else logs
    VG_LEARNER_REWARD = 16,     // takes a reward; without one it uses its own
    VG_LEARNER_POLICY_TOO = 32, // writes a reward, and on demand the policy that it trained along
    VG_LEARNER_REWARD_TOO = 64, // writes a policy, and on demand the reward that it was trained by
    VG_LEARNER_SPREADS = 128,   // spreads its driving over ranks
    VG_LEARNER_ANEW = 256,      // writes no checkpoints: a training that was stopped begins anew
    VG_LEARNER_ONE_FIT = 512,   // is a single fit: it has no rounds to record
} vg_learner_needs;

// What a learner's output is.
typedef enum vg_learner_writes {
    VG_WRITES_POLICY, // a policy file (agents/policy/policy_file.h)
    VG_WRITES_REWARD, // a reward file (agents/rewards/reward_file.h)
} vg_learner_writes;

// One learner: a row of agents/learners/registry.h. The command line, its help, its man page and studies
// follow from it.
typedef struct vg_learner {
    const char *name;        // "bc"; also the name of its schema
    const vg_schema *schema; // of def->config
    size_t config_size;
    unsigned needs; // vg_learner_needs, or-ed
    vg_learner_writes writes;
    const char *round;    // what a round is called: "epoch"
    const char *summary;  // one line, no full stop
    const char *details;  // a paragraph or more: what it does, after whom
    const char *examples; // command lines, one a line
    // A diagnosis: what is wrong with a training, judged by the numbers of a round, and what may help; NULL:
    // nothing new. *state is the caller's, 0 before the first round. NULL: the learner has no diagnosis.
    const char *(*diagnose)(const vg_learner_round *round, int32_t *state);
    // Do the settings contradict each other, whatever the logs and roads? Errors: VG_ERR_ARGUMENT naming the
    // key. NULL: none do. Called before any training, also by a study for all its arms.
    vg_err (*check)(const void *config, vg_diag *diag);
    // Errors: VG_ERR_ARGUMENT (a need is not met), VG_ERR_EXISTS (out), VG_ERR_FORMAT and VG_ERR_MISMATCH
    // (configuration, logs, checkpoint), VG_ERR_POLICY (a loss or an action is not finite),
    // VG_ERR_INTERRUPTED, VG_ERR_MEMORY, those of files.
    vg_err (*train)(const vg_learner_def *def, vg_learner_report *report, vg_diag *diag);
} vg_learner;

// Do the settings of a learner agree? Errors: those of its check.
VG_NODISCARD vg_err vg_learner_check_config(const vg_learner *learner, const void *config, vg_diag *diag);
// Are the needs of a learner met, and do its settings agree? Errors: VG_ERR_ARGUMENT naming what is missing,
// those of vg_learner_check_config.
VG_NODISCARD vg_err vg_learner_check(const vg_learner *learner, const vg_learner_def *def, vg_diag *diag);

// Tells a dataset where the rows of this training lie.
void vg_learner_place_rows(const vg_learner_def *def, vg_dataset_def *rows);

// For vg_learner's diagnose: the text of the state that the number `name` of a round says, if it is another
// one than *last, which it becomes; else NULL. texts[0] is NULL: nothing is wrong.
const char *vg_learner_diagnosis(const vg_learner_round *round, const char *name, const char *const *texts,
                                 int32_t *last);

#ifdef __cplusplus
}
#endif
#endif
