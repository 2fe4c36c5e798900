#include "logs/import/telemetry.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "sim/base/memory.h"

static const vg_quantity_info quantities[VG_QUANTITY_COUNT] = {
#define X(id, name, unit, field, least, most, required, expected)                                            \
    {name, unit, offsetof(vg_log_sample, field), least, most, required, expected},
    VG_QUANTITIES(X)
#undef X
};

typedef struct unit {
    const char *name, *of;
    double factor;
} unit;

static const unit units[] = {
#define X(name, of, factor) {name, of, factor},
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
    telemetry->capacity = rows;
    return VG_OK;
}

void vg_telemetry_free(vg_telemetry *telemetry) {
    for (int32_t i = 0; i < telemetry->count; i++) vg_free(telemetry->columns[i].values);
    *telemetry = (vg_telemetry){0};
}

// --- to a lap
// ------------------------------------------------------------------------------------------------

// The factor from the column's unit to the quantity's.
static vg_err find_factor(const vg_telemetry *t, const vg_telemetry_column *column, double *factor,
                          vg_diag *diag) {
    const char *of = quantities[column->quantity].unit;
    for (int i = 0; i < UNITS; i++)
        if (strcmp(units[i].name, column->unit) == 0 && strcmp(units[i].of, of) == 0) {
            *factor = units[i].factor;
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

// Check that every required column is there, and none twice; set the factor of each column's unit.
static vg_err check_columns(const vg_telemetry *t, double factor[VG_QUANTITY_COUNT], vg_diag *diag) {
    bool seen[VG_QUANTITY_COUNT] = {false};
    for (int32_t i = 0; i < t->count; i++) {
        const vg_telemetry_column *column = &t->columns[i];
        vg_err err = find_factor(t, column, &factor[i], diag);
        if (err) return err;
        if (seen[column->quantity])
            return vg_fail_at(diag, VG_ERR_FORMAT, t->file, 0, column->name, "a column twice");
        seen[column->quantity] = true;
    }
    for (int q = 0; q < VG_QUANTITY_COUNT; q++)
        if (quantities[q].required && !seen[q])
            return vg_fail_at(diag, VG_ERR_FORMAT, t->file, 0, quantities[q].name, "the column is missing");
    if (t->rows < 1) return vg_fail_at(diag, VG_ERR_FORMAT, t->file, 0, NULL, "no rows; expected samples");
    return VG_OK;
}

static vg_err take_row(const vg_telemetry *t, const double *factor, int32_t row, vg_log_sample *sample,
                       vg_diag *diag) {
    int64_t line = t->first_line + row;
    *sample = (vg_log_sample){NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN};
    for (int32_t i = 0; i < t->count; i++) {
        const vg_telemetry_column *column = &t->columns[i];
        const vg_quantity_info *m = &quantities[column->quantity];
        double value = column->values[row] * factor[i];
        if (!(value >= m->least && value <= m->most))
            return vg_fail_at(diag, VG_ERR_FORMAT, t->file, line, column->name, "found %g%s%s; expected %s",
                              column->values[row], factor[i] != 1 ? " " : "",
                              factor[i] != 1 ? column->unit : "", m->expected);
        *(double *)((char *)sample + m->at) = value;
    }
    if (row == 0 || sample->t > sample[-1].t) return VG_OK;
    double before = sample[-1].t;
    int32_t time = 0;
    while (t->columns[time].quantity != VG_QUANTITY_TIME) time++;
    return vg_fail_at(diag, VG_ERR_FORMAT, t->file, line, t->columns[time].name,
                      "time %s, from %.9g to %.9g s; expected it to rise",
                      sample->t < before ? "runs backwards" : "stands still", before, sample->t);
}

vg_err vg_telemetry_lap(const vg_telemetry *telemetry, vg_lap *out, vg_diag *diag) {
    *out = (vg_lap){.file = telemetry->file, .first_line = telemetry->first_line};
    double factor[VG_QUANTITY_COUNT];
    vg_err err = check_columns(telemetry, factor, diag);
    if (!err && !(out->samples = vg_new(vg_log_sample, telemetry->rows))) err = vg_fail_memory(diag);
    for (; !err && out->count < telemetry->rows; out->count++)
        err = take_row(telemetry, factor, out->count, &out->samples[out->count], diag);
    if (err) vg_lap_free(out);
    return err;
}
