// eval/result.h -- result.json: what was run, on what, and what came out.
#ifndef VG_EVAL_RESULT_H
#define VG_EVAL_RESULT_H

#include "eval/json.h"
#include "eval/score.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { VG_RESULT_VERSION = 1 };

// One driver's part. Everything is borrowed.
typedef struct vg_result_policy {
    const char *label;  // as tables and pictures call it
    const char *source; // as the user named it
    const vg_policy *policy;
    const vg_rollout *rollout;
    const vg_score *score;
} vg_result_policy;

typedef struct vg_result {
    const vg_rollout_def *def; // the run; its policy is ignored
    const vg_car *car;
    const char *const *road_sources; // [def->road_count] as the user named them
    const vg_result_policy *policies;
    int32_t policy_count;
} vg_result;

// The document as text. See docs/result.md for its schema. Errors: VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_result_write(const vg_result *result, vg_text *out, vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
