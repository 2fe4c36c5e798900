// agents/experts/line_laps.h -- a driver's line from a log: the mean of its laps, the fastest lap, or one
// lap.
#ifndef VG_AGENTS_EXPERTS_LINE_LAPS_H
#define VG_AGENTS_EXPERTS_LINE_LAPS_H

#include "logs/store/log.h"

#ifdef __cplusplus
extern "C" {
#endif

// Which laps; see agents/experts/line_follower.h. Borrowed until the reading returns.
typedef struct vg_line_laps_def {
    const char *log, *driver, *lap;
    double smooth; // m
} vg_line_laps_def;

typedef struct vg_line_laps {
    vg_road *road; // the log's
    vg_car car;
    int32_t laps, bins;
    float *offset, *speed; // [bins], m and m/s; bin k is centred at (k + 0.5) length / bins
} vg_line_laps;

// Errors: VG_ERR_ARGUMENT (no log given, no such lap); VG_ERR_FORMAT (lap is not one of its words);
// VG_ERR_MISMATCH (laps on two roads or with two cars; laps that pass less than 95 % of the road);
// VG_ERR_MEMORY; those of vg_log_open. On failure *out is zero.
VG_NODISCARD vg_err vg_line_laps_read(const vg_line_laps_def *def, vg_line_laps *out, vg_diag *diag);
void vg_line_laps_free(vg_line_laps *laps);

#ifdef __cplusplus
}
#endif
#endif
