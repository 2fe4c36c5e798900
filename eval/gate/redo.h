// eval/gate/redo.h -- rebuilds the suite of a result or a baseline, and drives policies on it.
#ifndef VG_EVAL_GATE_REDO_H
#define VG_EVAL_GATE_REDO_H

#include "agents/policy_open.h"
#include "eval/gate/drives.h"

#ifdef __cplusplus
extern "C" {
#endif

// Rebuilds the suite, with its roads. Errors: VG_ERR_MISMATCH (its hash has changed since), those of
// vg_suite_build.
VG_NODISCARD vg_err vg_drives_suite(const vg_drives *drives, int32_t threads, vg_suite *out, vg_diag *diag);

// Opens the policy whose source the drives name, and checks that its content is the same. terms: those for
// policies that a file names; their hash is not used. Errors: those of vg_policy_open.
VG_NODISCARD vg_err vg_drives_policy(const vg_drives *drives, const vg_policy_terms *terms, vg_policy **out,
                                     vg_diag *diag);

// The frame of a suite alone: its roads, without rows and JSON. For drives that are not compared with a file.
// Errors: VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_drives_frame(const vg_suite *suite, vg_drives *out, vg_diag *diag);

// How to drive.
typedef struct vg_redo {
    const vg_drives *like;                // the drives whose frame (suite, car, roads) the result takes
    const vg_suite *suite;                // made by vg_drives_suite
    const struct vg_reference *reference; // NULL: the centreline
    const vg_policy *policy;
    const char *label, *source;
    int64_t seed; // replaces the suite's seed
    int32_t threads;
    bool (*stop)(void);
} vg_redo;

// Drives for costs (a) and (c) and the drift; cost (b) is not compared, so it is not driven. Errors: those of
// vg_rollout_run.
VG_NODISCARD vg_err vg_drives_again(const vg_redo *redo, vg_drives *out, vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
