#include "app/scene/landscape_road.h"

#include <cairo.h>
#include <math.h>
#include <stdio.h>

#include "app/scene/panel.h"

// m: how far beyond the edges each thing is painted.
static const double VERGE = 1.6, KERB = 0.95, GRAVEL = VG_LANDSCAPE_GRAVEL, REACH = 14;
// 1/m: a bend this tight has kerbs; at the second value gravel has its full width.
static const double BEND = 1 / 160.0, TIGHT = 1 / 45.0;

// The part of the road that the tile shows: nodes first to first + count - 1, which may run over the end.
typedef struct run {
    const vg_tile *tile;
    const vg_road_view *road;
    int32_t first, count;
} run;

// The point of node k of the run, at `offset` to the left of the centreline.
static void at(const run *r, int32_t k, double offset, double *x, double *y) {
    int32_t i = (r->first + k) % r->road->count;
    double heading = r->road->heading[i];
    *x = r->road->x[i] - offset * sin(heading);
    *y = r->road->y[i] + offset * cos(heading);
}

static double left_of(const run *r, int32_t k) { return r->road->left[(r->first + k) % r->road->count]; }
static double right_of(const run *r, int32_t k) { return r->road->right[(r->first + k) % r->road->count]; }
static double curvature_of(const run *r, int32_t k) {
    return r->road->curvature[(r->first + k) % r->road->count];
}
static double half_of(const run *r, int32_t k, int side) { return side > 0 ? left_of(r, k) : right_of(r, k); }

// The path of a band from node a to node b, on one side (1: left, -1: right) from `from` to `to` beyond the
// edge.
static void band(const run *r, int32_t a, int32_t b, int side, double from, double to) {
    double x, y;
    for (int32_t k = a; k <= b; k++) {
        at(r, k, side * (half_of(r, k, side) + from), &x, &y);
        cairo_line_to(r->tile->cairo, x, y);
    }
    for (int32_t k = b; k >= a; k--) {
        at(r, k, side * (half_of(r, k, side) + to), &x, &y);
        cairo_line_to(r->tile->cairo, x, y);
    }
    cairo_close_path(r->tile->cairo);
}

// The path of the whole width, `more` beyond the edges.
static void surface(const run *r, double more) {
    double x, y;
    for (int32_t k = 0; k < r->count; k++) {
        at(r, k, left_of(r, k) + more, &x, &y);
        cairo_line_to(r->tile->cairo, x, y);
    }
    for (int32_t k = r->count - 1; k >= 0; k--) {
        at(r, k, -right_of(r, k) - more, &x, &y);
        cairo_line_to(r->tile->cairo, x, y);
    }
    cairo_close_path(r->tile->cairo);
}

static void fill(const run *r, uint32_t rgb, double opacity) {
    vg_panel_colour(r->tile->cairo, rgb, opacity);
    cairo_fill(r->tile->cairo);
}

double vg_landscape_gravel(double curvature, int side) {
    double bend = -side * curvature; // > 0 on the outside
    return GRAVEL * fmin(fmax((bend - BEND) / (TIGHT - BEND), 0), 1);
}

static void paint_gravel(const run *r) {
    for (int side = -1; side <= 1; side += 2) {
        double x, y;
        for (int way = 0; way < 2; way++) {
            for (int32_t k = 0; k < r->count; k++) {
                int32_t n = way ? r->count - 1 - k : k;
                double width = vg_landscape_gravel(curvature_of(r, n), side);
                at(r, n, side * (half_of(r, n, side) + (way ? width : -0.5)), &x, &y);
                cairo_line_to(r->tile->cairo, x, y);
            }
        }
        cairo_close_path(r->tile->cairo);
        fill(r, 0xb9a67c, 1);
    }
}

