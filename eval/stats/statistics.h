// eval/stats/statistics.h -- estimates with intervals that hold when training seeds and roads are crossed.
//
// A study's numbers stand in a table of training seeds x units, where a unit is a road (or, on a single road,
// a start): every seed's policy drives every unit, so neither is nested in the other. What is resampled is
// both, crossed; how the intervals are made and why they cover is said in docs/scoring.md and shown by `verge
// bench score`. All draws are counter-based (stream BOOTSTRAP): same table, same bits.
#ifndef VG_EVAL_STATS_STATISTICS_H
#define VG_EVAL_STATS_STATISTICS_H

#include "eval/stats/crossed.h"
#include "eval/stats/student.h"

#ifdef __cplusplus
extern "C" {
#endif

// No smaller p is reported: the methods cannot distinguish rarer events.
#define VG_P_LEAST 1e-9

// Mean of all cells. seed: of the bootstrap's draws. Errors: VG_ERR_ARGUMENT (no cells, a NaN),
// VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_crossed_mean(const vg_crossed *table, vg_scale scale, uint64_t seed, vg_estimate *out,
                                    vg_diag *diag);

// Mean of all cells on the plain scale, and the two-sided p of a mean of 0: the share at which the interval
// would first hold 0, so that p < 0.05 exactly where the 95 % interval does not. NaN where there is no
// interval, at least VG_P_LEAST. Errors: as above.
VG_NODISCARD vg_err vg_crossed_test(const vg_crossed *table, uint64_t seed, vg_estimate *out, double *p,
                                    vg_diag *diag);

// Mean of all cells, each the share of its episodes in which something happened: by eval/stats/share.h,
// without a bootstrap. Errors: as above.
VG_NODISCARD vg_err vg_crossed_share(const vg_crossed *table, vg_estimate *out, vg_diag *diag);

// Events over exposure (departures a kilometre, a second), cell by cell: mean(events) / mean(exposure), by
// eval/stats/share.h. trials: the most events that a unit of exposure can hold. All NaN where
// there is no exposure. Errors: as above.
VG_NODISCARD vg_err vg_crossed_rate(const vg_crossed *events, const vg_crossed *exposure, double trials,
                                    vg_estimate *out, vg_diag *diag);

// mean(top) / mean(bottom), both tables of the same units, the cells belonging together; where one has more
// seeds, of the seeds that both have. NaN where the bottom is 0.
VG_NODISCARD vg_err vg_crossed_ratio(const vg_crossed *top, const vg_crossed *bottom, vg_scale scale,
                                     uint64_t seed, vg_estimate *out, vg_diag *diag);

// a - b under common random numbers: the same units and starts; training seeds are paired by their index, and
// where one has more, its others are left out; one that has a single seed (an expert) is held against every
// seed of the other. scale:
// VG_SCALE_RATE for means of numbers in [0, 1], whose difference then stays within [-1, 1]; else
// VG_SCALE_PLAIN.
typedef struct vg_difference {
    vg_estimate difference;
    double correlation; // of the cells of a and b that belong together; NaN when either is constant
    double p;           // two-sided, of no difference, as vg_crossed_test has it; for Holm
    double improvement; // P(a's cell < b's cell) + P(equal) / 2 over seeds and units (Agarwal et al. 2021)
    vg_estimate improvement_interval;
} vg_difference;
VG_NODISCARD vg_err vg_crossed_difference(const vg_crossed *a, const vg_crossed *b, vg_scale scale,
                                          uint64_t seed, vg_difference *out, vg_diag *diag);

// The difference of two such shares: each side from the two shares' own intervals and the correlation that
// the units give the shares (MOVER: Zou & Donner 2008; of two proportions: Newcombe 1998), so that it is as
// lopsided as they are. Seeds are not paired: all of both count, however many each has. p: two-sided, of no
// difference, as vg_crossed_test has it. Errors: as above.
VG_NODISCARD vg_err vg_crossed_share_difference(const vg_crossed *a, const vg_crossed *b, vg_estimate *out,
                                                double *p, vg_diag *diag);

// Quantiles q[count], each in (0, 1), of pooled values[seeds][units][each]; type 7. An interval holds the
// values whose share below cannot be told from q (Woodruff 1952, by eval/stats/woodruff.h). An end is NaN
// where no value of this study could tell: the other end then has 5 % to itself. NaNs among the values are
// passed over (an open road that has ended). Errors: VG_ERR_ARGUMENT, VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_crossed_quantiles(const float *values, int32_t seeds, int32_t units, int64_t each,
                                         const double *q, int32_t count, vg_estimate *out, vg_diag *diag);

// Interquartile mean of n values (Agarwal et al. 2021): the mean of the middle half, ends weighted. Sorts.
double vg_interquartile_mean(double *values, int64_t n);

// Holm (1979): adjusted[i] of p[i], both [n]; NaNs stay and do not count.
VG_NODISCARD vg_err vg_holm(const double *p, int32_t n, double *adjusted, vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
