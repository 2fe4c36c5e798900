// The rows of a text file, behind its header.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "logs/import/angle.h"
#include "logs/import/map_reading.h"
#include "sim/base/memory.h"

enum { ROWS_MOST = 1 << 28 };

// A time above this, in seconds, counts from 1970: it would be three years of driving.
#define DATED 1e8
// But where the file does not tell the unit, it may be the week's ms: no logger has dates of before 1989.
#define WEEK_MS 604800000.0

// The rows under way.
typedef struct rows {
    vg_map_reading *r;
    bool first, dated;  // no row yet; the times are dates
    int64_t origin;     // s: the time 0 of what is kept
    double before, day; // of the row before; s to add to times of the day, for the midnights since
    double scale;       // of a time that is a number
    bool hhmmss;        // times are such numbers
    vg_field *names;    // [named] of drives, in the order in which they come; numbers are names too then
    int32_t named, capacity;
    bool by_name;
    int lap;             // laps that ended up to the last row
    int decimals, least; // of the last field: of this row, and the least of those before
} rows;

// What is written where nothing was measured.
static bool is_missing(const vg_map_reading *r, const vg_field *field) {
    static const char *const words[] = {"nan", "na", "n/a", "null", "none", "-", "--"};
    if (field->size == 0) return true;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (vg_field_is(field, words[i])) return true;
    return r->map->missing[0] && vg_map_listed(r->map->missing, field);
}

static vg_err fail_field(const vg_map_reading *r, const vg_map_taken *t, const char *what,
                         const char *expected, vg_diag *diag) {
    const vg_field *f = &r->fields[t->column];
    double value;
    bool comma = r->decimal == '.' && vg_field_number(f, ',', &value);
    return vg_fail_at(
        diag, VG_ERR_FORMAT, r->source->file, r->line, r->out->columns[t->place].name,
        "'%.*s' is not a %s; expected %s%s", (int)(f->size > 60 ? 60 : f->size), f->at, what, expected,
        comma ? " (if the comma is the decimal sign: a column map, --map, with `decimal: comma`)" : "");
}

// --- times ------------------------------------------------------------------------------------------------

// A number that counts from 1970, in s since the origin. What is behind the point is read on its own, for a
// double that counts from 1970 is off by up to 1e-7 s.
static double since_origin(const rows *w, const vg_field *field, double number) {
    const char *point = memchr(field->at, '.', (size_t)field->size);
    if (w->scale != 1 || !point || number < 0) return (number - (double)w->origin / w->scale) * w->scale;
    const vg_field whole = {field->at, point - field->at}, part = {point, field->at + field->size - point};
    double seconds, fraction;
    if (!vg_field_number(&whole, '.', &seconds) || !vg_field_number(&part, '.', &fraction))
        return number - (double)w->origin;
    return seconds - (double)w->origin + fraction;
}

// A number in the unit by which it counts from 1970, where the file does not tell the unit: in seconds it
// would be a date after the year 5000.
static void guess_count(rows *w, const vg_map_taken *t, double number) {
    double size = fabs(number);
    if (!t->units[1] || size < 1e11) return;
    const char *unit = size < 1e14 ? "ms" : size < 1e17 ? "us" : "ns";
    w->scale = size < 1e14 ? 1e-3 : size < 1e17 ? 1e-6 : 1e-9;
    vg_track_warn(w->r->source->warnings, "%s: %s is taken as %s since 1970", w->r->source->file,
                  w->r->out->columns[t->place].name, unit);
}

// The time in s since the origin, which the first row sets.
static vg_err take_time(rows *w, vg_diag *diag) {
    vg_map_reading *r = w->r;
    const vg_map_taken *t = &r->taken[r->time];
    const vg_field *field = &r->fields[t->column];
    vg_field_time time = {0};
    double number = 0;
    bool counted = !w->hhmmss && vg_field_number(field, r->decimal, &number);
    if (!counted && !(w->hhmmss ? vg_field_hhmmss(field, &time) : vg_field_clock(field, &time)))
        return fail_field(r, t, w->hhmmss ? "time as hhmmss" : "finite number",
                          "seconds, or a time or date with ':'", diag);
    if (w->first && counted) guess_count(w, t, number);
    double seconds = number * w->scale;
    bool dated = counted ? fabs(seconds) > (t->units[1] ? WEEK_MS : DATED) : time.dated;
    if (fabs(seconds) > vg_quantity_get(VG_QUANTITY_TIME)->most)
        return fail_field(r, t, "time",
                          "seconds, at most 1e12 either way (a name like time_ms tells the unit)", diag);
    if (w->first) {
        w->dated = dated, r->counted = counted && !dated;
        w->origin = !dated ? 0 : counted ? (int64_t)floor(seconds) : time.seconds;
    } else if (dated != w->dated) {
        return fail_field(r, t, dated ? "time without a date" : "time with a date", "the same in all rows",
                          diag);
    }
    if (!counted)
        number = (double)(time.seconds - w->origin) + time.fraction;
    else
        number = dated ? since_origin(w, field, number) : seconds;
    // A time of the day begins again at midnight.
    bool clock = !counted && !dated;
    if (clock && !w->first && number + w->day < w->before - 43200) w->day += 86400;
    if (clock) number += w->day;
    w->before = number;
    r->out->columns[t->place].values[r->out->rows] = number;
    return VG_OK;
}

