// A road without cars: how tight it bends, distances along it, its nodes, and the places where its edges
// fold.
#include <math.h>
#include <stdio.h>

#include "eval/figures/chart_draw_private.h"
#include "eval/figures/map.h"
#include "eval/figures/map_furniture_private.h"
#include "eval/figures/ticks.h"

// The tightest curvature, except for one node in 200, which may be an artefact of a join. 0 if the road is
// straight (no bend tighter than 10 km).
static double tightest_curvature(const vg_road_view *road) {
    double most = 0, limit = INFINITY;
    for (int32_t spared = -1; spared < road->count / 200; spared++) {
        most = 0;
        for (int32_t i = 0; i < road->count; i++) {
            double k = fabsf(road->curvature[i]);
            if (k < limit && k > most) most = k;
        }
        limit = most;
        if (spared > 20) break; // precise enough for a colour
    }
    return most > 1e-4 ? most : 0;
}

static void describe(const vg_road_view *road, char *text, size_t size) {
    char length[48], widths[2][32], radius[48];
    double least = INFINITY, most = 0, bend = 0;
    for (int32_t i = 0; i < road->count; i++) {
        double width = road->left[i] + road->right[i];
        least = fmin(least, width);
        most = fmax(most, width);
        if (road->curvature) bend = fmax(bend, fabsf(road->curvature[i]));
    }
    vg_map_distance(road->length >= 1000 ? round(road->length / 10) * 10 : round(road->length), length);
    vg_axes_number(least, 1, widths[0]);
    vg_axes_number(most, 1, widths[1]);
    int used = snprintf(text, size, "%s, %s, %s%s%s m wide", length, road->closed ? "closed" : "open",
                        widths[0], most - least < 0.05 ? "" : " to ", most - least < 0.05 ? "" : widths[1]);
    if (bend > 1e-5 && used > 0 && (size_t)used < size)
        snprintf(text + used, size - (size_t)used, ", tightest bend %s m",
                 vg_axes_number(1 / bend, 1 / bend < 20 ? 1 : 0, radius));
}

// A label beside the road: its position and size.
typedef struct vg_tag {
    vg_spot at;
    double nx, ny, half; // direction away from the road, canvas units to its edge
    double x, y, width;  // middle of the text
} tag;

static tag place_tag(const vg_chart *chart, double s, bool left, double width) {
    tag t = {.at = vg_chart_at(chart, s, 0), .half = vg_chart_half(chart, s, left), .width = width};
    t.nx = left ? t.at.nx : -t.at.nx;
    t.ny = left ? t.at.ny : -t.at.ny;
    double reach = t.half + 10 + fabs(t.nx) * 0.5 * width + fabs(t.ny) * 4;
    t.x = t.at.x + t.nx * reach;
    t.y = t.at.y + t.ny * reach;
    return t;
}

// Free space around a tag: to the road and to the tags placed before; negative if they overlap.
static double room_of(const vg_chart *chart, const tag *t, const tag *others, int32_t count) {
    const vg_road_view *road = chart->road;
    double least = 1e9;
    int32_t stride = (int32_t)fmax(1, floor(3 / (road->spacing * chart->scale)));
    for (int32_t i = 0; i < road->count; i += stride) {
        double s = i * road->spacing;
        vg_spot at = vg_chart_at(chart, s, 0);
        double dx = fmax(0, fabs(at.x - t->x) - 0.5 * t->width), dy = fmax(0, fabs(at.y - t->y) - 4);
        least = fmin(least,
                     hypot(dx, dy) - fmax(vg_chart_half(chart, s, true), vg_chart_half(chart, s, false)) - 2);
    }
    for (int32_t i = 0; i < count; i++) {
        double dx = fabs(others[i].x - t->x) - 0.5 * (others[i].width + t->width),
               dy = fabs(others[i].y - t->y) - 11;
        least = fmin(least, fmax(dx, dy));
    }
    return least;
}

// A tick and the distance from the start, at regular distances, on the side with more space; without the text
// if neither side has space.
static void draw_distances(const vg_chart *chart, vg_canvas *canvas) {
    const vg_road_view *road = chart->road;
    enum { MOST = 64 };
    tag tags[MOST];
    int32_t count = 0;
    double step = vg_nice_below(fmax(road->length / 6, 110 / chart->scale));
    vg_group_begin(canvas, (vg_group){.name = "distances"});
    for (double s = step; s < road->length - 0.25 * step && count < MOST; s += step) {
        char text[48];
        double width = vg_write_width(vg_map_distance(s, text), 10, false);
        bool outside = vg_chart_left_is_outside(chart, vg_chart_at(chart, s, 0));
        tag t = place_tag(chart, s, outside, width), other = place_tag(chart, s, !outside, width);
        double room = room_of(chart, &t, tags, count), other_room = room_of(chart, &other, tags, count);
        if (room < 3 && other_room > room) t = other, room = other_room;
        vg_move(canvas, t.at.x + t.nx * (t.half + 1), t.at.y + t.ny * (t.half + 1));
        vg_line(canvas, t.at.x + t.nx * (t.half + 5), t.at.y + t.ny * (t.half + 5));
        vg_draw(canvas, (vg_ink){.stroke = VG_ROLE_MUTED, .width = 1});
        if (room < 0) continue;
        vg_write(canvas, t.x, t.y + 0.5 * VG_CAP_HEIGHT * 10, text,
                 (vg_type){.size = 10, .anchor = VG_ANCHOR_MIDDLE, .role = VG_ROLE_MUTED});
        tags[count++] = t;
    }
    vg_group_end(canvas);
}

