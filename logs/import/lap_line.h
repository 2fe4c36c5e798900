// logs/import/lap_line.h -- the mean line of laps: offset and speed by arc length, in bins of equal length.
#ifndef VG_LOGS_IMPORT_LAP_LINE_H
#define VG_LOGS_IMPORT_LAP_LINE_H

#include "logs/store/log.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct vg_lap_line vg_lap_line; // opaque; sums, to which laps are added

// bin: m; it is reduced a little, so that whole bins fill the road. The road is borrowed. Errors:
// VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_lap_line_create(const vg_road *road, double bin, vg_lap_line **out, vg_diag *diag);
void vg_lap_line_destroy(vg_lap_line *line); // NULL is fine

// Every tick counts once, at its place on the road.
void vg_lap_line_add(vg_lap_line *line, const vg_log_step *steps, int64_t count);

int32_t vg_lap_line_bins(const vg_lap_line *line);
// Bins without a tick: they get the values of the last bin before them.
int32_t vg_lap_line_unseen(const vg_lap_line *line);
// Means over the ticks of each bin, into [bins]: offset, m; speed, m/s (with ticks of equal length this is
// distance over time), NULL if not wanted.
void vg_lap_line_means(const vg_lap_line *line, float *offset, float *speed);

#ifdef __cplusplus
}
#endif
#endif