static void begin_times(rows *w) {
    const vg_map_reading *r = w->r;
    const char *unit = r->taken[r->time].units[0];
    static const struct {
        const char *unit;
        double scale;
    } scales[] = {
#define X(name, of, factor, shift) {name, factor},
        VG_UNITS(X)
#undef X
    };
    w->scale = 1;
    w->hhmmss = strcmp(unit, "hhmmss") == 0;
    for (size_t i = 0; i < sizeof scales / sizeof *scales; i++)
        if (strcmp(scales[i].unit, unit) == 0) w->scale = scales[i].scale;
    r->out->columns[r->taken[r->time].place].unit = "s";
}

// --- drives by name ---------------------------------------------------------------------------------------

enum { NAMES_MOST = 1000 };

// The number of the drive of this name, from 1.
static vg_err take_name(rows *w, const vg_map_taken *t, double *value, vg_diag *diag) {
    const vg_field *field = &w->r->fields[t->column];
    int32_t i = 0;
    while (i < w->named &&
           !(w->names[i].size == field->size && memcmp(w->names[i].at, field->at, (size_t)field->size) == 0))
        i++;
    if (i == NAMES_MOST) return fail_field(w->r, t, "drive's name", "at most 1000 names", diag);
    if (i == w->named && i == w->capacity) {
        int32_t wider = w->capacity ? 2 * w->capacity : 8;
        vg_field *names = vg_realloc(w->names, w->named, wider, sizeof *names);
        if (!names) return vg_fail_memory(diag);
        w->names = names, w->capacity = wider;
    }
    if (i == w->named) w->names[w->named++] = *field;
    *value = i + 1;
    return VG_OK;
}

static void tell_names(const rows *w) {
    const vg_telemetry_column *c = vg_telemetry_find(w->r->out, VG_QUANTITY_DRIVE);
    char text[300] = "";
    if (w->named < 2) return;
    for (int32_t i = 0; i < w->named && i < 5; i++) {
        size_t used = strlen(text);
        snprintf(text + used, sizeof text - used, "%s'%.*s' is %d", i ? ", " : "",
                 (int)(w->names[i].size > 40 ? 40 : w->names[i].size), w->names[i].at, i + 1);
    }
    vg_track_warn(w->r->source->warnings, "%s: %s: %d drives by name: %s%s", w->r->source->file, c->name,
                  w->named, text, w->named > 5 ? ", ..." : "");
}

// --- rows -------------------------------------------------------------------------------------------------

// The sign and the column that a position's letter says: -1: south or west; 0: it contradicts.
static int sign_of(vg_map_reading *r, vg_quantity quantity, char letter) {
    bool north = letter == 'N' || letter == 'S', own = north == (quantity == VG_QUANTITY_LATITUDE);
    r->letters = true;
    if (r->exchanged && r->exchanged != (own ? -1 : 1)) return 0;
    r->exchanged = own ? -1 : 1;
    return letter == 'S' || letter == 'W' ? -1 : 1;
}

// A latitude or longitude with a letter, in its field or in that behind it, or with signs of degrees.
static vg_err take_angle(vg_map_reading *r, const vg_map_taken *t, bool number, double *value,
                         vg_diag *diag) {
    vg_quantity quantity = r->out->columns[t->place].quantity;
    vg_angle angle = {.value = *value};
    if (!number && !vg_angle_read(&r->fields[t->column], r->decimal, &angle))
        return fail_field(r, t, "finite number", vg_quantity_get(quantity)->expected, diag);
    if (angle.degrees && strcmp(t->units[0], "deg") != 0)
        return fail_field(r, t, t->units[0], "no degrees beside others of that unit", diag);
    const vg_field *behind = t->letter >= 0 ? &r->fields[t->letter] : NULL;
    if (behind && !angle.letter && !(angle.letter = vg_angle_letter(behind)))
        return vg_fail_at(diag, VG_ERR_FORMAT, r->source->file, r->line, r->out->columns[t->place].name,
                          "'%.*s' is behind it; expected a letter N, S, E or W, as in the rows before",
                          (int)(behind->size > 20 ? 20 : behind->size), behind->at);
    int sign = angle.letter ? sign_of(r, quantity, angle.letter) : 1;
    if (!sign || (angle.letter && angle.value < 0))
        return fail_field(r, t, quantity == VG_QUANTITY_LATITUDE ? "latitude" : "longitude",
                          "a number without a sign, and letters of one kind in all rows", diag);
    if (angle.letter && strcmp(t->units[0], "arcmin west") == 0) sign = -sign;
    *value = sign * angle.value;
    return VG_OK;
}

