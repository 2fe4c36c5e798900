#include "logs/import/telemetry.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "sim/base/memory.h"

static const vg_quantity_info quantities[VG_QUANTITY_COUNT] = {
#define X(id, name, unit, least, most, expected) {name, unit, least, most, expected},
    VG_QUANTITIES(X)
#undef X
};

typedef struct unit {
    const char *name, *of;
    double factor, shift;
} unit;

static const unit units[] = {
#define X(name, of, factor, shift) {name, of, factor, shift},
    VG_UNITS(X)
#undef X
};
enum { UNITS = sizeof units / sizeof *units };

const vg_quantity_info *vg_quantity_get(vg_quantity quantity) { return &quantities[quantity]; }

vg_quantity vg_quantity_named(const char *name) {
    int q = 0;
    while (q < VG_QUANTITY_COUNT && strcmp(quantities[q].name, name) != 0) q++;
    return (vg_quantity)q;
}

vg_telemetry_column *vg_telemetry_add(vg_telemetry *telemetry, vg_quantity quantity, const char *name) {
    assert(telemetry->count < VG_QUANTITY_COUNT && !telemetry->capacity);
    vg_telemetry_column *column = &telemetry->columns[telemetry->count++];
    *column = (vg_telemetry_column){.quantity = quantity, .unit = quantities[quantity].unit};
    snprintf(column->name, sizeof column->name, "%s", name);
    return column;
}

vg_err vg_telemetry_reserve(vg_telemetry *telemetry, int32_t rows, vg_diag *diag) {
    for (int32_t i = 0; i < telemetry->count; i++) {
        vg_telemetry_column *column = &telemetry->columns[i];
        double *wider = vg_realloc(column->values, telemetry->rows, rows, sizeof *wider);
        if (!wider) return vg_fail_memory(diag);
        column->values = wider;
    }
    int64_t *lines = vg_realloc(telemetry->lines, telemetry->rows, rows, sizeof *lines);
    if (!lines) return vg_fail_memory(diag);
    telemetry->lines = lines;
    telemetry->capacity = rows;
    return VG_OK;
}

void vg_telemetry_drop_empty(vg_telemetry *telemetry) {
    for (int32_t i = 0; i < telemetry->count;) {
        vg_telemetry_column *column = &telemetry->columns[i];
        int32_t row = 0;
        while (row < telemetry->rows && isnan(column->values[row])) row++;
        if (row < telemetry->rows) {
            i++;
            continue;
        }
        vg_free(column->values);
        telemetry->count--;
        memmove(column, column + 1, (size_t)(telemetry->count - i) * sizeof *column);
    }
}

void vg_telemetry_free(vg_telemetry *telemetry) {
    for (int32_t i = 0; i < telemetry->count; i++) vg_free(telemetry->columns[i].values);
    vg_free(telemetry->lines);
    *telemetry = (vg_telemetry){0};
}

// --- units ------------------------------------------------------------------------------------------------

static vg_err find_unit(const vg_telemetry *t, vg_telemetry_column *column, vg_diag *diag) {
    const char *of = quantities[column->quantity].unit;
    for (int i = 0; i < UNITS; i++)
        if (strcmp(units[i].name, column->unit) == 0 && strcmp(units[i].of, of) == 0) {
            column->factor = units[i].factor, column->shift = units[i].shift;
            return VG_OK;
        }
    char known[100] = "";
    for (int i = 0; i < UNITS; i++) {
        size_t used = strlen(known);
        if (strcmp(units[i].of, of) == 0)
            snprintf(known + used, sizeof known - used, "%s%s", used ? ", " : "", units[i].name);
    }
    return vg_fail_at(diag, VG_ERR_FORMAT, t->file, 0, column->name, "is in '%.40s'; expected one of %s",
                      column->unit, known);
}

vg_err vg_telemetry_prepare(vg_telemetry *telemetry, vg_diag *diag) {
    bool seen[VG_QUANTITY_COUNT] = {false};
    for (int32_t i = 0; i < telemetry->count; i++) {
        vg_telemetry_column *column = &telemetry->columns[i];
        vg_err err = find_unit(telemetry, column, diag);
        if (err) return err;
        if (seen[column->quantity])
            return vg_fail_at(diag, VG_ERR_FORMAT, telemetry->file, 0, column->name, "a column twice");
        seen[column->quantity] = true;
    }
    return VG_OK;
}

const vg_telemetry_column *vg_telemetry_find(const vg_telemetry *telemetry, vg_quantity quantity) {
    for (int32_t i = 0; i < telemetry->count; i++)
        if (telemetry->columns[i].quantity == quantity) return &telemetry->columns[i];
    return NULL;
}

