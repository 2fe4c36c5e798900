// agents/training/selection.h -- how well a policy drives on validation roads during training, and which of
// two is better: first by the driving score, then by the drift. The score loses a whole drive for each that
// leaves the road or stalls, and of the others what they fall short of the pace: a policy that only stands
// still cannot win.
#ifndef VG_AGENTS_TRAINING_SELECTION_H
#define VG_AGENTS_TRAINING_SELECTION_H

#include "agents/drive/occupancy.h"

#ifdef __cplusplus
extern "C" {
#endif

// Start from zero. Everything is borrowed.
typedef struct vg_selection_def {
    const vg_road *const *roads; // [road_count]
    int32_t road_count;
    int32_t starts;     // starts per road
    double seconds;     // s, length of a drive
    float start_spread; // m, of the starts
    vg_disturbance disturbance;
    uint64_t seed;             // the same for all policies that are compared
    const vg_occupancy *shown; // sorted: the driving that the policy should resemble; NULL: none
    int32_t threads;
    const vg_ranks *ranks; // who drives too, all with the same def; NULL: nobody
} vg_selection_def;

typedef struct vg_selection {
    double off_road;      // share of drives that leave the road
    double stalled;       // share of drives that stall and do not leave the road
    double success;       // share of drives on the road to the end with 0.8 of the progress
    double driving_score; // mean, 0 to 1; progress by the careful driver's pace (agents/drive/pace.h)
    double drift;         // m, mean |offset| before that
    double
        departures_per_lap; // departures per lap, the car put back after each (Ross, Gordon & Bagnell 2011)
    double departures_per_km;
    double distance; // from the driving shown (vg_occupancy_distance); NaN: no driving was shown
} vg_selection;

extern const vg_selection vg_selection_none; // all NaN: not driven

// Errors: those of vg_rollout_run.
VG_NODISCARD vg_err vg_selection_measure(const vg_selection_def *def, const vg_policy *policy,
                                         vg_selection *out, vg_diag *diag);
bool vg_selection_better(const vg_selection *a, const vg_selection *b);

#ifdef __cplusplus
}
#endif
#endif
