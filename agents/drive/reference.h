// agents/drive/reference.h -- what learners are measured against on a set of roads: the expert's line, its
// pace, its states and its actions there; or a human's line and pace; or the centreline.
#ifndef VG_AGENTS_DRIVE_REFERENCE_H
#define VG_AGENTS_DRIVE_REFERENCE_H

#include "agents/drive/reference_line.h"
#include "agents/drive/rollout.h"

#ifdef __cplusplus
extern "C" {
#endif

// Drive an expert over the roads of `def` without a disturbance (def's policy, reference and disturbance are
// ignored). Once round each road gives the line and the pace. Drives from the def's starts give the states,
// one per sample of the trace until its end or departure, each with the expert's label there. On a closed
// road the line's first metres (200, at most half a lap) come from the second lap, because the car has
// settled by then. If the def has no clock, the expert's is used, else 1/60 s and 3: set the clock of the
// policies to be measured. The roads and the expert are borrowed until destroy. Errors: those of
// vg_rollout_run; VG_ERR_ARGUMENT for a policy that gives no labels; VG_ERR_POLICY when the expert leaves a
// road while its line is taken, or is slower than 1 m/s.
VG_NODISCARD vg_err vg_reference_drive(const vg_policy *expert, const vg_rollout_def *def, vg_reference **out,
                                       vg_diag *diag);

// A line that somebody drove: offset[k] and speed[k] at arc length k * road's length / count. offset NULL:
// the centreline; speed NULL: not known. Speeds are > 0, in m/s.
typedef struct vg_given_line {
    const float *offset, *speed;
    int32_t count;
} vg_given_line;

// A reference from lines[road_count], copied. It has no states and no labels. Errors: VG_ERR_ARGUMENT (a
// value that is no offset or no speed), VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_reference_lines(const vg_road *const *roads, int32_t road_count,
                                       const vg_given_line *lines, vg_reference **out, vg_diag *diag);
void vg_reference_destroy(vg_reference *reference); // NULL is fine

// Hash over the lines and the states. reference NULL: 0.
uint64_t vg_reference_hash(const vg_reference *reference);

// Action error on the expert's states (open loop): |policy's action - expert's|^2 (both components in [-1,
// 1]), averaged over each episode's states, into error[episodes of the def]. The policy is reset at each
// state, with the episode's key. Experts may be measured too. Errors: VG_ERR_ARGUMENT (a reference without
// states), VG_ERR_MISMATCH (another clock), VG_ERR_POLICY, VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_reference_open_loop(const vg_reference *reference, const vg_policy *policy,
                                           int32_t threads, double *error, vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