// --- to a lap ---------------------------------------------------------------------------------------------

// What a lap has, and where in a sample.
static const struct {
    vg_quantity quantity;
    size_t at;
    bool required;
} taken[] = {
    {VG_QUANTITY_TIME, offsetof(vg_log_sample, t), true},
    {VG_QUANTITY_X, offsetof(vg_log_sample, x), true},
    {VG_QUANTITY_Y, offsetof(vg_log_sample, y), true},
    {VG_QUANTITY_HEADING, offsetof(vg_log_sample, heading), true},
    {VG_QUANTITY_SPEED, offsetof(vg_log_sample, speed), true},
    {VG_QUANTITY_STEER, offsetof(vg_log_sample, steer), false},
    {VG_QUANTITY_THROTTLE, offsetof(vg_log_sample, throttle), false},
    {VG_QUANTITY_BRAKE, offsetof(vg_log_sample, brake), false},
};
enum { TAKEN = sizeof taken / sizeof *taken };

static vg_err check_columns(vg_telemetry *t, vg_diag *diag) {
    vg_err err = vg_telemetry_prepare(t, diag);
    if (err) return err;
    for (int i = 0; i < TAKEN; i++)
        if (taken[i].required && !vg_telemetry_find(t, taken[i].quantity))
            return vg_fail_at(diag, VG_ERR_FORMAT, t->file, 0, quantities[taken[i].quantity].name,
                              "the column is missing");
    if (t->rows < 1) return vg_fail_at(diag, VG_ERR_FORMAT, t->file, 0, NULL, "no rows; expected samples");
    return VG_OK;
}

static vg_err take_value(const vg_telemetry *t, int32_t row, int i, vg_log_sample *sample, vg_diag *diag) {
    const vg_telemetry_column *column = vg_telemetry_find(t, taken[i].quantity);
    double *to = (double *)((char *)sample + taken[i].at);
    const vg_quantity_info *m = &quantities[taken[i].quantity];
    *to = column ? vg_telemetry_value(column, row) : NAN;
    if ((isnan(*to) && !taken[i].required) || (*to >= m->least && *to <= m->most)) return VG_OK;
    if (isnan(*to))
        return vg_fail_at(diag, VG_ERR_FORMAT, t->file, t->lines[row], column->name, "no value; expected %s",
                          m->expected);
    bool same = column->factor == 1 && column->shift == 0;
    return vg_fail_at(diag, VG_ERR_FORMAT, t->file, t->lines[row], column->name, "found %g%s%s; expected %s",
                      column->values[row], same ? "" : " ", same ? "" : column->unit, m->expected);
}

static vg_err take_row(const vg_telemetry *t, int32_t row, vg_log_sample *sample, bool first, vg_diag *diag) {
    vg_err err = VG_OK;
    for (int i = 0; i < TAKEN && !err; i++) err = take_value(t, row, i, sample, diag);
    if (err || first || sample->t > sample[-1].t) return err;
    double before = sample[-1].t;
    return vg_fail_at(diag, VG_ERR_FORMAT, t->file, t->lines[row],
                      vg_telemetry_find(t, VG_QUANTITY_TIME)->name,
                      "time %s, from %.9g to %.9g s; expected it to rise",
                      sample->t < before ? "runs backwards" : "stands still", before, sample->t);
}

// Half a position counts as one: what is missing of it is told.
static bool has_position(const vg_telemetry *t, int32_t row) {
    return !isnan(vg_telemetry_find(t, VG_QUANTITY_X)->values[row]) ||
           !isnan(vg_telemetry_find(t, VG_QUANTITY_Y)->values[row]);
}

vg_err vg_telemetry_lap(vg_telemetry *telemetry, vg_lap *out, vg_diag *diag) {
    *out = (vg_lap){.file = telemetry->file};
    vg_err err = check_columns(telemetry, diag);
    if (!err && !(out->samples = vg_new(vg_log_sample, telemetry->rows))) err = vg_fail_memory(diag);
    if (!err && !(out->lines = vg_new(int64_t, telemetry->rows))) err = vg_fail_memory(diag);
    for (int32_t row = 0; !err && row < telemetry->rows; row++) {
        if (!has_position(telemetry, row)) continue;
        err = take_row(telemetry, row, &out->samples[out->count], out->count == 0, diag);
        out->lines[out->count++] = telemetry->lines[row];
    }
    if (!err && out->count == 0)
        err = vg_fail_at(diag, VG_ERR_FORMAT, telemetry->file, 0, NULL, "no row has a position");
    if (err) vg_lap_free(out);
    return err;
}
