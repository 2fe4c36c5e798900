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

// A study made up: every seed drives every unit `each` times. The log hazard of a drive is a constant plus
// independent normal effects of its seed, its unit and their cell; given those, it leaves the road at an
// exponential time. Beside it a drift is drawn, whose logarithm is the sum of such effects and a standard
// normal of its own.
typedef struct vg_synthetic_def {
    int32_t seeds, units, each; // defaults 10, 64, 16
    double rate;                // marginal probability to leave the road within the horizon; 0.3
    double horizon;             // s, default 60
    double seed_sd;             // of the seeds' effects, default 0.8; with one seed it has none, as the
                                // policy is then what is asked about
    double unit_sd, cell_sd;    // 0.6, 0.4
    uint64_t seed;
    uint32_t
        arm; // studies of one seed share their units' effects; seeds, cells and drives are each arm's own
} vg_synthetic_def;
vg_synthetic_def vg_synthetic_def_default(void);

// Draw one: lives[seeds][units][each], and drift[seeds][units][each] (either may be NULL). Errors:
// VG_ERR_ARGUMENT.
VG_NODISCARD vg_err vg_synthetic_draw(const vg_synthetic_def *def, vg_life *lives, float *drift,
                                      vg_diag *diag);

// Its truths, over new seeds and units: the share that has left by t (numerical integration, error < 1e-9),
// and the q-quantile of the drift.
double vg_synthetic_departed(const vg_synthetic_def *def, double t);
double vg_synthetic_quantile(const vg_synthetic_def *def, double q);

#ifdef __cplusplus
}
#endif
#endif