static vg_err take_value(rows *w, const vg_map_taken *t, double *value, vg_diag *diag) {
    vg_map_reading *r = w->r;
    const vg_field *field = &r->fields[t->column];
    vg_quantity quantity = r->out->columns[t->place].quantity;
    bool globe = quantity == VG_QUANTITY_LATITUDE || quantity == VG_QUANTITY_LONGITUDE;
    bool number = vg_field_number(field, r->decimal, value);
    if (w->first && quantity == VG_QUANTITY_DRIVE) w->by_name = !number;
    if (w->by_name && quantity == VG_QUANTITY_DRIVE) return take_name(w, t, value, diag);
    if (number) {
        bool none = *value > t->most || (r->map->missing[0] && vg_map_listed(r->map->missing, field));
        if (none) *value = NAN;
        return globe && t->letter >= 0 && !none ? take_angle(r, t, true, value, diag) : VG_OK;
    }
    *value = NAN;
    if (is_missing(r, field)) return VG_OK;
    if (globe) return take_angle(r, t, false, value, diag);
    bool yes = vg_field_is(field, "true");
    if (yes || vg_field_is(field, "false")) {
        *value = yes;
        return VG_OK;
    }
    return fail_field(r, t, "finite number", vg_quantity_get(quantity)->expected, diag);
}

// How many laps ended up to the row's time.
static int lap_of(rows *w) {
    const vg_map_reading *r = w->r;
    if (w->lap > 0 && r->lap_ends[w->lap - 1] > w->before) w->lap = 0; // time went back
    while (w->lap < r->lap_end_count && r->lap_ends[w->lap] <= w->before) w->lap++;
    return w->lap;
}

// What the file's i-th column is called; NULL: it is left out.
static const char *name_of(const vg_map_reading *r, int i) {
    for (int k = 0; k < r->taken_count; k++)
        if (r->taken[k].column == i) return r->out->columns[r->taken[k].place].name;
    return NULL;
}

static vg_err check_count(const vg_map_reading *r, vg_diag *diag) {
    int count = r->count;
    while (count > r->columns && count <= VG_MAP_COLUMNS_MOST && r->fields[count - 1].size == 0) count--;
    if (count == r->columns) return VG_OK;
    return vg_fail_at(diag, VG_ERR_FORMAT, r->source->file, r->line,
                      count < r->columns ? name_of(r, count) : NULL, "%d fields; expected %d, as in the %s",
                      count, r->columns, r->map->header ? "header" : "first row");
}

// A row in which nothing but the time was measured is left out.
static vg_err take_row(rows *w, vg_diag *diag) {
    vg_map_reading *r = w->r;
    vg_telemetry *out = r->out;
    vg_err err = r->count == r->columns ? VG_OK : check_count(r, diag);
    if (!err) err = take_time(w, diag);
    bool stale = !err && r->fix >= 0 && !vg_map_listed(r->map->fix.values, &r->fields[r->fix]);
    bool any = false;
    for (int k = 0; k < r->taken_count && !err; k++) {
        const vg_map_taken *t = &r->taken[k];
        double *value = &out->columns[t->place].values[out->rows];
        if (k == r->time) continue;
        if (stale && t->fix)
            *value = NAN;
        else
            err = take_value(w, t, value, diag);
        any |= !isnan(*value);
    }
    if (err) return err;
    w->first = false;
    if (r->lap_place >= 0) out->columns[r->lap_place].values[out->rows] = lap_of(w);
    out->lines[out->rows] = r->line;
    out->rows += any;
    return VG_OK;
}

// Digits behind the point; 0 if there is no point.
static int decimals(const vg_field *field) {
    const char *point = memchr(field->at, '.', (size_t)field->size);
    if (!point) return 0;
    int count = 0;
    for (const char *at = point + 1; at < field->at + field->size && *at >= '0' && *at <= '9'; at++) count++;
    return count;
}

// Called when the last row has no line end: either its writer never writes one, or the file was cut off in
// its last field. If every other row has as many decimals there, fewer decimals mean that it was cut off.
static vg_err judge_end(const rows *w, vg_diag *diag) {
    const vg_map_reading *r = w->r;
    const vg_field *field = &r->fields[r->columns - 1];
    int size = (int)(field->size > 40 ? 40 : field->size);
    const char *name = name_of(r, r->columns - 1);
    if (w->decimals < w->least)
        return vg_fail_at(
            diag, VG_ERR_FORMAT, r->source->file, r->line, name,
            "'%.*s' and no line end: the file was cut off; expected %d decimals, as in the other "
            "rows, and a line end",
            size, field->at, w->least);
    vg_track_warn(
        r->source->warnings,
        "%s:%lld: the last row has no line end; if the file was cut off, its last field '%.*s' may be "
        "short",
        r->source->file, (long long)r->line, size, field->at);
    return VG_OK;
}

