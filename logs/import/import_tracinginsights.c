#include "logs/import/import_tracinginsights.h"

#include <jansson.h>
#include <math.h>
#include <string.h>

#include "logs/import/fix_times.h"
#include "logs/import/text_formats.h"

static const struct {
    vg_quantity quantity;
    const char *name, *unit;
    bool needed;
} arrays[] = {
    {VG_QUANTITY_TIME, "time", "s", true},
    {VG_QUANTITY_X, "x", "dm", true},
    {VG_QUANTITY_Y, "y", "dm", true},
    {VG_QUANTITY_SPEED, "speed", "km/h", true},
    {VG_QUANTITY_THROTTLE, "throttle", "%", false},
    {VG_QUANTITY_BRAKE, "brake", "1", false},
};
enum { ARRAYS = sizeof arrays / sizeof *arrays };

static vg_err check_array(const char *file, const json_t *array, const char *name, size_t rows,
                          vg_diag *diag) {
    if (!json_is_array(array))
        return vg_fail_at(diag, VG_ERR_FORMAT, file, 0, name, "the array is missing; expected it in \"tel\"");
    if (json_array_size(array) != rows)
        return vg_fail_at(diag, VG_ERR_FORMAT, file, 0, name, "%zu values; expected %zu, as of time",
                          json_array_size(array), rows);
    return VG_OK;
}

// A number, true or false; null is not measured, but in time.
static vg_err take(const char *file, const json_t *item, int a, size_t row, double *to, vg_diag *diag) {
    *to = NAN;
    if (json_is_boolean(item))
        *to = json_is_true(item);
    else if (json_is_number(item))
        *to = json_number_value(item);
    bool none =
        json_is_null(item) || (json_is_string(item) && strcasecmp(json_string_value(item), "none") == 0);
    if (isfinite(*to) || (none && arrays[a].quantity != VG_QUANTITY_TIME)) return VG_OK;
    return vg_fail_at(diag, VG_ERR_FORMAT, file, (int64_t)row + 1, arrays[a].name,
                      "is no number; expected %s", vg_quantity_get(arrays[a].quantity)->expected);
}

static vg_err take_arrays(const json_t *tel, const char *file, vg_telemetry *out, vg_diag *diag) {
    size_t rows = json_array_size(json_object_get(tel, "time"));
    if (rows > 1 << 28) return vg_fail_at(diag, VG_ERR_FORMAT, file, 0, "time", "over 2^28 samples");
    const json_t *taken[ARRAYS];
    int count = 0, which[ARRAYS];
    for (int a = 0; a < ARRAYS; a++) {
        const json_t *array = json_object_get(tel, arrays[a].name);
        if (!array && !arrays[a].needed) continue;
        vg_err err = check_array(file, array, arrays[a].name, rows, diag);
        if (err) return err;
        vg_telemetry_add(out, arrays[a].quantity, arrays[a].name)->unit = arrays[a].unit;
        taken[count] = array, which[count++] = a;
    }
    if (rows == 0) return vg_fail_at(diag, VG_ERR_FORMAT, file, 0, "time", "no samples; expected some");
    vg_err err = vg_telemetry_reserve(out, (int32_t)rows, diag);
    for (size_t row = 0; row < rows && !err; row++) {
        for (int c = 0; c < count && !err; c++)
            err =
                take(file, json_array_get(taken[c], row), which[c], row, &out->columns[c].values[row], diag);
        if (err) return err;
        for (int c = 0; c < count; c++) {
            double *value = &out->columns[c].values[row];
            // 104 % is the feed's word for: not known.
            if (out->columns[c].quantity == VG_QUANTITY_THROTTLE && *value > 100) *value = NAN;
        }
        double *x = &out->columns[1].values[row], *y = &out->columns[2].values[row];
        if (*x != floor(*x) || *y != floor(*y)) *x = *y = NAN; // made up between two fixes
        out->lines[row] = (int64_t)row + 1;
        out->rows++;
    }
    return err;
}

static vg_err read(const vg_telemetry_source *source, vg_telemetry *out, vg_diag *diag) {
    *out = (vg_telemetry){.file = source->file};
    json_error_t error;
    json_t *root = json_loadb(source->bytes, (size_t)source->size, 0, &error);
    if (!root)
        return vg_fail_at(diag, VG_ERR_FORMAT, source->file, error.line > 0 ? error.line : 0, NULL,
                          "is not JSON: %s", error.text);
    const json_t *tel = json_object_get(root, "tel");
    vg_err err = json_is_object(tel) ? take_arrays(tel, source->file, out, diag)
                                     : vg_fail_at(diag, VG_ERR_FORMAT, source->file, 0, "tel",
                                                  "is missing; expected an object with the arrays of a lap");
    json_decref(root);
    if (!err) err = vg_fix_times(out, source->warnings, diag);
    if (err) vg_telemetry_free(out);
    return err;
}

static bool sniff(const char *head, int64_t size) {
    int64_t i = 0;
    while (i < size && strchr(" \t\r\n", head[i]) && head[i]) i++;
    return i < size && head[i] == '{' && vg_head_has(head + i, size - i < 40 ? size - i : 40, "\"tel\"");
}

const vg_lap_format vg_lap_format_tracinginsights = {
    .about =
        {.name = "tracinginsights",
         .endings = "json",
         .summary = "a lap of Formula 1 as TracingInsights publishes it",
         .help = "Positions in tenths of a metre, of which only those of whole numbers are fixes; the times\n"
                 "of fixes, which jitter by metres along the track, are taken from the speeds.",
         .examples =
             "verge import tracinginsights 34_tel.json --road circuit.csv --car formula --out lap.vlog",
         .sniff = sniff},
    .read = read,
};
