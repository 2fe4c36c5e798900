#include "agents/experts/ahead.h"

#include <math.h>

#include "sim/base/exact.h"

vg_state vg_ahead_state(const vg_world *world, int32_t i) {
    vg_state state = vg_world_state(world, i);
    const vg_car *car = vg_world_car(world, i);
    // A command is held for an action, so on average it acts half an action late.
    double held = vg_world_tick_seconds(world) * vg_world_ticks_per_action(world) / 2;
    double travel = state.speed * (car->delay + car->steer_lag + held);
    double turn = vg_tan(state.steer) / car->wheelbase * travel, sine, cosine;
    vg_sincos(state.yaw + turn / 2, &sine, &cosine);
    state.x += travel * cosine;
    state.y += travel * sine;
    state.yaw += turn;
    state.s += travel;
    return state;
}

vg_road_point vg_ahead_point(const vg_road *road, double s) {
    vg_road_point point = vg_road_at(road, s);
    vg_road_view view = vg_road_get(road);
    if (view.closed || s <= view.length) return point;
    double sine, cosine;
    vg_sincos(point.heading, &sine, &cosine);
    point.x += (s - view.length) * cosine;
    point.y += (s - view.length) * sine;
    return point;
}

double vg_ahead_grip(const vg_car *car) {
    if (car->lateral_max > 0 && car->longitudinal_max > 0) return car->lateral_max;
    return car->lateral_max > 0 ? fmin(car->brake_max, car->lateral_max) : car->brake_max;
}

double vg_ahead_brake(const vg_car *car, double speed) {
    return fmin(car->brake_max, vg_car_grip_along(car, speed));
}

double vg_ahead_along(const vg_car *car, double speed, double curvature, double accel) {
    double left = vg_car_grip_beside(car, speed, 0.9, speed * speed * curvature, accel);
    return accel > 0 ? left : fmin(left, fmax(accel, -0.5 * vg_car_grip_along(car, speed)));
}
