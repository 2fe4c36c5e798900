// eval/study/study.h -- a study: learners x label budgets x factors x training seeds, all scored on one
// suite.
//
// An arm is one recipe; a cell is one training seed of an arm. A cell is trained from demonstrations of a
// teacher on the training roads (of `train_suite`, where there is one), drawn anew for each training seed and
// shared by all arms of that seed, or from human laps. Cells are stored in OUT/cells-HASH, where HASH covers
// the study with all its keys, its suite and its laps: cells of two studies are never mixed. A cell is
// finished if its .json file exists, which is written last. A study that was stopped anywhere continues with
// the missing cells, and ends with the same bytes.
#ifndef VG_EVAL_STUDY_STUDY_H
#define VG_EVAL_STUDY_STUDY_H

#include "agents/policy_open.h"
#include "eval/outcome/outcome.h"
#include "eval/study/study_times.h"
#include "sim/base/ranks.h"
#include "tracks/track.h"

#ifdef __cplusplus
extern "C" {
#endif

// X(field, type, unit, least, most, default, choices, help)
#define VG_STUDY_KEYS(X)                                                                                     \
    X(suite, TEXT, "", 1, 255, "standard", NULL, "what all arms are scored on: a shipped suite or a file")   \
    X(train_suite, TEXT, "", 0, 255, "", NULL,                                                               \
      "suite whose car, roads and starts are learned from; empty: `suite`")                                  \
    X(true_reward, TEXT, "", 0, 255, "", NULL,                                                               \
      "reward that drives are judged by: driving, or a file of that kind; empty: none")                      \
    X(best_arm, TEXT, "", 0, 255, "", NULL, "arm whose regret is 0; empty: the first")                       \
    X(worst_arm, TEXT, "", 0, 255, "", NULL, "arm whose regret is 1; empty: no regret is measured")          \
    X(about, TEXT, "", 0, 255, "", NULL, "what it asks, one line")                                           \
    X(parts, LIST, "", 0, 0, "", NULL, "studies to run one after the other, instead of one of its own")      \
    X(test, LIST, "", 0, 0, "", NULL, "test roads instead of the suite's")                                   \
    X(car, TEXT, "", 0, 255, "", NULL, "car instead of the suite's")                                         \
    X(experts, LIST, "", 0, 0, "pursuit", NULL, "scored beside the learners, first")                         \
    X(teacher, TEXT, "", 1, 255, "pursuit", NULL, "expert whose demonstrations are learned from")            \
    X(demonstrations, LIST, "", 0, 0, "2", NULL,                                                             \
      "label budgets: demonstrations, laps or drivers; all: every one")                                      \
    X(demonstration_seconds, DOUBLE, "s", 1, 3600, "20", NULL, "length of a demonstration")                  \
    X(laps, LIST, "", 0, 0, "", NULL, "human laps instead of a teacher: CSV files, * and ? allowed")         \
    X(laps_road, TEXT, "", 0, 255, "", NULL, "road the laps were driven on")                                 \
    X(drivers, LIST, "", 0, 0, "", NULL, "budgets count drivers: words that their laps' file names hold")    \
    X(learners, LIST, "", 0, 0, "bc", NULL, "who learns, crossed with budgets and factors")                  \
    X(factors, LIST, "", 0, 0, "", NULL, "keys of the learner with levels: scaling=physical|zscore")         \
    X(settings, LIST, "", 0, 0, "", NULL, "keys of the learner, the same in every arm: epochs=200")          \
    X(arms, LIST, "", 0, 0, "", NULL, "more arms, each 'LABEL: LEARNER BUDGET key=value ...', or an expert") \
    X(claims, LIST, "", 0, 0, "", NULL, "what is judged: 'ID: text: METRIC(ARM) <= NUMBER'")                 \
    X(seeds, INT, "1", 1, 1000, "10", NULL, "training seeds an arm")                                         \
    X(seed, INT, "", 0, 9e18, "1", NULL, "what training seeds, demonstrations and bootstraps derive from")

typedef struct vg_study_config {
#define X(field, type, unit, least, most, standard, choices, help) VG_FIELD_##type(field);
    VG_STUDY_KEYS(X)
#undef X
} vg_study_config;

extern const vg_schema vg_study_schema;

typedef struct vg_study vg_study; // opaque

// Start from zero.
typedef struct vg_study_def {
    const char *path; // of the study's YAML
    const char *data; // what relative paths of roads, cars and laps are taken from; NULL: the working folder
    const char *out;  // folder
    const char *command;   // command line for the report
    const vg_ranks *ranks; // among whom the work is spread, all with the same def; NULL: this process alone
    const char *cache;     // folder of trained cells that studies share (eval/study/cell_store.h); NULL: none
    bool resume, force;    // resume: continue an existing study; force: start anew; with neither, an existing
                           // study is an error
    int32_t threads;       // 0: one per core; results do not depend on it
    vg_policy_terms terms; // on which the teachers, experts and the reference that files name are opened
    const vg_warnings *warnings; // NULL: warnings are not reported
    bool (*stop)(void);          // called regularly, true stops the study; NULL: never
    // Called after each piece of work, by one thread at a time. NULL: not called.
    void (*progress)(void *context, int64_t done, int64_t total);
    void *context;
} vg_study_def;

// Reads a study: a shipped one by name ("demo") or a YAML file by path; writes its name into name. Errors:
// those of vg_config_read.
VG_NODISCARD vg_err vg_study_read(const char *name_or_path, vg_study_config *out, char name[VG_KEY_TEXT_SIZE],
                                  vg_diag *diag);

// Reads the study, builds its suite, lists its arms, and claims the folder: OUT/study.yaml is written.
// Errors: those of vg_config_read, vg_suite_build, vg_policy_open; VG_ERR_EXISTS (the folder has a study, and
// neither resume nor force is set); VG_ERR_MISMATCH (resume, but the study, its suite or its laps have
// changed).
VG_NODISCARD vg_err vg_study_open(const vg_study_def *def, vg_study **out, vg_diag *diag);
void vg_study_close(vg_study *study); // NULL is fine

// Makes the logs and trains the missing cells, in parallel. Errors: VG_ERR_INTERRUPTED, those of the learners
// and of writing.
VG_NODISCARD vg_err vg_study_train(vg_study *study, vg_diag *diag);

// Scores the floor and all arms. The outcome is borrowed from the study. On a rank other than 0 it is NULL:
// they only drive.
VG_NODISCARD vg_err vg_study_score(vg_study *study, const vg_outcome **out, vg_diag *diag);

// How many cells vg_study_train has trained, and how many it took from the cache.
void vg_study_counts(const vg_study *study, int32_t *trained, int32_t *taken);

// Where the time went; borrowed. What other ranks did is with rank 0.
const vg_study_times *vg_study_times_of(const vg_study *study);

// The number of pieces of work that training and scoring together report.
int64_t vg_study_total(const vg_study *study);

#ifdef __cplusplus
}
#endif
#endif
