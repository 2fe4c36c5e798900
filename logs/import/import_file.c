#include "logs/import/import_file.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "sim/base/exact.h"
#include "sim/base/memory.h"

#define INSIDE_LEAST 0.5 // share of the samples between the edges, of a drive that was laid onto the road
#define INSIDE_HINT  0.9 // ... of one that is worth a hint
#define STAND_MOST   3.0 // s of standing that stay with a drive
#define DEGREES      57.29577951308232

vg_import_file_def vg_import_file_default(void) {
    return (vg_import_file_def){.import = vg_import_default(), .clean = vg_clean_default()};
}

void vg_import_file_free(vg_import_file_report *report) {
    for (int32_t i = 0; i < report->drive_count; i++) vg_free(report->drives[i].samples);
    vg_free(report->drives);
    vg_free(report->laps);
    *report = (vg_import_file_report){0};
}

// An error of the input is told and does not stop the rest; others stop everything.
static vg_err tell_bad(const vg_import_file_def *def, vg_import_file_report *out, vg_err err, vg_diag *diag) {
    if (err != VG_ERR_FORMAT && err != VG_ERR_MISMATCH && err != VG_ERR_LIMIT && err != VG_ERR_NOT_FOUND &&
        err != VG_ERR_ARGUMENT)
        return err;
    out->bad += err != VG_OK;
    if (!def->bad) return err;
    if (err) def->bad(def->context, diag);
    return VG_OK;
}

static void *grow(void *items, int32_t count, int32_t *capacity, size_t size) {
    if (count < *capacity) return items;
    int32_t wider = *capacity ? 2 * *capacity : 4;
    void *more = vg_realloc(items, count, wider, size);
    if (more) *capacity = wider;
    return more;
}

// --- a piece as a lap ------------------------------------------------------------------------------------

static vg_err make_lap(const char *file, const vg_cleaned *s, int32_t count, vg_lap *out, vg_diag *diag) {
    *out = (vg_lap){.file = file, .count = count};
    out->samples = vg_new(vg_log_sample, count);
    out->lines = vg_new(int64_t, count);
    out->bridged = vg_new(bool, count);
    if (!out->samples || !out->lines || !out->bridged) {
        vg_lap_free(out);
        return vg_fail_memory(diag);
    }
    for (int32_t i = 0; i < count; i++) {
        out->samples[i] = s[i].value;
        out->samples[i].sd = s[i].sd;
        out->lines[i] = s[i].line;
        out->bridged[i] = i && s[i].bridged;
    }
    return VG_OK;
}

// --- place -----------------------------------------------------------------------------------------------

static void tell_placing(const vg_import_file_def *def, const vg_recording *r, const vg_placing *p) {
    vg_track_warn(
        def->import.warnings,
        "%s: %s: laid onto the road: turned by %.1f deg and moved by %.1f, %.1f m; %.0f %% of the samples "
        "are between the edges then, %.2g m (rms) off the centreline",
        r->file, r->place, p->turn * DEGREES, p->move_x, p->move_y, 100 * p->inside, p->off);
    if (p->twin)
        vg_track_warn(
            def->import.warnings,
            "%s: %s: the road looks the same from elsewhere: turned by %.1f deg the drive would lie "
            "on it as well; the one along the road that is turned least is taken",
            r->file, r->place, p->twin_turn * DEGREES);
}

static void append(vg_diag *diag, const char *text) {
    char before[sizeof diag->text];
    if (!diag) return;
    snprintf(before, sizeof before, "%s", diag->text);
    snprintf(diag->text, sizeof diag->text, "%.300s; %s", before, text);
}

// A drive that lies nowhere on the road, and the error that says so: is it mirrored, or in another unit?
static vg_err explain(const vg_import_file_def *def, const vg_import_file_drive *d, bool geodetic, vg_err err,
                      vg_diag *diag) {
    vg_place_hint hint;
    bool found;
    vg_diag why;
    if (vg_place_explain(def->import.road, d->samples, d->count, &hint, &found, &why))
        return vg_fail_memory(diag);
    char text[200];
    if (!found) return err;
    if (hint.mirrored && geodetic)
        snprintf(
            text, sizeof text,
            "with the other sign of the longitude it would lie on the road: is west positive in it, or east? "
            "(--map says)");
    else if (hint.mirrored)
        snprintf(text, sizeof text, "mirrored (x times -1) it would lie on the road: one of the two is");
    else
        snprintf(text, sizeof text,
                 "%.4g times as large it would lie on the road: the two are in different units", hint.factor);
    append(diag, text);
    return err;
}

