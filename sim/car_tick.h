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

// The arc of one tick: its length, and half of the turn along it.
typedef struct vg_arc {
    float ds, half_turn; // m, rad
} vg_arc;

// What the command that reaches the actuators now, each part in [-1, 1], makes of speed, steer and accel; and
// the arc that the car then drives. live is 1 for a car that moves and 0 for one that stays as it is (a
// factor, so that lanes need no branch).
static inline vg_arc vg_car_drive(const vg_car_tick_constants *c, float *speed, float *steer, float *accel,
                                  float steering, float acceleration, float live) {
    float follow = (steering * c->steer_max - *steer) * c->steer_follow;
    *steer += live * vg_clampf(follow, -c->steer_step, c->steer_step);

    float target = acceleration * (acceleration > 0.0f ? c->accel_max : c->brake_max);
    *accel += live * ((target - *accel) * c->accel_follow);
    float before = *speed, after = vg_clampf(before + live * (*accel * c->dt), 0.0f, c->speed_max);
    *speed = after;
    float ds = live * (0.5f * (before + after) * c->dt);

    float limit = c->lateral_max / vg_maxf(after * after, 1e-6f);
    float curvature = vg_clampf(vg_tanf(*steer) * c->inverse_wheelbase, -limit, limit);
    return (vg_arc){ds, 0.5f * curvature * ds};
}

// Move the pose along an arc.
static inline void vg_car_advance(vg_arc arc, double *x, double *y, double *yaw) {
    float square = arc.half_turn * arc.half_turn;
    // The chord of the arc: ds * sin(h) / h.
    float chord = arc.ds * (1.0f + square * (-1.0f / 6 + square * (1.0f / 120 + square * (-1.0f / 5040))));
    float sine, cosine;
    vg_sincosf((float)(*yaw + (double)arc.half_turn), &sine, &cosine);
    double turned = *yaw + (double)(2.0f * arc.half_turn);
    turned = turned > VG_PI ? turned - 2 * VG_PI : turned;
    turned = turned < -VG_PI ? turned + 2 * VG_PI : turned;
    *yaw = turned;
    *x += (double)(chord * cosine);
    *y += (double)(chord * sine);
}

// Both: advance by one tick.
static inline vg_motion vg_car_tick(const vg_car_tick_constants *c, vg_motion m, float steering,
                                    float acceleration, float live) {
    vg_arc arc = vg_car_drive(c, &m.speed, &m.steer, &m.accel, steering, acceleration, live);
    vg_car_advance(arc, &m.x, &m.y, &m.yaw);
    return m;
}

#ifdef __cplusplus
}
#endif
#endif
