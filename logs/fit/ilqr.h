// logs/fit/ilqr.h -- the least-squares problem behind logs/fit/fit.h and one Gauss-Newton step of it.
//
// The unknowns are the state at the start and one control per stage; a stage is the ticks during which one
// command reaches the actuators. The cost to minimise is
//     sum over targets of  weight * (|p - p_target|^2 * position_weight + (v - v_target)^2 * speed_weight)
//   + sum over stages of  stiffness * (control - control before)^2
// where before the first stage the actuators were at their commands. p and v are those of the simulated car,
// interpolated linearly between the two ticks around the target's time. Each step linearises the car about
// the present drive and solves the result exactly by a Riccati recursion, backward over the stages. Then it
// drives forward with the car itself, with the gains as feedback (Li & Todorov 2004; the box on the controls
// as in Tassa, Mansard & Todorov 2014). Time and memory are linear in the number of stages.
#ifndef VG_LOGS_FIT_ILQR_H
#define VG_LOGS_FIT_ILQR_H

#include "sim/car_tick.h"

#ifdef __cplusplus
extern "C" {
#endif

// The order of the numbers of a state and of a control, in physical units.
enum { VG_FIT_X, VG_FIT_Y, VG_FIT_YAW, VG_FIT_SPEED, VG_FIT_STEER, VG_FIT_ACCEL, VG_FIT_STATE };
enum { VG_FIT_CONTROL = 2, VG_FIT_FULL = VG_FIT_STATE + VG_FIT_CONTROL };

// A sample, placed between two ticks.
typedef struct vg_fit_target {
    int32_t tick;  // the sample is between this tick and the next ...
    double share;  // ... at this share of the interval, [0, 1]
    double x, y;   // m
    double speed;  // m/s
    double weight; // 1: as good as the others
} vg_fit_target;

// A drive: the state at the start of each stage and at the end, and the control held during each.
typedef struct vg_fit_drive {
    double (*state)[VG_FIT_STATE];     // [stages + 1]
    double (*control)[VG_FIT_CONTROL]; // [stages] steering target, rad; acceleration, m/s^2
    double cost;
} vg_fit_drive;

// du = open + gain (x - x_ref, previous control - its reference).
typedef struct vg_fit_gain {
    double open[VG_FIT_CONTROL];
    double gain[VG_FIT_CONTROL][VG_FIT_FULL];
} vg_fit_gain;

typedef struct vg_fit_problem {
    vg_car_tick_constants car;
    int32_t stages;
    const int32_t *first_tick;   // [stages + 1]
    const int32_t *first_target; // [stages + 1] targets are in order of time
    const vg_fit_target *targets;
    double position_weight, speed_weight;      // 1/m^2, 1/(m/s)^2
    const double (*stiffness)[VG_FIT_CONTROL]; // [stages]
} vg_fit_problem;

// The backward half of a Gauss-Newton step: gains [stages] and the change of the state at the start. The
// reference may have jumps, which no drive of the car has: the step closes them. Returns whether the linear
// problem could be solved.
bool vg_fit_backward(const vg_fit_problem *problem, const vg_fit_drive *reference, vg_fit_gain *gains,
                     double start[VG_FIT_STATE]);

// The forward half: drive with the car itself, by a `share` in (0, 1] of the step. next->cost is its true
// cost.
void vg_fit_forward(const vg_fit_problem *problem, const vg_fit_drive *reference, const vg_fit_gain *gains,
                    const double start[VG_FIT_STATE], double share, vg_fit_drive *next);

// Convert a control to the command that the car takes, each in [-1, 1].
void vg_fit_command(const vg_car_tick_constants *car, const double control[VG_FIT_CONTROL], float command[2]);

// The motion of the car from the numbers of a state.
vg_motion vg_fit_motion(const double state[VG_FIT_STATE]);

static inline double vg_fit_held(double value, double low, double high) {
    return value < low ? low : value > high ? high : value;
}

// Wrap an angle within three half turns of zero into [-pi, pi].
static inline double vg_fit_wrap(double angle) {
    return angle > VG_PI ? angle - 2 * VG_PI : angle < -VG_PI ? angle + 2 * VG_PI : angle;
}

#ifdef __cplusplus
}
#endif
#endif
