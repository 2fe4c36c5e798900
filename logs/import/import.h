// logs/import/import.h -- from a recorded lap to an episode of a log: every importer uses this once it has
// the samples.
#ifndef VG_LOGS_IMPORT_IMPORT_H
#define VG_LOGS_IMPORT_IMPORT_H

#include "logs/fit/fit.h"
#include "tracks/track.h"

#ifdef __cplusplus
extern "C" {
#endif

// A recorded lap, in the road's frame.
typedef struct vg_lap {
    const char *file;       // where it came from, for messages; borrowed
    vg_log_sample *samples; // [count]
    int32_t count;
    int64_t *lines; // [count] of the samples in the file; NULL: they are numbered from 1
    bool *bridged;  // [count] between the sample before and this one a gap was bridged: nobody knows what was
                    // driven there; NULL: nowhere
} vg_lap;

// The number of sample i in the file, for messages.
int64_t vg_lap_row(const vg_lap *lap, int32_t i);

void vg_lap_free(vg_lap *lap); // a zeroed one is fine

// Where a lap lies on a road.
typedef struct vg_lap_place {
    double inside;   // share of the samples between the edges
    double furthest; // m by which the farthest sample is beyond the nearer edge; negative when all are inside
    int32_t furthest_sample; // 0-based
    double driven;           // m, along the samples
    double progress;         // m of the road's arc length covered, backwards negative
    double start_s;          // m, arc length of the first sample
    bool against;            // it lies on the road and runs against its direction
} vg_lap_place;

// Find the lap on the road. Errors, with diag.line being the row: VG_ERR_MISMATCH (a sample more than 25 m
// beyond the edges; fewer than half of the samples between them; a lap that runs against the road's
// direction).
VG_NODISCARD vg_err vg_lap_locate(const vg_lap *lap, const vg_road *road, vg_lap_place *out, vg_diag *diag);

// Settings of an import. Start from vg_import_default().
typedef struct vg_import_def {
    vg_log *log;                 // under construction
    const vg_road *road;         // borrowed
    const vg_car *car;           // borrowed
    int32_t tick_num, tick_den;  // default 1/60 s
    int32_t ticks_per_action;    // default 3
    const char *tags;            // comma-separated, default ""
    const vg_warnings *warnings; // default NULL: no warnings
} vg_import_def;
vg_import_def vg_import_default(void);

typedef struct vg_import_report {
    vg_lap_place place;
    vg_fit_measure measure;
    int32_t ticks;
    int64_t episode; // its id in the log
} vg_import_report;

// Check a lap's columns against each other. Warns of headings that differ from those of the path (degrees,
// for example): they stay with the samples, and only the heading of a standing car is taken from them.
// Errors: VG_ERR_MISMATCH (the speeds add up to 1.5 times the path's length, or the reverse: km/h, for
// example).
VG_NODISCARD vg_err vg_lap_check(const vg_lap *lap, const vg_warnings *warnings, vg_diag *diag);

// Fit the lap and write it as one episode: the simulated drive tick by tick, its events, and the samples as
// they were. What was measured of wheel and pedals is kept with the samples and never replayed. After an
// error of the lap the log is as it was; after others it is to be discarded. Errors: those of vg_lap_locate,
// vg_lap_check, vg_fit_run (diag.line being the row of the file) and of writing the log; VG_ERR_LIMIT, too,
// for a lap that goes so far off the road that the car cannot follow it on the surface there.
VG_NODISCARD vg_err vg_import_lap(const vg_import_def *def, const vg_lap *lap, vg_import_report *out,
                                  vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
