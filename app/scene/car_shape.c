#include "app/scene/car_shape.h"

#include <cairo.h>
#include <math.h>

#include "app/scene/panel.h"

// The body in shares of its length (from the rear bumper) and of its half width.
typedef struct knot {
    double along, across;
} knot;

static double rear_of(const vg_car *car) { return -car->rear_overhang; }
static double front_of(const vg_car *car) { return car->length - car->rear_overhang; }

// The wheels of karts and single-seaters are outside the body.
static bool open_wheels(const vg_car *car) {
    return car->length < 2.6f || car->wheelbase > 0.6f * car->length;
}

static uint32_t shade(uint32_t rgb, double factor) {
    uint32_t out = 0;
    for (int shift = 0; shift < 24; shift += 8) {
        double level = (rgb >> shift & 255) * factor;
        out |= (uint32_t)(level > 255 ? 255 : level) << shift;
    }
    return out;
}

// A closed curve through the knots of one side, mirrored to the other side.
static void outline(cairo_t *cairo, const vg_car *car, const knot *knots, int count, double grow) {
    double length = car->length, half = car->width / 2, rear = rear_of(car);
    for (int k = 0; k < 2 * count; k++) {
        int i = k < count ? k : 2 * count - 1 - k;
        double x = rear + knots[i].along * length + (knots[i].along > 0.5 ? grow : -grow);
        double y = (knots[i].across * half + grow) * (k < count ? 1 : -1);
        cairo_line_to(cairo, x, y);
    }
    cairo_close_path(cairo);
}

static void paint(cairo_t *cairo, uint32_t rgb) {
    vg_panel_colour(cairo, rgb, 1);
    cairo_fill(cairo);
}

// --- wheels ----------------------------------------------------------------------------------------------

static void wheel(cairo_t *cairo, double x, double y, double turn, double length, double width) {
    cairo_save(cairo);
    cairo_translate(cairo, x, y);
    cairo_rotate(cairo, turn);
    vg_panel_round(cairo, -length / 2, -width / 2, length, width, 0.25 * width);
    paint(cairo, 0x16181a);
    cairo_restore(cairo);
}

static void wheels(cairo_t *cairo, const vg_scene_car *shown) {
    const vg_car *car = shown->car;
    bool open = open_wheels(car);
    double length = fmin(0.68, 0.19 * car->length) * (open ? 1.05 : 1),
           width = (open ? 0.19 : 0.12) * car->width;
    double track = car->width / 2 - width * (open ? 0.5 : 0.38);
    for (int side = -1; side <= 1; side += 2) {
        wheel(cairo, 0, side * track, 0, length, width);
        wheel(cairo, car->wheelbase, side * track, shown->steer, length, width);
    }
}

// --- bodies ----------------------------------------------------------------------------------------------

static const knot saloon[] = {{0.00, 0.62}, {0.03, 0.86}, {0.12, 0.96}, {0.32, 0.98}, {0.60, 0.96},
                              {0.80, 0.97}, {0.92, 0.88}, {0.98, 0.70}, {1.00, 0.42}};
static const knot cabin[] = {{0.15, 0.66}, {0.22, 0.78}, {0.48, 0.82}, {0.64, 0.80}, {0.72, 0.66}};
static const knot roof[] = {{0.24, 0.60}, {0.30, 0.68}, {0.50, 0.70}, {0.56, 0.64}};
static const knot nose[] = {{0.04, 0.30}, {0.10, 0.42}, {0.34, 0.50},
                            {0.52, 0.44}, {0.70, 0.26}, {0.97, 0.13}};
#define OUTLINE(cairo, car, knots, grow) outline(cairo, car, knots, sizeof(knots) / sizeof *(knots), grow)

