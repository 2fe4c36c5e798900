#include "tracks/formats/lines.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "sim/base/memory.h"
#include "tracks/borders.h"

vg_err vg_lines_begin(vg_lines *lines, const char *name, bool ring, vg_diag *diag) {
    if (lines->count == lines->capacity) {
        int32_t room = lines->capacity ? 2 * lines->capacity : 8;
        vg_line *fresh = vg_realloc(lines->items, lines->count, room, sizeof *fresh);
        if (!fresh) return vg_fail_memory(diag);
        lines->items = fresh;
        lines->capacity = room;
    }
    vg_line *line = &lines->items[lines->count++];
    *line = (vg_line){.ring = ring};
    vg_name_of(line->name, sizeof line->name, name ? name : "", name ? strlen(name) : 0);
    return VG_OK;
}

void vg_lines_free(vg_lines *lines) {
    for (int32_t i = 0; i < lines->count; i++) vg_points_free(&lines->items[i].points);
    vg_free(lines->items);
    *lines = (vg_lines){0};
}

static void place_plane(vg_lines *lines, double longitude, double latitude) {
    const vg_track_options *options = &lines->source->options;
    lines->longitude = options->at_origin ? options->longitude : longitude;
    lines->latitude = options->at_origin ? options->latitude : latitude;
    lines->plane = vg_plane_at(lines->latitude, lines->longitude);
    lines->placed = true;
}

vg_err vg_lines_add(vg_lines *lines, double x, double y, int64_t at, vg_diag *diag) {
    vg_points *points = &lines->items[lines->count - 1].points;
    double most_x = lines->geodetic ? 360 : 1e7, most_y = lines->geodetic ? 90 : 1e7;
    if (!(fabs(x) <= most_x && fabs(y) <= most_y))
        return vg_fail_at(diag, VG_ERR_FORMAT, lines->source->file, at, NULL, "(%g, %g); expected %s", x, y,
                          lines->geodetic ? "a longitude and a latitude in degrees"
                                          : "metres, at most 1e7 either way");
    if (lines->geodetic) {
        double longitude = x, latitude = y;
        if (!lines->placed) place_plane(lines, longitude, latitude);
        vg_plane_project(&lines->plane, latitude, longitude, &x, &y);
        // The plane holds for a road, not for a country.
        if (!(x * x + y * y < 1e12))
            return vg_fail_at(diag, VG_ERR_FORMAT, lines->source->file, at, NULL,
                              "longitude %g, latitude %g lies over 1000 km from the first point", longitude,
                              latitude);
    }
    int32_t last = points->count - 1;
    if (last >= 0 && points->x[last] == x && points->y[last] == y) return VG_OK;
    return vg_points_add(points, x, y, diag);
}

// --- the road ----------------------------------------------------------------------------------------------

static vg_err fail(const vg_lines *lines, vg_diag *diag, const char *text) {
    return vg_fail_at(diag, VG_ERR_FORMAT, lines->source->file, 0, NULL, "%s", text);
}

static bool contains(const char *text, const char *word) {
    size_t length = strlen(word);
    for (; *text; text++)
        if (strncasecmp(text, word, length) == 0) return true;
    return false;
}

// 'l', 'r', 'i' (inner), 'o' (outer), or 0
static char side_of(const vg_line *line) {
    return contains(line->name, "left")    ? 'l'
           : contains(line->name, "right") ? 'r'
           : contains(line->name, "inner") ? 'i'
           : contains(line->name, "outer") ? 'o'
                                           : 0;
}

static vg_line *find_side(vg_lines *lines, char side) {
    vg_line *found = NULL;
    for (int32_t i = 0; i < lines->count; i++) {
        if (side_of(&lines->items[i]) != side) continue;
        if (found) return NULL; // twice tells nothing
        found = &lines->items[i];
    }
    return found;
}

// Drop a last point that repeats the first; whether the line is closed.
static bool close_line(vg_line *line) {
    vg_points *p = &line->points;
    bool closed = line->ring || vg_points_meet(p);
    while (closed && p->count > 3) {
        double dx = p->x[p->count - 1] - p->x[0], dy = p->y[p->count - 1] - p->y[0];
        double mean = vg_points_length(p, false) / (p->count - 1);
        if (sqrt(dx * dx + dy * dy) > fmin(0.05, mean / 4)) break;
        p->count--;
    }
    return closed;
}

static vg_err take_centre(vg_line *line, const vg_lines *lines, vg_track *out, vg_diag *diag) {
    bool closed = close_line(line);
    if (line->points.count < 3) return fail(lines, diag, "fewer than 3 points; expected a line");
    vg_err err = vg_track_alloc(line->points.count, out, diag);
    if (err) return err;
    for (int32_t i = 0; i < line->points.count; i++)
        vg_track_add(out, line->points.x[i], line->points.y[i], 0, 0);
    out->closed = closed;
    return VG_OK;
}

static vg_err take_borders(vg_lines *lines, vg_line *left, vg_line *right, bool known, vg_track *out,
                           vg_diag *diag) {
    bool a = close_line(left), b = close_line(right);
    const vg_borders borders = {left->points, right->points, !known};
    return vg_track_between(&borders, a || b, lines->source->file, out, diag);
}

static void drop_empty(vg_lines *lines) {
    int32_t kept = 0;
    for (int32_t i = 0; i < lines->count; i++) {
        if (lines->items[i].points.count < 2)
            vg_points_free(&lines->items[i].points);
        else
            lines->items[kept++] = lines->items[i];
    }
    lines->count = kept;
}

vg_err vg_lines_track(vg_lines *lines, vg_track *out, vg_diag *diag) {
    *out = (vg_track){0};
    drop_empty(lines);
    vg_line *left = find_side(lines, 'l'), *right = find_side(lines, 'r');
    vg_line *inner = find_side(lines, 'i'), *outer = find_side(lines, 'o');
    vg_err err;
    if (lines->count == 0)
        err = fail(lines, diag, "no line; expected a centre line, or two borders");
    else if (lines->count == 1)
        err = take_centre(&lines->items[0], lines, out, diag);
    else if (left && right)
        err = take_borders(lines, left, right, true, out, diag);
    else if (inner && outer)
        err = take_borders(lines, inner, outer, false, out, diag);
    else if (lines->count == 2)
        err = take_borders(lines, &lines->items[0], &lines->items[1], false, out, diag);
    else
        err =
            fail(lines, diag,
                 "more than two lines; expected a centre line, or two borders, named left and right or inner "
                 "and outer");
    if (err) return err;
    snprintf(out->file, sizeof out->file, "%s", lines->source->file);
    if (!out->name[0] && lines->count == 1) snprintf(out->name, sizeof out->name, "%s", lines->items[0].name);
    out->geodetic = lines->geodetic;
    out->latitude = lines->latitude;
    out->longitude = lines->longitude;
    return VG_OK;
}
