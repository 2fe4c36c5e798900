// GPX: https://www.topografix.com/GPX/1/1/ (read as the schema says; speed and course are of 1.0, and of
// Garmin's TrackPointExtension v2 in 1.1).
#include "logs/import/import_gpx.h"

#include <math.h>
#include <string.h>

#include "logs/import/field.h"
#include "logs/import/globe.h"
#include "sim/base/xml_read.h"

enum { TIME, LATITUDE, LONGITUDE, SPEED, COURSE, DRIVE, COLUMNS };

// The point behind `point` of its track; NULL at the end. point NULL: the first.
static const vg_xml_node *next_point(const vg_xml_node *track, const vg_xml_node *point) {
    const vg_xml_node *segment = point ? point->parent : vg_xml_child(track, "trkseg");
    const vg_xml_node *next = point ? vg_xml_next(point, "trkpt") : vg_xml_child(segment, "trkpt");
    while (!next && segment && (segment = vg_xml_next(segment, "trkseg")))
        next = vg_xml_child(segment, "trkpt");
    return next;
}

static int32_t count_points(const vg_xml *xml) {
    int32_t count = 0;
    for (const vg_xml_node *track = vg_xml_child(xml->root, "trk"); track; track = vg_xml_next(track, "trk"))
        for (const vg_xml_node *p = NULL; (p = next_point(track, p)) && count < INT32_MAX;) count++;
    return count;
}

static vg_err take_time(const vg_xml *xml, const vg_xml_node *point, bool first, vg_telemetry *out,
                        double *seconds, vg_diag *diag) {
    const vg_xml_node *node = vg_xml_child(point, "time");
    if (!node)
        return vg_fail_at(diag, VG_ERR_FORMAT, xml->file, point->line, "time",
                          "the point has no time, as in a drawn route; expected a recorded track");
    const vg_field text = {node->text, (int64_t)strlen(node->text)};
    vg_field_time time;
    if (!vg_field_clock(&text, &time) || !time.dated)
        return vg_fail_at(diag, VG_ERR_FORMAT, xml->file, node->line, "time",
                          "'%.60s' is not a date and time; expected one as 2024-05-04T13:00:01Z", node->text);
    if (first) out->epoch = (double)time.seconds;
    *seconds = (double)time.seconds - out->epoch + time.fraction;
    return VG_OK;
}

// A number in the point's element of this name, or of its extensions; NaN if there is none.
static vg_err take_number(const vg_xml *xml, const vg_xml_node *point, const char *name, double *value,
                          vg_diag *diag) {
    *value = NAN;
    const vg_xml_node *node = vg_xml_child(point, name);
    if (!node) node = vg_xml_find(vg_xml_child(point, "extensions"), name, NULL);
    return node && node->text[0] ? vg_xml_double(xml, node, NULL, value, diag) : VG_OK;
}

static vg_err take_point(const vg_xml *xml, const vg_xml_node *point, int drive, vg_telemetry *out,
                         vg_diag *diag) {
    double row[COLUMNS] = {[DRIVE] = drive};
    vg_err err = take_time(xml, point, out->rows == 0, out, &row[TIME], diag);
    if (!err) err = vg_xml_double(xml, point, "lat", &row[LATITUDE], diag);
    if (!err) err = vg_xml_double(xml, point, "lon", &row[LONGITUDE], diag);
    if (!err) err = take_number(xml, point, "speed", &row[SPEED], diag);
    if (!err) err = take_number(xml, point, "course", &row[COURSE], diag);
    if (err) return err;
    for (int i = 0; i < COLUMNS; i++) out->columns[i].values[out->rows] = row[i];
    out->lines[out->rows++] = point->line;
    return VG_OK;
}

static vg_err read_points(const vg_xml *xml, vg_telemetry *out, vg_diag *diag) {
    static const struct {
        vg_quantity quantity;
        const char *name, *unit;
    } columns[COLUMNS] = {{VG_QUANTITY_TIME, "time", "s"},
                          {VG_QUANTITY_LATITUDE, "lat", "deg"},
                          {VG_QUANTITY_LONGITUDE, "lon", "deg"},
                          {VG_QUANTITY_SPEED, "speed", "m/s"},
                          {VG_QUANTITY_HEADING, "course", "compass deg"},
                          {VG_QUANTITY_DRIVE, "trk", "1"}};
    int32_t points = count_points(xml);
    if (points == 0)
        return vg_fail_at(
            diag, VG_ERR_FORMAT, xml->file, xml->root->line, "trkpt",
            "there is no track; expected <trk> with points and their times (a route or waypoints have none)");
    for (int i = 0; i < COLUMNS; i++)
        vg_telemetry_add(out, columns[i].quantity, columns[i].name)->unit = columns[i].unit;
    vg_err err = vg_telemetry_reserve(out, points, diag);
    int drive = 0;
    for (const vg_xml_node *track = vg_xml_child(xml->root, "trk"); !err && track;
         track = vg_xml_next(track, "trk"), drive++)
        for (const vg_xml_node *p = NULL; !err && (p = next_point(track, p));)
            err = take_point(xml, p, drive, out, diag);
    if (!err) vg_telemetry_drop_empty(out);
    return err;
}

static vg_err read(const vg_telemetry_source *source, vg_telemetry *out, vg_diag *diag) {
    *out = (vg_telemetry){.file = source->file};
    vg_xml xml;
    vg_err err = vg_xml_parse(source->bytes, source->size, source->file, &xml, diag);
    if (err) return err;
    err = read_points(&xml, out, diag);
    if (!err) err = vg_globe_settle(out, &(vg_globe_marks){0}, source->warnings, diag);
    vg_xml_free(&xml);
    if (err) vg_telemetry_free(out);
    return err;
}

static bool sniff(const char *head, int64_t size) { return vg_xml_begins(head, size, "gpx"); }

const vg_lap_format vg_lap_format_gpx = {
    .about = {.name = "gpx",
              .endings = "gpx",
              .summary = "tracks of a GPX file, with times",
              .help =
                  "Each track is a drive. Speed and course are taken where the file has them. Routes and\n"
                  "waypoints have no times and are no laps.",
              .examples = "verge import gpx session.gpx --road circuit.csv --car kart --out session.vlog",
              .sniff = sniff},
    .read = read,
};
