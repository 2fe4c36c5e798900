#include "logs/import/recording.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/geodesy.h"
#include "sim/base/memory.h"

// Time that falls by more than this, to near where the drive began, has started anew.
#define RESTART_LEAST 5.0    // s
#define REVERSE_MOST  1000.0 // m/s below 0 are judged later, with the path beside

void vg_recording_free(vg_recording *recording) {
    vg_free(recording->rows);
    *recording = (vg_recording){0};
}

void vg_rows_add(vg_rows_found *rows, int64_t line) {
    if (rows->count < VG_ROWS_NAMED) rows->line[rows->count] = line;
    rows->count++;
}

const char *vg_rows_text(const vg_rows_found *rows, char text[VG_ROWS_TEXT]) {
    int32_t named = rows->count < VG_ROWS_NAMED ? rows->count : VG_ROWS_NAMED, more = rows->count - named;
    size_t used = (size_t)snprintf(text, VG_ROWS_TEXT, "row%s", rows->count == 1 ? "" : "s");
    for (int32_t i = 0; i < named; i++) {
        const char *before = i == 0 ? " " : i + 1 == named && !more ? " and " : ", ";
        used +=
            (size_t)snprintf(text + used, VG_ROWS_TEXT - used, "%s%lld", before, (long long)rows->line[i]);
    }
    if (more) snprintf(text + used, VG_ROWS_TEXT - used, " and %d more", more);
    return text;
}

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double vg_median(double *values, int32_t count) {
    qsort(values, (size_t)count, sizeof *values, ascending);
    return values[count / 2];
}

double vg_recording_interval(const vg_recording *r, double *room) {
    int32_t count = 0, before = -1;
    for (int32_t i = 0; i < r->count; i++) {
        if (isnan(r->rows[i].value.x)) continue;
        if (before >= 0) room[count++] = r->rows[i].value.t - r->rows[before].value.t;
        before = i;
    }
    return count ? vg_median(room, count) : 0;
}

void vg_recordings_free(vg_recordings *recordings) {
    for (int32_t i = 0; i < recordings->count; i++) vg_recording_free(&recordings->items[i]);
    vg_free(recordings->items);
    *recordings = (vg_recordings){0};
}

// The columns of a file, by what they mean; NULL: it has none.
typedef struct columns {
    const vg_telemetry_column *by[VG_QUANTITY_COUNT];
    bool geodetic;
    vg_plane plane;
} columns;

static vg_err find_columns(vg_telemetry *t, columns *c, vg_diag *diag) {
    vg_err err = vg_telemetry_prepare(t, diag);
    if (err) return err;
    for (int q = 0; q < VG_QUANTITY_COUNT; q++) c->by[q] = vg_telemetry_find(t, (vg_quantity)q);
    bool flat = c->by[VG_QUANTITY_X] && c->by[VG_QUANTITY_Y];
    c->geodetic = !flat && c->by[VG_QUANTITY_LATITUDE] && c->by[VG_QUANTITY_LONGITUDE];
    if (!c->by[VG_QUANTITY_TIME])
        return vg_fail_at(diag, VG_ERR_FORMAT, t->file, 0, vg_quantity_get(VG_QUANTITY_TIME)->name,
                          "the column is missing");
    if (!flat && !c->geodetic)
        return vg_fail_at(diag, VG_ERR_FORMAT, t->file, 0,
                          vg_quantity_get(c->by[VG_QUANTITY_X] ? VG_QUANTITY_Y : VG_QUANTITY_X)->name,
                          "the column is missing");
    if (t->rows < 1) return vg_fail_at(diag, VG_ERR_FORMAT, t->file, 0, NULL, "no rows; expected samples");
    return VG_OK;
}

static vg_err take(const vg_telemetry *t, const columns *c, vg_quantity q, int32_t row, double *out,
                   vg_diag *diag) {
    const vg_telemetry_column *column = c->by[q];
    const vg_quantity_info *m = vg_quantity_get(q);
    *out = column ? vg_telemetry_value(column, row) : NAN;
    double least = q == VG_QUANTITY_SPEED ? -REVERSE_MOST : m->least;
    if (isnan(*out) || (*out >= least && *out <= m->most)) return VG_OK;
    bool same = column->factor == 1 && column->shift == 0;
    return vg_fail_at(diag, VG_ERR_FORMAT, t->file, t->lines[row], column->name, "found %g%s%s; expected %s",
                      column->values[row], same ? "" : " ", same ? "" : column->unit, m->expected);
}

// x and y, or latitude and longitude on the plane. A receiver that has no fix writes 0 and 0 for them.
static vg_err take_place(const vg_telemetry *t, const columns *c, int32_t row, vg_log_sample *s,
                         vg_diag *diag) {
    vg_err err = take(t, c, c->geodetic ? VG_QUANTITY_LATITUDE : VG_QUANTITY_X, row, &s->x, diag);
    if (!err) err = take(t, c, c->geodetic ? VG_QUANTITY_LONGITUDE : VG_QUANTITY_Y, row, &s->y, diag);
    if (isnan(s->x) || isnan(s->y) || (c->geodetic && s->x == 0 && s->y == 0))
        s->x = s->y = NAN;
    else if (c->geodetic)
        vg_plane_project(&c->plane, s->x, s->y, &s->x, &s->y);
    return err;
}

