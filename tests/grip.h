// Does a tick keep to the friction ellipse? Found from two states alone, without the car's own functions.
#ifndef VG_TESTS_GRIP_H
#define VG_TESTS_GRIP_H

#include <math.h>

#include "sim/world.h"
#include "tests/check.h"

// What a world's ticks made of the ellipse.
typedef struct grip_use {
    double most;                     // the largest share of the ellipse that a tick used
    int64_t ticks, full, off, slips; // all, over 99 %, off the road, and those that went beyond
} grip_use;

// Is a state on the surface off the road? 0 or 1, or -1: too near to tell.
static inline int grip_rough(const vg_road *road, const vg_car *car, const vg_state *s) {
    vg_road_point at = vg_road_at(road, s->s);
    double beyond = fmax(s->offset - at.left, -s->offset - at.right) - (double)car->shoulder;
    return fabs(beyond) < 1e-3 ? -1 : beyond > 0;
}

// One tick of dt seconds from a to b, in still air.
static inline void grip_tick(const vg_road *road, const vg_car *car, const vg_state *a, const vg_state *b,
                             double dt, grip_use *use) {
    int rough = grip_rough(road, car, a);
    double ds = 0.5 * ((double)a->speed + b->speed) * dt, v = a->speed, after = b->speed;
    if (rough < 0 || ds < 1e-3 || after <= 0 || b->speed >= car->speed_max) return;
    double across = remainder(b->yaw - a->yaw, 2 * M_PI) / ds * after * after;
    double along = (after - v) / dt + (double)car->rolling + (rough ? (double)car->offroad_rolling : 0) +
                   (double)car->drag * v * v;
    double grip =
        rough ? (double)car->offroad_grip : (double)car->lateral_max + (double)car->downforce * v * v;
    double share = hypot(across, along * (double)car->lateral_max / (double)car->longitudinal_max) / grip;
    use->ticks++;
    use->off += rough;
    use->full += share > 0.99;
    use->slips += share > 1.002; // a speed in single precision: some 4e-6 m/s a tick
    use->most = fmax(use->most, share);
}

#endif