// Red and white blocks of about 1.5 m beyond the edges of bends, counted from the start of the road.
static void paint_kerbs(const run *r) {
    double spacing = r->road->spacing;
    int32_t block = (int32_t)fmax(1, round(1.5 / spacing));
    for (int side = -1; side <= 1; side += 2) {
        for (int32_t k = 0; k + 1 < r->count; k++) {
            double bend = side * curvature_of(r, k); // > 0 on the inside
            if (bend < BEND && bend > -1.6 * BEND) continue;
            int32_t node = (r->first + k) % r->road->count;
            band(r, k, k + 1, side, -0.05, KERB);
            fill(r, node / block % 2 ? 0xe9e6e0 : 0xc23a31, 1);
        }
    }
}

static void stroke_along(const run *r, int side, double inside, double width, uint32_t rgb, double opacity) {
    double x, y;
    for (int32_t k = 0; k < r->count; k++) {
        at(r, k, side ? side * (half_of(r, k, side) - inside) : 0, &x, &y);
        cairo_line_to(r->tile->cairo, x, y);
    }
    cairo_set_line_width(r->tile->cairo, width);
    vg_panel_colour(r->tile->cairo, rgb, opacity);
    cairo_stroke(r->tile->cairo);
}

static void paint_centre(const run *r) {
    // Dashes of 3 m every 9 m, in step with the road.
    double from = fmod(r->first * r->road->spacing, 9);
    cairo_set_dash(r->tile->cairo, (double[]){3, 6}, 2, from);
    stroke_along(r, 0, 0, 0.12, 0xffffff, 0.28);
    cairo_set_dash(r->tile->cairo, NULL, 0, 0);
}

// Wheel tracks: a darker band on either side of the middle.
static void paint_wear(const run *r) {
    double x, y;
    for (int side = -1; side <= 1; side += 2) {
        for (int32_t k = 0; k < r->count; k++) {
            at(r, k, side * 0.75, &x, &y);
            cairo_line_to(r->tile->cairo, x, y);
        }
        cairo_set_line_width(r->tile->cairo, 0.55);
        vg_panel_colour(r->tile->cairo, 0x1d2023, 0.16);
        cairo_stroke(r->tile->cairo);
    }
}

// Squares across the road, two rows of them.
static void paint_start(const vg_tile *tile, double s) {
    vg_road_point p = vg_road_at(tile->landscape->road, s);
    if (p.x < tile->west - 40 || p.x > tile->east + 40 || p.y < tile->south - 40 || p.y > tile->north + 40)
        return;
    double width = p.left + p.right;
    int columns = (int)fmax(2, round(width / 0.7));
    double across = width / columns;
    cairo_save(tile->cairo);
    cairo_translate(tile->cairo, p.x, p.y);
    cairo_rotate(tile->cairo, p.heading);
    for (int row = 0; row < 2; row++) {
        for (int column = 0; column < columns; column++) {
            cairo_rectangle(tile->cairo, row * 0.7 - 0.7, -p.right + column * across, 0.7, across);
            vg_panel_colour(tile->cairo, (row + column) % 2 ? 0xf4f4f2 : 0x17191b, 1);
            cairo_fill(tile->cairo);
        }
    }
    cairo_restore(tile->cairo);
}

// A board beside the road every 100 m, turned so that a driver who passes can read it.
static void paint_marks(const vg_tile *tile) {
    const vg_road_view *road = &tile->landscape->view;
    char text[16];
    for (double s = 100; s < road->length - 30; s += 100) {
        vg_road_point p = vg_road_at(tile->landscape->road, s);
        if (p.x < tile->west - 40 || p.x > tile->east + 40 || p.y < tile->south - 40 ||
            p.y > tile->north + 40)
            continue;
        snprintf(text, sizeof text, "%d", (int)s);
        cairo_save(tile->cairo);
        cairo_translate(tile->cairo, p.x, p.y);
        cairo_rotate(tile->cairo, p.heading - M_PI / 2); // now ahead is y
        cairo_translate(tile->cairo, p.right + KERB + 0.7, 0);
        cairo_scale(tile->cairo, 1, -1);
        vg_panel_type type = {.size = 1.7, .bold = true, .colour = 0xf6f6f2};
        double width = vg_panel_text_width(tile->cairo, text, type);
        cairo_rectangle(tile->cairo, 0, -1.15, width + 0.9, 2.3);
        vg_panel_colour(tile->cairo, 0x20433a, 0.92);
        cairo_fill(tile->cairo);
        vg_panel_text(tile->cairo, 0.45, 0.62, text, type);
        cairo_restore(tile->cairo);
    }
}