// A drive that is not on the road as it is: another frame, or another road?
static vg_err move(const vg_import_file_def *def, const vg_recording *r, vg_import_file_drive *d, vg_err err,
                   vg_diag *diag) {
    const char *name = vg_road_get(def->import.road).name;
    vg_diag found;
    vg_err none = vg_place_find(def->import.road, d->samples, d->count, &d->placing, &found);
    if (none == VG_ERR_MEMORY) return vg_fail_memory(diag);
    bool wanted = def->align || r->geodetic;
    const vg_placing *p = &d->placing;
    if (none || p->inside < (wanted ? INSIDE_LEAST : INSIDE_HINT)) {
        if (!err)
            err = vg_fail_at(
                diag, VG_ERR_MISMATCH, r->file, 0, r->place,
                "turned and moved onto the road '%s' as well as can be, only %.0f %% of the samples lie "
                "between its edges; expected at least half: is it this road?",
                name, none ? 0.0 : 100 * p->inside);
        return explain(def, d, r->geodetic, err, diag);
    }
    if (!wanted) {
        char text[160];
        snprintf(text, sizeof text,
                 "turned by %.1f deg and moved by %.1f, %.1f m it would lie on the road: --align",
                 p->turn * DEGREES, p->move_x, p->move_y);
        append(diag, text);
        return err;
    }
    vg_place_apply(p, d->samples, d->count);
    d->placed = true;
    tell_placing(def, r, p);
    return VG_OK;
}

static vg_err place(const vg_import_file_def *def, const vg_recording *r, vg_import_file_drive *d,
                    vg_diag *diag) {
    if (r->geodetic && !def->framed) return move(def, r, d, VG_OK, diag);
    vg_lap lap;
    vg_lap_place found;
    vg_err err = make_lap(r->file, d->samples, d->count, &lap, diag);
    if (err) return err;
    err = vg_lap_locate(&lap, def->import.road, &found, diag);
    bool off = err == VG_ERR_MISMATCH && !found.against;
    vg_lap_free(&lap);
    return off ? move(def, r, d, err, diag) : err;
}

// --- cut and fit -----------------------------------------------------------------------------------------

// The tags of the command and that of the piece.
static void join_tags(const char *tags, const char *tag, char *out, size_t size) {
    snprintf(out, size, "%s%s%s", tags ? tags : "", tags && *tags && *tag ? "," : "", tag);
}

static vg_err import_piece(const vg_import_file_def *def, const vg_recording *r,
                           const vg_import_file_drive *d, const vg_piece *piece, vg_import_file_report *out,
                           vg_diag *diag) {
    char tags[1024];
    vg_import_def import = def->import;
    join_tags(def->import.tags, vg_piece_tag(piece->kind), tags, sizeof tags);
    import.tags = tags;
    vg_lap lap;
    vg_import_file_lap done = {.drive = out->drive_count - 1, .piece = *piece};
    void *laps = grow(out->laps, out->lap_count, &out->lap_capacity, sizeof *out->laps);
    if (!laps) return vg_fail_memory(diag);
    out->laps = laps;
    vg_err err = make_lap(r->file, d->samples + piece->first, piece->count, &lap, diag);
    if (err) return err;
    if (!import.log) err = def->log(def->context, &import.log, diag);
    if (!err) err = vg_import_lap(&import, &lap, &done.report, diag);
    if (!err) {
        done.worst_row = vg_lap_row(&lap, done.report.measure.worst_sample);
        out->laps[out->lap_count++] = done;
    }
    vg_lap_free(&lap);
    return err;
}

static void tell_pieces(const vg_import_file_def *def, const vg_recording *r, const vg_piece *pieces,
                        int32_t count) {
    int32_t kinds[4] = {0};
    for (int32_t i = 0; i < count; i++) kinds[pieces[i].kind]++;
    if (count > 1)
        vg_track_warn(def->import.warnings, "%s: cut into %d laps%s%s%s", r->file, count,
                      kinds[VG_PIECE_OUT] ? ", the first an out-lap" : "",
                      kinds[VG_PIECE_IN] ? ", the last an in-lap" : "",
                      kinds[VG_PIECE_PART] ? ", some of them parts" : "");
}

