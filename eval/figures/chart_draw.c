// The layers of a map: road, curvature, traces, exits, start.
#include "eval/figures/chart_draw_private.h"

#include <math.h>
#include <stdio.h>

#include "sim/base/exact.h"
#include "sim/base/memory.h"

// Points of a line under construction, [room] each.
typedef struct vg_line_buffer {
    double *x, *y;
    int64_t count;
} line_buffer;

static void free_buffer(line_buffer *buffer) {
    vg_free(buffer->x);
    vg_free(buffer->y);
    *buffer = (line_buffer){0};
}

static vg_err make_buffer(line_buffer *buffer, int64_t room, vg_diag *diag) {
    *buffer = (line_buffer){.x = vg_new(double, room), .y = vg_new(double, room)};
    if (buffer->x && buffer->y) return VG_OK;
    free_buffer(buffer);
    return vg_fail_memory(diag);
}

static void put(line_buffer *buffer, double x, double y) {
    buffer->x[buffer->count] = x;
    buffer->y[buffer->count++] = y;
}

// --- the road --------------------------------------------------------------------------------------------

// A closed road has one step more than an open one: node `count` is node 0.
static int32_t steps_of(const vg_road_view *road) { return road->closed ? road->count : road->count - 1; }

static void put_centre(const vg_chart *chart, line_buffer *buffer, int32_t node) {
    vg_spot spot = vg_chart_at(chart, node % chart->road->count * chart->road->spacing, 0);
    put(buffer, spot.x, spot.y);
}

// The middle between the edges, along which the strokes of the road run.
static void put_middle(const vg_chart *chart, line_buffer *buffer, int32_t node) {
    const vg_road_view *road = chart->road;
    int32_t i = node % road->count;
    double middle = 0.5 * (road->left[i] - road->right[i]);
    vg_spot spot = vg_chart_at(chart, i * road->spacing, 0);
    put(buffer, spot.x + spot.nx * middle * chart->widen * chart->scale,
        spot.y + spot.ny * middle * chart->widen * chart->scale);
}

static const double WIDTH_STEP = 0.25; // canvas units

static int32_t width_step(const vg_chart *chart, int32_t node) {
    const vg_road_view *road = chart->road;
    int32_t i = node % road->count;
    double width = (double)(road->left[i] + road->right[i]) * chart->widen * chart->scale;
    return (int32_t)lround(width / WIDTH_STEP);
}

// Whether a round end of this run would reach beyond an open road.
static bool near_open_end(const vg_chart *chart, int32_t begin, int32_t end, int32_t steps) {
    int32_t nodes = begin < steps - end ? begin : steps - end;
    return !chart->road->closed && nodes * chart->road->spacing * chart->scale < chart->width;
}

// For a road whose edges fold as drawn: draws strokes along its middle, each run as wide as the road is
// there. At a bend that is tighter than the road is wide, a stroke stays whole, but the edges would fold
// over. Runs end round, so that no seam shows; the ends of an open road are cut straight.
static void draw_strip(const vg_chart *chart, vg_canvas *canvas, line_buffer *buffer, vg_role role,
                       double extra) {
    const vg_road_view *road = chart->road;
    int32_t steps = steps_of(road), begin = 0;
    while (begin < steps) {
        int32_t width = width_step(chart, begin), end = begin + 1;
        while (end < steps && width_step(chart, end) == width) end++;
        bool whole = road->closed && begin == 0 && end == steps;
        bool cut = near_open_end(chart, begin, end, steps);
        int32_t from = cut && begin > 0 ? begin - 1 : begin, to = cut && end < steps ? end + 1 : end;
        buffer->count = 0;
        for (int32_t i = from; i <= to - whole; i++) put_middle(chart, buffer, i);
        vg_polyline(canvas, buffer->x, buffer->y, buffer->count, whole);
        vg_draw(canvas, (vg_ink){.stroke = role,
                                 .width = fmax(0.8, WIDTH_STEP * width) + extra,
                                 .cap = cut ? VG_CAP_BUTT : VG_CAP_ROUND});
        begin = end;
    }
}

// One edge as it is drawn, along the road's direction or against it.
static void put_edge(const vg_chart *chart, line_buffer *buffer, bool left, bool backwards) {
    const vg_road_view *road = chart->road;
    buffer->count = 0;
    for (int32_t k = 0; k < road->count; k++) {
        int32_t i = backwards ? road->count - 1 - k : k;
        vg_spot spot = vg_chart_at(chart, i * road->spacing, left ? road->left[i] : -road->right[i]);
        put(buffer, spot.x, spot.y);
    }
}

