// eval/outcome/result.h -- result.json: what was run, on what, and the results.
#ifndef VG_EVAL_OUTCOME_RESULT_H
#define VG_EVAL_OUTCOME_RESULT_H

#include "eval/outcome/json.h"
#include "eval/outcome/outcome.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { VG_RESULT_VERSION = 2 };

// Returns the document as text; docs/result.md describes its schema. episodes: whether to add a row for each
// episode. Errors: VG_ERR_MEMORY; VG_ERR_ARGUMENT for a text that is not UTF-8.
VG_NODISCARD vg_err vg_result_json(const vg_outcome *outcome, bool episodes, vg_text *out, vg_diag *diag);

// A hash over the rows of the episodes, without names, versions or times. Equal hashes mean equal drives.
uint64_t vg_result_score_hash(const vg_rollout *rollout);

#ifdef __cplusplus
}
#endif
#endif
