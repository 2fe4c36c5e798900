// sim/car_tick.h -- one tick of one car, as sim/car.h states it. The world's lanes and whoever fits actions
// to a path run this same function, so they agree in every bit.
#ifndef VG_SIM_CAR_TICK_H
#define VG_SIM_CAR_TICK_H

#include "sim/base/exact.h"
#include "sim/car.h"

#ifdef __cplusplus
extern "C" {
#endif

// A car's limits, made ready for a tick of fixed length.
typedef struct vg_car_tick_constants {
    float dt;                   // s
    float steer_max;            // rad
    float steer_step;           // rad a tick
    float steer_follow;         // share of the error that the actuator makes good in a tick, (0, 1]
    float accel_max, brake_max; // m/s^2
    float accel_follow;         // as steer_follow
    float speed_max;            // m/s
    float lateral_max;          // m/s^2; a huge number where there is no cap
    float inverse_wheelbase;    // 1/m
    int32_t delay;              // ticks
} vg_car_tick_constants;

vg_car_tick_constants vg_car_tick_prepare(const vg_car *car, int32_t tick_num, int32_t tick_den);

// The columns of VG_STATE_COLUMNS that the car's own motion changes.
typedef struct vg_motion {
    double x, y, yaw;          // m, m, rad in [-pi, pi]
    float speed, steer, accel; // m/s, rad, m/s^2
} vg_motion;

static inline float vg_minf(float a, float b) { return a < b ? a : b; }
static inline float vg_maxf(float a, float b) { return a > b ? a : b; }
static inline float vg_clampf(float v, float low, float high) { return vg_minf(vg_maxf(v, low), high); }

// Advance by one tick under the command that reaches the actuators now, each in [-1, 1]. live is 1 for a car
// that moves and 0 for one that stays as it is (a factor, so that lanes need no branch).
static inline vg_motion vg_car_tick(const vg_car_tick_constants *c, vg_motion m, float steering,
                                    float acceleration, float live) {
    float follow = (steering * c->steer_max - m.steer) * c->steer_follow;
    float steer = m.steer + live * vg_clampf(follow, -c->steer_step, c->steer_step);

    float target = acceleration * (acceleration > 0.0f ? c->accel_max : c->brake_max);
    float accel = m.accel + live * ((target - m.accel) * c->accel_follow);
    float speed = vg_clampf(m.speed + live * (accel * c->dt), 0.0f, c->speed_max);
    float ds = live * (0.5f * (m.speed + speed) * c->dt);

    float limit = c->lateral_max / vg_maxf(speed * speed, 1e-6f);
    float curvature = vg_clampf(vg_tanf(steer) * c->inverse_wheelbase, -limit, limit);
    float half_turn = 0.5f * curvature * ds;
    float square = half_turn * half_turn;
    // The chord of the arc: ds * sin(h) / h.
    float chord = ds * (1.0f + square * (-1.0f / 6 + square * (1.0f / 120 + square * (-1.0f / 5040))));
    float sine, cosine;
    vg_sincosf((float)(m.yaw + (double)half_turn), &sine, &cosine);

    double yaw = m.yaw + (double)(2.0f * half_turn);
    yaw = yaw > VG_PI ? yaw - 2 * VG_PI : yaw;
    yaw = yaw < -VG_PI ? yaw + 2 * VG_PI : yaw;
    return (vg_motion){
        m.x + (double)(chord * cosine), m.y + (double)(chord * sine), yaw, speed, steer, accel};
}

#ifdef __cplusplus
}
#endif
#endif