static vg_err import_pieces(const vg_import_file_def *def, const vg_recording *r,
                            const vg_import_file_drive *d, vg_import_file_report *out, vg_diag *diag) {
    const vg_cut_def cut = {.by = def->cut, .road = def->import.road, .line = def->line};
    vg_piece *pieces;
    int32_t count;
    vg_err err = vg_cut(&cut, d->samples, d->count, &pieces, &count, diag);
    if (!err) tell_pieces(def, r, pieces, count);
    for (int32_t i = 0; i < count && !err; i++) {
        err = import_piece(def, r, d, &pieces[i], out, diag);
        if (err) err = tell_bad(def, out, err, diag);
    }
    vg_free(pieces);
    return err;
}

static bool stands(const vg_import_file_drive *d, int32_t i) {
    return d->samples[i].value.speed < VG_STANDING;
}

// Leave out what stands before the drive and behind it: fixes wander there, and a clone would learn to stand.
static vg_err trim(const vg_import_file_def *def, const vg_recording *r, vg_import_file_drive *d,
                   vg_diag *diag) {
    int32_t first = 0, last = d->count - 1;
    while (first < last && stands(d, first) && stands(d, first + 1)) first++;
    if (first == last)
        return vg_fail_at(diag, VG_ERR_FORMAT, r->file, 0, r->place,
                          "the car stands still: no speed over %g m/s; expected a drive", VG_STANDING);
    while (stands(d, last) && stands(d, last - 1)) last--;
    double before = d->samples[first].value.t - d->samples[0].value.t;
    double behind = d->samples[d->count - 1].value.t - d->samples[last].value.t;
    if (!(before > STAND_MOST)) first = 0, before = 0;
    if (!(behind > STAND_MOST)) last = d->count - 1, behind = 0;
    if (before + behind > 0)
        vg_track_warn(def->import.warnings,
                      "%s: %s: the car stands for %.1f s before the drive and %.1f s behind it: left out",
                      r->file, r->place, before, behind);
    d->count = last - first + 1;
    memmove(d->samples, d->samples + first, (size_t)d->count * sizeof *d->samples);
    return VG_OK;
}

static vg_err import_drive(const vg_import_file_def *def, vg_recording *r, vg_import_file_report *out,
                           vg_diag *diag) {
    vg_import_file_drive d = {.number = r->drive};
    vg_clean_def clean = def->clean;
    clean.warnings = def->import.warnings;
    void *drives = grow(out->drives, out->drive_count, &out->drive_capacity, sizeof *out->drives);
    if (!drives) return vg_fail_memory(diag);
    out->drives = drives;
    vg_err err = vg_clean(&clean, r, &d.samples, &d.count, &d.clean, diag);
    if (!err) err = trim(def, r, &d, diag);
    if (!err) err = place(def, r, &d, diag);
    if (err) {
        vg_free(d.samples);
        return tell_bad(def, out, err, diag);
    }
    out->drives[out->drive_count++] = d;
    return import_pieces(def, r, &out->drives[out->drive_count - 1], out, diag);
}

vg_err vg_import_telemetry(const vg_import_file_def *def, vg_telemetry *telemetry, vg_import_file_report *out,
                           vg_diag *diag) {
    vg_recordings drives;
    vg_err err = vg_recordings_take(telemetry, &drives, diag);
    if (err) return tell_bad(def, out, err, diag);
    for (int32_t i = 0; i < drives.count && !err; i++) err = import_drive(def, &drives.items[i], out, diag);
    vg_recordings_free(&drives);
    return err;
}

vg_err vg_import_file(const vg_import_file_def *def, const vg_lap_format *format, const char *path,
                      const char *map, vg_import_file_report *out, vg_diag *diag) {
    vg_telemetry telemetry;
    vg_err err = vg_telemetry_read(format, path, map, def->import.warnings, &telemetry, diag);
    if (err) return tell_bad(def, out, err, diag);
    err = vg_import_telemetry(def, &telemetry, out, diag);
    vg_telemetry_free(&telemetry);
    return err;
}

vg_err vg_road_reversed(const vg_road *road, vg_road **out, vg_diag *diag) {
    *out = NULL;
    vg_road_def def = vg_road_source(road);
    double *values = vg_new(double, 4 * (int64_t)def.count);
    if (!values) return vg_fail_memory(diag);
    double *x = values, *y = x + def.count, *right = y + def.count, *left = right + def.count;
    for (int32_t i = 0; i < def.count; i++) {
        // A closed road keeps its first point, and so its start line.
        int32_t from = def.closed ? (def.count - i) % def.count : def.count - 1 - i;
        x[i] = def.x[from], y[i] = def.y[from], right[i] = def.left[from], left[i] = def.right[from];
    }
    def.x = x, def.y = y, def.right = right, def.left = left;
    vg_err err = vg_road_create(&def, out, diag);
    vg_free(values);
    return err;
}
