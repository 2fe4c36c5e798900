// eval/gate/evidence.h -- how often a gate is wrong, over many pairs whose truth is known.
//
// A made-up pair drives the same roads: a road is as hard for both (a normal effect on the log hazard,
// eval/stats/chain.h), a little harder or easier for each (another one), and given those every drive leaves
// it at an exponential time of its own. So starts are independent, roads are clusters, and the rates over new
// roads are known. Its drifts are log-normal with such effects. By default the spreads are as wide as those
// of clones and noisy drivers on the standard suite, or wider (docs/gate.md).
#ifndef VG_EVAL_GATE_EVIDENCE_H
#define VG_EVAL_GATE_EVIDENCE_H

#include "eval/gate/judge.h"

#ifdef __cplusplus
extern "C" {
#endif

// Start from vg_evidence_def_default().
typedef struct vg_evidence_def {
    int32_t roads, starts;   // 64, 16
    double rate, rise;       // the baseline's share off the road, and what the result's is above it
    double drift_rise;       // the result's drift over the baseline's, less 1
    double unit_sd, cell_sd; // of the log hazard: 0.6, 0.4
    double drift_unit, drift_cell, drift_own; // of the log drift: 0.13, 0.1, 0.2
    int32_t comparisons;                      // 1000
    bool sequential;                          // pass after pass until decided, the gate's `passes` at most
    uint64_t seed;
    int32_t threads; // 0: one a core; results do not depend on it
    const vg_gate_config *gate;
    bool (*stop)(void);
} vg_evidence_def;
vg_evidence_def vg_evidence_def_default(void);

// Shares of comparisons; their intervals are Wilson's (1927), 95 %.
typedef struct vg_evidence {
    vg_estimate regressed, passed;               // the gate's verdicts
    vg_estimate metric_regressed, metric_passed; // those of one metric
    double passes;                               // driven, on the mean
} vg_evidence;

// metric: whose verdicts are counted apart. Errors: VG_ERR_ARGUMENT, VG_ERR_MEMORY, VG_ERR_INTERRUPTED.
VG_NODISCARD vg_err vg_evidence_made_up(const vg_evidence_def *def, int32_t metric, vg_evidence *out,
                                        vg_diag *diag);

// Of one policy's drives of several passes: each comparison holds some of a road's starts against others,
// drawn anew without replacement, as many as the suite has on either side. Nothing has changed, and no two
// drives are the same. Errors: VG_ERR_ARGUMENT (fewer than 2 passes), as above.
VG_NODISCARD vg_err vg_evidence_driven(const vg_evidence_def *def, const vg_drives *pool, int32_t metric,
                                       vg_evidence *out, vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
