// logs/fit.h -- the inverse of the car: from a lap's samples to the actions whose simulation follows them.
//
// All importers of human telemetry share it. See docs/import.md for the method and what its numbers mean.
#ifndef VG_LOGS_FIT_H
#define VG_LOGS_FIT_H

#include "logs/log.h"

#ifdef __cplusplus
extern "C" {
#endif

// Start from vg_fit_default().
typedef struct vg_fit_def {
    const vg_car *car;            // borrowed until the call returns
    int32_t tick_num, tick_den;   // physics tick in seconds, default 1/60
    int32_t ticks_per_action;     // k >= 1, default 3
    const vg_log_sample *samples; // [count], borrowed; t rises; t, x, y, heading and speed are finite
    int32_t count;                // 8 .. 2^20
    double usual, worst; // m: 95 % of the samples must be followed within `usual` and all within `worst`,
                         // default 0.15 and 0.5
} vg_fit_def;
vg_fit_def vg_fit_default(void);

// How well a simulated drive follows the samples, all at equal time, and how restless its steering is.
typedef struct vg_fit_measure {
    int32_t samples;
    double duration;        // s, first sample to last
    double rms, p95, worst; // m, distance from each sample to the simulated car at the sample's time
    int32_t worst_sample;   // 0-based
    double steer_rate;      // rad/s rms of the simulated steering angle, over the actions
    double path_rate;       // rad/s rms of the steering angle that the samples' own path asks for
} vg_fit_measure;

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

// Measure a simulated drive: states is [ticks + 1], a tick apart, the first at the time of the first sample.
// Errors: VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_fit_judge(const vg_fit_def *def, const vg_state *states, int32_t ticks,
                                 vg_fit_measure *out, vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
