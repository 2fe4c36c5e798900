// logs/import/recording.h -- the rows of a recorded drive in SI units, before they are a lap: with what may
// be wrong with them still in them.
#ifndef VG_LOGS_IMPORT_RECORDING_H
#define VG_LOGS_IMPORT_RECORDING_H

#include "logs/import/telemetry.h"

#ifdef __cplusplus
extern "C" {
#endif

// A row. What the file does not give is NaN: a place is x and y, or neither.
typedef struct vg_recorded {
    vg_log_sample value;
    double lap;   // its lap's number
    int64_t line; // in the file, 1-based
} vg_recorded;

// A drive. The rows may be moved and dropped, and their values mended.
typedef struct vg_recording {
    const char *file;                    // for messages; borrowed
    char time[48], place[48], speed[48]; // the columns' names in the file, for messages
    bool geodetic;     // x and y are metres east and north of the first fix: no road's frame
    int32_t drive;     // counted from 1 in its file; 0: the only one
    vg_recorded *rows; // [count]; owned
    int32_t count;
} vg_recording;

void vg_recording_free(vg_recording *recording); // a zeroed one is fine

// Median time between fixes, s; 0: fewer than two. room: [count].
double vg_recording_interval(const vg_recording *recording, double *room);
// The upper median of values, which are put in order. count >= 1.
double vg_median(double *values, int32_t count);

// All drives of a file, in its order: it is cut where the number of the drive changes, and where time starts
// anew. Zero-initialise; vg_recordings_free when done.
typedef struct vg_recordings {
    vg_recording *items; // [count]
    int32_t count, capacity;
} vg_recordings;
void vg_recordings_free(vg_recordings *recordings);

// The rows of a file in SI units, latitude and longitude on a plane (sim/base/geodesy.h). Values are not
// judged but for their range. On failure *out is empty. Errors: VG_ERR_FORMAT with row and column (no time,
// no positions, a value out of range), VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_recordings_take(vg_telemetry *telemetry, vg_recordings *out, vg_diag *diag);

// A few rows that had the same fault.
enum { VG_ROWS_NAMED = 5 };
typedef struct vg_rows_found {
    int32_t count;
    int64_t line[VG_ROWS_NAMED]; // of the first ones
} vg_rows_found;
void vg_rows_add(vg_rows_found *rows, int64_t line);
// "row 12", "rows 12, 13 and 40", "rows 12, 13, 14, 15, 16 and 37 more". Returns text.
enum { VG_ROWS_TEXT = 160 };
const char *vg_rows_text(const vg_rows_found *rows, char text[VG_ROWS_TEXT]);

#ifdef __cplusplus
}
#endif
#endif
