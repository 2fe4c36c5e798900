// sim/world_obstacles.c -- does a car touch what stands on its road?
#include <math.h>

#include "sim/world_private.h"

// The radius about the middle of the rear axle that holds the whole body.
static double body_reach(const vg_car *car) {
    double back = (double)car->rear_overhang, front = (double)car->length - back;
    double longest = fmax(fabs(front), fabs(back)), side = 0.5 * (double)car->width;
    return sqrt(longest * longest + side * side);
}

static vg_outline outline_of(const vg_world *w, int32_t i) {
    const vg_car *car = &w->cars[w->car_of[i]];
    vg_outline body = {.half_length = 0.5 * (double)car->length, .half_width = 0.5 * (double)car->width};
    vg_sincos(w->yaw[i], &body.sine, &body.cosine);
    double ahead = body.half_length - (double)car->rear_overhang;
    body.x = w->x[i] + ahead * body.cosine, body.y = w->y[i] + ahead * body.sine;
    return body;
}

bool vg_world_touches(vg_world *w, int32_t i) {
    vg_world_clearance *clear = &w->clearance[i];
    double dx = w->x[i] - clear->x, dy = w->y[i] - clear->y;
    if (dx * dx + dy * dy < clear->square) return false;
    const vg_road *road = w->road[i];
    double reach = body_reach(&w->cars[w->car_of[i]]), nearest = INFINITY;
    vg_outline body = outline_of(w, i);
    for (int32_t k = 0; k < road->obstacle_count; k++) {
        const vg_road_obstacle *o = &road->obstacles[k];
        double ox = o->shape.x - w->x[i], oy = o->shape.y - w->y[i];
        double gap = sqrt(ox * ox + oy * oy) - o->reach - reach;
        nearest = fmin(nearest, gap);
        if (gap <= 0 && vg_obstacle_touches(&o->shape, &body)) {
            clear->square = 0;
            return true;
        }
    }
    double free = fmax(0, nearest - 1e-6);
    *clear = (vg_world_clearance){w->x[i], w->y[i], free * free};
    return false;
}
