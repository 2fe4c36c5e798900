// app/cli/output.h -- the program's output: results on stdout; messages, warnings and a progress bar on
// stderr.
//
// Colour and the progress bar appear only on a terminal; elsewhere a line tells of long work now and then.
// NO_COLOR and TERM=dumb are honoured.
#ifndef VG_APP_CLI_OUTPUT_H
#define VG_APP_CLI_OUTPUT_H

#include <stdio.h>

#include "app/cli/heartbeat.h"
#include "eval/outcome/json.h"

// Print "verge: ..." on stderr, one line each.
void vg_say(const char *format, ...) VG_PRINTF(1, 2);
void vg_say_warning(const char *format, ...) VG_PRINTF(1, 2);
// Prints an error for the user: file:line: field: text.
void vg_say_diag(const vg_diag *diag);

// A built text to stdout, whole. What stands in it may come from a file: it is made harmless
// (vg_make_harmless), so that no file plays with the terminal. So are messages and cells of tables. Errors:
// VG_ERR_MEMORY when it had failed.
VG_NODISCARD vg_err vg_print_text(const vg_text *text, vg_diag *diag);

// The same for a line or a part of one. Nothing else prints to stdout.
void vg_print(const char *format, ...) VG_PRINTF(1, 2);

// A JSON value and a newline to stdout, indented, keys in the order they were set, numbers at their shortest.
// Takes the value over; NULL (jansson ran out of memory, or was given a NaN) is VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_print_json(json_t *value, vg_diag *diag);

// A table with aligned columns; columns of numbers are aligned to the right. Zero-initialise it, name the
// columns, add the cells row by row, print, free.
typedef struct vg_table {
    int32_t columns, cells;
    vg_text text; // the cells, each with its terminating zero
} vg_table;
void vg_table_begin(vg_table *table, int32_t columns, const char *const *titles);
void vg_table_cell(vg_table *table, const char *format, ...) VG_PRINTF(2, 3);
void vg_table_text(const vg_table *table, vg_text *out);
VG_NODISCARD vg_err vg_table_print(const vg_table *table, vg_diag *diag);
void vg_table_free(vg_table *table);

// A progress bar with rate and time left; where stderr is no terminal, a line every 10 s instead, so that a
// log of long work shows that it goes on. Use one at a time, from one thread, and do not move it. Updates may
// come at any rate.
typedef struct vg_progress {
    const char *title, *unit;    // "training", "samples"
    _Atomic int64_t total, done; // total 0: not known yet
    double began, drawn;         // s
    bool shown;                  // as a bar
    vg_heartbeat heartbeat;      // else
} vg_progress;
void vg_progress_begin(vg_progress *progress, const char *title, const char *unit, int64_t total);
void vg_progress_update(vg_progress *progress, int64_t done);
void vg_progress_end(vg_progress *progress);

// What such a line says after that many seconds, cut off at 200 bytes.
enum { VG_PROGRESS_LINE = 200 };
void vg_progress_line(const vg_progress *progress, double elapsed, char text[VG_PROGRESS_LINE]);

#endif