static vg_err take_row(const vg_telemetry *t, const columns *c, int32_t row, vg_recorded *out, double *drive,
                       vg_diag *diag) {
    vg_log_sample *s = &out->value;
    out->line = t->lines[row];
    vg_err err = take(t, c, VG_QUANTITY_TIME, row, &s->t, diag);
    if (!err) err = take_place(t, c, row, s, diag);
    if (!err) err = take(t, c, VG_QUANTITY_HEADING, row, &s->heading, diag);
    if (!err) err = take(t, c, VG_QUANTITY_SPEED, row, &s->speed, diag);
    if (!err) err = take(t, c, VG_QUANTITY_STEER, row, &s->steer, diag);
    if (!err) err = take(t, c, VG_QUANTITY_THROTTLE, row, &s->throttle, diag);
    if (!err) err = take(t, c, VG_QUANTITY_BRAKE, row, &s->brake, diag);
    if (!err) err = take(t, c, VG_QUANTITY_LAP, row, &out->lap, diag);
    if (!err) err = take(t, c, VG_QUANTITY_DRIVE, row, drive, diag);
    return err;
}

// The plane touches at the first fix.
static void touch(const vg_telemetry *t, columns *c) {
    for (int32_t row = 0; row < t->rows && c->geodetic; row++) {
        double latitude = vg_telemetry_value(c->by[VG_QUANTITY_LATITUDE], row);
        double longitude = vg_telemetry_value(c->by[VG_QUANTITY_LONGITUDE], row);
        if (!(latitude >= -90 && latitude <= 90 && longitude >= -360 && longitude <= 360)) continue;
        if (latitude == 0 && longitude == 0) continue;
        c->plane = vg_plane_at(latitude, longitude);
        return;
    }
}

static vg_err begin(const vg_telemetry *t, const columns *c, int32_t rows, vg_recordings *out,
                    vg_diag *diag) {
    if (out->count == out->capacity) {
        int32_t wider = out->capacity ? 2 * out->capacity : 4;
        vg_recording *items = vg_realloc(out->items, out->count, wider, sizeof *items);
        if (!items) return vg_fail_memory(diag);
        out->items = items, out->capacity = wider;
    }
    vg_recording *r = &out->items[out->count];
    *r = (vg_recording){.file = t->file, .geodetic = c->geodetic};
    r->rows = vg_new(vg_recorded, rows);
    if (!r->rows) return vg_fail_memory(diag);
    out->count++;
    const vg_telemetry_column *place = c->by[c->geodetic ? VG_QUANTITY_LATITUDE : VG_QUANTITY_X],
                              *speed = c->by[VG_QUANTITY_SPEED];
    snprintf(r->time, sizeof r->time, "%s", c->by[VG_QUANTITY_TIME]->name);
    snprintf(r->place, sizeof r->place, "%s", place->name);
    snprintf(r->speed, sizeof r->speed, "%s", speed ? speed->name : vg_quantity_get(VG_QUANTITY_SPEED)->name);
    return VG_OK;
}

// Does the clock start anew after `before`? The drive began at `first`.
static bool restarts(double first, double before, double now, double after) {
    return now < before - RESTART_LEAST && now < first + 0.25 * (before - first) && !(after < now) &&
           !(after > before - 1);
}

static vg_err take_rows(const vg_telemetry *t, const columns *c, vg_recordings *out, vg_diag *diag) {
    double drive = NAN, number = NAN;
    vg_recording *r = NULL;
    for (int32_t row = 0; row < t->rows; row++) {
        vg_recorded now;
        vg_err err = take_row(t, c, row, &now, &number, diag);
        if (err) return err;
        const vg_telemetry_column *time = c->by[VG_QUANTITY_TIME];
        double after = row + 1 < t->rows ? vg_telemetry_value(time, row + 1) : NAN;
        bool anew = !r || (number != drive && !(isnan(number) && isnan(drive)));
        // Where the row before is itself out of line, it is that row.
        bool ahead = r && r->count > 1 && now.value.t > r->rows[r->count - 2].value.t;
        if (r && r->count && !ahead)
            anew |= restarts(r->rows[0].value.t, r->rows[r->count - 1].value.t, now.value.t, after);
        if (anew) err = begin(t, c, t->rows - row, out, diag);
        if (err) return err;
        r = &out->items[out->count - 1];
        r->rows[r->count++] = now;
        drive = number;
    }
    for (int32_t i = 0; i < out->count && out->count > 1; i++) out->items[i].drive = i + 1;
    return VG_OK;
}

vg_err vg_recordings_take(vg_telemetry *telemetry, vg_recordings *out, vg_diag *diag) {
    *out = (vg_recordings){0};
    columns c = {.geodetic = false};
    vg_err err = find_columns(telemetry, &c, diag);
    if (err) return err;
    touch(telemetry, &c);
    err = take_rows(telemetry, &c, out, diag);
    if (err) vg_recordings_free(out);
    return err;
}
