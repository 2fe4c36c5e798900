// agents/training/interactive_state.h -- what an interactive is: its keys, and what it holds between rounds.
#ifndef VG_AGENTS_TRAINING_INTERACTIVE_STATE_H
#define VG_AGENTS_TRAINING_INTERACTIVE_STATE_H

#include "agents/training/collect.h"
#include "agents/training/imitation.h"
#include "agents/training/learner.h"
#include "agents/training/selection.h"

#ifdef __cplusplus
extern "C" {
#endif

// The keys that each of them has, behind those of every imitator. X as there.
#define VG_INTERACTIVE_KEYS(X)                                                                               \
    X(labels, INT, "rows", 2, 1e9, "12000", NULL,                                                            \
      "budget: rows in all, with the demonstrations and what is held out")                                   \
    X(rounds, INT, "1", 1, 1000, "10", NULL, "rounds; the demonstrations are the first")                     \
    X(gradient_steps, INT, "steps", 0, 1e9, "3000", NULL,                                                    \
      "in each round; 0: as bc.n_epochs and bc.patience say")                                                \
    X(retrain, CHOICE, "", 0, 0, "scratch", "scratch|warm",                                                  \
      "each round from fresh weights, or from those of the round before")                                    \
    X(rollout_seconds, DOUBLE, "s", 0.1, 3600, "20", NULL, "length of a rollout, at most")                   \
    X(start_spread, DOUBLE, "m", 0, 20, "0.3", NULL, "starts: offset uniform in +-start_spread")             \
    X(selection, CHOICE, "", 0, 0, "validation", "validation|last",                                          \
      "which round's weights are kept: the best on the validation roads, or the last's")
// The group `validation.`: the drives by which a round's weights are selected.
#define VG_INTERACTIVE_VALIDATION_KEYS(X)                                                                    \
    X(starts_per_road, INT, "1", 1, 10000, "4", NULL, "drives on each validation road")                      \
    X(seconds, DOUBLE, "s", 1, 3600, "30", NULL, "length of such a drive")

typedef struct vg_interactive_config {
    vg_imitation_config fit; // first: a learner's configuration begins with both
#define X(field, type, unit, least, most, standard, choices, help) VG_FIELD_##type(field);
    VG_INTERACTIVE_KEYS(X)
    struct {
        VG_INTERACTIVE_VALIDATION_KEYS(X)
    } validation;
#undef X
} vg_interactive_config;

// The rows of a learner's key table for all of these.
#define VG_INTERACTIVE_ROWS                                                                                  \
    VG_NETWORK_KEYS(VG_INTERACTIVE_NETWORK_ROW)                                                              \
    VG_BC_KEYS(VG_INTERACTIVE_BC_ROW)                                                                        \
    VG_INTERACTIVE_KEYS(VG_INTERACTIVE_ROW)                                                                  \
    VG_INTERACTIVE_VALIDATION_KEYS(VG_INTERACTIVE_VALIDATION_ROW)
#define VG_INTERACTIVE_NETWORK_ROW(...) VG_KEY_ROW(vg_interactive_config, fit., "", __VA_ARGS__)
#define VG_INTERACTIVE_BC_ROW(...)      VG_KEY_ROW(vg_interactive_config, fit.bc., "bc.", __VA_ARGS__)
#define VG_INTERACTIVE_ROW(...)         VG_KEY_ROW(vg_interactive_config, , "", __VA_ARGS__)
#define VG_INTERACTIVE_VALIDATION_ROW(...)                                                                   \
    VG_KEY_ROW(vg_interactive_config, validation., "validation.", __VA_ARGS__)

enum { VG_INTERACTIVE_OWN = 12, VG_ENSEMBLE_MOST = 16 };

// Under way. Opaque but for what is said to be the learner's.
typedef struct vg_interactive {
    const vg_learner *learner;
    const vg_learner_def *def;
    const vg_interactive_config *config;
    int32_t rounds;                 // in all
    int32_t round;                  // the one under way, from 0
    vg_who who;                     // of logs, rows by this driver only ...
    bool anyone;                    // ... unless true (default)
    double own[VG_INTERACTIVE_OWN]; // the learner's own numbers, kept in checkpoints; finite or not
    float *notes;                   // [note_count] and an array of it, likewise
    int64_t note_count;

    vg_imitation im;
    vg_imitation_origin origin; // car and clock
    int32_t members;            // networks of the ensemble, default 1
    vg_mlp *member[VG_ENSEMBLE_MOST];
    vg_mlp *driving;   // their mean as one network; with one member, that
    vg_policy *policy; // acts by `driving`
    vg_dataset *data;
    int64_t from_logs[2]; // rows of the logs, training and held out: not in checkpoints
    int64_t begun;        // training rows of round 0
    int64_t cut, held;    // episodes collected so far, and held out of them
    vg_selection best;
    float *best_weights; // of `driving`
    double loss;         // held out, of the round under way
    uint64_t identity;
    bool resumed; // a fit may find its own checkpoint
    vg_learner_report report;
} vg_interactive;

#ifdef __cplusplus
}
#endif
#endif