// Rows that the rest of the file can have, at most.
static int64_t count_lines(const char *at, const char *end) {
    int64_t count = 1;
    while (at < end && (at = memchr(at, '\n', (size_t)(end - at)))) at++, count++;
    return count;
}

static vg_err take_rows(rows *w, bool *any, vg_diag *diag) {
    vg_map_reading *r = w->r;
    *any = false;
    while (vg_map_next_line(r)) {
        *any = true;
        if (w->decimals < w->least && !w->first) w->least = w->decimals;
        vg_err err = take_row(w, diag);
        if (err) return err;
        w->decimals = decimals(&r->fields[r->columns - 1]);
    }
    if (!*any || r->end[-1] == '\n') return VG_OK;
    if (w->least == 1000) w->least = 0;
    return judge_end(w, diag);
}

vg_err vg_map_rows(vg_map_reading *r, vg_diag *diag) {
    int64_t lines = count_lines(r->at, r->end);
    if (lines > ROWS_MOST)
        return vg_fail_at(diag, VG_ERR_FORMAT, r->source->file, 0, NULL, "%lld lines; expected at most 2^28",
                          (long long)lines);
    vg_err err = vg_telemetry_reserve(r->out, (int32_t)lines, diag);
    if (err) return err;
    rows w = {.r = r, .first = true, .least = 1000};
    begin_times(&w);
    bool any;
    err = take_rows(&w, &any, diag);
    if (!err) tell_names(&w);
    vg_free(w.names);
    if (!err && r->out->rows == 0)
        err = vg_fail_at(diag, VG_ERR_FORMAT, r->source->file, r->line, NULL,
                         any ? "no row in which anything but the time was measured"
                             : "a header and no rows; expected samples");
    if (!err && w.dated) r->out->epoch = (double)w.origin;
    return err;
}

// --- drives that are mixed --------------------------------------------------------------------------------

typedef struct row_key {
    double drive, time;
    int32_t row;
} row_key;

static int by_drive(const void *a, const void *b) {
    const row_key *p = a, *q = b;
    if (p->drive != q->drive) return p->drive < q->drive ? -1 : 1;
    if (p->time != q->time) return p->time < q->time ? -1 : 1;
    return (p->row > q->row) - (p->row < q->row);
}

// Is each drive one run of rows?
static bool together(const row_key *sorted, const double *drive, int32_t rows) {
    int32_t runs = 1, drives = 1;
    for (int32_t i = 1; i < rows; i++) {
        runs += drive[i] != drive[i - 1];
        drives += sorted[i].drive != sorted[i - 1].drive;
    }
    return runs == drives;
}

static void reorder(vg_telemetry *out, const row_key *sorted, double *scratch) {
    for (int32_t c = 0; c < out->count; c++) {
        double *values = out->columns[c].values;
        for (int32_t i = 0; i < out->rows; i++) scratch[i] = values[sorted[i].row];
        memcpy(values, scratch, (size_t)out->rows * sizeof *values);
    }
    for (int32_t i = 0; i < out->rows; i++) scratch[i] = (double)out->lines[sorted[i].row];
    for (int32_t i = 0; i < out->rows; i++) out->lines[i] = (int64_t)scratch[i];
}

vg_err vg_map_gather(vg_map_reading *r, vg_diag *diag) {
    vg_telemetry *out = r->out;
    const vg_telemetry_column *drive = vg_telemetry_find(out, VG_QUANTITY_DRIVE);
    if (!drive) return VG_OK;
    const double *time = vg_telemetry_find(out, VG_QUANTITY_TIME)->values;
    for (int32_t i = 0; i < out->rows; i++)
        if (isnan(drive->values[i]))
            return vg_fail_at(diag, VG_ERR_FORMAT, out->file, out->lines[i], drive->name,
                              "no value; expected %s", vg_quantity_get(VG_QUANTITY_DRIVE)->expected);
    row_key *keys = vg_new(row_key, out->rows);
    double *scratch = vg_new(double, out->rows);
    vg_err err = keys && scratch ? VG_OK : vg_fail_memory(diag);
    for (int32_t i = 0; !err && i < out->rows; i++) keys[i] = (row_key){drive->values[i], time[i], i};
    if (!err) {
        qsort(keys, (size_t)out->rows, sizeof *keys, by_drive);
        if (!together(keys, drive->values, out->rows)) reorder(out, keys, scratch);
    }
    vg_free(keys);
    vg_free(scratch);
    return err;
}