// An island: a kerb round a piece of paving.
static void paint_island(const vg_tile *tile, const vg_obstacle *o, double inside, uint32_t colour) {
    cairo_save(tile->cairo);
    cairo_translate(tile->cairo, o->x, o->y);
    cairo_rotate(tile->cairo, o->heading);
    if (o->radius > 0)
        cairo_arc(tile->cairo, 0, 0, inside * o->radius, 0, 2 * M_PI);
    else
        cairo_rectangle(tile->cairo, -0.5 * inside * o->length, -0.5 * inside * o->width, inside * o->length,
                        inside * o->width);
    vg_panel_colour(tile->cairo, colour, 1);
    cairo_fill(tile->cairo);
    cairo_restore(tile->cairo);
}

static void paint_islands(const vg_tile *tile) {
    const vg_road_view *road = &tile->landscape->view;
    for (int32_t k = 0; k < road->obstacle_count; k++) {
        const vg_road_obstacle *o = &road->obstacles[k];
        if (o->shape.x + o->reach < tile->west || o->shape.x - o->reach > tile->east ||
            o->shape.y + o->reach < tile->south || o->shape.y - o->reach > tile->north)
            continue;
        paint_island(tile, &o->shape, 1, 0xb3261e);
        paint_island(tile, &o->shape, 0.8, 0xe8e4d8);
    }
}

typedef void (*painter)(const run *r);

static void verge(const run *r) {
    surface(r, VERGE);
    fill(r, 0x6f8f50, 0.75);
}

static void asphalt(const run *r) {
    surface(r, 0);
    fill(r, 0x55595e, 1);
}

static void edges(const run *r) {
    for (int side = -1; side <= 1; side += 2) stroke_along(r, side, 0.12, 0.16, 0xf2f2ee, 0.95);
}

// Finds the runs of stretches that may be visible in the tile. Each painter paints all runs before the next
// painter begins.
static void each_run(const vg_tile *tile, painter paint) {
    const vg_landscape *l = tile->landscape;
    run r = {tile, &l->view, 0, 0};
    for (int32_t k = 0; k <= l->stretch_count; k++) {
        const vg_stretch *s = &l->stretches[k < l->stretch_count ? k : 0];
        bool seen = k < l->stretch_count && s->most_x > tile->west - REACH &&
                    s->least_x < tile->east + REACH && s->most_y > tile->south - REACH &&
                    s->least_y < tile->north + REACH;
        if (seen && !r.count) r.first = s->first;
        if (seen)
            r.count += s->count - (r.count ? 1 : 0);
        else if (r.count)
            paint(&r), r.count = 0;
    }
}

void vg_landscape_road(const vg_tile *tile) {
    const vg_road_view *road = &tile->landscape->view;
    bool fine = tile->density > 1.2;
    cairo_set_line_cap(tile->cairo, CAIRO_LINE_CAP_BUTT);
    cairo_set_line_join(tile->cairo, CAIRO_LINE_JOIN_ROUND);
    each_run(tile, paint_gravel);
    each_run(tile, verge);
    if (fine) each_run(tile, paint_kerbs);
    each_run(tile, asphalt);
    if (fine) each_run(tile, paint_wear);
    if (fine) each_run(tile, paint_centre);
    if (tile->density > 0.6) each_run(tile, edges);
    paint_start(tile, 0);
    if (!road->closed) paint_start(tile, road->length);
    paint_islands(tile);
    if (tile->density > 3) paint_marks(tile);
}
