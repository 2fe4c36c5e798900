#include "logs/import/make_road.h"

#include "sim/base/memory.h"

vg_make_road_def vg_make_road_default(void) {
    return (vg_make_road_def){.clean = vg_clean_default(), .road = vg_from_laps_default()};
}

typedef struct drives {
    vg_points *items;
    int32_t count, capacity;
    bool geodetic; // and so from the first file alone
} drives;

static void drives_free(drives *d) {
    for (int32_t i = 0; i < d->count; i++) vg_points_free(&d->items[i]);
    vg_free(d->items);
}

static vg_err add(drives *d, const vg_cleaned *s, int32_t count, vg_diag *diag) {
    if (d->count == d->capacity) {
        int32_t wider = d->capacity ? 2 * d->capacity : 8;
        vg_points *items = vg_realloc(d->items, d->count, wider, sizeof *items);
        if (!items) return vg_fail_memory(diag);
        d->items = items, d->capacity = wider;
    }
    vg_points *points = &d->items[d->count++];
    *points = (vg_points){0};
    vg_err err = VG_OK;
    // What was bridged is no place where anybody drove.
    for (int32_t i = 0; i < count && !err; i++)
        if (!s[i].bridged || !s[i].made) err = vg_points_add(points, s[i].value.x, s[i].value.y, diag);
    return err;
}

static vg_err add_drive(const vg_make_road_def *def, vg_recording *r, drives *d, vg_diag *diag) {
    vg_clean_def clean = def->clean;
    vg_clean_report report;
    vg_cleaned *samples;
    int32_t count;
    clean.warnings = NULL;
    vg_err err = vg_clean(&clean, r, &samples, &count, &report, diag);
    if (!err) err = add(d, samples, count, diag);
    if (!err) d->geodetic = r->geodetic;
    vg_free(samples);
    return err;
}

static vg_err add_file(const vg_make_road_def *def, const char *path, drives *d, vg_diag *diag) {
    vg_telemetry telemetry;
    vg_recordings recordings = {0};
    vg_err err = vg_telemetry_read(def->format, path, def->map, NULL, &telemetry, diag);
    if (err) return err;
    err = vg_recordings_take(&telemetry, &recordings, diag);
    for (int32_t i = 0; i < recordings.count && err != VG_ERR_MEMORY; i++)
        err = add_drive(def, &recordings.items[i], d, diag);
    vg_recordings_free(&recordings);
    vg_telemetry_free(&telemetry);
    return err;
}

vg_err vg_make_road(const vg_make_road_def *def, vg_track *out, vg_from_laps_report *report, vg_diag *diag) {
    *out = (vg_track){0};
    drives d = {0};
    vg_err err = VG_OK, first = VG_OK;
    vg_diag why;
    for (int32_t i = 0; i < def->count && err != VG_ERR_MEMORY && !d.geodetic; i++) {
        err = add_file(def, def->files[i], &d, &why);
        if (err && !first) {
            first = err;
            if (diag) *diag = why;
        }
    }
    if (err == VG_ERR_MEMORY)
        err = vg_fail_memory(diag);
    else
        err = d.count ? VG_OK : first;
    if (!err) {
        vg_from_laps_def road = def->road;
        road.laps = d.items, road.lap_count = d.count, road.file = def->files[0];
        err = vg_track_from_laps(&road, out, report, diag);
    }
    drives_free(&d);
    return err;
}
