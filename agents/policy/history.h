// agents/policy/history.h -- what a car sensed lately, in the state of a head: [n_obs_steps][width] values,
// oldest first, not yet scaled. Places before the beginning of an episode hold its first row, as in the
// windows of a dataset (logs/store/rows.h).
#ifndef VG_AGENTS_POLICY_HISTORY_H
#define VG_AGENTS_POLICY_HISTORY_H

#include <string.h>

#include "agents/policy/head.h"

#ifdef __cplusplus
extern "C" {
#endif

// Add what is sensed now; `first`: an episode begins.
static inline void vg_history_push(float *history, int32_t n_obs_steps, int32_t width, const float *observed,
                                   bool first) {
    size_t row = sizeof *history * (size_t)width;
    if (!first) memmove(history, history + width, (size_t)(n_obs_steps - 1) * row);
    for (int32_t i = first ? 0 : n_obs_steps - 1; i < n_obs_steps; i++)
        memcpy(history + (int64_t)i * width, observed, row);
}

// Scale a history into one row of network inputs, step by step by the same normaliser.
static inline void vg_history_scale(const float *history, int32_t n_obs_steps, int32_t width,
                                    const float *mean, const float *scale, float *inputs) {
    for (int32_t i = 0; i < n_obs_steps; i++)
        vg_network_scale(history + (int64_t)i * width, 1, width, mean, scale, inputs + (int64_t)i * width);
}

#ifdef __cplusplus
}
#endif
#endif