static void lights(cairo_t *cairo, const vg_scene_car *shown) {
    const vg_car *car = shown->car;
    double half = car->width / 2;
    for (int side = -1; side <= 1; side += 2) {
        double y = side * 0.66 * half;
        vg_panel_round(cairo, front_of(car) - 0.035 * car->length, y - 0.15 * half, 0.03 * car->length,
                       0.3 * half, 0.04);
        paint(cairo, 0xfff6d8);
        vg_panel_round(cairo, rear_of(car) + 0.005 * car->length, y - 0.16 * half, 0.025 * car->length,
                       0.32 * half, 0.04);
        paint(cairo, shown->braking ? 0xff3b2f : 0x7d1d18);
    }
}

static void draw_saloon(cairo_t *cairo, const vg_scene_car *shown, uint32_t body) {
    const vg_car *car = shown->car;
    wheels(cairo, shown);
    cairo_set_line_join(cairo, CAIRO_LINE_JOIN_ROUND);
    OUTLINE(cairo, car, saloon, 0);
    vg_panel_colour(cairo, body, 1);
    cairo_fill_preserve(cairo);
    vg_panel_colour(cairo, shade(body, 0.6), 1);
    cairo_set_line_width(cairo, 0.06 * vg_car_scale(car));
    cairo_stroke(cairo);
    OUTLINE(cairo, car, cabin, 0);
    paint(cairo, 0x1c252b);
    OUTLINE(cairo, car, roof, 0);
    paint(cairo, shade(body, 1.12));
    lights(cairo, shown);
}

static void plate(cairo_t *cairo, double x, double half, double depth, uint32_t rgb) {
    vg_panel_round(cairo, x - depth / 2, -half, depth, 2 * half, 0.3 * depth);
    paint(cairo, rgb);
}

static void draw_open(cairo_t *cairo, const vg_scene_car *shown, uint32_t body) {
    const vg_car *car = shown->car;
    double half = car->width / 2, unit = 0.05 * car->length;
    // Axles, wings, then the wheels and the body over them.
    plate(cairo, 0, 0.8 * half, 0.4 * unit, 0x30363a);
    plate(cairo, car->wheelbase, 0.8 * half, 0.4 * unit, 0x30363a);
    plate(cairo, front_of(car) - 0.9 * unit, 0.88 * half, 1.3 * unit, shade(body, 0.8));
    plate(cairo, rear_of(car) + 0.9 * unit, 0.72 * half, 1.5 * unit, shade(body, 0.7));
    wheels(cairo, shown);
    OUTLINE(cairo, car, nose, 0);
    vg_panel_colour(cairo, body, 1);
    cairo_fill_preserve(cairo);
    vg_panel_colour(cairo, shade(body, 0.6), 1);
    cairo_set_line_width(cairo, 0.05 * vg_car_scale(car));
    cairo_stroke(cairo);
    double seat = rear_of(car) + 0.44 * car->length;
    vg_panel_round(cairo, seat - 1.9 * unit, -0.27 * half, 3.8 * unit, 0.54 * half, 0.2 * half);
    paint(cairo, 0x1c252b);
    cairo_arc(cairo, seat - 0.5 * unit, 0, 0.19 * half, 0, 2 * M_PI);
    paint(cairo, 0xf2efe6);
    if (!shown->braking) return;
    plate(cairo, rear_of(car) + 0.2 * unit, 0.16 * half, 0.5 * unit, 0xff3b2f);
}

void vg_car_shape_draw(cairo_t *cairo, const vg_scene_car *shown) {
    uint32_t body = vg_role_colour(shown->colour ? shown->colour : VG_ROLE_SERIES_0, VG_THEME_DARK);
    if (open_wheels(shown->car))
        draw_open(cairo, shown, body);
    else
        draw_saloon(cairo, shown, body);
}

void vg_car_shape_shadow(cairo_t *cairo, const vg_scene_car *shown) {
    for (int k = 3; k >= 1; k--) {
        OUTLINE(cairo, shown->car, saloon, 0.09 * k * vg_car_scale(shown->car));
        vg_panel_colour(cairo, 0x05080a, 0.14);
        cairo_fill(cairo);
    }
}
