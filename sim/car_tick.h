// sim/car_tick.h -- one tick of one car, as defined in sim/car.h. The world's lanes and the fit of actions to
// a path use this same function, so they agree in every bit.
#ifndef VG_SIM_CAR_TICK_H
#define VG_SIM_CAR_TICK_H

#include "sim/base/exact.h"
#include "sim/car.h"

#ifdef __cplusplus
extern "C" {
#endif

// A car's limits, prepared for a tick of fixed length.
typedef struct vg_car_tick_constants {
    float dt;                   // s
    float steer_max;            // rad
    float steer_step;           // rad a tick
    float steer_follow;         // share of the error that the actuator corrects in a tick, (0, 1]
    float accel_max, brake_max; // m/s^2
    float accel_follow;         // as steer_follow
    float speed_max;            // m/s
    float grip[2];              // m/s^2 across at rest, on the road and off it; huge where there is no limit
    float downforce[2];         // 1/m, in the same order
    float resistance[2];        // m/s^2 of rolling, in the same order
    float drag;                 // 1/m
    float power;                // W/kg; huge where there is no limit
    float ellipse;              // 1: a friction ellipse, 0: a limit across alone, or none
    float as_across;            // grip across over grip along; 0 without an ellipse
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

// What the command that reaches the actuators now, each part in [-1, 1], makes of steer and accel.
static inline void vg_car_actuate(const vg_car_tick_constants *c, float *steer, float *accel, float steering,
                                  float acceleration, float live) {
    float follow = (steering * c->steer_max - *steer) * c->steer_follow;
    *steer += live * vg_clampf(follow, -c->steer_step, c->steer_step);
    float target = acceleration * (acceleration > 0.0f ? c->accel_max : c->brake_max);
    *accel += live * ((target - *accel) * c->accel_follow);
}

// What holds on the surface under the car.
static inline float vg_car_surface(const float value[2], float rough) {
    return rough != 0.0f ? value[1] : value[0];
}

// The grip across, m/s^2. rough is 1 off the road and 0 on it.
static inline float vg_car_grip(const vg_car_tick_constants *c, float speed, float rough) {
    float at_rest = vg_car_surface(c->grip, rough), downforce = vg_car_surface(c->downforce, rough);
    return at_rest + downforce * (speed * speed);
}

// What a tick comes to.
typedef struct vg_car_arc {
    float ds;        // m, its length
    float half_turn; // rad, half of the turn along it
    float lateral;   // m/s^2, the acceleration across at its end
    float limited;   // 1: it moves, and the tyres could not give what was asked for; else 0
} vg_car_arc;

// What steering, by its tangent, and acceleration make of *speed, and the arc that is driven. The point asked
// for is cut along its direction to the ellipse; then the curvature is held within what the ellipse leaves at
// the speed that comes of it, so that no tick is beyond it. Without an ellipse `share` is infinite: nothing
// is cut along, and the limit is the old one, bit for bit.
static inline vg_car_arc vg_car_drive(const vg_car_tick_constants *c, float *speed, float accel,
                                      float tangent, float rough, float live) {
    float before = *speed, square = before * before, dt = live * c->dt;
    float asked = vg_minf(accel, c->power / vg_maxf(before, 1.0f)),
          curvature = tangent * c->inverse_wheelbase;
    float grip = vg_car_grip(c, before, rough);
    float along = asked * c->as_across, across = curvature * square;
    float share = grip / __builtin_sqrtf(c->ellipse * (along * along + across * across));
    float given = asked * vg_minf(share, 1.0f);

    float resistance = vg_car_surface(c->resistance, rough) + c->drag * square;
    float after = vg_clampf(before + (given - resistance) * dt, 0.0f, c->speed_max);
    float used = given * c->as_across, left = vg_maxf(grip * grip - used * used, 0.0f);
    float limit = __builtin_sqrtf(left) / vg_maxf(after * after, 1e-6f);
    float driven = vg_clampf(curvature, -limit, limit), ds = 0.5f * (before + after) * dt;
    *speed = after;
    float limited = given != asked ? live : 0.0f;
    limited = driven != curvature ? live : limited;
    return (vg_car_arc){ds, 0.5f * driven * ds, driven * (after * after), limited};
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

// All of them: advance by one tick. rough is 1 off the road and 0 on it.
static inline vg_motion vg_car_tick(const vg_car_tick_constants *c, vg_motion m, float steering,
                                    float acceleration, float rough, float live) {
    vg_car_actuate(c, &m.steer, &m.accel, steering, acceleration, live);
    vg_car_arc arc = vg_car_drive(c, &m.speed, m.accel, vg_tanf(m.steer), rough, live);
    float chord = vg_car_chord(arc.ds, arc.half_turn), sine, cosine;
    vg_sincosf((float)(m.yaw + (double)arc.half_turn), &sine, &cosine);
    m.yaw = vg_car_turned(m.yaw, arc.half_turn);
    m.x += (double)(chord * cosine);
    m.y += (double)(chord * sine);
    return m;
}

#ifdef __cplusplus
}
#endif
#endif
