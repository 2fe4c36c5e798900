#include "agents/policy/setpoint.h"

#include <math.h>

#include "sim/base/exact.h"

// What the controller looks at.
typedef struct outlook {
    const vg_car *car;
    double scale;      // of the car
    double speed;      // m/s
    double offset;     // m
    double sine;       // of the heading against the road
    double curvature;  // 1/m of the arc that keeps the offset, where the next command takes effect
    double look;       // m, the way ahead
    double resistance; // m/s^2 at this speed
} outlook;

static double held(double value, double most) { return fmax(-most, fmin(most, value)); }

static outlook look(const vg_world *world, int32_t i) {
    vg_state state = vg_world_state(world, i);
    const vg_road *road = vg_world_road(world, i);
    const vg_car *car = vg_world_car(world, i);
    double half = vg_world_tick_seconds(world) * vg_world_ticks_per_action(world) / 2;
    double late = car->delay + car->steer_lag + half, scale = vg_car_scale(car), v = state.speed, cosine;
    outlook at = {.car = car, .scale = scale, .speed = v, .offset = state.offset};
    at.look = (VG_SETPOINT_LOOK + late) * v + VG_SETPOINT_LEAST * scale;
    at.resistance = car->rolling + car->drag * v * v;
    vg_sincos(state.yaw - vg_road_at(road, state.s).heading, &at.sine, &cosine);
    double curvature = vg_road_at(road, state.s + v * late).curvature;
    at.curvature = curvature * cosine / fmax(0.3, 1 - curvature * at.offset);
    return at;
}

void vg_setpoint_command(const vg_world *world, int32_t i, const float *values, float *action) {
    outlook at = look(world, i);
    double target = values[0] * VG_SETPOINT_OFFSET * at.scale;
    double wanted = (1 + (double)values[1]) / 2 * at.car->speed_max;
    double away = held((at.offset - target) / at.look, VG_SETPOINT_APPROACH);
    double curvature = at.curvature - 2 / at.look * (at.sine + away);
    double accel = VG_SETPOINT_GAIN / sqrt(at.scale) * (wanted - at.speed) + at.resistance;
    action[0] = (float)held(vg_atan(curvature * at.car->wheelbase) / at.car->steer_max, 1);
    action[1] = (float)held(accel / (accel > 0 ? at.car->accel_max : at.car->brake_max), 1);
}

void vg_setpoint_label(const vg_world *world, int32_t i, const float *action, float *values) {
    outlook at = look(world, i);
    double curvature = vg_tan(held(action[0], 1) * at.car->steer_max) / at.car->wheelbase;
    double away = held((at.curvature - curvature) * at.look / 2 - at.sine, VG_SETPOINT_APPROACH);
    double push = held(action[1], 1), accel = push * (push > 0 ? at.car->accel_max : at.car->brake_max);
    double wanted = at.speed + (accel - at.resistance) * sqrt(at.scale) / VG_SETPOINT_GAIN;
    values[0] = (float)held((at.offset - away * at.look) / (VG_SETPOINT_OFFSET * at.scale), 1);
    values[1] = (float)held(2 * wanted / at.car->speed_max - 1, 1);
}
