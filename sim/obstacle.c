#include "sim/obstacle.h"

#include <math.h>

#include "sim/base/exact.h"
#include "sim/base/hash.h"

static vg_err refuse(int64_t line, const char *field, double value, const char *expected, vg_diag *diag) {
    return vg_fail_at(diag, VG_ERR_ARGUMENT, NULL, line, field, "%g, expected %s", value, expected);
}

static bool is_size(double value, double most) { return value >= VG_OBSTACLE_SMALLEST && value <= most; }

vg_err vg_obstacle_check(const vg_obstacle *o, int64_t line, vg_diag *diag) {
    if (!(fabs(o->x) <= 1e8)) return refuse(line, "obstacle.x", o->x, "a coordinate within 1e8 m", diag);
    if (!(fabs(o->y) <= 1e8)) return refuse(line, "obstacle.y", o->y, "a coordinate within 1e8 m", diag);
    if (!(fabs(o->heading) <= 7)) return refuse(line, "obstacle.heading", o->heading, "within 7 rad", diag);
    bool box = o->length != 0 || o->width != 0;
    if (!box && !is_size(o->radius, VG_OBSTACLE_LARGEST))
        return refuse(line, "obstacle.radius", o->radius, "0.01 to 50 m", diag);
    if (box && o->radius != 0)
        return refuse(line, "obstacle.radius", o->radius, "none, for it has a length or a width", diag);
    if (box && !is_size(o->length, 2 * VG_OBSTACLE_LARGEST))
        return refuse(line, "obstacle.length", o->length, "0.01 to 100 m", diag);
    if (box && !is_size(o->width, 2 * VG_OBSTACLE_LARGEST))
        return refuse(line, "obstacle.width", o->width, "0.01 to 100 m", diag);
    return VG_OK;
}

double vg_obstacle_reach(const vg_obstacle *o) {
    return o->radius > 0 ? o->radius : 0.5 * sqrt(o->length * o->length + o->width * o->width);
}

double vg_obstacle_gap(const vg_obstacle *o, double x, double y) {
    double dx = x - o->x, dy = y - o->y;
    if (o->radius > 0) return fmax(0, sqrt(dx * dx + dy * dy) - o->radius);
    double sine, cosine;
    vg_sincos(o->heading, &sine, &cosine);
    double along = fmax(0, fabs(dx * cosine + dy * sine) - 0.5 * o->length);
    double across = fmax(0, fabs(dy * cosine - dx * sine) - 0.5 * o->width);
    return sqrt(along * along + across * across);
}

uint64_t vg_obstacles_hash(uint64_t h, const vg_obstacle *obstacles, int32_t count) {
    for (int32_t k = 0; k < count; k++) {
        const vg_obstacle *o = &obstacles[k];
        const double row[] = {o->x, o->y, o->radius, o->heading, o->length, o->width};
        h = vg_hash_double(h, row, sizeof row / sizeof *row);
    }
    return h;
}

// Cut *from .. *to to where a point at `at` + t `way` is within +-half.
static bool cut_slab(double at, double way, double half, double *from, double *to) {
    if (fabs(way) < 1e-12) return fabs(at) <= half;
    double a = (-half - at) / way, b = (half - at) / way;
    *from = fmax(*from, fmin(a, b));
    *to = fmin(*to, fmax(a, b));
    return *from <= *to;
}

bool vg_obstacle_across(const vg_obstacle *o, double x, double y, double ux, double uy, double *from,
                        double *to) {
    double dx = o->x - x, dy = o->y - y;
    if (o->radius > 0) {
        double along = dx * ux + dy * uy, side = dy * ux - dx * uy;
        double square = o->radius * o->radius - side * side;
        if (square < 0) return false;
        double half = sqrt(square);
        *from = along - half, *to = along + half;
        return true;
    }
    double sine, cosine;
    vg_sincos(o->heading, &sine, &cosine);
    *from = -1e9, *to = 1e9;
    return cut_slab(-(dx * cosine + dy * sine), ux * cosine + uy * sine, 0.5 * o->length, from, to) &&
           cut_slab(dx * sine - dy * cosine, uy * cosine - ux * sine, 0.5 * o->width, from, to);
}

static bool touches_box(const vg_obstacle *o, const vg_outline *car, double dx, double dy) {
    double sine, cosine, half_length = 0.5 * o->length, half_width = 0.5 * o->width;
    vg_sincos(o->heading, &sine, &cosine);
    double c = fabs(car->cosine * cosine + car->sine * sine),
           s = fabs(car->cosine * sine - car->sine * cosine);
    double along = fabs(dx * car->cosine + dy * car->sine), across = fabs(dy * car->cosine - dx * car->sine);
    if (along > car->half_length + half_length * c + half_width * s) return false;
    if (across > car->half_width + half_length * s + half_width * c) return false;
    along = fabs(dx * cosine + dy * sine), across = fabs(dy * cosine - dx * sine);
    return along <= half_length + car->half_length * c + car->half_width * s &&
           across <= half_width + car->half_length * s + car->half_width * c;
}

bool vg_obstacle_touches(const vg_obstacle *o, const vg_outline *car) {
    double dx = o->x - car->x, dy = o->y - car->y;
    if (o->radius <= 0) return touches_box(o, car, dx, dy);
    double along = fabs(dx * car->cosine + dy * car->sine) - car->half_length;
    double across = fabs(dy * car->cosine - dx * car->sine) - car->half_width;
    along = fmax(0, along), across = fmax(0, across);
    return along * along + across * across <= o->radius * o->radius;
}
