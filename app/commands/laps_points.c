#include "app/commands/laps_points.h"

#include <math.h>

#include "app/cli/roads.h"
#include "logs/import/lap_formats.h"
#include "sim/base/geodesy.h"
#include "sim/base/memory.h"

void vg_laps_points_free(vg_laps_points *points) {
    for (int32_t i = 0; i < points->count; i++) vg_points_free(&points->laps[i]);
    vg_free(points->laps);
    *points = (vg_laps_points){0};
}

static vg_err begin_lap(vg_laps_points *out, vg_diag *diag) {
    if (out->count == out->capacity) {
        int32_t room = out->capacity ? 2 * out->capacity : 8;
        vg_points *fresh = vg_realloc(out->laps, out->count, room, sizeof *fresh);
        if (!fresh) return vg_fail_memory(diag);
        out->laps = fresh;
        out->capacity = room;
    }
    out->laps[out->count++] = (vg_points){0};
    return VG_OK;
}

// The columns of a file that count here.
typedef struct columns {
    const vg_telemetry_column *a, *b; // x and y, or latitude and longitude
    const vg_telemetry_column *time, *drive;
} columns;

static vg_err find_columns(const vg_telemetry *telemetry, vg_laps_points *out, columns *c, vg_diag *diag) {
    c->time = vg_telemetry_find(telemetry, VG_QUANTITY_TIME);
    c->drive = vg_telemetry_find(telemetry, VG_QUANTITY_DRIVE);
    c->a = vg_telemetry_find(telemetry, VG_QUANTITY_X);
    c->b = vg_telemetry_find(telemetry, VG_QUANTITY_Y);
    bool geodetic = !c->a || !c->b;
    if (geodetic) {
        c->a = vg_telemetry_find(telemetry, VG_QUANTITY_LATITUDE);
        c->b = vg_telemetry_find(telemetry, VG_QUANTITY_LONGITUDE);
    }
    if (!c->a || !c->b)
        return vg_fail_at(diag, VG_ERR_FORMAT, telemetry->file, 0, NULL,
                          "no positions: neither x and y nor latitude and longitude");
    if (out->count && geodetic != out->geodetic)
        return vg_fail_at(diag, VG_ERR_MISMATCH, telemetry->file, 0, NULL,
                          "%s here, %s in the file before; expected one frame for all laps",
                          geodetic ? "degrees" : "metres", geodetic ? "metres" : "degrees");
    out->geodetic = geodetic;
    return VG_OK;
}

static vg_err take_rows(const vg_telemetry *telemetry, const columns *c, bool first, vg_laps_points *out,
                        vg_diag *diag) {
    vg_plane plane = vg_plane_at(out->latitude, out->longitude);
    double drive = NAN, time = -INFINITY;
    vg_err err = VG_OK;
    for (int32_t i = 0; i < telemetry->rows && !err; i++) {
        double a = vg_telemetry_value(c->a, i), b = vg_telemetry_value(c->b, i), x = a, y = b;
        double now = c->time ? vg_telemetry_value(c->time, i) : i;
        double number = c->drive ? vg_telemetry_value(c->drive, i) : 0;
        // A receiver without a fix writes zeros.
        if (!isfinite(a) || !isfinite(b) || (out->geodetic && a == 0 && b == 0)) continue;
        if (first && out->geodetic) {
            out->latitude = a, out->longitude = b;
            plane = vg_plane_at(a, b);
        }
        first = false;
        if (number != drive || now < time) err = begin_lap(out, diag);
        drive = number, time = now;
        if (err) break;
        if (out->geodetic) vg_plane_project(&plane, a, b, &x, &y);
        err = vg_points_add(&out->laps[out->count - 1], x, y, diag);
    }
    return err;
}

vg_err vg_laps_points_read(const char *path, vg_laps_points *out, vg_diag *diag) {
    vg_telemetry telemetry;
    columns c;
    int32_t before = out->count;
    vg_err err = vg_telemetry_read(NULL, path, NULL, &vg_warnings_said, &telemetry, diag);
    if (err) return err;
    err = vg_telemetry_prepare(&telemetry, diag);
    if (!err) err = find_columns(&telemetry, out, &c, diag);
    if (!err) err = take_rows(&telemetry, &c, out->count == 0, out, diag);
    if (!err && out->count == before)
        err = vg_fail_at(diag, VG_ERR_FORMAT, path, 0, NULL, "no row has a position");
    vg_telemetry_free(&telemetry);
    return err;
}