// Whether an edge, as drawn, runs against the road anywhere.
static bool folds(const vg_chart *chart, line_buffer *buffer, bool left) {
    const vg_road_view *road = chart->road;
    put_edge(chart, buffer, left, false);
    for (int32_t i = 0; i < steps_of(road); i++) {
        int32_t k = (i + 1) % road->count;
        double dx = road->x[k] - road->x[i], dy = road->y[i] - road->y[k]; // y down
        if ((buffer->x[k] - buffer->x[i]) * dx + (buffer->y[k] - buffer->y[i]) * dy <= 0) return true;
    }
    return false;
}

// The road between its true edges. If it crosses itself both windings add up, so the nonzero rule fills it.
static void draw_between_edges(const vg_chart *chart, vg_canvas *canvas, line_buffer *buffer) {
    bool closed = chart->road->closed;
    for (int32_t left = 0; left < 2; left++) {
        put_edge(chart, buffer, left, false);
        vg_polyline(canvas, buffer->x, buffer->y, buffer->count, closed);
    }
    vg_draw(canvas, (vg_ink){.stroke = VG_ROLE_EDGE, .width = 1.5});
    put_edge(chart, buffer, true, false);
    vg_polyline(canvas, buffer->x, buffer->y, buffer->count, closed);
    put_edge(chart, buffer, false, true);
    if (closed) {
        vg_polyline(canvas, buffer->x, buffer->y, buffer->count, true);
    } else {
        for (int64_t i = 0; i < buffer->count; i++) vg_line(canvas, buffer->x[i], buffer->y[i]);
        vg_close(canvas);
    }
    vg_draw(canvas, (vg_ink){.fill = VG_ROLE_ROAD});
}

// In the road's frame, so that they are as wide as the road is drawn; a box as what it takes of the road.
static void draw_obstacles(const vg_chart *chart, vg_canvas *canvas) {
    enum { CORNERS = 16 };
    const vg_road_view *road = chart->road;
    if (road->obstacle_count == 0) return;
    vg_group_begin(canvas, (vg_group){.name = "obstacles"});
    for (int32_t k = 0; k < road->obstacle_count; k++) {
        const vg_road_obstacle *o = &road->obstacles[k];
        double middle = 0.5 * (o->left + o->right), half = 0.5 * (o->left - o->right);
        double x[CORNERS], y[CORNERS];
        for (int32_t i = 0; i < CORNERS; i++) {
            double sine, cosine, square = o->shape.radius > 0 ? 1 : 1.4142135623730951;
            vg_sincos(2 * VG_PI * (i + 0.5) / CORNERS, &sine, &cosine);
            double along = fmax(-1, fmin(1, square * cosine)), across = fmax(-1, fmin(1, square * sine));
            double s = o->s + along * (along > 0 ? o->after : o->before);
            if (road->closed) s -= road->length * floor(s / road->length);
            vg_spot at = vg_chart_at(chart, s, middle + across * half);
            x[i] = at.x, y[i] = at.y;
        }
        vg_polyline(canvas, x, y, CORNERS, true);
        vg_draw(canvas, (vg_ink){.fill = VG_ROLE_EDGE, .stroke = VG_ROLE_START, .width = 0.6});
    }
    vg_group_end(canvas);
}

vg_err vg_chart_draw_road(const vg_chart *chart, vg_canvas *canvas, vg_diag *diag) {
    line_buffer buffer;
    vg_err err = make_buffer(&buffer, (int64_t)chart->road->count + 4, diag);
    if (err) return err;
    vg_group_begin(canvas, (vg_group){.name = "road"});
    if (!folds(chart, &buffer, true) && !folds(chart, &buffer, false)) {
        draw_between_edges(chart, canvas, &buffer);
    } else {
        draw_strip(chart, canvas, &buffer, VG_ROLE_EDGE, 1.5);
        draw_strip(chart, canvas, &buffer, VG_ROLE_ROAD, 0);
    }
    if (chart->width >= 8) {
        buffer.count = 0;
        for (int32_t i = 0; i < chart->road->count; i++) put_centre(chart, &buffer, i);
        vg_polyline(canvas, buffer.x, buffer.y, buffer.count, chart->road->closed);
        vg_draw(canvas, (vg_ink){.stroke = VG_ROLE_CENTRE, .width = 0.8, .dash = 5, .gap = 4});
    }
    vg_group_end(canvas);
    free_buffer(&buffer);
    draw_obstacles(chart, canvas);
    return VG_OK;
}

