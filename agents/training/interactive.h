// agents/training/interactive.h -- a learner that goes back to the road: rounds of collecting, aggregating,
// fitting and judging, until a budget of labels is spent. What DAgger, DART and human-gated DAgger share;
// what they differ in is who drives while a round is collected.
//
//     vg_interactive_open          the demonstrations, the network; or all of it from a checkpoint
//     while a.round < rounds:
//         vg_interactive_collect   drive and aggregate (not in round 0 where logs are given)
//         vg_interactive_fit
//         vg_interactive_end       judge, keep the best, tell, write a checkpoint, a.round + 1
//     vg_interactive_finish        write the policy
//
// The network's inputs are scaled by the rows of round 0 and never again: a frozen normaliser.
#ifndef VG_AGENTS_TRAINING_INTERACTIVE_H
#define VG_AGENTS_TRAINING_INTERACTIVE_H

#include "agents/training/interactive_state.h"

#ifdef __cplusplus
extern "C" {
#endif

// Begin from zero but for members, who, anyone and rounds (0: the configuration's). Reads the logs, or what a
// checkpoint holds. Errors: VG_ERR_ARGUMENT (the budget is smaller than the demonstrations or one rollout),
// VG_ERR_MISMATCH (expert, car, clock, roads or checkpoint do not belong together), those of vg_dataset_read.
VG_NODISCARD vg_err vg_interactive_open(vg_interactive *a, const vg_learner *learner,
                                        const vg_learner_def *def, vg_diag *diag);
void vg_interactive_close(vg_interactive *a);

// Rows of a whole rollout: the paper's T.
int64_t vg_interactive_rollout(const vg_interactive *a);

// What all collections of this round share: roads, clock, seed, and this round's share of the labels left.
// The expert alone drives. rows is 0 when nothing is left.
vg_collect_def vg_interactive_plan(const vg_interactive *a);

// Drive and aggregate. *got (may be NULL) is for the caller to free, also after an error. A plan without rows
// does nothing.
VG_NODISCARD vg_err vg_interactive_collect(vg_interactive *a, const vg_collect_def *plan, vg_collection *got,
                                           vg_diag *diag);

// Fit every member to all rows. Errors: those of vg_imitation_fit.
VG_NODISCARD vg_err vg_interactive_fit(vg_interactive *a, vg_diag *diag);

// End the round; `extra` numbers [count] are told after those of every interactive. Errors: those of
// vg_selection_measure and of writing.
typedef struct vg_interactive_number {
    const char *name;
    double value;
} vg_interactive_number;
VG_NODISCARD vg_err vg_interactive_end(vg_interactive *a, const vg_interactive_number *extra, int32_t count,
                                       vg_diag *diag);

VG_NODISCARD vg_err vg_interactive_finish(vg_interactive *a, vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
