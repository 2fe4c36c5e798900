// tracks/obstacles.h -- the obstacles of a road as lines of its file.
//
//     # obstacle: disc x=12.5 y=-3.25 radius=0.6
//     # obstacle: box x=40 y=2 heading=1.5708 length=4 width=1.2
//     # obstacle: disc s=120 offset=-1 radius=0.6
//
// x and y: m, of its middle; or s and offset: m along the road, and to the left of its centre line. heading:
// rad, of a box's length against the x axis, or with s and offset against the road; default 0. Both shapes
// are written by x and y.
#ifndef VG_TRACKS_OBSTACLES_H
#define VG_TRACKS_OBSTACLES_H

#include "sim/base/text.h"
#include "tracks/track.h"

#ifdef __cplusplus
extern "C" {
#endif

// Take what follows `obstacle:` on a line. Errors: VG_ERR_FORMAT with file, line and field (an unknown shape
// or key, a key twice or missing, no number, more than VG_OBSTACLES_MOST), VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_track_take_obstacle(vg_track *track, const char *text, const char *file, int64_t line,
                                           vg_diag *diag);

// The lines of all of them.
void vg_track_write_obstacles(const vg_track *track, vg_text *out);

// Give those that are placed by s and offset their x and y: of the road through the track's points. Errors:
// those of vg_track_road; VG_ERR_FORMAT (an s that is not on the road).
VG_NODISCARD vg_err vg_track_settle_obstacles(vg_track *track, vg_diag *diag);

// Of what a map holds, keep what can stand on the road through the track's points, each for itself; a warning
// tells of the rest. For formats whose maps hold more than one road. Errors: VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_track_keep_obstacles(vg_track *track, const vg_warnings *warnings, vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
