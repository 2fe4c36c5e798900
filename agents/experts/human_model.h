// agents/experts/human_model.h -- a model of a human driver: two-point visual steering (Salvucci & Gray 2004)
// with a delay and noise, and a speed chosen as people choose it.
//
// Steering. The driver sees two points of the centreline by their direction alone (angle to the car's own
// heading, left positive): a near one, `near` seconds ahead, and a far one, `far` seconds ahead, but no
// farther than the tangent point of the curvature, sqrt(2 w / k) for half width w and curvature k (Land & Lee
// 1994). The wheels are turned at the rate (Salvucci & Gray 2004, eq. 1 and 3)
//     steer' = wheelbase / speed * (gain_far * far' + gain_near * near' + gain_level * min(near_0,
//     near_most))
// where ' is the change per second, and the min is applied on both sides. Two things differ from the paper.
// Its gains are for one car at one speed; here they are divided by the effect of the car's steering on its
// yaw rate (drivers adapt to the car: McRuer & Jex 1967), so that they fit every car. And near_0 is the near
// angle less the near angle of the present arc, k d / 2; otherwise a driver at the limit of a racing car
// would cut each curve by half of k d^2. With gain_far * far + gain_near * near = 2 (both in seconds ahead)
// the wheels turn by just what a curvature needs, before the near angle shows an error.
//
// Speed. The fastest v with v^2 (k + curve_error) <= lateral * grip (Reymond et al. 2001: the lateral
// acceleration that drivers accept falls with the square of the speed, as they allow for a misjudged
// curvature), swept backwards from the curves ahead with a comfortable braking. The pedals have a dead band:
// the driver presses a pedal only when the speed is `band` off, and then holds it until the speed is right.
//
// A decision takes effect `reaction` seconds later; the driver feels the wheels' position without delay. The
// noise is an Ornstein-Uhlenbeck process in lateral acceleration.
//
// The label is the action of a driver without delay, noise and dead band at this very state: the present rate
// of the wheel, added to its present position. It does not depend on the past.
#ifndef VG_AGENTS_EXPERTS_HUMAN_MODEL_H
#define VG_AGENTS_EXPERTS_HUMAN_MODEL_H

#include "agents/policy/policy.h"
#include "sim/base/config.h"

#ifdef __cplusplus
extern "C" {
#endif

// X(field, unit, least, most, default, help)
#define VG_HUMAN_MODEL_FIELDS(X)                                                                             \
    X(near, "s", 0.1, 3, "0.35", "travel to the near point ...")                                             \
    X(near_least, "m", 0, 20, "3", "... and so many metres more")                                            \
    X(far, "s", 0.2, 10, "1", "travel to the far point, unless the curve's tangent point is nearer ...")     \
    X(far_least, "m", 0, 50, "4", "... and so many metres more")                                             \
    X(gain_far, "1/s", 0, 20, "1.2", "yaw rate a second for the far point's drift")                          \
    X(gain_near, "1/s", 0, 20, "2.2", "yaw rate a second for the near point's drift")                        \
    X(gain_level, "1/s^2", 0, 50, "6", "yaw rate a second for the near point's angle")                       \
    X(near_most, "rad", 0.005, 1.5, "0.3", "largest near angle that the driver reacts to")                   \
    X(reaction, "s", 0, 0.5, "0.15", "delay from seeing to acting, rounded to whole actions")                \
    X(noise, "1", 0, 1, "0.1", "spread of the noise's lateral acceleration, as a share of `lateral`")        \
    X(noise_time, "s", 0.01, 10, "1", "how long the noise keeps its sign")                                   \
    X(lateral, "1", 0.02, 1, "0.4", "lateral acceleration accepted, as a share of the grip")                 \
    X(curve_error, "1/m", 0, 0.1, "0.002", "curvature allowed for as misjudged")                             \
    X(braking, "1", 0.05, 1, "0.4", "share of the brakes that is comfortable")                               \
    X(throttle, "1", 0.05, 1, "0.7", "share of the drive that is used")                                      \
    X(anticipation, "s", 0, 3, "0.4", "how much earlier than needed the speed for a curve is reached")       \
    X(gain_speed, "1/s", 0.1, 20, "1.5", "acceleration for each m/s that the speed is off")                  \
    X(band, "m/s", 0, 10, "0.4", "speed error at which a pedal is pressed")                                  \
    X(speed_most, "m/s", 0.5, 200, "200", "never faster")

typedef struct vg_human_model {
#define X(field, unit, least, most, standard, help) float field;
    VG_HUMAN_MODEL_FIELDS(X)
#undef X
} vg_human_model;

extern const vg_schema vg_human_model_schema;

// Errors: VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_human_model_create(const vg_human_model *settings, vg_policy **out, vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
