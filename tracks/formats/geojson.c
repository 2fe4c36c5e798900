#define _GNU_SOURCE // memmem
#include "tracks/formats/geojson.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "sim/base/exact.h"
#include "tracks/formats/lines.h"

enum { DEEPEST = 20 }; // collections inside each other

static vg_err load(const vg_track_source *source, json_t **out, vg_diag *diag) {
    json_error_t error;
    // Whole numbers as real ones, too: as an integer, -0 loses its sign.
    const size_t flags = JSON_REJECT_DUPLICATES | JSON_DECODE_INT_AS_REAL;
    *out = json_loadb(source->bytes, (size_t)source->size, flags, &error);
    if (*out) return VG_OK;
    if (json_error_code(&error) == json_error_out_of_memory) return vg_fail_memory(diag);
    return vg_fail_at(diag, VG_ERR_FORMAT, source->file, error.line, NULL, "no JSON: %.150s", error.text);
}

static const char *text_of(const json_t *object, const char *key) {
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

// --- GeoJSON -----------------------------------------------------------------------------------------------

static const char *name_of(const json_t *feature) {
    static const char *const keys[] = {"side", "name", "Name", "id"};
    const json_t *properties = json_object_get(feature, "properties");
    for (int i = 0; i < 4; i++) {
        const char *name = text_of(properties, keys[i]);
        if (*name) return name;
    }
    return "";
}

static vg_err take_line(vg_lines *lines, const json_t *points, const char *name, bool ring, vg_diag *diag) {
    vg_err err = vg_lines_begin(lines, name, ring, diag);
    for (size_t i = 0; i < json_array_size(points) && !err; i++) {
        const json_t *point = json_array_get(points, i), *x = json_array_get(point, 0),
                     *y = json_array_get(point, 1);
        if (!json_is_number(x) || !json_is_number(y))
            return vg_fail_at(diag, VG_ERR_FORMAT, lines->source->file, 0, "coordinates",
                              "point %zu of the line '%s' is not [longitude, latitude]", i + 1, name);
        err = vg_lines_add(lines, json_number_value(x), json_number_value(y), 0, diag);
    }
    return err;
}

static vg_err take_geometry(vg_lines *lines, const json_t *geometry, const char *name, int depth,
                            vg_diag *diag) {
    const char *type = text_of(geometry, "type");
    const json_t *coordinates = json_object_get(geometry, "coordinates"), *parts;
    vg_err err = VG_OK;
    bool polygon = strcmp(type, "Polygon") == 0;
    if (strcmp(type, "LineString") == 0) return take_line(lines, coordinates, name, false, diag);
    if (polygon || strcmp(type, "MultiLineString") == 0)
        for (size_t i = 0; i < json_array_size(coordinates) && !err; i++)
            err = take_line(lines, json_array_get(coordinates, i), name, polygon, diag);
    if (strcmp(type, "GeometryCollection") == 0 && depth < DEEPEST) {
        parts = json_object_get(geometry, "geometries");
        for (size_t i = 0; i < json_array_size(parts) && !err; i++)
            err = take_geometry(lines, json_array_get(parts, i), name, depth + 1, diag);
    }
    return err;
}

static vg_err take_features(vg_lines *lines, const json_t *root, vg_diag *diag) {
    const char *type = text_of(root, "type");
    vg_err err = VG_OK;
    if (strcmp(type, "Feature") == 0)
        return take_geometry(lines, json_object_get(root, "geometry"), name_of(root), 0, diag);
    if (strcmp(type, "FeatureCollection") != 0) return take_geometry(lines, root, "", 0, diag);
    const json_t *features = json_object_get(root, "features");
    for (size_t i = 0; i < json_array_size(features) && !err; i++) {
        const json_t *feature = json_array_get(features, i);
        err = take_geometry(lines, json_object_get(feature, "geometry"), name_of(feature), 0, diag);
    }
    return err;
}

// --- what was written here: the road to the last bit ------------------------------------------------------

static const json_t *find_own(const json_t *root) {
    const json_t *features = json_object_get(root, "features");
    for (size_t i = 0; i < json_array_size(features); i++) {
        const json_t *road =
            json_object_get(json_object_get(json_array_get(features, i), "properties"), "road");
        if (json_is_object(road)) return road;
    }
    return NULL;
}

static vg_err take_own(const vg_track_source *source, const json_t *road, vg_track *out, vg_diag *diag) {
    static const char *const keys[] = {"x_m", "y_m", "w_right_m", "w_left_m"};
    const json_t *columns[4];
    size_t count = json_array_size(json_object_get(road, keys[0]));
    for (int c = 0; c < 4; c++) {
        columns[c] = json_object_get(road, keys[c]);
        if (json_array_size(columns[c]) != count || count < 3 || count > 1 << 24)
            return vg_fail_at(diag, VG_ERR_FORMAT, source->file, 0, keys[c],
                              "%zu numbers; expected as many as x_m has, at least 3",
                              json_array_size(columns[c]));
    }
    vg_err err = vg_track_alloc((int32_t)count, out, diag);
    for (size_t i = 0; i < count && !err; i++) {
        double v[4];
        for (int c = 0; c < 4 && !err; c++) {
            v[c] = json_number_value(json_array_get(columns[c], i));
            if (!json_is_number(json_array_get(columns[c], i)) ||
                (c < 2 ? fabs(v[c]) > 1e7 : !(v[c] > 0 && v[c] <= 1000)))
                err = vg_fail_at(diag, VG_ERR_FORMAT, source->file, 0, keys[c], "number %zu is no sound one",
                                 i + 1);
        }
        if (!err) vg_track_add(out, v[0], v[1], v[2], v[3]);
    }
    if (err) {
        vg_track_free(out);
        return err;
    }
    snprintf(out->file, sizeof out->file, "%s", source->file);
    out->closed = json_is_true(json_object_get(road, "closed"));
    out->geodetic = json_is_true(json_object_get(road, "geodetic"));
    out->latitude = json_number_value(json_object_get(road, "latitude_deg"));
    out->longitude = json_number_value(json_object_get(road, "longitude_deg"));
    return VG_OK;
}

static vg_err read_geojson(const vg_track_source *source, vg_track *out, vg_diag *diag) {
    json_t *root;
    vg_lines lines = {.source = source, .geodetic = true};
    *out = (vg_track){0};
    vg_err err = load(source, &root, diag);
    if (err) return err;
    const json_t *own = find_own(root);
    if (own)
        err = take_own(source, own, out, diag);
    else
        err = take_features(&lines, root, diag);
    if (!err && !own) err = vg_lines_track(&lines, out, diag);
    vg_lines_free(&lines);
    json_decref(root);
    return err;
}

// --- writing -----------------------------------------------------------------------------------------------

static void add_column(vg_text *out, const char *key, const double *values, int32_t count) {
    char number[32];
    vg_text_add(out, ",\n\"%s\": [", key);
    for (int32_t i = 0; i < count; i++)
        vg_text_add(out, "%s%s", i ? "," : "", vg_format_double(values[i], number));
    vg_text_add(out, "]");
}

// One line as [longitude, latitude]; side: m to the left of the centre.
static void add_line(vg_text *out, const vg_track *track, const char *name, int side) {
    vg_plane plane = vg_plane_at(track->latitude, track->longitude);
    int32_t n = track->count, last = track->closed ? n : n - 1;
    vg_text_add(out, "{\"type\": \"Feature\", \"geometry\": {\"type\": \"LineString\", \"coordinates\": [");
    for (int32_t k = 0; k <= last; k++) {
        int32_t i = k % n,
                a = i > 0           ? i - 1
                    : track->closed ? n - 1
                                    : 0,
                b = i + 1 < n       ? i + 1
                    : track->closed ? 0
                                    : n - 1;
        double tx = track->x[b] - track->x[a], ty = track->y[b] - track->y[a],
               length = sqrt(tx * tx + ty * ty);
        double off = side > 0 ? track->left[i] : side < 0 ? -track->right[i] : 0, latitude, longitude;
        if (!(length > 0)) length = 1;
        vg_plane_unproject(&plane, track->x[i] - off * ty / length, track->y[i] + off * tx / length,
                           &latitude, &longitude);
        vg_text_add(out, "%s[%.9f,%.9f]", k ? "," : "", longitude, latitude);
    }
    vg_text_add(out, "]}, \"properties\": {\"name\": \"%s\"", name);
}

static void write_geojson(const vg_track *track, vg_text *out) {
    char number[32];
    vg_text_add(out, "{\"type\": \"FeatureCollection\", \"features\": [\n");
    add_line(out, track, "centre", 0);
    vg_text_add(out, ", \"road\": {\"closed\": %s, \"geodetic\": %s", track->closed ? "true" : "false",
                track->geodetic ? "true" : "false");
    vg_text_add(out, ", \"latitude_deg\": %s", vg_format_double(track->latitude, number));
    vg_text_add(out, ", \"longitude_deg\": %s", vg_format_double(track->longitude, number));
    add_column(out, "x_m", track->x, track->count);
    add_column(out, "y_m", track->y, track->count);
    add_column(out, "w_right_m", track->right, track->count);
    add_column(out, "w_left_m", track->left, track->count);
    vg_text_add(out, "}}},\n");
    add_line(out, track, "left", 1);
    vg_text_add(out, "}},\n");
    add_line(out, track, "right", -1);
    vg_text_add(out, "}}]}\n");
}

// --- arrays of points --------------------------------------------------------------------------------------

static vg_err take_arrays(vg_lines *lines, const json_t *root, const char *name, const char *x_key,
                          const char *y_key, vg_diag *diag) {
    const json_t *x = json_object_get(root, x_key), *y = json_object_get(root, y_key);
    if (!json_is_array(x) || json_array_size(x) != json_array_size(y))
        return vg_fail_at(diag, VG_ERR_FORMAT, lines->source->file, 0, y_key,
                          "%zu numbers; expected as many as %s has", json_array_size(y), x_key);
    vg_err err = vg_lines_begin(lines, name, false, diag);
    for (size_t i = 0; i < json_array_size(x) && !err; i++) {
        const json_t *a = json_array_get(x, i), *b = json_array_get(y, i);
        if (!json_is_number(a) || !json_is_number(b))
            return vg_fail_at(diag, VG_ERR_FORMAT, lines->source->file, 0, json_is_number(a) ? y_key : x_key,
                              "value %zu is no number", i + 1);
        err = vg_lines_add(lines, json_number_value(a), json_number_value(b), 0, diag);
    }
    return err;
}

static vg_err read_arrays(const vg_track_source *source, vg_track *out, vg_diag *diag) {
    json_t *root;
    vg_lines lines = {.source = source};
    *out = (vg_track){0};
    vg_err err = load(source, &root, diag);
    if (err) return err;
    if (json_object_get(root, "X_i")) {
        err = take_arrays(&lines, root, "inner", "X_i", "Y_i", diag);
        if (!err) err = take_arrays(&lines, root, "outer", "X_o", "Y_o", diag);
    } else {
        err = take_arrays(&lines, root, "", "X", "Y", diag);
    }
    if (!err) err = vg_lines_track(&lines, out, diag);
    vg_lines_free(&lines);
    json_decref(root);
    return err;
}

// --- rows of the table -------------------------------------------------------------------------------------

static bool holds(const char *head, int64_t size, const char *text) {
    return memmem(head, (size_t)size, text, strlen(text)) != NULL;
}
static bool is_object(const char *head, int64_t size) {
    int64_t i = 0;
    while (i < size && memchr(" \t\r\n\xEF\xBB\xBF", head[i], 7)) i++;
    return i < size && head[i] == '{';
}
static bool is_geojson(const char *head, int64_t size) {
    return is_object(head, size) &&
           (holds(head, size, "\"FeatureCollection\"") || holds(head, size, "\"Feature\"") ||
            holds(head, size, "\"LineString\"") || holds(head, size, "\"MultiLineString\""));
}
static bool is_arrays(const char *head, int64_t size) {
    return is_object(head, size) && (holds(head, size, "\"X\"") || holds(head, size, "\"X_i\"")) &&
           !holds(head, size, "\"type\"");
}

const vg_track_format vg_track_format_geojson = {
    .about = {.name = "geojson",
              .endings = "geojson json",
              .summary = "GeoJSON lines in degrees: a centre line, or two borders",
              .sniff = is_geojson},
    .read = read_geojson,
    .write = write_geojson,
};
const vg_track_format vg_track_format_borders_json = {
    .about = {.name = "borders-json",
              .endings = "json",
              .summary = "JSON arrays X_i, Y_i, X_o, Y_o of border points, or X and Y of a centre line",
              .sniff = is_arrays},
    .read = read_arrays,
};
