// tracks/borders.h -- a road between two borders: files that hold its edges, two drives along them, the
// bounds of lanes.
//
// The borders are paired by rungs, as of a ladder, whose lengths have the least sum (dynamic programming);
// their middles are the centreline, a little smoothed. The half widths are measured from it along its normal,
// so the road's edges lie on the borders.
#ifndef VG_TRACKS_BORDERS_H
#define VG_TRACKS_BORDERS_H

#include "tracks/points.h"
#include "tracks/track.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct vg_borders {
    vg_points left, right; // borrowed; each in order along the road, one of them may run backwards
    // true: the road runs as `left` does, and which side it lies on is found out (inner and outer borders).
    // false: the road runs so that `left` is to its left.
    bool sides_unknown;
} vg_borders;

// The road, with points a third of its mean width apart or a little less. file: for messages. Errors:
// VG_ERR_FORMAT (a border of fewer than 2 points, or 3 where closed; borders at one place), VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_track_between(const vg_borders *borders, bool closed, const char *file, vg_track *out,
                                     vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
