// tracks/from_laps.h -- a road made of laps, where nobody has surveyed one.
//
// The first lap's line is the first guess of the centreline; it is closed where it comes back to its start in
// the direction that it left it. All samples of all laps are then placed on it, the line moves to their mean
// offset (a lap counts little near its own ends, so that the line does not jump where one begins), and this
// is done again until it stays. Where a lap's samples are farther apart than the line's points, it counts
// between them, too. Where the first lap turns back on the spot, its longest way without is taken.
// So a lap may be given more than once round, and laps need not begin at one place. Edges are said or taken
// from how far the laps spread: one lap tells nothing of them.
#ifndef VG_TRACKS_FROM_LAPS_H
#define VG_TRACKS_FROM_LAPS_H

#include "tracks/points.h"
#include "tracks/track.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum vg_laps_shape {
    VG_LAPS_AUTO,   // closed if the first lap comes back to its start
    VG_LAPS_CLOSED, // it must
    VG_LAPS_OPEN,
} vg_laps_shape;

// Start from vg_from_laps_default(). Laps are borrowed.
typedef struct vg_from_laps_def {
    const vg_points *laps; // [lap_count] positions in their order, in one frame; >= 5 each
    int32_t lap_count;     // >= 1
    const char *file;      // for messages; default "laps"
    vg_laps_shape shape;   // default VG_LAPS_AUTO
    double width;          // m, both halves; default 10. 0: the laps' envelope, and `margin`
    double margin;         // m, beyond the outermost lap on either side; default 1
    double noise;          // m, standard deviation of a position; default 0. Points are 8 apart at least
    const vg_warnings *warnings; // default NULL
} vg_from_laps_def;
vg_from_laps_def vg_from_laps_default(void);

typedef struct vg_from_laps_report {
    int32_t laps, rounds; // laps given; times round the road, all together (at least 1)
    int64_t samples;      // that were placed; those far off the line (pits) are left out
    double length;        // m
    double spread;        // m, rms distance of the samples from the line
    double spread_most;   // m, the farthest sample
    double spacing;       // m, of the points
    bool closed;
} vg_from_laps_report;

// The road, rounded to tenths of a millimetre. `report` may be NULL. A warning tells what the edges are
// worth. Errors: VG_ERR_FORMAT (too few samples, a lap that stands still, one that does not come back to its
// start with VG_LAPS_CLOSED), VG_ERR_MEMORY, those of vg_track_road.
VG_NODISCARD vg_err vg_track_from_laps(const vg_from_laps_def *def, vg_track *out,
                                       vg_from_laps_report *report, vg_diag *diag);

// The road between two drives along its borders, each by the mean of its laps. width and margin do not count.
// Errors: as above, and those of vg_track_between; VG_ERR_MISMATCH (one of them is closed, the other is not).
VG_NODISCARD vg_err vg_track_from_border_laps(const vg_from_laps_def *left, const vg_from_laps_def *right,
                                              vg_track *out, vg_from_laps_report *report, vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
