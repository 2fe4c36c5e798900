// tracks/track.h -- a road as a table of points: what readers give, what writers take, what the generator
// makes.
#ifndef VG_TRACKS_TRACK_H
#define VG_TRACKS_TRACK_H

#include "sim/road.h"

#ifdef __cplusplus
extern "C" {
#endif

// Points in order along the road. Zero-initialise; vg_track_free when done.
typedef struct vg_track {
    char name[64];        // "hairpins"; "" when it has none
    char file[256];       // where it was read from, for messages; "" when from no file
    bool closed;          // the last point joins the first, which is not repeated
    int32_t count;        // points
    int32_t capacity;     // points there is room for
    double *x, *y;        // [count] m
    double *right, *left; // [count] half widths, m
    int64_t *line;        // [count] 1-based line in `file`, 0 when from no file
} vg_track;

// Room for `capacity` points, none in use, closed. Errors: VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_track_alloc(int32_t capacity, vg_track *out, vg_diag *diag);
void vg_track_free(vg_track *track); // a zeroed one is fine

// Give a track without a name that of the file at `path`: "hairpins" for roads/hairpins.csv.
void vg_track_name_by_file(vg_track *track, const char *path);

// Append a point; there must be room for it.
void vg_track_add(vg_track *track, double x, double y, double right, double left);

// The road through the points, with nodes near 1 m. Errors: those of vg_road_create, placed in the file;
// VG_ERR_FORMAT (it turns back on the spot, with where).
VG_NODISCARD vg_err vg_track_road(const vg_track *track, vg_road **out, vg_diag *diag);

// Points of a road near `spacing` metres apart (it is made to divide the length evenly).
// Errors: VG_ERR_ARGUMENT (a spacing not above 0, or too large to leave 3 points), VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_track_sample(const vg_road *road, double spacing, vg_track *out, vg_diag *diag);

// The same road driven the other way: order reversed, left and right swapped; a closed one keeps its first
// point.
void vg_track_reverse(vg_track *track);

// Positions and widths rounded to whole tenths of a millimetre, so that a CSV of them is short and the same
// road.
void vg_track_round(vg_track *track);

// Where warnings go. A warning is one line, no full stop, no newline; it begins with the file where there is
// one.
typedef struct vg_warnings {
    void (*warn)(void *context, const char *text);
    void *context;
} vg_warnings;

void vg_track_warn(const vg_warnings *warnings, const char *format, ...)
    VG_PRINTF(2, 3); // warnings may be NULL

// Warn of what is probably a mistake and still a road: ends far apart on a closed road, edges that fold over
// in a tight bend (with arc length, x and y).
void vg_track_check(const vg_track *track, const vg_road *road, const vg_warnings *warnings);

#ifdef __cplusplus
}
#endif
#endif
