// sim/base/csv_lines.h -- the lines of a CSV file and their fields, as every reader of one takes them.
#ifndef VG_SIM_BASE_CSV_LINES_H
#define VG_SIM_BASE_CSV_LINES_H

#include <stdint.h>

#include "sim/base/error.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { VG_CSV_LINE_MOST = 4096 };

typedef struct vg_csv_lines {
    const char *at, *end;        // what is still to be read; borrowed
    const char *file;            // for messages; borrowed
    int64_t most;                // characters that a line must stay below, 1 .. VG_CSV_LINE_MOST
    int64_t line;                // number of the line in `text`, from 1; 0: none yet
    char text[VG_CSV_LINE_MOST]; // that line, without its end; to be cut in place
} vg_csv_lines;

// Begin before the first line of `bytes`, behind a byte-order mark if there is one.
void vg_csv_begin(vg_csv_lines *lines, const char *bytes, int64_t size, const char *file, int64_t most);

// The next line into `text`. Only called where at < end. expected: what a line should have been, for the
// message about one that is too long. Errors: VG_ERR_FORMAT with file and line (a zero byte, a line of `most`
// characters or more).
VG_NODISCARD vg_err vg_csv_next(vg_csv_lines *lines, const char *expected, vg_diag *diag);

// The text without blanks (spaces, tabs, carriage returns behind it) around it; cut in place.
char *vg_csv_trim(char *text);

// Cut a text in place into trimmed fields, of which the first `most` are kept; returns how many there are in
// all. An empty text is one empty field.
int vg_csv_cut(char *text, char separator, int most, char **fields);

#ifdef __cplusplus
}
#endif
#endif
