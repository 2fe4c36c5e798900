// eval/score/arm_drift.h -- how far an arm's cars drift from the reference: |offset - reference's|. From its
// departure a car counts as at the edge.
#ifndef VG_EVAL_SCORE_ARM_DRIFT_H
#define VG_EVAL_SCORE_ARM_DRIFT_H

#include "eval/score/arm.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct vg_curve_point {
    double at;            // s, or m driven
    double q50, q90, q99; // |offset - reference's| as a share of the half width; 1 for departed cars
} vg_curve_point;

enum { VG_WAY_POINTS = 60 };

// Over all episodes and times.
typedef struct vg_arm_drift {
    vg_estimate metres[3]; // quantiles 50, 90 and 99, m
    double share[3];       // the same as shares of the half width
    double *cells;         // [seeds * units], the caller's array: mean share; NaN: nothing was driven
    double *seeds;         // [seeds], the caller's array: the same for each seed
} vg_arm_drift;

// All use the table's scratch. Errors: VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_arm_drift_all(const vg_arm_table *table, vg_arm_drift *out);

// Drift at times[samples], in s, into out[samples].
void vg_arm_drift_by_time(const vg_arm_table *table, const double *times, vg_curve_point *out);

// Drift by metres driven, into out[VG_WAY_POINTS]: evenly spaced from 0 to the distance that half of the cars
// that stay on the road to the end reach.
VG_NODISCARD vg_err vg_arm_drift_by_way(const vg_arm_table *table, vg_curve_point *out);

#ifdef __cplusplus
}
#endif
#endif
