#include "logs/import/fix_times.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/memory.h"

#define WINDOW     4.0 // s before and after a fix, over which what changes slowly is estimated
#define MOVED_MOST 0.5 // s

enum { NEAR_MOST = 200 }; // fixes on each side that are looked at

typedef struct work {
    vg_telemetry *t;
    const vg_telemetry_column *time, *x, *y, *speed;
    int32_t fixes, knots;
    int32_t *row;                            // [fixes] of the telemetry
    double *fix_time, *along;                // [fixes] s; m along the fixes
    double *differs, *moved_to;              // [fixes] m by which the speeds' integral is more; s
    double *knot_time, *driven, *knot_speed; // [knots] s, m, m/s: the speeds' integral
} work;

static double value(const vg_telemetry_column *column, int32_t row) {
    return vg_telemetry_value(column, row);
}

static vg_err open_work(work *w, vg_diag *diag) {
    int32_t rows = w->t->rows;
    w->row = vg_new(int32_t, rows);
    double **arrays[] = {&w->fix_time,  &w->along,  &w->differs,   &w->moved_to,
                         &w->knot_time, &w->driven, &w->knot_speed};
    bool failed = !w->row;
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++)
        failed |= !(*arrays[i] = vg_new(double, rows));
    return failed ? vg_fail_memory(diag) : VG_OK;
}

static void close_work(work *w) {
    double *arrays[] = {w->fix_time,  w->along,  w->differs,   w->moved_to,
                        w->knot_time, w->driven, w->knot_speed};
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++) vg_free(arrays[i]);
    vg_free(w->row);
}

// Collect the fixes and the integral of the speed. False: times do not rise, or there is too little.
static bool collect(work *w) {
    double before = -INFINITY;
    for (int32_t i = 0; i < w->t->rows; i++) {
        double time = value(w->time, i), speed = value(w->speed, i);
        double x = value(w->x, i), y = value(w->y, i);
        if (!(time >= before)) return false;
        before = time;
        if (!isnan(speed) && (w->knots == 0 || time > w->knot_time[w->knots - 1])) {
            int32_t k = w->knots++;
            w->knot_time[k] = time, w->knot_speed[k] = fabs(speed);
            if (k > 0)
                w->driven[k] = w->driven[k - 1] +
                               (time - w->knot_time[k - 1]) * (w->knot_speed[k - 1] + w->knot_speed[k]) / 2;
        }
        if (isnan(x) || isnan(y)) continue;
        int32_t f = w->fixes++;
        w->row[f] = i, w->fix_time[f] = time;
        if (f == 0) continue;
        double dx = x - value(w->x, w->row[f - 1]), dy = y - value(w->y, w->row[f - 1]);
        w->along[f] = w->along[f - 1] + sqrt(dx * dx + dy * dy);
    }
    return w->fixes >= 3 && w->knots >= 3;
}

// m driven at a time; linear between the knots, and beyond them at the speed of the last.
static double driven_at(const work *w, double time) {
    int32_t low = 0, high = w->knots - 1;
    if (time <= w->knot_time[0]) return w->driven[0] + (time - w->knot_time[0]) * w->knot_speed[0];
    if (time >= w->knot_time[high])
        return w->driven[high] + (time - w->knot_time[high]) * w->knot_speed[high];
    while (high - low > 1) {
        int32_t middle = (low + high) / 2;
        if (w->knot_time[middle] <= time)
            low = middle;
        else
            high = middle;
    }
    double part = (time - w->knot_time[low]) / (w->knot_time[high] - w->knot_time[low]);
    return w->driven[low] + part * (w->driven[high] - w->driven[low]);
}

// When this much was driven, by Newton's steps from the fix's own time, which stay where the car stands.
static double time_of(const work *w, double driven, double from) {
    double time = from;
    for (int i = 0; i < 8; i++) {
        double behind = driven - driven_at(w, time);
        double speed = (driven_at(w, time + 0.05) - driven_at(w, time - 0.05)) / 0.1;
        if (speed < 1) break;
        time += behind / speed;
        if (time < from - MOVED_MOST) time = from - MOVED_MOST;
        if (time > from + MOVED_MOST) time = from + MOVED_MOST;
    }
    return time;
}

// What the differences come to at fix f: a line through those of the seconds around it.
static double slow_part(const work *w, int32_t f) {
    double n = 0, st = 0, sd = 0, stt = 0, std = 0, centre = w->fix_time[f];
    int32_t from = f;
    while (from > 0 && f - from < NEAR_MOST && w->fix_time[from - 1] > centre - WINDOW) from--;
    for (int32_t i = from; i < w->fixes && i - f <= NEAR_MOST && w->fix_time[i] < centre + WINDOW; i++) {
        double t = w->fix_time[i] - centre, d = w->differs[i];
        n++, st += t, sd += d, stt += t * t, std += t * d;
    }
    double spread = n * stt - st * st;
    return spread > 1e-9 ? (sd * stt - st * std) / spread : sd / n;
}

