// eval/score/human_likeness.h -- how like the person an arm's driving is that it was cloned from:
// Wasserstein's distance of speed, offset, turn and jerk (agents/drive/occupancy.h) from the laps'.
#ifndef VG_EVAL_SCORE_HUMAN_LIKENESS_H
#define VG_EVAL_SCORE_HUMAN_LIKENESS_H

#include "agents/drive/occupancy.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct vg_human_likeness {
    double distance[VG_OCCUPANCY_COUNT]; // each in the feature's unit; NaN: nothing was driven
} vg_human_likeness;

// Let the policy of `def` drive, each car until its first departure, and compare with `shown`, which is
// sorted. The def's trace, sample, reference and what follows a departure are ignored. Errors: those of
// vg_rollout_run.
VG_NODISCARD vg_err vg_human_likeness_measure(const vg_rollout_def *def, const vg_occupancy *shown,
                                              vg_human_likeness *out, vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
