// eval/outcome/evaluation.h -- policies driven on a suite, scored and compared: what `verge eval` does once
// the suite is built and the policies are open.
#ifndef VG_EVAL_OUTCOME_EVALUATION_H
#define VG_EVAL_OUTCOME_EVALUATION_H

#include "eval/outcome/outcome.h"
#include "sim/base/text.h"

#ifdef __cplusplus
extern "C" {
#endif

// A policy to be scored. Borrowed, until the evaluation is freed.
typedef struct vg_evaluated {
    const vg_policy *policy;
    const char *label;  // vg_evaluation_label
    const char *source; // as the user gave it
} vg_evaluated;

// Everything is borrowed, until the evaluation is freed.
typedef struct vg_evaluation_def {
    const vg_suite *suite;
    const vg_evaluated *policies;  // [count]
    int32_t count;                 // >= 1; all but the first are compared with the first
    const vg_reference *reference; // of the suite (vg_suite_reference); NULL: the centreline
    int32_t threads;               // 0: one per core; results do not depend on it
    const vg_ranks *ranks; // who drives too: on others than rank 0 the outcome has no arms; NULL: nobody
    bool (*stop)(void);    // as vg_rollout_def has it
    void (*driven)(void *context,
                   int32_t count); // called after each policy with how many there were; NULL: never
    void *context;
} vg_evaluation_def;

typedef struct vg_evaluation_drive vg_evaluation_drive;
typedef struct vg_evaluation {
    vg_outcome outcome; // an "evaluation"; without a command, which the caller may set
    // What the outcome borrows.
    vg_evaluation_drive *drives;
    vg_outcome_arm *arms;
    vg_outcome_pair *pairs;
    vg_text configuration;
} vg_evaluation;

// "out/kart-bc.safetensors" is called "kart-bc". Characters that a file name cannot hold become '_'. Errors:
// VG_ERR_ARGUMENT (the name is too long, or not UTF-8).
VG_NODISCARD vg_err vg_evaluation_label(const char *source, char label[VG_KEY_TEXT_SIZE], vg_diag *diag);

// Errors: those of vg_rollout_run, vg_suite_open_loop, vg_analysis_run and vg_outcome_compare. On failure
// nothing is to be freed.
VG_NODISCARD vg_err vg_evaluation_run(const vg_evaluation_def *def, vg_evaluation *out, vg_diag *diag);
void vg_evaluation_free(vg_evaluation *evaluation); // zeroed is fine

#ifdef __cplusplus
}
#endif
#endif
