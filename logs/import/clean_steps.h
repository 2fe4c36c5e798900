// logs/import/clean_steps.h -- the steps of logs/import/clean.h, each on the rows of one drive.
#ifndef VG_LOGS_IMPORT_CLEAN_STEPS_H
#define VG_LOGS_IMPORT_CLEAN_STEPS_H

#include <math.h>

#include "logs/import/cleaning.h"

// A time may be mended by this much, s.
#define VG_CLEAN_TIME_MOST 1.0
// The fewest fixes that say anything.
enum { VG_CLEAN_FEWEST = 8 };

static inline bool vg_recorded_fix(const vg_recorded *r) { return !isnan(r->value.x); }
static inline double vg_recorded_between(const vg_recorded *a, const vg_recorded *b) {
    double dx = b->value.x - a->value.x, dy = b->value.y - a->value.y;
    return sqrt(dx * dx + dy * dy);
}

// clean_time.c: times that stand still or run back; then, once the fixes are known, clock jitter.
vg_err vg_clean_times(const vg_clean_def *def, vg_recording *r, vg_clean_report *report, vg_diag *diag);
vg_err vg_clean_jitter(const vg_clean_def *def, vg_recording *r, vg_clean_report *report, vg_diag *diag);
// clean_fixes.c: positions written more often than measured, and lost fixes. They become NaN.
vg_err vg_clean_held(const vg_clean_def *def, vg_recording *r, vg_clean_report *report, vg_diag *diag);
vg_err vg_clean_lost(const vg_clean_def *def, vg_recording *r, vg_clean_report *report, vg_diag *diag);
// clean_speed.c: the channel against the path's own speed.
vg_err vg_clean_speeds(const vg_clean_def *def, vg_recording *r, vg_clean_report *report, vg_diag *diag);

#endif
