#define _GNU_SOURCE // memmem
#include "tracks/formats/kml.h"

#include <stdlib.h>
#include <string.h>

#include "sim/base/xml_read.h"
#include "tracks/formats/lines.h"

// A number at *text, up to a blank, a comma or the end; moves *text behind it.
static bool take_number(const char **text, double *value) {
    size_t length = strcspn(*text, ", \t\r\n");
    char copy[64];
    if (length == 0 || length >= sizeof copy) return false;
    memcpy(copy, *text, length);
    copy[length] = 0;
    *text += length;
    return vg_parse_double(copy, value);
}

static vg_err fail_tuple(const vg_xml *xml, const vg_xml_node *node, const char *text, vg_diag *diag) {
    return vg_fail_at(diag, VG_ERR_FORMAT, xml->file, node->line, node->name,
                      "'%.30s'; expected longitude,latitude in degrees", text);
}

// "lon,lat[,height]" and blanks, or, with blanks in the place of commas, one point.
static vg_err take_coordinates(const vg_xml *xml, const vg_xml_node *node, vg_lines *lines, vg_diag *diag) {
    const char *text = node->text;
    bool one = strcmp(node->name, "coord") == 0;
    vg_err err = VG_OK;
    while (!err) {
        text += strspn(text, " \t\r\n");
        if (!*text) break;
        const char *tuple = text;
        double value[3];
        int count = 0;
        while (count < 3 && take_number(&text, &value[count])) {
            count++;
            if (*text == ',' || (one && *text))
                text += one ? strspn(text, " \t\r\n") : 1;
            else
                break;
        }
        if (count < 2 || (*text && !strchr(" \t\r\n", *text))) return fail_tuple(xml, node, tuple, diag);
        err = vg_lines_add(lines, value[0], value[1], node->line, diag);
        if (one) break;
    }
    return err;
}

static const char *name_of(const vg_xml_node *node) {
    for (; node; node = node->parent) {
        const vg_xml_node *name = strcmp(node->name, "Placemark") == 0 ? vg_xml_child(node, "name") : NULL;
        if (name) return name->text;
    }
    return "";
}

static vg_err take_kml(const vg_xml *xml, vg_lines *lines, vg_diag *diag) {
    vg_err err = VG_OK;
    static const char *const kinds[] = {"LineString", "LinearRing", "Track"};
    for (int k = 0; k < 3; k++)
        for (const vg_xml_node *line = NULL; !err && (line = vg_xml_find(xml->root, kinds[k], line));) {
            err = vg_lines_begin(lines, name_of(line), k == 1, diag);
            for (const vg_xml_node *at = line->child; at && !err; at = at->next)
                if (strcmp(at->name, k == 2 ? "coord" : "coordinates") == 0)
                    err = take_coordinates(xml, at, lines, diag);
        }
    return err;
}

static vg_err take_gpx(const vg_xml *xml, vg_lines *lines, vg_diag *diag) {
    vg_err err = VG_OK;
    static const char *const kinds[][2] = {{"trkseg", "trkpt"}, {"rte", "rtept"}};
    for (int k = 0; k < 2; k++)
        for (const vg_xml_node *line = NULL; !err && (line = vg_xml_find(xml->root, kinds[k][0], line));) {
            const vg_xml_node *name = vg_xml_child(k == 0 ? line->parent : line, "name");
            err = vg_lines_begin(lines, name ? name->text : "", false, diag);
            const vg_xml_node *point = vg_xml_child(line, kinds[k][1]);
            for (; point && !err; point = vg_xml_next(point, kinds[k][1])) {
                double latitude, longitude;
                err = vg_xml_double(xml, point, "lat", &latitude, diag);
                if (!err) err = vg_xml_double(xml, point, "lon", &longitude, diag);
                if (!err) err = vg_lines_add(lines, longitude, latitude, point->line, diag);
            }
        }
    return err;
}

static vg_err read(const vg_track_source *source, vg_track *out, vg_diag *diag) {
    vg_xml xml;
    vg_lines lines = {.source = source, .geodetic = true};
    *out = (vg_track){0};
    vg_err err = vg_xml_parse(source->bytes, source->size, source->file, &xml, diag);
    if (err) return err;
    err = strcmp(xml.root->name, "gpx") == 0 ? take_gpx(&xml, &lines, diag) : take_kml(&xml, &lines, diag);
    if (!err) err = vg_lines_track(&lines, out, diag);
    vg_lines_free(&lines);
    vg_xml_free(&xml);
    return err;
}

static bool is_kml(const char *head, int64_t size) { return vg_xml_begins(head, size, "kml"); }
// With times it is a drive.
static bool is_gpx(const char *head, int64_t size) {
    return vg_xml_begins(head, size, "gpx") && !memmem(head, (size_t)size, "<time>", 6);
}

const vg_track_format vg_track_format_kml = {
    .about = {.name = "kml",
              .endings = "kml",
              .summary = "Google Earth's lines: a centre line, or two borders",
              .sniff = is_kml},
    .read = read,
};
const vg_track_format vg_track_format_gpx = {
    .about = {.name = "gpx",
              .endings = "gpx",
              .summary = "a track or a route without times, as a centre line, or two as borders",
              .sniff = is_gpx},
    .read = read,
};
