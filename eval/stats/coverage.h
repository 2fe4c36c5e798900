// eval/stats/coverage.h -- how often a stated 95 % interval holds the truth, and how wide it is, over many
// made-up crossed studies.
#ifndef VG_EVAL_STATS_COVERAGE_H
#define VG_EVAL_STATS_COVERAGE_H

#include "eval/stats/chain.h"

#ifdef __cplusplus
extern "C" {
#endif

// X(name, key, what is covered). The last two are what not to do: percentile intervals of the rate, for
// comparison.
#define VG_COVERAGES(X)                                                                                      \
    X(RATE, "rate", "share off the road by the horizon")                                                     \
    X(DIFFERENCE, "difference", "of that share to another arm's on the same roads")                          \
    X(DRIFT_50, "drift_50", "median of the drift")                                                           \
    X(DRIFT_90, "drift_90", "quantile 90 of the drift")                                                      \
    X(DRIFT_99, "drift_99", "quantile 99 of the drift")                                                      \
    X(SURVIVAL, "survival", "band at 1/8, 1/4, 1/2 and 1 of the horizon, pointwise")                         \
    X(CROSSED, "crossed_percentile", "rate by percentiles of the crossed bootstrap")                         \
    X(NESTED, "nested_percentile", "rate by percentiles of roads drawn anew within drawn seeds")

enum {
#define X(name, key, text) VG_COVERAGE_##name,
    VG_COVERAGES(X)
#undef X
        VG_COVERAGE_COUNT
};

// Start from vg_coverage_def_default().
typedef struct vg_coverage_def {
    vg_synthetic_def study; // its shape, rate and effects; arm and constant are not used
    double other_rate;      // of the arm that it is held against; 0, the default: half the rate
    int32_t studies;        // default 400
    bool drift;             // also the drift's quantiles, default true; normal seeds only
    bool compare;           // also the last two, default true
    int32_t threads;        // 0: one per core; results do not depend on it
} vg_coverage_def;
vg_coverage_def vg_coverage_def_default(void);

// Share of intervals that hold the truth; low and high by Wilson (1927) over the studies (for the band too,
// whose times are not independent). below and above: shares of truths below the interval and above it.
// width: mean width of the intervals with two ends. An end that is NaN bounds nothing, so it holds. oracle:
// the width of an interval by somebody who knows how estimates scatter from study to study, which no single
// study shows: from their 2.5th to their 97.5th percentile. found: share of intervals that exclude 0.
typedef struct vg_coverage {
    struct vg_coverage_kind {
        const char *name, *text; // key and what is covered
        vg_estimate held;        // all NaN: not asked for
        double below, above, width, oracle, found;
    } kinds[VG_COVERAGE_COUNT];
} vg_coverage;

// Errors: VG_ERR_ARGUMENT, VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_coverage_run(const vg_coverage_def *def, vg_coverage *out, vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
