// tracks/corners.h -- a road from its corners: straights between them, each corner rounded by a clothoid, an
// arc and a clothoid.
//
// The two clothoids make the share `ease` of a corner's turn, the arc between them makes the rest. So
// curvature rises and falls linearly, as on real roads. Hairpins are pointed corners, sweepers have large
// radii, chicanes are corners close together.
#ifndef VG_TRACKS_CORNERS_H
#define VG_TRACKS_CORNERS_H

#include "tracks/track.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct vg_corner {
    double x, y;   // m, where the straights would meet
    double radius; // m, of the arc: the smallest of the corner
    double width;  // m, half width of the road there; eased between corners
} vg_corner;

// A road as corners. The first point of a closed road lies midway between the last corner and the first. An
// open road begins in the first corner and ends in the last; the radii of these two are ignored.
typedef struct vg_corners {
    const vg_corner *corners; // [count]
    int32_t count;            // >= 3 when closed, >= 2 when open
    bool closed;
    double ease; // (0, 1]; 1: no arc
} vg_corners;

// Length that a corner of `turn` rad (absolute, below pi) takes from each of its straights, for a radius of 1
// m.
double vg_corner_reach(double turn, double ease);

// Turn of corner i, rad, positive to the left.
double vg_corner_turn(const vg_corners *road, int32_t i);

// Length of the road in m; *tight is the corner whose curve does not fit on the straight towards the next
// one, or -1 when all fit. tight may be NULL. If all fit, length is what vg_corners_trace will follow.
double vg_corners_length(const vg_corners *road, int32_t *tight);

// Points along the road, `spacing` metres apart or a little less, appended to *out, which must have memory
// for vg_corners_points of them. `length` is the result of vg_corners_length. Every corner must fit.
void vg_corners_trace(const vg_corners *road, double length, double spacing, vg_track *out);
int32_t vg_corners_points(const vg_corners *road, double length, double spacing);

// Read a recipe, a CSV with header `x_m,y_m,radius_m,width_m` and one line per corner, and trace it, in whole
// tenths of a millimetre. ease in (0, 1]; spacing > 0 m, less where a radius is under 4 spacings. Errors:
// VG_ERR_FORMAT with file, line and column, or with the corner that does not fit; those of vg_file_read;
// VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_corners_read(const char *path, double ease, double spacing, vg_track *out,
                                    vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
