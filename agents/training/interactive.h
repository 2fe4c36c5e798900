// agents/training/interactive.h -- learners that drive while they learn: rounds of collecting, aggregating
// and fitting, until a budget of labels is spent. DAgger, DART and human-gated DAgger share this file; they
// differ in who drives while a round is collected.
//
//     vg_interactive_open         the demonstrations and the network; or all of it from a checkpoint
//     while a.run.round < a.run.rounds:
//         vg_interactive_collect  drive and aggregate (not in round 0 where logs are given)
//         vg_interactive_fit
//         vg_interactive_end      validate, select, report, write a checkpoint
//     vg_interactive_finish       write the policy
//
// The network's inputs are scaled by the rows of round 0, and the scaling never changes after that (a frozen
// normaliser).
#ifndef VG_AGENTS_TRAINING_INTERACTIVE_H
#define VG_AGENTS_TRAINING_INTERACTIVE_H

#include "agents/training/collect.h"
#include "agents/training/run.h"

#ifdef __cplusplus
extern "C" {
#endif

// The keys of each interactive learner; they follow the keys of every imitation learner. X as in imitation.h.
#define VG_INTERACTIVE_KEYS(X)                                                                               \
    X(labels, INT, "rows", 2, 1e9, "12000", NULL,                                                            \
      "budget: rows in all, including the demonstrations and the held-out rows")                             \
    X(rounds, INT, "1", 1, 1000, "10", NULL, "rounds; the demonstrations are the first")                     \
    X(retrain, CHOICE, "", 0, 0, "scratch", "scratch|warm",                                                  \
      "each round starts from fresh weights, or from those of the round before")                             \
    X(rollout_seconds, DOUBLE, "s", 0.1, 3600, "20", NULL, "length of a rollout, at most")                   \
    X(start_spread, DOUBLE, "m", 0, 20, "0.3", NULL, "starts: offset uniform in +-start_spread")             \
    X(selection, CHOICE, "", 0, 0, "validation", "validation|last",                                          \
      "which round's weights are kept: the best on the validation roads, or the last's")
// The same, with the learner's own default.
#define VG_GRADIENT_STEPS_KEY(X, standard)                                                                   \
    X(gradient_steps, INT, "steps", 0, 1e9, standard, NULL,                                                  \
      "gradient steps in each round; 0: as bc.n_epochs and bc.patience say")
// The group `validation.`: the drives by which a round's weights are selected.
#define VG_INTERACTIVE_VALIDATION_KEYS(X)                                                                    \
    X(starts_per_road, INT, "1", 1, 10000, "4", NULL, "drives on each validation road")                      \
    X(seconds, DOUBLE, "s", 1, 3600, "30", NULL, "length of a validation drive")

typedef struct vg_interactive_config {
    vg_imitation_config fit; // first: a learner's configuration begins with both
#define X(field, type, unit, least, most, standard, choices, help) VG_FIELD_##type(field);
    VG_INTERACTIVE_KEYS(X)
    VG_GRADIENT_STEPS_KEY(X, "")
    struct {
        VG_INTERACTIVE_VALIDATION_KEYS(X)
    } validation;
#undef X
} vg_interactive_config;

// The rows of a learner's key table for all of these; steps is its default of gradient_steps, as text.
#define VG_INTERACTIVE_ROWS(steps)                                                                           \
    VG_NETWORK_KEYS(VG_INTERACTIVE_NETWORK_ROW)                                                              \
    VG_ACTION_SPACE_KEY(VG_INTERACTIVE_NETWORK_ROW)                                                          \
    VG_BC_KEYS(VG_INTERACTIVE_BC_ROW)                                                                        \
    VG_INTERACTIVE_KEYS(VG_INTERACTIVE_ROW)                                                                  \
    VG_GRADIENT_STEPS_KEY(VG_INTERACTIVE_ROW, steps)                                                         \
    VG_INTERACTIVE_VALIDATION_KEYS(VG_INTERACTIVE_VALIDATION_ROW)
#define VG_INTERACTIVE_NETWORK_ROW(...) VG_KEY_ROW(vg_interactive_config, fit., "", __VA_ARGS__)
#define VG_INTERACTIVE_BC_ROW(...)      VG_KEY_ROW(vg_interactive_config, fit.bc., "bc.", __VA_ARGS__)
#define VG_INTERACTIVE_ROW(...)         VG_KEY_ROW(vg_interactive_config, , "", __VA_ARGS__)
#define VG_INTERACTIVE_VALIDATION_ROW(...)                                                                   \
    VG_KEY_ROW(vg_interactive_config, validation., "validation.", __VA_ARGS__)

enum { VG_ENSEMBLE_MOST = 16 };

// Collected rows, as a checkpoint holds them. The rows of the logs are not in it: they are read from the logs
// again.
typedef struct vg_interactive_rows {
    float *inputs, *actions, *ends;               // ends: a vg_row_end for each row
    int64_t input_count, action_count, end_count; // floats
} vg_interactive_rows;

// Start from zero, then set the learner's part: who, anyone, members, run.rounds (0: the configuration's) and
// the state that it lists in run.state.
typedef struct vg_interactive {
    vg_run run;
    const vg_interactive_config *config;
    vg_who who;      // whose rows of the logs are used ...
    bool anyone;     // ... unless this is true: then everybody's
    int32_t members; // networks of the ensemble, default 1

    vg_imitation im;
    vg_imitation_origin origin; // car and clock
    vg_network *member[VG_ENSEMBLE_MOST];
    vg_network *driving; // the members' mean as one network; with one member, that member
    vg_policy *policy;   // acts by `driving`
    vg_dataset *data;
    int64_t from_logs[2]; // rows of the logs: for training, and held out
    int64_t begun;        // training rows of round 0
    int64_t cut, held;    // episodes collected so far, and how many of them are held out
    vg_interactive_rows collected[2];
    vg_selection best; // how the selected weights drove on the validation roads
    double loss;       // on the held-out rows, of the round under way
} vg_interactive;

// Read the logs, or restore a checkpoint. Errors: VG_ERR_ARGUMENT (the budget is smaller than the
// demonstrations or than one rollout), VG_ERR_MISMATCH (expert, car, clock, roads or checkpoint do not belong
// together), those of vg_run_open and vg_dataset_read.
VG_NODISCARD vg_err vg_interactive_open(vg_interactive *a, const vg_learner *learner,
                                        const vg_learner_def *def, vg_diag *diag);
void vg_interactive_close(vg_interactive *a);

// Rows of a whole rollout: T in the papers.
int64_t vg_interactive_rollout(const vg_interactive *a);

// What all collections of this round share: roads, clock, seed, and this round's share of the remaining
// labels. Only the expert drives. rows is 0 when no labels remain.
vg_collect_def vg_interactive_plan(const vg_interactive *a);

// Drive and aggregate. *got (may be NULL) is for the caller to free, after an error too. A plan without rows
// does nothing.
VG_NODISCARD vg_err vg_interactive_collect(vg_interactive *a, const vg_collect_def *plan, vg_collection *got,
                                           vg_diag *diag);

// Fit every member to all rows. Errors: those of vg_imitation_fit.
VG_NODISCARD vg_err vg_interactive_fit(vg_interactive *a, vg_diag *diag);

// Drive on the validation roads, and note the numbers that every interactive learner reports of a round. The
// learner may note more before vg_interactive_end. Errors: those of vg_run_validate.
VG_NODISCARD vg_err vg_interactive_measure(vg_interactive *a, vg_diag *diag);
// End the round. Errors: those of vg_run_end_round.
VG_NODISCARD vg_err vg_interactive_end(vg_interactive *a, vg_diag *diag);

VG_NODISCARD vg_err vg_interactive_finish(vg_interactive *a, vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