vg_err vg_chart_draw_curvature(const vg_chart *chart, vg_canvas *canvas, double tightest, vg_diag *diag) {
    const vg_road_view *road = chart->road;
    line_buffer buffer;
    vg_err err = make_buffer(&buffer, (int64_t)road->count + 4, diag);
    if (err) return err;
    int32_t steps = steps_of(road), begin = 0;
    vg_group_begin(canvas, (vg_group){.name = "curvature"});
    while (begin < steps) {
        vg_role role = vg_role_ramp(fmin(fabsf(road->curvature[begin]) / tightest, 0.999));
        int32_t end = begin + 1;
        while (end < steps && vg_role_ramp(fmin(fabsf(road->curvature[end]) / tightest, 0.999)) == role)
            end++;
        buffer.count = 0;
        int32_t from = begin > 0 ? begin - 1 : begin; // overlaps the last one, so that no seam shows
        for (int32_t i = from; i <= end; i++) put_centre(chart, &buffer, i);
        vg_polyline(canvas, buffer.x, buffer.y, buffer.count, false);
        vg_draw(canvas, (vg_ink){.stroke = role, .width = fmax(1.4, 0.45 * chart->width)});
        begin = end;
    }
    vg_group_end(canvas);
    free_buffer(&buffer);
    return VG_OK;
}

// --- cars ------------------------------------------------------------------------------------------------

static vg_spot spot_of(const vg_chart *chart, const vg_map_trace *trace, int64_t i) {
    if (isfinite(trace->s[i]) && isfinite(trace->offset[i]))
        return vg_chart_at(chart, trace->s[i], trace->offset[i]);
    return (vg_spot){.x = NAN, .y = NAN, .level = NAN};
}

// The parts of a trace whose steps have this role; a step takes the larger drift of its ends.
static void add_trace(vg_canvas *canvas, line_buffer *buffer, const vg_spot *spots, int64_t count,
                      vg_role role) {
    buffer->count = 0;
    vg_spot last = {.x = NAN};
    for (int64_t i = 0; i < count; i++) {
        vg_spot now = spots[i];
        bool step = !isnan(last.x) && !isnan(now.x) && vg_role_ramp(fmax(last.level, now.level)) == role;
        if (step) {
            if (buffer->count == 0) put(buffer, last.x, last.y);
            put(buffer, now.x, now.y);
        } else if (buffer->count > 0) {
            vg_polyline(canvas, buffer->x, buffer->y, buffer->count, false);
            buffer->count = 0;
        }
        last = now;
    }
    if (buffer->count > 0) vg_polyline(canvas, buffer->x, buffer->y, buffer->count, false);
}

vg_err vg_chart_draw_traces(const vg_chart *chart, vg_canvas *canvas, const vg_map_trace *traces,
                            int32_t count, vg_diag *diag) {
    int64_t longest = 0, points = 0;
    for (int32_t i = 0; i < count; i++) {
        longest = traces[i].count > longest ? traces[i].count : longest;
        points += traces[i].count;
    }
    line_buffer buffer;
    vg_err err = make_buffer(&buffer, longest + 1, diag);
    if (err) return err;
    vg_spot *spots = vg_new(vg_spot, points), *end = spots; // once, not for every role
    if (!spots) {
        free_buffer(&buffer);
        return vg_fail_memory(diag);
    }
    for (int32_t i = 0; i < count; i++)
        for (int64_t k = 0; k < traces[i].count; k++) *end++ = spot_of(chart, &traces[i], k);
    double width = fmin(1.4, fmax(0.8, 0.09 * chart->width));
    vg_group_begin(canvas, (vg_group){.name = "traces"});
    // Low drift is drawn first, so that nothing hides a departure.
    for (vg_role role = VG_ROLE_RAMP_0; role <= VG_ROLE_RAMP_9; role++) {
        const vg_spot *at = spots;
        for (int32_t i = 0; i < count; at += traces[i++].count)
            add_trace(canvas, &buffer, at, traces[i].count, role);
        vg_draw(canvas,
                (vg_ink){.stroke = role, .width = width, .cap = VG_CAP_ROUND, .stroke_opacity = 0.85});
    }
    vg_group_end(canvas);
    vg_free(spots);
    free_buffer(&buffer);
    return VG_OK;
}

