// agents/training/run.h -- what every training has in common, for any learner: its identity, its rounds and
// their numbers, its checkpoint, the selection of the best round on validation roads, and the policy at the
// end.
//
// A learner reads like this:
//
// vg_run_open            are the learner's needs met? may the output be written?
//     (make networks, list the state in run.state, name the network whose weights are selected)
// vg_run_identify        then vg_run_restore: continue from a checkpoint, if asked for
//     while run.round < run.rounds:
//         (one round)
//         vg_run_validate, vg_run_select     where the weights of this round may be the best
//         vg_run_note                        numbers of the round, by name
//         vg_run_end_round                   report, write a checkpoint, hear whether to stop
//     vg_run_finish          write the selected weights as a policy
//     vg_run_close
#ifndef VG_AGENTS_TRAINING_RUN_H
#define VG_AGENTS_TRAINING_RUN_H

#include "agents/training/checkpoint.h"
#include "agents/training/imitation.h"
#include "agents/training/learner.h"
#include "agents/training/selection.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { VG_RUN_NUMBERS = 32 }; // most numbers of a round; asserted

// Start from zero, then set the fields that are the learner's; the others are read-only.
typedef struct vg_run {
    const vg_learner *learner;
    const vg_learner_def *def;
    int64_t round;            // rounds done; while a round is under way, its number from 0
    int64_t rounds;           // rounds in all; set by the learner
    bool watches_rounds;      // set by the learner: def->watch is called at the end of a round, not within it
    vg_checkpoint state;      // what a checkpoint holds beside the run's own state; listed by the learner
    vg_learner_report report; // filled by the learner, but for rounds and best_round
    bool resumed;             // set by vg_run_restore
    uint64_t identity;        // hash of everything that decides the path of the training
    vg_network *network;      // borrowed; its weights are selected
    float *best_weights;      // of the network
    int32_t number_count;     // of this round
    const char *names[VG_RUN_NUMBERS];
    double values[VG_RUN_NUMBERS];
} vg_run;

// Errors: VG_ERR_ARGUMENT (a need is not met; the configuration is out of range), VG_ERR_EXISTS (out).
VG_NODISCARD vg_err vg_run_open(vg_run *run, const vg_learner *learner, const vg_learner_def *def,
                                vg_diag *diag);
void vg_run_close(vg_run *run); // a zeroed one is fine

// Errors: VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_run_select_from(vg_run *run, vg_network *network, vg_diag *diag);

// Hash what decides the path: learner, configuration, seed, car, roads, validation roads, expert, reward,
// disturbance and `data`, a hash of the rows that it begins with (0: none). The number of threads is not part
// of it. Errors: VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_run_identify(vg_run *run, const vg_car *car, uint64_t data, vg_diag *diag);

// Read the checkpoint into the listed state, if the definition asks for it and the file exists; *run.resumed
// says whether it did. Errors: those of vg_checkpoint_read.
VG_NODISCARD vg_err vg_run_restore(vg_run *run, vg_diag *diag);
// Does nothing if there is no file to write to. Errors: those of vg_checkpoint_write.
VG_NODISCARD vg_err vg_run_save(vg_run *run, vg_diag *diag);

// Measure how a policy drives on the validation roads (if there are none: on the roads it learns on). The
// roads, disturbance and threads of `how` are filled in here. Errors: those of vg_selection_measure.
VG_NODISCARD vg_err vg_run_validate(const vg_run *run, const vg_selection_def *how, const vg_policy *policy,
                                    vg_selection *out, vg_diag *diag);
// Select the network's present weights as those of round `round`, 1-based; 0: the initial weights.
void vg_run_select(vg_run *run, int64_t round);

// Note a number of the round under way, in the order of the record. The name is borrowed. NaN: not measured.
void vg_run_note(vg_run *run, const char *name, double value);
// Note how the policy drove: off_road, stalled, success, driving_score and drift.
void vg_run_note_driving(vg_run *run, const vg_selection *driven);
// Report the numbers, count the round, and write a checkpoint (after every `every` rounds, and before
// stopping). Errors: VG_ERR_INTERRUPTED, those of vg_run_save.
VG_NODISCARD vg_err vg_run_end_round(vg_run *run, int64_t every, vg_diag *diag);

// Write a reward that was learned, with its origin; of a learner that writes a reward it is the last thing
// written, after vg_run_finish, and the checkpoint is removed. Errors: those of vg_reward_write_from.
VG_NODISCARD vg_err vg_run_write_reward(const vg_run *run, const vg_imitation_origin *origin,
                                        vg_reward *reward, const char *path, vg_diag *diag);
// Copy the selected weights into the network, write the network as the policy file (of a learner that writes
// a reward: only if a policy is asked for, too, and the checkpoint stays), and remove the checkpoint. Errors:
// those of vg_imitation_write.
VG_NODISCARD vg_err vg_run_finish(vg_run *run, const vg_imitation *im, const vg_imitation_origin *origin,
                                  vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
