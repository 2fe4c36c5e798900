// logs/fit/fit.h -- the inverse of the car: from a lap's samples to the actions whose simulation follows
// them.
//
// The car is taken to be on the road's surface all the time. All importers of human telemetry share it. See
// docs/import.md for the method and what its numbers mean.
#ifndef VG_LOGS_FIT_FIT_H
#define VG_LOGS_FIT_FIT_H

#include "logs/fit/fit_judge.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct vg_fit {
    int32_t ticks;     // simulated, a multiple of k; covers the last sample
    int32_t actions;   // ticks / k
    vg_state start;    // s and offset are zero: the road is not known here
    float *commands;   // [actions][2] in [-1, 1], as vg_world_step takes them
    float *delay_line; // [delay_ticks][2] commands under way at the start, oldest first; NULL when there is
                       // no delay
    int32_t delay_ticks;
    vg_fit_measure measure;
} vg_fit;

// Find the actions. Errors, diag.line being the 1-based sample: VG_ERR_ARGUMENT (def); VG_ERR_FORMAT (too few
// samples, time that does not rise, a value that is not finite, a gap of more than 1 s, samples that lie too
// far apart for their speed); VG_ERR_LIMIT (the car's limits cannot follow the lap: diag.field is the limit);
// VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_fit_run(const vg_fit_def *def, vg_fit *out, vg_diag *diag);
void vg_fit_free(vg_fit *fit); // a zeroed one is fine

#ifdef __cplusplus
}
#endif
#endif
