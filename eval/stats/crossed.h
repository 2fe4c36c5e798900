// eval/stats/crossed.h -- the mean of a table of training seeds x units, and its interval.
//
// Neither is nested in the other: a seed's policy drives every unit (a road, or a start on a single road).
#ifndef VG_EVAL_STATS_CROSSED_H
#define VG_EVAL_STATS_CROSSED_H

#include "sim/base/error.h"

#ifdef __cplusplus
extern "C" {
#endif

// An estimate and its 95 % interval. NaN: there is none (low and high of a table of one unit and one seed, a
// value without data).
typedef struct vg_estimate {
    double value, low, high;
} vg_estimate;

extern const vg_estimate vg_estimate_none; // all NaN

// On which scale an interval is symmetric before it is corrected.
typedef enum vg_scale {
    VG_SCALE_PLAIN, // any number
    VG_SCALE_LOG,   // numbers >= 0: means of costs, ratios
    VG_SCALE_RATE,  // means of numbers in [0, 1]; of counts of events see eval/stats/share.h
} vg_scale;

// A table of means: cells[seed * units + unit].
typedef struct vg_crossed {
    const double *cells;
    int32_t seeds, units; // >= 1 each
    // Episodes behind each cell, >= 1. Only rates use it: logit's offset is half an episode, and on a single
    // unit of a single seed it is what the bound of a rate without a single event goes by.
    int32_t episodes;
} vg_crossed;

// The mean of a table, the variance of that mean and its degrees of freedom.
typedef struct vg_spread {
    double mean, variance, df; // variance and df NaN for one unit of one seed
    double interaction;        // the part of seeds x units in the variance, once
} vg_spread;

// Two-way analysis of variance: (MS seeds + MS units - MS interaction) / (seeds x units), which is what
// clustering by both makes of a balanced table (Cameron, Gelbach & Miller 2011, each part with its n / (n -
// 1)), but never less than either one-way part. Degrees of freedom by Satterthwaite (1946). With one seed or
// one unit the one-way variance.
vg_spread vg_crossed_spread(const vg_crossed *table);

// The error of the mean on a scale: each one-way part by leaving its lines out one by one, which is what the
// analysis of variance gives on a plain scale and a little more on others (the jackknife CV3 of MacKinnon,
// Nielsen & Webb 2023); the interaction by the delta method. The mean must be within the scale, its variance
// a number.
double vg_crossed_error(const vg_crossed *table, const vg_spread *spread, vg_scale scale);

// How many standard errors an interval reaches to either side of its value on its scale: low = value - below
// x error, high = value + above x error.
typedef struct vg_reach {
    double below, above; // > 0
} vg_reach;

// Reaches of the table's mean, by a crossed bootstrap-t of 2,000 resamples: seeds and units are both drawn
// with replacement (the pigeonhole bootstrap of Owen 2007), of each one fewer than there are (where there are
// more than two; Rao & Wu 1988), and a resample's mean is held against its own error by vg_crossed_spread on
// the scale (bootstrap-t: Hall 1988). Its percentiles are taken as far out as Student's t is beyond the
// normal (Hesterberg 2015), and each side is the wider of that and Student's t: a handful of seeds shows less
// skew than it stands for. At most 1.5 times Student's t.
typedef struct vg_bootstrap {
    double *t; // the resamples' means over their errors, ascending; NULL: there is nothing to resample
    double df;
} vg_bootstrap;

// Errors: VG_ERR_MEMORY; nothing is held then.
VG_NODISCARD vg_err vg_bootstrap_create(const vg_crossed *table, vg_scale scale, uint64_t seed,
                                        vg_bootstrap *out, vg_diag *diag);
void vg_bootstrap_free(vg_bootstrap *bootstrap);

// How far an interval reaches that leaves `tail` out at each side (0.025: 95 %).
vg_reach vg_bootstrap_reach(const vg_bootstrap *bootstrap, double tail);

// The interval of a spread at a reach, with the error on the scale. A
// rate without an event reaches from 0 to the rule of three's bound of its units (of its seeds where it has
// one unit, of its episodes where it has one seed too): roads are what may be expected to be independent. A
// rate of all events likewise from the other side. A log mean of 0 is 0 to NaN. Where an end would be more
// than a hundred times the value, or less than a hundredth, the data say nothing, and both ends are NaN.
vg_estimate vg_crossed_interval(const vg_crossed *table, const vg_spread *spread, vg_scale scale,
                                vg_reach reach);

// 95 % upper bound of a rate of which not one event was seen in n independent trials: 1 - 0.05^(1/n), near
// 3/n.
double vg_rule_of_three(int64_t n);

#ifdef __cplusplus
}
#endif
#endif
