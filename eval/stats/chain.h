// eval/stats/chain.h -- truths the scorer proves itself on: chains whose cost is known, and crossed studies
// whose rates, survival and quantiles are known.
#ifndef VG_EVAL_STATS_CHAIN_H
#define VG_EVAL_STATS_CHAIN_H

#include "eval/stats/survival.h"

#ifdef __cplusplus
extern "C" {
#endif

// Expected steps of the first `steps` that have been spent off the road, if it is left with probability
// `leave` a step and, if it has been left, found again with `back` (0: absorbing); starting on it.
double vg_chain_cost(double leave, double back, int64_t steps);

// How training seeds differ, on the log hazard. X(name, key, text)
#define VG_SEED_KINDS(X)                                                                                     \
    X(NORMAL, "normal", "normal")                                                                            \
    X(SKEWED, "skewed", "exponential, skewed to the right: most are a little better, a few far worse")       \
    X(BROKEN, "broken", "normal, but one in ten is broken: it leaves in nearly every drive")

typedef enum vg_seed_kind {
#define X(name, key, text) VG_SEEDS_##name,
    VG_SEED_KINDS(X)
#undef X
        VG_SEED_KIND_COUNT
} vg_seed_kind;
const char *vg_seed_kind_name(vg_seed_kind kind);

// A study made up: every seed drives every unit `each` times. The log hazard of a drive is a constant plus
// independent effects of its seed, its unit and their cell, the latter two normal; given those, it leaves the
// road at an exponential time. Beside it a drift is drawn, whose logarithm is the sum of such effects, all
// normal, and a standard normal of its own.
typedef struct vg_synthetic_def {
    int32_t seeds, units, each; // defaults 10, 64, 16
    double rate;       // marginal probability to leave the road within the horizon, of seeds that are not
                       // broken; 0.3
    double horizon;    // s, default 60
    vg_seed_kind kind; // default VG_SEEDS_NORMAL
    double seed_sd;    // of the seeds' effects, default 0.8; with one seed it has none, as the
                       // policy is then what is asked about
    double unit_sd, cell_sd; // 0.6, 0.4
    const double *constant;  // vg_synthetic_constant's, for many draws; NULL, the default: worked out at each
    uint64_t seed;
    uint32_t
        arm; // studies of one seed share their units' effects; seeds, cells and drives are each arm's own
} vg_synthetic_def;
vg_synthetic_def vg_synthetic_def_default(void);

// The constant of the log hazard that makes the rate.
double vg_synthetic_constant(const vg_synthetic_def *def);

// Draw one: lives[seeds][units][each], and drift[seeds][units][each] (either may be NULL). Errors:
// VG_ERR_ARGUMENT.
VG_NODISCARD vg_err vg_synthetic_draw(const vg_synthetic_def *def, vg_life *lives, float *drift,
                                      vg_diag *diag);

// Its truths, over new seeds and units: the share that has left by t, broken seeds' included (numerical
// integration, error < 1e-6), and the q-quantile of the drift.
double vg_synthetic_departed(const vg_synthetic_def *def, double t);
double vg_synthetic_quantile(const vg_synthetic_def *def, double q);

#ifdef __cplusplus
}
#endif
#endif
