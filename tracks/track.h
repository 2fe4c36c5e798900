// tracks/track.h -- a road as a table of points, which readers and the generator make and writers take.
#ifndef VG_TRACKS_TRACK_H
#define VG_TRACKS_TRACK_H

#include "sim/road.h"

#ifdef __cplusplus
extern "C" {
#endif

// An obstacle, and where it comes from.
typedef struct vg_track_obstacle {
    vg_obstacle shape;
    bool by_place; // true: x is s and y the offset, and a box's heading is against the road's, until
                   // vg_track_settle_obstacles (tracks/obstacles.h)
    int64_t line;  // 1-based line in the track's file; 0 if there is none
} vg_track_obstacle;

// Points in order along the road. Zero-initialise; vg_track_free when done.
typedef struct vg_track {
    char name[64];  // "hairpins"; "" when it has none
    char file[256]; // path of its file, for messages; "" if it does not come from a file
    bool geodetic;  // x is metres east, y metres north of this place on WGS 84 (sim/base/geodesy.h)
    double latitude, longitude;   // deg
    bool closed;                  // true: the last point joins the first, which is not repeated
    int32_t count;                // points
    int32_t capacity;             // points that memory is allocated for
    double *x, *y;                // [count] m
    double *right, *left;         // [count] half widths, m
    int64_t *line;                // [count] 1-based line in `file`; 0 if there is no file
    vg_track_obstacle *obstacles; // [obstacle_count]
    int32_t obstacle_count;
} vg_track;

// Memory for `capacity` points; the track is empty and closed. Errors: VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_track_alloc(int32_t capacity, vg_track *out, vg_diag *diag);
void vg_track_free(vg_track *track); // a zeroed one is fine

// Name a track that has no name after the file at `path`: "hairpins" for roads/hairpins.csv.
void vg_track_name_by_file(vg_track *track, const char *path);

// Append a point; `capacity` must not be exceeded.
void vg_track_add(vg_track *track, double x, double y, double right, double left);

// Append an obstacle. Errors: VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_track_add_obstacle(vg_track *track, const vg_track_obstacle *obstacle, vg_diag *diag);

// The road through the points, with nodes near 1 m, and with the obstacles, which must be settled. Errors:
// those of vg_road_create, placed in the file; VG_ERR_FORMAT (it turns back on the spot, with where).
VG_NODISCARD vg_err vg_track_road(const vg_track *track, vg_road **out, vg_diag *diag);

// Points of a road about `spacing` metres apart (adjusted so that it divides the length evenly), and its
// obstacles. Errors:
// VG_ERR_ARGUMENT (a spacing that is not above 0, or too large to leave 3 points), VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_track_sample(const vg_road *road, double spacing, vg_track *out, vg_diag *diag);

// The same road driven the other way: order reversed, left and right swapped; a closed one keeps its first
// point.
void vg_track_reverse(vg_track *track);

// On a closed road, drop last points that repeat the first: those nearer to it than 5 cm and than a quarter
// of the mean distance of neighbours.
void vg_track_drop_repeat(vg_track *track);

// Round positions, widths and obstacles to whole tenths of a millimetre, so that a CSV of them is short and
// gives exactly the same road.
void vg_track_round(vg_track *track);

// Receiver of warnings. A warning is one line without a full stop or newline; it begins with the file if
// there is one.
typedef struct vg_warnings {
    void (*warn)(void *context, const char *text);
    void *context;
} vg_warnings;

void vg_track_warn(const vg_warnings *warnings, const char *format, ...)
    VG_PRINTF(2, 3); // warnings may be NULL

// Warn of things that are probably mistakes, though the road is usable, each with its place: ends far apart
// on a closed road, edges that fold over in a tight curve, neighbours that nearly coincide, a jump to a point
// and back or across a long gap, sizes that look like centimetres.
void vg_track_check(const vg_track *track, const vg_road *road, const vg_warnings *warnings);
// Warn where the road is narrower than a car. width: m, of its body; car: its name.
void vg_track_check_car(const vg_track *track, const char *car, double width, const vg_warnings *warnings);

// Warn where its obstacles leave a way narrower than a car.
void vg_track_check_passage(const vg_track *track, const vg_road *road, const char *car, double width,
                            const vg_warnings *warnings);

// Is this a lane from here to there that is taken for a loop? Its ends lie over 1.5 times the longest step
// between neighbours apart. It turns back at its ends: vg_track_check warns of that.
bool vg_track_is_lane(const vg_track *track);
double vg_track_longest_step(const vg_track *track); // m, the ends of a closed one left out

#ifdef __cplusplus
}
#endif
#endif
