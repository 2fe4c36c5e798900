// agents/experts/pursuit.h -- pure pursuit (Coulter 1992) with a speed plan for the curves ahead; and the
// same driver with a human's delay and noise.
//
// Steering: an arc through a point of the centreline some way ahead. The pose is first carried forward by
// what the car's delay and lag cost, and the way ahead is shortened where a curvature is so tight that the
// arc would cut its edge. Speed: over the braking distance, the speed each curvature allows, swept backwards
// with the braking that the curvature's own lateral acceleration leaves (friction ellipse; forward-backward
// pass: Velenis & Tsiotras 2005, Heilmeier et al. 2020). `lateral` and `braking` are shares of the car's own
// friction ellipse, its downforce included; what is asked of the pedals is cut to what that ellipse leaves.
// For a car without one, what the tyres hold across is taken to be what the brakes hold, or lateral_max if
// that is less.
//
// Where things stand on the road the driver goes round them (agents/experts/detour.h), on the side that
// `around` says: nearest, left, right, or by a coin of the episode, which no sense shows. The coin comes from
// the episode's stream, so that a label at any state follows it, too.
//
// The noisy driver acts on what it saw `reaction` seconds ago and adds an Ornstein-Uhlenbeck process to the
// steering. Its label is the action without delay and noise.
#ifndef VG_AGENTS_EXPERTS_PURSUIT_H
#define VG_AGENTS_EXPERTS_PURSUIT_H

#include "agents/policy/policy.h"
#include "sim/base/config.h"

#ifdef __cplusplus
extern "C" {
#endif

// X(field, unit, least, most, default, help)
#define VG_PURSUIT_FIELDS(X)                                                                                 \
    X(lookahead, "s", 0.05, 5, "0.5", "distance of the target point, as seconds of travel ...")              \
    X(lookahead_least, "m", 0.5, 50, "4",                                                                    \
      "... and so many metres more (of model cars less, with their wheelbase)")                              \
    X(lateral, "1", 0.02, 1, "0.5", "share of the grip used in curves")                                      \
    X(braking, "1", 0.05, 1, "0.5", "share of the brakes that the speed plan uses")                          \
    X(gain, "1/s", 0.1, 20, "2", "acceleration for each m/s below the planned speed")                        \
    X(speed_most, "m/s", 0.5, 200, "200", "never faster")

#define VG_PURSUIT_NOISE_FIELDS(X)                                                                           \
    X(reaction, "s", 0, 0.5, "0.1", "delay from seeing to acting, rounded to whole actions")                 \
    X(noise, "1", 0, 2, "0.15",                                                                              \
      "spread of the steering noise: its lateral acceleration, as a share of that in curves")                \
    X(noise_time, "s", 0.01, 10, "0.4", "how long the noise keeps its sign")

#define VG_PURSUIT_AROUND "nearest|left|right|coin"
typedef enum vg_around { VG_AROUND_NEAREST, VG_AROUND_LEFT, VG_AROUND_RIGHT, VG_AROUND_COIN } vg_around;

typedef struct vg_pursuit {
#define X(field, unit, least, most, standard, help) float field;
    VG_PURSUIT_FIELDS(X)
    VG_PURSUIT_NOISE_FIELDS(X)
#undef X
    float clearance; // m between the body and an obstacle, 0.05 to 5, default 0.6 (of model cars less)
    float swerve; // lateral acceleration of a swerve round an obstacle as a share of that in curves, 0.05 to
                  // 2, default 0.5: the curve may be there, too. A larger one makes it later and shorter
    int32_t around; // vg_around, default nearest
} vg_pursuit;

// For the clean driver the noise fields are 0.
extern const vg_schema vg_pursuit_schema, vg_pursuit_noisy_schema;

// The driver whose schema has this name. Errors: VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_pursuit_create(const vg_schema *schema, const vg_pursuit *settings, vg_policy **out,
                                      vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
