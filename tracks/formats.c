#include "tracks/formats.h"

#include <math.h>
#include <stdio.h>

#include "sim/base/memory.h"
#include "tracks/borders.h"
#include "tracks/formats/commonroad.h"
#include "tracks/formats/cones.h"
#include "tracks/formats/csv.h"
#include "tracks/formats/geojson.h"
#include "tracks/formats/kml.h"
#include "tracks/formats/lanelet2.h"
#include "tracks/formats/ros_map.h"
#include "tracks/formats/torcs.h"
#include "tracks/formats/xodr.h"
#include "tracks/obstacles.h"

// If the content fits no format and several have the file's ending, the first of them reads it.
// Cones are a table of points, so they come before it.
// clang-format off
const vg_format *const vg_track_formats[] = {
    &vg_track_format_tum.about,
    &vg_track_format_plain.about,
    &vg_track_format_cones.about,
    &vg_track_format_borders.about,
    &vg_track_format_points.about,
    &vg_track_format_geojson.about,
    &vg_track_format_borders_json.about,
    &vg_track_format_kml.about,
    &vg_track_format_gpx.about,
    &vg_track_format_xodr.about,
    &vg_track_format_commonroad.about,
    &vg_track_format_lanelet2.about,
    &vg_track_format_torcs.about,
    &vg_track_format_ros_map.about,
    NULL,
};
// clang-format on

enum { FORMATS = sizeof vg_track_formats / sizeof *vg_track_formats - 1 };

const vg_track_format *vg_track_format_at(int32_t i) {
    return i >= 0 && i < FORMATS ? (const vg_track_format *)vg_track_formats[i] : NULL;
}

// An error whose text ends with a list of formats.
static vg_err fail_listing(vg_err err, const char *file, const char *says, const vg_format *const *table,
                           vg_diag *diag) {
    vg_text names = {0};
    vg_format_list(table, &names);
    err =
        names.failed ? vg_fail_memory(diag) : vg_fail_at(diag, err, file, 0, NULL, "%s%s", says, names.bytes);
    vg_text_free(&names);
    return err;
}

// What no road may hold, whatever format it came in: NULL, or what point i is blamed for.
static const char *fault_of(const vg_track *t, int32_t i) {
    if (!(fabs(t->x[i]) <= 1e7 && fabs(t->y[i]) <= 1e7)) return "lies over 1e7 m away";
    if (!(t->left[i] <= 1000 && t->right[i] <= 1000)) return "is over 1000 m from an edge";
    if (i > 0 && t->x[i] == t->x[i - 1] && t->y[i] == t->y[i - 1]) return "lies where the one before it does";
    return NULL;
}

// The width asked for, where there is one; a line without widths needs it. Then every point is checked.
static vg_err set_width(const vg_track_options *options, const char *file, vg_track *track, vg_diag *diag) {
    vg_err err = VG_OK;
    for (int32_t i = 0; i < track->count && !err; i++) {
        if (options->width > 0) track->right[i] = track->left[i] = options->width / 2;
        if (!(track->right[i] > 0 && track->left[i] > 0))
            err = vg_fail_at(
                diag, VG_ERR_FORMAT, file, 0, NULL,
                "a line without widths; say how wide the road is: verge track convert %.100s --width M "
                "--out road.csv",
                file);
        const char *fault = err ? NULL : fault_of(track, i);
        if (fault)
            err = vg_fail_at(diag, VG_ERR_FORMAT, file, track->line[i], NULL,
                             "point %d of the road, (%g, %g), %s", i + 1, track->x[i], track->y[i], fault);
    }
    if (err) vg_track_free(track);
    return err;
}

static vg_err settle(vg_track *track, vg_diag *diag) {
    vg_err err = vg_track_settle_obstacles(track, diag);
    if (err) vg_track_free(track);
    return err;
}

vg_err vg_track_parse(const char *bytes, int64_t size, const char *file, const vg_warnings *warnings,
                      vg_track *out, vg_diag *diag) {
    return vg_track_parse_as(&(vg_track_options){0}, bytes, size, file, warnings, out, diag);
}