vg_err vg_chart_draw_line(const vg_chart *chart, vg_canvas *canvas, const vg_map_trace *trace, vg_ink ink,
                          vg_diag *diag) {
    line_buffer buffer;
    vg_err err = make_buffer(&buffer, trace->count, diag);
    if (err) return err;
    for (int64_t i = 0; i < trace->count; i++) {
        vg_spot spot = spot_of(chart, trace, i);
        put(&buffer, spot.x, spot.y);
    }
    vg_polyline(canvas, buffer.x, buffer.y, buffer.count, false);
    vg_draw(canvas, ink);
    free_buffer(&buffer);
    return VG_OK;
}

char *vg_chart_episode(const char *road, vg_map_episode episode, char *buffer) {
    int used = snprintf(buffer, VG_CHART_EPISODE, "%.*s:%d", VG_CHART_EPISODE - 48, road, (int)episode.start);
    if (episode.training > 1)
        snprintf(buffer + used, (size_t)(VG_CHART_EPISODE - used), ";training=%d", (int)episode.training);
    return buffer;
}

static void begin_episode(vg_canvas *canvas, const char *road, vg_map_episode episode) {
    char address[VG_CHART_EPISODE], title[VG_CHART_EPISODE];
    int used = snprintf(title, sizeof title, "%.250s, start %d", road, (int)episode.start);
    if (episode.training > 1)
        snprintf(title + used, sizeof title - (size_t)used, ", training seed %d", (int)episode.training);
    vg_group_begin(canvas, (vg_group){.title = title, .episode = vg_chart_episode(road, episode, address)});
}

void vg_chart_draw_exits(const vg_chart *chart, vg_canvas *canvas, const vg_chart_exits *exits,
                         double radius) {
    bool plays = exits->road && exits->episodes;
    vg_group_begin(canvas, (vg_group){.name = "exits"});
    for (int64_t i = 0; i < exits->places.count; i++) {
        vg_spot spot = spot_of(chart, &exits->places, i);
        if (plays) begin_episode(canvas, exits->road, exits->episodes[i]);
        vg_circle(canvas, spot.x, spot.y, radius);
        vg_draw(canvas, (vg_ink){.fill = exits->roles ? exits->roles[i] : VG_ROLE_EXIT,
                                 .stroke = VG_ROLE_PAPER,
                                 .width = 0.3 * radius});
        if (plays) vg_group_end(canvas);
    }
    vg_group_end(canvas);
}

// A bar across the road at s = 0, and beside it an arrow in the driving direction.
void vg_chart_draw_start(const vg_chart *chart, vg_canvas *canvas) {
    vg_spot at = vg_chart_at(chart, 0, 0);
    double left = vg_chart_half(chart, 0, true) + 2, right = vg_chart_half(chart, 0, false) + 2;
    vg_group_begin(canvas, (vg_group){.name = "start"});
    vg_move(canvas, at.x + at.nx * left, at.y + at.ny * left);
    vg_line(canvas, at.x - at.nx * right, at.y - at.ny * right);
    vg_draw(canvas, (vg_ink){.stroke = VG_ROLE_START, .width = 2});
    bool outside = vg_chart_left_is_outside(chart, at);
    double side = outside ? left + 5 : -right - 5, fx = -at.ny,
           fy = at.nx; // the forward direction: left turned clockwise
    double x = at.x + at.nx * side, y = at.y + at.ny * side;
    vg_move(canvas, x, y);
    vg_line(canvas, x + fx * 14, y + fy * 14);
    vg_draw(canvas, (vg_ink){.stroke = VG_ROLE_START, .width = 1.5});
    vg_move(canvas, x + fx * 20, y + fy * 20);
    vg_line(canvas, x + fx * 12 + at.nx * 3.6, y + fy * 12 + at.ny * 3.6);
    vg_line(canvas, x + fx * 12 - at.nx * 3.6, y + fy * 12 - at.ny * 3.6);
    vg_close(canvas);
    vg_draw(canvas, (vg_ink){.fill = VG_ROLE_START});
    vg_group_end(canvas);
}
