// eval/outcome/pairs.h -- two arms of an outcome compared: success and the primary costs, paired by road and
// start.
#ifndef VG_EVAL_OUTCOME_PAIRS_H
#define VG_EVAL_OUTCOME_PAIRS_H

#include "eval/outcome/outcome.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { VG_PAIR_METRICS = 4 }; // success, off_road, stalled, excess

// Adds the differences arms[a] - arms[b] of success, off_road, stalled, and of excess if both have it, to
// pairs[*count], which has room for VG_PAIR_METRICS more. p_holm stays NaN. draws: of the bootstraps. Errors:
// VG_ERR_MEMORY, those of vg_crossed_difference.
VG_NODISCARD vg_err vg_outcome_compare(const vg_outcome_arm *arms, int32_t a, int32_t b, uint64_t draws,
                                       vg_outcome_pair *pairs, int32_t *count, vg_diag *diag);

// Fills p_holm of pairs[count]. Errors: VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_outcome_correct(vg_outcome_pair *pairs, int32_t count, vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
