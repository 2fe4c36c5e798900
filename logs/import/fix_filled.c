#include "logs/import/fix_filled.h"

#include <math.h>
#include <stdlib.h>

#include "sim/base/memory.h"

#define TOLERANCE 3e-7 // deg: twice what seven decimals and times to the millisecond round
#define SHARE     0.4  // of the rows that may be fixes, at most
#define GAP_MOST  1.0  // s between fixes, however long a car stands or goes straight on

enum { ROWS_LEAST = 20, STRETCH_MOST = 2000 };

typedef struct work {
    const double *time, *latitude, *longitude;
    int32_t *row; // [count] of the telemetry, those with a position
    bool *fix;    // [count]
    int32_t count, fixes;
} work;

// Do all rows between a and b lie on the line from a to b, at their times?
static bool on_line(const work *w, int32_t a, int32_t b) {
    int32_t first = w->row[a], last = w->row[b];
    double span = w->time[last] - w->time[first];
    if (!(span > 0)) return false;
    double north = (w->latitude[last] - w->latitude[first]) / span;
    double east = (w->longitude[last] - w->longitude[first]) / span;
    for (int32_t i = a + 1; i < b; i++) {
        int32_t row = w->row[i];
        double t = w->time[row] - w->time[first];
        if (fabs(w->latitude[first] + north * t - w->latitude[row]) > TOLERANCE) return false;
        if (fabs(w->longitude[first] + east * t - w->longitude[row]) > TOLERANCE) return false;
    }
    return true;
}

// Go from fix to fix: the next is the last row up to which a line holds.
static void find_fixes(work *w) {
    for (int32_t at = 0; at < w->count;) {
        w->fix[at] = true, w->fixes++;
        int32_t next = at + 1;
        while (next + 1 < w->count && next - at < STRETCH_MOST && on_line(w, at, next + 1)) next++;
        at = next;
    }
}

static int by_size(const void *a, const void *b) {
    const double *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

// The median time between fixes, at most GAP_MOST.
static vg_err median_gap(const work *w, double *gap, vg_diag *diag) {
    double *gaps = vg_new(double, w->fixes), before = NAN;
    int32_t count = 0;
    if (!gaps) return vg_fail_memory(diag);
    for (int32_t i = 0; i < w->count; i++) {
        if (!w->fix[i]) continue;
        if (!isnan(before)) gaps[count++] = w->time[w->row[i]] - before;
        before = w->time[w->row[i]];
    }
    qsort(gaps, (size_t)count, sizeof *gaps, by_size);
    *gap = count ? gaps[count / 2] : 0;
    if (*gap > GAP_MOST) *gap = GAP_MOST;
    vg_free(gaps);
    return VG_OK;
}

// Keep rows of long straights, and take the positions of the rest.
static void thin(work *w, vg_telemetry *t, double gap) {
    static const vg_quantity taken[] = {VG_QUANTITY_LATITUDE, VG_QUANTITY_LONGITUDE, VG_QUANTITY_HEADING,
                                        VG_QUANTITY_ACCURACY};
    double last = -INFINITY;
    int32_t next = 0; // the first fix that is not behind row i
    for (int32_t i = 0; i < w->count; i++) {
        int32_t row = w->row[i];
        while (next < w->count && (next < i || !w->fix[next])) next++;
        double left = next < w->count ? w->time[w->row[next]] - w->time[row] : 0;
        if (!w->fix[i] && w->time[row] - last >= 0.999 * gap && left >= 0.5 * gap)
            w->fix[i] = true, w->fixes++;
        if (w->fix[i]) last = w->time[row];
    }
    for (size_t q = 0; q < sizeof taken / sizeof *taken; q++) {
        const vg_telemetry_column *column = vg_telemetry_find(t, taken[q]);
        for (int32_t i = 0; column && i < w->count; i++)
            if (!w->fix[i]) column->values[w->row[i]] = NAN;
    }
}

static vg_err work_on(work *w, vg_telemetry *t, const vg_warnings *warnings, vg_diag *diag) {
    double gap = 0;
    for (int32_t i = 0; i < t->rows; i++)
        if (!isnan(w->latitude[i]) && !isnan(w->longitude[i])) w->row[w->count++] = i;
    if (w->count < ROWS_LEAST) return VG_OK;
    find_fixes(w);
    if (w->fixes > SHARE * w->count) return VG_OK;
    vg_err err = median_gap(w, &gap, diag);
    if (err) return err;
    thin(w, t, gap);
    vg_track_warn(warnings,
                  "%s: positions were filled in on straight lines: %d of %d are taken, one each %.2g s",
                  t->file, w->fixes, w->count, gap);
    return VG_OK;
}

vg_err vg_fix_filled(vg_telemetry *telemetry, const vg_warnings *warnings, vg_diag *diag) {
    const vg_telemetry_column *time = vg_telemetry_find(telemetry, VG_QUANTITY_TIME);
    const vg_telemetry_column *latitude = vg_telemetry_find(telemetry, VG_QUANTITY_LATITUDE);
    const vg_telemetry_column *longitude = vg_telemetry_find(telemetry, VG_QUANTITY_LONGITUDE);
    if (!time || !latitude || !longitude) return VG_OK;
    work w = {.time = time->values, .latitude = latitude->values, .longitude = longitude->values};
    w.row = vg_new(int32_t, telemetry->rows);
    w.fix = vg_new(bool, telemetry->rows);
    vg_err err = w.row && w.fix ? work_on(&w, telemetry, warnings, diag) : vg_fail_memory(diag);
    vg_free(w.row);
    vg_free(w.fix);
    return err;
}
