// eval/score/human_likeness.h -- how similar an arm's driving is to that of the person it was cloned from:
// Wasserstein distances of speed, offset, turn and jerk (agents/drive/occupancy.h) from the person's laps.
#ifndef VG_EVAL_SCORE_HUMAN_LIKENESS_H
#define VG_EVAL_SCORE_HUMAN_LIKENESS_H

#include "agents/drive/occupancy.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct vg_human_likeness {
    double
        distance[VG_OCCUPANCY_COUNT]; // one distance for each feature, in its unit; NaN: nothing was driven
} vg_human_likeness;

// Lets the policy of `def` drive, each car until its first departure, and compares with `shown`, which is
// sorted. The def's trace, sample and reference are ignored, and so is what follows a departure. Errors:
// those of vg_rollout_run.
VG_NODISCARD vg_err vg_human_likeness_measure(const vg_rollout_def *def, const vg_occupancy *shown,
                                              vg_human_likeness *out, vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
