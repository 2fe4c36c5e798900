// agents/training/collect.h -- rows gathered by driving: what was sensed before each action, and the action
// that the expert would take there, whether the expert or the learner drives.
//
// A collection is a rollout (agents/drive/rollout.h) whose driver is made of an expert and a learner. The
// rollout decides the starts, the disturbance, the clock and the resets onto the centreline after a
// departure. Rows are ordered by episode, then by time, at any number of threads.
#ifndef VG_AGENTS_TRAINING_COLLECT_H
#define VG_AGENTS_TRAINING_COLLECT_H

#include "agents/drive/rollout.h"
#include "agents/policy/action_space.h"
#include "agents/training/takeover.h"
#include "logs/store/rows.h"

#ifdef __cplusplus
extern "C" {
#endif

// Start from zero. Everything is borrowed until the collection returns.
typedef struct vg_collect_def {
    const vg_sense *sense;       // of the rows
    const vg_policy *expert;     // its labels are the actions of the rows
    const vg_policy *learner;    // may drive as well; its sense must be `sense`; NULL: only the expert drives
    const vg_road *const *roads; // [road_count] episode e starts on road (first_road + e) % road_count
    int32_t road_count, first_road;
    const vg_car *car;
    int32_t tick_num, tick_den, ticks_per_action;
    vg_disturbance disturbance;
    float start_spread;                  // m, of the starts
    const vg_action_space *action_space; // of the labels, and of the noise; NULL: direct
    int32_t episodes;                    // >= 1
    int64_t rows; // at most, over all episodes; each gets an equal share (the first ones get one row more)
    // Who drives an action: the expert with probability beta, drawn anew for each action (stream WHEEL: the
    // entity is the episode, the step is its action). With a takeover, the takeover decides.
    double beta; // [0, 1]
    const vg_takeover_def
        *takeover; // NULL: none. With a takeover, rows are kept only while the expert drives
    // Covariance of the Gaussian noise on the expert's actions, in the action space (stream SUPERVISOR:
    // the entity is the episode, the step is its action). Labels have no noise. Symmetric, positive
    // semi-definite.
    double noise[VG_CAR_ACTIONS][VG_CAR_ACTIONS];
    uint64_t seed;
    int32_t threads;       // 0: one per core
    const vg_ranks *ranks; // who drives too, all with the same def; all get all rows. NULL: nobody
} vg_collect_def;

// Start from zero; free it after an error too.
typedef struct vg_collection {
    int32_t episodes;
    int64_t *count; // [episodes] rows of each
    int64_t rows;
    float *inputs;                   // [rows][sense size]
    float *labels;                   // [rows][VG_CAR_ACTIONS] in the action space
    uint8_t *taken;                  // [rows] 1: the takeover gave control to the expert here
    uint8_t *ends;                   // [rows] vg_row_end: what comes after the row
    int64_t actions, expert_actions; // actions in all; actions that the expert drove
    int64_t departures;
    double distance, laps; // progress over all episodes, in m, and in lengths of the roads
    double drift;          // m, mean over episodes of the mean |offset| before the first departure
    double seconds_off; // s: the next action puts a departed car back, so each departure counts as one action
} vg_collection;

// Errors: VG_ERR_ARGUMENT (beta, noise, an expert that gives no labels), VG_ERR_MISMATCH (the learner's sense
// differs), those of vg_rollout_run.
VG_NODISCARD vg_err vg_collect_run(const vg_collect_def *def, vg_collection *out, vg_diag *diag);
void vg_collect_free(vg_collection *collection);

// Lower triangle l of the square root of a covariance c = l l', as {l00, l10, l11}. A variance of 0 gives 0.
void vg_collect_factor(const double covariance[VG_CAR_ACTIONS][VG_CAR_ACTIONS], double factor[3]);

#ifdef __cplusplus
}
#endif
#endif
