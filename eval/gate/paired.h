// eval/gate/paired.h -- tests the mean of one number a road against 0, by resampling roads.
#ifndef VG_EVAL_GATE_PAIRED_H
#define VG_EVAL_GATE_PAIRED_H

#include "sim/base/error.h"

#ifdef __cplusplus
extern "C" {
#endif

// Draws that all numbers of one comparison share: the roads that each resample takes, and the roads whose
// signs are turned.
typedef struct vg_resampling {
    int32_t units, count; // number of roads; number of resamples
    uint16_t *drawn;      // [count][units]
    uint8_t *turned;      // [count][units]
} vg_resampling;

enum { VG_RESAMPLING_UNITS_MOST = 65535 };

// Counter-based: stream BOOTSTRAP of the seed. Errors: VG_ERR_ARGUMENT (fewer than 2 units, too many),
// VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_resampling_draw(int32_t units, int32_t count, uint64_t seed, vg_resampling *out,
                                       vg_diag *diag);
void vg_resampling_free(vg_resampling *resampling); // zeroed is fine

// Resampled means, each divided by its own standard error (bootstrap-t: Hall 1988).
typedef struct vg_paired {
    double mean, error, df;
    double *t; // [count] ascending, finite or infinite
    int32_t count;
    bool thin; // more than 1 % of the resamples have no standard error, because nearly all roads have the
               // same value: only Student's t is used
} vg_paired;

// Of values[units]. Errors: VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_paired_of(const vg_resampling *resampling, const double *values, vg_paired *out,
                                 vg_diag *diag);
void vg_paired_free(vg_paired *paired);

// One-sided p of "the mean is at most d" and of "at least d": the larger of the bootstrap's, (1 + as extreme)
// / (1 + count), and Student's t's.
double vg_paired_above(const vg_paired *paired, double d);
double vg_paired_below(const vg_paired *paired, double d);
// The least and the largest mean that are not rejected at `level` on their side.
double vg_paired_low(const vg_paired *paired, double level);
double vg_paired_high(const vg_paired *paired, double level);

// One-sided p of "each value has either sign with the same chance". That holds if nothing changed, because a
// road's two drives may then be exchanged. Exact at any number of turns: (1 + as large) / (1 + count)
// (Phipson & Smyth 2010).
double vg_paired_exact(const vg_resampling *resampling, const double *values);

#ifdef __cplusplus
}
#endif
#endif
