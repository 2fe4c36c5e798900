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

// A tick in steps, for who takes many cars through each before the next. live is 1 for a car that moves and 0
// for one that stays as it is (a factor, so that lanes need no branch).

// What the command that reaches the actuators now, each part in [-1, 1], makes of speed, steer and accel.
// Returns the length of the arc that the car then drives, in m.
static inline float vg_car_actuate(const vg_car_tick_constants *c, float *speed, float *steer, float *accel,
                                   float steering, float acceleration, float live) {
    float follow = (steering * c->steer_max - *steer) * c->steer_follow;
    *steer += live * vg_clampf(follow, -c->steer_step, c->steer_step);

    float target = acceleration * (acceleration > 0.0f ? c->accel_max : c->brake_max);
    *accel += live * ((target - *accel) * c->accel_follow);
    float before = *speed, after = vg_clampf(before + live * (*accel * c->dt), 0.0f, c->speed_max);
    *speed = after;
    return live * (0.5f * (before + after) * c->dt);
}

// Half of the turn along that arc, in rad, with the tangent of steer.
static inline float vg_car_half_turn(const vg_car_tick_constants *c, float tangent, float speed, float ds) {
    float limit = c->lateral_max / vg_maxf(speed * speed, 1e-6f);
    float curvature = vg_clampf(tangent * c->inverse_wheelbase, -limit, limit);
    return 0.5f * curvature * ds;
}

// The chord of the arc, in m: ds * sin(h) / h. It points half a turn from the yaw before.
static inline float vg_car_chord(float ds, float half_turn) {
    float square = half_turn * half_turn;
    return ds * (1.0f + square * (-1.0f / 6 + square * (1.0f / 120 + square * (-1.0f / 5040))));
}

static inline double vg_car_turned(double yaw, float half_turn) {
    double turned = yaw + (double)(2.0f * half_turn);
    turned = turned > VG_PI ? turned - 2 * VG_PI : turned;
    return turned < -VG_PI ? turned + 2 * VG_PI : turned;
}

// All of them: advance by one tick.
static inline vg_motion vg_car_tick(const vg_car_tick_constants *c, vg_motion m, float steering,
                                    float acceleration, float live) {
    float ds = vg_car_actuate(c, &m.speed, &m.steer, &m.accel, steering, acceleration, live);
    float half_turn = vg_car_half_turn(c, vg_tanf(m.steer), m.speed, ds), chord = vg_car_chord(ds, half_turn);
    float sine, cosine;
    vg_sincosf((float)(m.yaw + (double)half_turn), &sine, &cosine);
    m.yaw = vg_car_turned(m.yaw, half_turn);
    m.x += (double)(chord * cosine);
    m.y += (double)(chord * sine);
    return m;
}

#ifdef __cplusplus
}
#endif
#endif
