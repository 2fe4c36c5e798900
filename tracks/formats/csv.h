// tracks/formats/csv.h -- roads as tables of points. The layout of the TUM racetrack database (Heilmeier et
// al. 2020), and what else people write.
//
//     # x_m,y_m,w_tr_right_m,w_tr_left_m          or, without the '#':  x_m,y_m,w_right_m,w_left_m
//     -1.683,0.935,7.565,7.361
//
// Columns in any order, found by their names in any case, with a unit (csv_columns.h); others are left out
// with a warning. Separated by tabs, ';', ',' or blanks; with quotes or without; LF or CRLF; decimal commas
// where the comma does not separate. A byte-order mark, blank lines and '#' comments are passed over. Without
// a header the numbers tell what the columns are. A line without widths is read with widths of 0, which
// vg_track_parse replaces by those asked for, or refuses. A road is closed unless a comment says `# open` (or
// `# closed: no`); a last point that repeats the first is dropped. `# name: X` names it, and
// `# obstacle: ...` puts something on it (tracks/obstacles.h).
#ifndef VG_TRACKS_FORMATS_CSV_H
#define VG_TRACKS_FORMATS_CSV_H

#include "sim/base/file.h"
#include "tracks/track_format.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum vg_csv_header {
    VG_CSV_TUM,   // # x_m,y_m,w_tr_right_m,w_tr_left_m
    VG_CSV_PLAIN, // x_m,y_m,w_right_m,w_left_m
} vg_csv_header;

// Read `size` bytes; `file` is the name for messages. On failure *out is zeroed.
// Errors: VG_ERR_FORMAT with file, line and column (no header, a field missing or one too many, not a number,
// a width not above 0, one side's width alone, two neighbouring points that coincide, fewer than 3 points),
// VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_csv_parse(const char *bytes, int64_t size, const char *file, vg_track *out,
                                 vg_diag *diag);

// A recipe of corners, for vg_corners_read: the same rules with the header x_m,y_m,radius_m,width_m. In *out
// `right` holds the radius and `left` the half width.
VG_NODISCARD vg_err vg_csv_read_corners(const char *path, vg_track *out, vg_diag *diag);

// Numbers are written so that they read back to the same bits.
void vg_csv_format(const vg_track *track, vg_csv_header header, vg_text *out);

// One reader for both headers; it has two rows in the table, one for each header that can be written.
extern const vg_track_format vg_track_format_tum, vg_track_format_plain;
// The same for tables of other columns; read only.
extern const vg_track_format vg_track_format_points;
// Both borders as left_x_m,left_y_m,right_x_m,right_y_m; its edges come back within 10 cm.
extern const vg_track_format vg_track_format_borders;

#ifdef __cplusplus
}
#endif
#endif
