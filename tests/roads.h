// tests/roads.h -- roads that several tests drive on.
#ifndef VG_TESTS_ROADS_H
#define VG_TESTS_ROADS_H

#include "sim/base/exact.h"
#include "sim/road.h"
#include "tests/check.h"

enum { ROAD_POINTS = 400 };

static inline vg_road *road_from(const double *x, const double *y, int32_t count, double half_width,
                                 bool closed) {
    double width[ROAD_POINTS];
    for (int32_t i = 0; i < count; i++) width[i] = half_width;
    vg_road_def def = vg_road_default();
    def.x = x, def.y = y, def.left = def.right = width, def.count = count, def.closed = closed;
    vg_road *road = NULL;
    vg_diag diag;
    ck_ok(vg_road_create(&def, &road, &diag));
    return road;
}

// A circle, counter-clockwise from (radius, 0).
static inline vg_road *circle_road(double radius, double half_width) {
    double x[ROAD_POINTS], y[ROAD_POINTS];
    for (int i = 0; i < ROAD_POINTS; i++) {
        vg_sincos(2 * VG_PI * i / ROAD_POINTS, &y[i], &x[i]);
        x[i] *= radius, y[i] *= radius;
    }
    return road_from(x, y, ROAD_POINTS, half_width, true);
}

// Two straights of `length` and two hairpins of `radius`: a stadium, counter-clockwise, points every ~2 m.
static inline vg_road *stadium_road(double length, double radius, double half_width) {
    double x[ROAD_POINTS], y[ROAD_POINTS];
    double around = 2 * length + 2 * VG_PI * radius;
    int32_t count = (int32_t)(around / 2);
    for (int i = 0; i < count; i++) {
        double s = around * i / count, half = length + VG_PI * radius, sine, cosine;
        double side = s < half ? 1 : -1, u = s < half ? s : s - half;
        vg_sincos(u < length ? 0 : (u - length) / radius, &sine, &cosine);
        x[i] = side * ((u < length ? u : length + radius * sine) - length / 2);
        y[i] = side * (-radius * (u < length ? 1 : cosine));
    }
    return road_from(x, y, count, half_width, true);
}

// A lemniscate: crosses itself at the origin, at a right angle.
static inline vg_road *eight_road(double size, double half_width) {
    double x[ROAD_POINTS], y[ROAD_POINTS];
    for (int i = 0; i < ROAD_POINTS; i++) {
        double sine, cosine;
        vg_sincos(2 * VG_PI * i / ROAD_POINTS, &sine, &cosine);
        x[i] = size * cosine / (1 + sine * sine);
        y[i] = size * sine * cosine / (1 + sine * sine);
    }
    return road_from(x, y, ROAD_POINTS, half_width, true);
}

// A gentle S, open.
static inline vg_road *open_road(double half_width) {
    double x[50], y[50];
    for (int i = 0; i < 50; i++) x[i] = 10.0 * i, y[i] = 30 * vg_sin(0.15 * i);
    return road_from(x, y, 50, half_width, false);
}

#endif