static void move(work *w, double *most, double *mean) {
    *most = *mean = 0;
    for (int32_t f = 0; f < w->fixes; f++) w->differs[f] = driven_at(w, w->fix_time[f]) - w->along[f];
    for (int32_t f = 0; f < w->fixes; f++) {
        double time = time_of(w, w->along[f] + slow_part(w, f), w->fix_time[f]);
        if (f > 0 && time <= w->moved_to[f - 1]) time = w->moved_to[f - 1] + 1e-6;
        w->moved_to[f] = time;
        double moved = fabs(time - w->fix_time[f]);
        *mean += moved / w->fixes;
        if (moved > *most) *most = moved;
    }
}

// --- rows anew --------------------------------------------------------------------------------------------

typedef struct new_row {
    double time;
    int32_t from, fix; // row of the telemetry; fix: its number, -1: the rest of the row
} new_row;

static int by_time(const void *a, const void *b) {
    const new_row *p = a, *q = b;
    if (p->time != q->time) return p->time < q->time ? -1 : 1;
    return (p->from > q->from) - (p->from < q->from);
}

static bool is_position(vg_quantity q) {
    return q == VG_QUANTITY_X || q == VG_QUANTITY_Y || q == VG_QUANTITY_ACCURACY;
}

static bool is_number(vg_quantity q) { return q == VG_QUANTITY_LAP || q == VG_QUANTITY_DRIVE; }

// The value of a column in a new row.
static double new_value(const vg_telemetry_column *column, const new_row *row) { // column: of the old rows
    if (column->quantity == VG_QUANTITY_TIME) return row->time / column->factor;
    if (is_number(column->quantity) || is_position(column->quantity) == (row->fix >= 0))
        return column->values[row->from];
    return NAN;
}

static vg_err write_rows(work *w, vg_diag *diag) {
    int32_t rows = w->t->rows, count = 0, f = 0;
    new_row *all = vg_new(new_row, (int64_t)rows + w->fixes);
    vg_telemetry anew = *w->t;
    anew.lines = NULL, anew.rows = anew.capacity = 0;
    for (int32_t c = 0; c < anew.count; c++) anew.columns[c].values = NULL;
    vg_err err = all ? vg_telemetry_reserve(&anew, rows + w->fixes, diag) : vg_fail_memory(diag);
    for (int32_t i = 0; !err && i < rows; i++) {
        if (!isnan(value(w->speed, i))) all[count++] = (new_row){value(w->time, i), i, -1};
        if (f < w->fixes && w->row[f] == i) all[count++] = (new_row){w->moved_to[f], i, f}, f++;
    }
    if (!err) qsort(all, (size_t)count, sizeof *all, by_time);
    for (int32_t i = 0; !err && i < count; i++) {
        for (int32_t c = 0; c < anew.count; c++)
            anew.columns[c].values[i] = new_value(&w->t->columns[c], &all[i]);
        anew.lines[i] = w->t->lines[all[i].from];
    }
    vg_free(all);
    if (err) {
        vg_telemetry_free(&anew);
        return err;
    }
    anew.rows = count;
    vg_telemetry_free(w->t);
    *w->t = anew;
    return VG_OK;
}

vg_err vg_fix_times(vg_telemetry *telemetry, const vg_warnings *warnings, vg_diag *diag) {
    vg_err err = vg_telemetry_prepare(telemetry, diag);
    work w = {.t = telemetry,
              .time = vg_telemetry_find(telemetry, VG_QUANTITY_TIME),
              .x = vg_telemetry_find(telemetry, VG_QUANTITY_X),
              .y = vg_telemetry_find(telemetry, VG_QUANTITY_Y),
              .speed = vg_telemetry_find(telemetry, VG_QUANTITY_SPEED)};
    if (err || !w.time || !w.x || !w.y || !w.speed || vg_telemetry_find(telemetry, VG_QUANTITY_DRIVE))
        return err;
    const char *file = telemetry->file;
    err = open_work(&w, diag);
    if (!err && collect(&w)) {
        double most, mean;
        move(&w, &most, &mean);
        err = write_rows(&w, diag);
        if (!err)
            vg_track_warn(warnings,
                          "%s: the times of fixes are taken from the speeds: moved by %.3f s on average, "
                          "%.2f s at most",
                          file, mean, most);
    }
    close_work(&w);
    return err;
}
