// tests/obstacles.h -- a ring of 100 m radius and 10 m width with things standing on it.
#ifndef VG_TESTS_OBSTACLES_H
#define VG_TESTS_OBSTACLES_H

#include "tests/roads.h"

#define RING_RADIUS 100.0

// A disc at s and offset of the ring.
static inline vg_obstacle on_circle(double s, double offset, double radius) {
    vg_obstacle o = {.radius = radius};
    vg_sincos(s / RING_RADIUS, &o.y, &o.x);
    o.x *= RING_RADIUS - offset, o.y *= RING_RADIUS - offset;
    return o;
}

// A box, with its length along the ring.
static inline vg_obstacle box_on_circle(double s, double offset, double length, double width) {
    vg_obstacle o = on_circle(s, offset, 0);
    o.heading = s / RING_RADIUS + VG_PI / 2, o.length = length, o.width = width;
    return o;
}

static inline vg_err create_circle(const vg_obstacle *obstacles, int32_t count, vg_road **out,
                                   vg_diag *diag) {
    double x[ROAD_POINTS], y[ROAD_POINTS], width[ROAD_POINTS];
    for (int i = 0; i < ROAD_POINTS; i++) {
        vg_sincos(2 * VG_PI * i / ROAD_POINTS, &y[i], &x[i]);
        x[i] *= RING_RADIUS, y[i] *= RING_RADIUS, width[i] = 5;
    }
    vg_road_def def = vg_road_default();
    def.x = x, def.y = y, def.left = def.right = width, def.count = ROAD_POINTS;
    def.obstacles = obstacles, def.obstacle_count = count;
    return vg_road_create(&def, out, diag);
}

static inline vg_road *circle_with(const vg_obstacle *obstacles, int32_t count) {
    vg_road *road = NULL;
    vg_diag diag;
    ck_ok(create_circle(obstacles, count, &road, &diag));
    return road;
}

#endif