static void draw_nodes(const vg_chart *chart, vg_canvas *canvas) {
    const vg_road_view *road = chart->road;
    int32_t stride = (int32_t)fmax(1, ceil(5 / (road->spacing * chart->scale)));
    for (int32_t i = 0; i < road->count; i += stride) {
        vg_spot at = vg_chart_at(chart, i * road->spacing, 0);
        vg_circle(canvas, at.x, at.y, 1.1);
    }
    vg_draw(canvas, (vg_ink){.fill = VG_ROLE_TEXT});
}

static void draw_folds(const vg_map_road_figure *figure, const vg_chart *chart, vg_canvas *canvas) {
    for (int32_t i = 0; i < figure->fold_count; i++) {
        vg_spot at = vg_chart_at(chart, figure->folds[i] * figure->road->spacing, 0);
        vg_circle(canvas, at.x, at.y, 0.5 * chart->width + 5);
    }
    vg_draw(canvas, (vg_ink){.stroke = VG_ROLE_EXIT, .width = 1.4});
}

static void draw_key(const vg_map_road_figure *figure, double tightest, vg_canvas *canvas) {
    double y = vg_canvas_height(canvas) - VG_MAP_MARGIN + 1, x = vg_canvas_width(canvas) - VG_MAP_MARGIN;
    char text[64], number[32];
    if (tightest > 0) {
        snprintf(text, sizeof text, "bend of %s m",
                 vg_axes_number(1 / tightest, 1 / tightest < 10 ? 1 : 0, number));
        x = vg_map_draw_ramp(canvas, x, y, "straight", text) - 22;
    }
    if (figure->fold_count == 0) return;
    const char *fold = "an edge folds over";
    vg_write(canvas, x, y, fold, (vg_type){.size = 10.5, .anchor = VG_ANCHOR_END, .role = VG_ROLE_MUTED});
    vg_circle(canvas, x - vg_write_width(fold, 10.5, false) - 12, y - 4, 4.5);
    vg_draw(canvas, (vg_ink){.stroke = VG_ROLE_EXIT, .width = 1.4});
}

vg_err vg_map_road_paint(vg_canvas *canvas, const void *context, vg_diag *diag) {
    const vg_map_road_figure *figure = context;
    char about[256];
    if (!figure->road || figure->road->count < 2)
        return vg_fail(diag, VG_ERR_ARGUMENT, "a map needs a road of 2 nodes or more");
    describe(figure->road, about, sizeof about);
    vg_paint_paper(canvas);
    double top = vg_map_draw_head(canvas, figure->title, figure->subtitle ? figure->subtitle : about);
    double side = figure->distances ? 50 : 16;
    vg_box box = {VG_MAP_MARGIN + side, top + 20, vg_canvas_width(canvas) - 2 * (VG_MAP_MARGIN + side),
                  vg_canvas_height(canvas) - top - 40 - VG_MAP_FOOT};
    vg_chart chart;
    vg_err err = vg_chart_fit(&chart, figure->road, box, figure->widen, 15, diag);
    if (!err) err = vg_chart_draw_road(&chart, canvas, diag);
    double tightest = figure->curvature ? tightest_curvature(figure->road) : 0;
    if (!err && tightest > 0) err = vg_chart_draw_curvature(&chart, canvas, tightest, diag);
    if (err) return err;
    if (figure->distances) draw_distances(&chart, canvas);
    if (figure->nodes) draw_nodes(&chart, canvas);
    vg_chart_draw_start(&chart, canvas);
    draw_folds(figure, &chart, canvas);
    vg_map_draw_scale(&chart, canvas);
    draw_key(figure, tightest, canvas);
    return VG_OK;
}

vg_err vg_map_road_write(const vg_map_road_figure *figure, const char *path, const vg_picture *given,
                         vg_diag *diag) {
    vg_picture picture = vg_picture_titled(given, figure->title, figure->subtitle);
    return vg_picture_write(&picture, vg_map_road_paint, figure, path, diag);
}
