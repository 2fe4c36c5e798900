// eval/gate/evidence.h -- how often a gate gives a wrong answer, over many pairs whose truth is known.
//
// Both sides of a made-up pair drive the same roads. A road is as hard for both sides (a normal effect on the
// log hazard, eval/stats/chain.h), and a little harder or easier for each side (a second normal effect).
// Given these effects, every drive leaves the road at an exponential time of its own. So starts are
// independent, roads are clusters, and the rates over new roads are known. Drifts are log-normal with effects
// of the same kind. By default the spreads are as wide as those of cloned policies and noisy experts on the
// standard suite, or wider (docs/gate.md).
#ifndef VG_EVAL_GATE_EVIDENCE_H
#define VG_EVAL_GATE_EVIDENCE_H

#include "eval/gate/judge.h"

#ifdef __cplusplus
extern "C" {
#endif

// Start from vg_evidence_def_default().
typedef struct vg_evidence_def {
    int32_t roads, starts;   // 64, 16
    double rate, rise;       // the baseline's share off the road, and how far the result's lies above it
    double drift_rise;       // the result's drift relative to the baseline's, less 1
    double unit_sd, cell_sd; // standard deviations on the log hazard: 0.6, 0.4
    double drift_unit, drift_cell, drift_own; // standard deviations on the log drift: 0.13, 0.1, 0.2
    int32_t comparisons;                      // 1000
    bool sequential; // drive pass after pass until decided, up to the gate's `passes`
    uint64_t seed;
    int32_t threads; // 0: one per core; results do not depend on it
    const vg_gate_config *gate;
    bool (*stop)(void);
} vg_evidence_def;
vg_evidence_def vg_evidence_def_default(void);

// Shares of comparisons; their intervals are Wilson's (1927), 95 %.
typedef struct vg_evidence {
    vg_estimate regressed, passed;               // shares of the gate's verdicts
    vg_estimate metric_regressed, metric_passed; // shares of one metric's verdicts
    double passes;                               // mean number of passes driven
} vg_evidence;

// metric: the one whose verdicts are counted apart. Errors: VG_ERR_ARGUMENT, VG_ERR_MEMORY,
// VG_ERR_INTERRUPTED.
VG_NODISCARD vg_err vg_evidence_made_up(const vg_evidence_def *def, int32_t metric, vg_evidence *out,
                                        vg_diag *diag);

// Compares one policy with itself over several passes: each comparison takes some of a road's starts as one
// side and others as the other side, drawn without replacement, on either side as many as the suite has. So
// nothing has changed, and no two drives are the same. Errors: VG_ERR_ARGUMENT (fewer than 2 passes), as
// above.
VG_NODISCARD vg_err vg_evidence_driven(const vg_evidence_def *def, const vg_drives *pool, int32_t metric,
                                       vg_evidence *out, vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
