// tracks/formats/lines.h -- the lines of a map (KML, GPX, GeoJSON, JSON, cones), and the road that they make:
// one is a centre line, two are borders.
#ifndef VG_TRACKS_FORMATS_LINES_H
#define VG_TRACKS_FORMATS_LINES_H

#include "sim/base/geodesy.h"
#include "tracks/points.h"
#include "tracks/track_format.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct vg_line {
    vg_points points;
    char name[64];
    bool ring; // of a polygon: closed whatever its ends
} vg_line;

// Zero-initialise; vg_lines_free when done.
typedef struct vg_lines {
    vg_line *items; // [count]
    int32_t count, capacity;
    const vg_track_source *source; // borrowed: for messages, warnings and options
    bool geodetic;                 // points come as longitude and latitude
    bool placed;                   // the plane is known
    double latitude, longitude;    // deg, where the plane touches
    vg_plane plane;
} vg_lines;

// Begin a line; points go to the last one begun. `name` is for messages and tells the side ("left", "inner");
// a line without a point is dropped by vg_lines_track. Errors: VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_lines_begin(vg_lines *lines, const char *name, bool ring, vg_diag *diag);
// Append a point: x and y in m, or longitude and latitude in degrees, which become m on a plane that touches
// the earth at the first of them, or where the options say. line: in the file, 0 if unknown. Errors:
// VG_ERR_FORMAT (out of range), VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_lines_add(vg_lines *lines, double x, double y, int64_t line, vg_diag *diag);
void vg_lines_free(vg_lines *lines);

// The road: of one line, as a centre line with half widths of 0; of two, between them, where the names may
// tell the sides; of more, between the only two whose names do. A closing point is dropped; the road is
// closed if the ends meet. Errors: VG_ERR_FORMAT (no line, or too many; fewer than 3 points), those of
// vg_track_between.
VG_NODISCARD vg_err vg_lines_track(vg_lines *lines, vg_track *out, vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
