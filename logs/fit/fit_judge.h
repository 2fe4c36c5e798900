// logs/fit/fit_judge.h -- the task of a fit, and how well a drive solves it.
#ifndef VG_LOGS_FIT_FIT_JUDGE_H
#define VG_LOGS_FIT_FIT_JUDGE_H

#include "logs/store/log.h"

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
                         // default 0.15 and 0.5; where a sample's sd is over usual / 2, both hold for that
                         // sample in proportion: nothing can be followed closer than it is known
} vg_fit_def;
vg_fit_def vg_fit_default(void);

// How well a simulated drive follows the samples, compared at equal times, and how much its steering moves.
typedef struct vg_fit_measure {
    int32_t samples;
    double duration;               // s, first sample to last
    double rms, p95, worst;        // m, distance from each sample to the simulated car at the sample's time
    int32_t worst_sample;          // 0-based
    double p95_share, worst_share; // the same distances, each as a share of what is allowed at its sample
    int32_t worst_share_sample;    // 0-based
    double steer_rate;             // rad/s rms of the simulated steering angle, over the actions
    double path_rate;              // rad/s rms of the steering angle that the samples' own path needs
} vg_fit_measure;

// By how much the bounds are wider at sample i for what is not known of its position: at least 1.
double vg_fit_ease(const vg_fit_def *def, int32_t i);

// Measure a simulated drive. states is [ticks + 1], one per tick, the first at the time of the first sample.
// Errors: VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_fit_judge(const vg_fit_def *def, const vg_state *states, int32_t ticks,
                                 vg_fit_measure *out, vg_diag *diag);

// Does it follow as closely as the definition demands?
static inline bool vg_fit_followed(const vg_fit_measure *measure) {
    return measure->p95_share <= 1 && measure->worst_share <= 1;
}

#ifdef __cplusplus
}
#endif
#endif
