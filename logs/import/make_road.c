#include "logs/import/make_road.h"

#include <string.h>

#include "sim/base/memory.h"

enum { LEAST_SAMPLES = 5 };

vg_make_road_def vg_make_road_default(void) {
    return (vg_make_road_def){.clean = vg_clean_default(), .road = vg_from_laps_default()};
}

typedef struct drives {
    vg_points *items;
    int32_t count, capacity;
    double noise;  // m, how well the positions of the worst are known
    bool geodetic; // and so from the first file alone
} drives;

static void drives_free(drives *d) {
    for (int32_t i = 0; i < d->count; i++) vg_points_free(&d->items[i]);
    vg_free(d->items);
}

static bool stands(const vg_cleaned *s, int32_t count) {
    int32_t moving = 0;
    for (int32_t i = 0; i < count; i++) moving += !(s[i].value.speed < VG_STANDING);
    return moving < LEAST_SAMPLES;
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
    // What was bridged is no place where anybody drove, and where a car stands its fixes wander.
    for (int32_t i = 0; i < count && !err; i++)
        if ((!s[i].bridged || !s[i].made) && !(s[i].value.speed < VG_STANDING))
            err = vg_points_add(points, s[i].value.x, s[i].value.y, diag);
    return err;
}

static vg_err add_drive(const vg_make_road_def *def, vg_recording *r, drives *d, vg_diag *diag) {
    vg_clean_def clean = def->clean;
    vg_clean_report report;
    vg_cleaned *samples;
    int32_t count;
    clean.warnings = NULL;
    vg_err err = vg_clean(&clean, r, &samples, &count, &report, diag);
    if (!err && stands(samples, count))
        err = vg_fail_at(diag, VG_ERR_FORMAT, r->file, 0, r->place,
                         "the car stands still: no speed over %g m/s; expected a drive", VG_STANDING);
    if (!err) err = add(d, samples, count, diag);
    if (!err) {
        d->geodetic = r->geodetic;
        d->noise = report.sd_usual > d->noise ? report.sd_usual : d->noise;
    }
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

// The first drive is the first guess of the line: a much longer one is a better guess.
static void put_longest_first(drives *d) {
    int32_t longest = 0;
    double first = vg_points_length(&d->items[0], false), most = first;
    for (int32_t i = 1; i < d->count; i++) {
        double length = vg_points_length(&d->items[i], false);
        if (length > most) most = length, longest = i;
    }
    if (most < 2 * first) return;
    vg_points held = d->items[0];
    d->items[0] = d->items[longest];
    d->items[longest] = held;
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
        put_longest_first(&d);
        road.noise = d.noise;
        road.laps = d.items, road.lap_count = d.count, road.file = def->files[0];
        err = vg_track_from_laps(&road, out, report, diag);
    }
    drives_free(&d);
    return err;
}
