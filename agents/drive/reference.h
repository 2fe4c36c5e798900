// agents/drive/reference.h -- what learners are measured against on a set of roads: the expert's line, its
// states and what it did there; or a human's line; or the centreline.
#ifndef VG_AGENTS_DRIVE_REFERENCE_H
#define VG_AGENTS_DRIVE_REFERENCE_H

#include "agents/drive/reference_line.h"
#include "agents/drive/rollout.h"

#ifdef __cplusplus
extern "C" {
#endif

// Drive an expert over the roads of `def` (its policy, reference and disturbance are ignored) in still air:
// once round each road for its line, and from the same starts as the def's for its states, one a sample of
// the trace until its end or departure, each with the expert's own label there. On a closed road the line's
// first metres (200, at most half a lap) are those of the second lap: by then the car has settled. Where the
// def says no clock, it is the expert's, else 1/60 s and 3: say the measured policies' own. The roads and the
// expert are borrowed until destroy. Errors: those of vg_rollout_run; VG_ERR_ARGUMENT for who cannot be asked
// for labels; VG_ERR_POLICY when the expert itself leaves a road while its line is taken, or is slower than 1
// m/s.
VG_NODISCARD vg_err vg_reference_drive(const vg_policy *expert, const vg_rollout_def *def, vg_reference **out,
                                       vg_diag *diag);

// A line that somebody drove: offsets[road][k] at arc length k * length / count[road], NULL for a road
// without one (its reference is the centreline). Copied. No states, no labels.
VG_NODISCARD vg_err vg_reference_lines(const vg_road *const *roads, int32_t road_count,
                                       const float *const *offsets, const int32_t *counts, vg_reference **out,
                                       vg_diag *diag);
void vg_reference_destroy(vg_reference *reference); // NULL is fine

// Over the lines and the states. reference NULL: 0.
uint64_t vg_reference_hash(const vg_reference *reference);

// Action error on the expert's states (open loop): |policy's action - expert's|^2 (both components in [-1,
// 1]), the mean over each episode's states, into error[episodes of the def]. The policy is begun anew at
// each state, with the episode's key. Experts may be measured too. Errors: VG_ERR_ARGUMENT (a reference
// without states), VG_ERR_MISMATCH (another clock), VG_ERR_POLICY, VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_reference_open_loop(const vg_reference *reference, const vg_policy *policy,
                                           int32_t threads, double *error, vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