vg_err vg_track_parse_as(const vg_track_options *options, const char *bytes, int64_t size, const char *file,
                         const vg_warnings *warnings, vg_track *out, vg_diag *diag) {
    *out = (vg_track){0};
    const vg_track_format *format =
        (const vg_track_format *)vg_format_of(vg_track_formats, file, bytes, size);
    if (!format || !format->read)
        return fail_listing(VG_ERR_FORMAT, file,
                            "is not a road in a format that verge reads: ", vg_track_formats, diag);
    const vg_track_source source = {bytes, size, file, warnings, *options};
    vg_err err = format->read(&source, out, diag);
    if (!err) err = set_width(options, file, out, diag);
    if (!err) err = settle(out, diag);
    if (!err) vg_track_name_by_file(out, file);
    return err;
}

vg_err vg_track_read_file(const char *path, const vg_warnings *warnings, vg_track *out, vg_diag *diag) {
    return vg_track_read_file_as(&(vg_track_options){0}, path, warnings, out, diag);
}

vg_err vg_track_read_file_as(const vg_track_options *options, const char *path, const vg_warnings *warnings,
                             vg_track *out, vg_diag *diag) {
    *out = (vg_track){0};
    char *bytes;
    int64_t size;
    vg_err err = vg_file_read(path, 0, &bytes, &size, diag);
    if (err) return err;
    err = vg_track_parse_as(options, bytes, size, path, warnings, out, diag);
    vg_free(bytes);
    return err;
}

vg_err vg_track_read_borders(const vg_track_options *options, const char *left, const char *right,
                             const vg_warnings *warnings, vg_track *out, vg_diag *diag) {
    const char *paths[2] = {left, right};
    vg_track lines[2] = {0};
    vg_track_options each = *options;
    vg_err err = VG_OK;
    *out = (vg_track){0};
    each.width = 1; // of the border: it is not used
    for (int i = 0; i < 2 && !err; i++) {
        err = vg_track_read_file_as(&each, paths[i], warnings, &lines[i], diag);
        each.at_origin = each.at_origin || lines[i].geodetic;
        if (i == 0 && !options->at_origin)
            each.latitude = lines[0].latitude, each.longitude = lines[0].longitude;
    }
    if (!err && lines[0].geodetic != lines[1].geodetic)
        err = vg_fail_at(diag, VG_ERR_MISMATCH, right, 0, NULL,
                         "one border is in degrees, the other in metres");
    if (!err) {
        const vg_borders borders = {
            {lines[0].x, lines[0].y, lines[0].count, 0}, {lines[1].x, lines[1].y, lines[1].count, 0}, false};
        err = vg_track_between(&borders, !vg_track_is_lane(&lines[0]) && !vg_track_is_lane(&lines[1]), left,
                               out, diag);
    }
    if (!err) err = set_width(options, left, out, diag);
    if (!err) {
        out->geodetic = lines[0].geodetic;
        out->latitude = lines[0].latitude, out->longitude = lines[0].longitude;
        snprintf(out->file, sizeof out->file, "%s", left);
        vg_track_name_by_file(out, left);
    }
    for (int i = 0; i < 2; i++) vg_track_free(&lines[i]);
    return err;
}

vg_err vg_track_format_to_write(const char *path, const vg_track_format **out, vg_diag *diag) {
    const vg_format *writers[FORMATS + 1] = {NULL};
    int32_t count = 0;
    *out = NULL;
    for (int32_t i = 0; i < FORMATS && !*out; i++) {
        const vg_track_format *format = vg_track_format_at(i);
        if (!format->write) continue;
        if (vg_format_has_ending(&format->about, path)) *out = format;
        writers[count++] = &format->about;
    }
    if (*out) return VG_OK;
    return fail_listing(VG_ERR_ARGUMENT, path, "does not end like a road format that verge writes: ", writers,
                        diag);
}

vg_err vg_track_write_file(const vg_track *track, const vg_track_format *format, const char *path,
                           vg_overwrite overwrite, vg_diag *diag) {
    vg_text text = {0};
    format->write(track, &text);
    vg_err err =
        text.failed ? vg_fail_memory(diag) : vg_file_write(path, text.bytes, text.size, overwrite, diag);
    vg_text_free(&text);
    return err;
}
