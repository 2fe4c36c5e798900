// eval/outcome/claim_term.h -- the terms of a claim's condition: METRIC@at(ARM); eval/outcome/claims.h lists
// the metrics.
#ifndef VG_EVAL_OUTCOME_CLAIM_TERM_H
#define VG_EVAL_OUTCOME_CLAIM_TERM_H

#include "eval/outcome/outcome.h"
#include "eval/stats/statistics.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct vg_claim_term {
    char metric[64];
    double at; // NaN: without @
    const vg_outcome_arm *arm;
} vg_claim_term;

typedef enum vg_term_kind {
    VG_TERM_NONE,  // unknown metric
    VG_TERM_ALONE, // an estimate only, without a value for each training seed
    VG_TERM_TABLE, // a table of training seeds x units
} vg_term_kind;
vg_term_kind vg_claim_term_kind(const vg_claim_term *term);

// The estimate of a term that has no table.
vg_estimate vg_claim_term_estimate(const vg_claim_term *term);

// Whether the cells of a term are shares of episodes or of seeds in which something happened: their intervals
// are vg_crossed_share's.
bool vg_claim_term_counts(const vg_claim_term *term);

// The cells of a term that has a table, vg_free'd by the caller, and the scale of its mean. Errors:
// VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_claim_term_table(const vg_claim_term *term, vg_crossed *out, double **cells,
                                        vg_scale *scale, vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
