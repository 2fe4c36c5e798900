// agents/training/collect.h -- rows gathered by driving: what was sensed before each action, and what the
// expert would do there, whoever has the wheel.
//
// A collection is a rollout (agents/drive/rollout.h) of a driver made of two: its starts, disturbance, clock
// and resets onto the centreline after a departure are the rollout's. Rows stand in the order of episodes,
// then of time, at any number of threads.
#ifndef VG_AGENTS_TRAINING_COLLECT_H
#define VG_AGENTS_TRAINING_COLLECT_H

#include "agents/drive/rollout.h"
#include "agents/training/takeover.h"
#include "logs/store/rows.h"

#ifdef __cplusplus
extern "C" {
#endif

// Start from zero. Everything is borrowed until the collection returns.
typedef struct vg_collect_def {
    const vg_sense *sense;       // what rows hold
    const vg_policy *expert;     // whose labels are the rows' actions
    const vg_policy *learner;    // who may have the wheel, shown `sense`; NULL: only the expert
    const vg_road *const *roads; // [road_count] episode e starts on road (first_road + e) % road_count
    int32_t road_count, first_road;
    const vg_car *car;
    int32_t tick_num, tick_den, ticks_per_action;
    vg_disturbance disturbance;
    float spread;     // m, of the starts
    int32_t episodes; // >= 1
    int64_t rows;     // at most, over all episodes, which share them evenly (the first take one more)
    // Who drives an action: the expert with chance beta, drawn anew for each (stream WHEEL: entity is the
    // episode, step its action); or, with a takeover, as it says.
    double beta; // [0, 1]
    const vg_takeover_def
        *takeover; // NULL: none. With one there are rows only while the expert has the wheel
    // Covariance of Gaussian noise on what the expert does: steering and acceleration (stream SUPERVISOR,
    // likewise). Labels stay clean. Symmetric, positive semi-definite.
    double noise[VG_CAR_ACTIONS][VG_CAR_ACTIONS];
    uint64_t seed;
    int32_t threads; // 0: one a core
} vg_collect_def;

// Start from zero; free it also after an error.
typedef struct vg_collection {
    int32_t episodes;
    int64_t *count; // [episodes] rows of each
    int64_t rows;
    float *inputs;                   // [rows][sense size]
    float *labels;                   // [rows][VG_CAR_ACTIONS]
    uint8_t *taken;                  // [rows] 1: the takeover gave the expert the wheel here
    uint8_t *ends;                   // [rows] vg_row_end: what comes after the row
    int64_t actions, expert_actions; // driven in all; of those, by the expert
    int64_t departures;
    double distance, laps; // m of progress, and in lengths of the roads, over all episodes
    double drift;          // m, mean over episodes of the mean |offset| before the first departure
    double seconds_off;    // s: a car that departs is put back by the next action, so one action a departure
} vg_collection;

// Errors: VG_ERR_ARGUMENT (beta, noise, who cannot be asked), VG_ERR_MISMATCH (the learner is shown something
// else), those of vg_rollout_run.
VG_NODISCARD vg_err vg_collect_run(const vg_collect_def *def, vg_collection *out, vg_diag *diag);
void vg_collect_free(vg_collection *collection);

// Lower triangle of the square root of a covariance: c = l l'. {l00, l10, l11}. A variance of 0 gives 0.
void vg_collect_factor(const double covariance[VG_CAR_ACTIONS][VG_CAR_ACTIONS], double factor[3]);

#ifdef __cplusplus
}
#endif
#endif
