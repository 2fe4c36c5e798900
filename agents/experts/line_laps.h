// agents/experts/line_laps.h -- a driver's line out of a log: its laps' mean, the fastest, or one.
#ifndef VG_AGENTS_EXPERTS_LINE_LAPS_H
#define VG_AGENTS_EXPERTS_LINE_LAPS_H

#include "agents/experts/line_follower.h"
#include "logs/log.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct vg_line_laps {
    vg_road *road; // the log's
    vg_car car;
    int32_t laps, bins;
    float *offset, *speed; // [bins], m and m/s; bin k is centred at (k + 0.5) length / bins
} vg_line_laps;

// Errors: those of vg_line_follower_create. On failure *out is zero.
VG_NODISCARD vg_err vg_line_laps_read(const vg_line_follower *settings, vg_line_laps *out, vg_diag *diag);
void vg_line_laps_free(vg_line_laps *laps);

#ifdef __cplusplus
}
#endif
#endif
