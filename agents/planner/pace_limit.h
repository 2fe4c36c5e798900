// agents/planner/pace_limit.h -- how fast a car can drive a given line.
#ifndef VG_AGENTS_PLANNER_PACE_LIMIT_H
#define VG_AGENTS_PLANNER_PACE_LIMIT_H

#include "agents/planner/line_piece.h"

#ifdef __cplusplus
extern "C" {
#endif

// Lowers speed [count] to what grip, brakes, drive and top speed allow along the line of these offsets: by
// the curvature at each station and its change to the next, then backward by the brakes and forward by the
// drive, each with what the friction ellipse leaves beside the bend. line.speed is not read but where it is
// speed itself. Errors: VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_pace_limit(const vg_line_view *line, const vg_line_bounds *bounds, double *speed,
                                  vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
