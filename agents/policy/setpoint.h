// agents/policy/setpoint.h -- the low-level controller beneath the action space `setpoint`: a pure function
// from a car's state and its setpoint to its action, and that function's inverse.
//
// A setpoint is a target offset d* (m to the left of the centreline) and a target speed v* (m/s); as values
// from -1 to 1, d* / (VG_SETPOINT_OFFSET times the car's scale) and 2 v* / speed_max - 1. A setpoint that is
// held for ever is a drive along the road at that offset and that speed: the loop is stable by itself,
// whatever the policy does. So a policy of setpoints whose decisions are late or a little wrong keeps a
// little beside the line, where one of direct actions leaves it. Robot learning has position control beneath
// a policy for the same reason (Chi et al. 2023, "Diffusion policy", find that policies of positions do
// better than policies of velocities).
//
// Steering: pure pursuit (Coulter 1992) in the road's frame. With offset d, heading psi against the road, the
// road's curvature kappa_r where the car will be when the command takes effect, and the way ahead l =
// (VG_SETPOINT_LOOK + delay + steer_lag + half an action) v + VG_SETPOINT_LEAST:
//
//     turn = sin psi + clamp((d - d*) / l, +-VG_SETPOINT_APPROACH)
//     kappa = kappa_r cos psi / (1 - kappa_r d) - 2 turn / l
//     steering target = atan(kappa wheelbase) / steer_max
//
// Near the line this is d'' = -2 (v / l) d' - 2 (v / l)^2 (d - d*): natural frequency sqrt(2) v / l and
// damping 1 / sqrt(2) at every speed.
//
// Speed: acceleration = VG_SETPOINT_GAIN (v* - v) / sqrt(scale) + rolling + drag v^2, cut to the car's
// limits.
//
// Labels are the controller inverted, as Waymax inverts its dynamics for the action of a logged step (Gulino
// et al. 2023). The other choice would be the offset and speed that the driver reached a fixed time later.
// That needs the future of the drive. An expert who is asked in a state and does not drive on (DAgger) has
// none; with noise (DART) or gusts it is their future, not the driver's decision; and a controller that aims
// at where the driver was a second later does not do what the driver did. Inverted, every label that there is
// can be converted, row by row, and to drive by the converted labels is to drive by the labels, but for
// rounding, wherever no limit is met: an offset beyond the range, or a turn towards the line that is steeper
// than VG_SETPOINT_APPROACH.
#ifndef VG_AGENTS_POLICY_SETPOINT_H
#define VG_AGENTS_POLICY_SETPOINT_H

#include "sim/world.h"

#ifdef __cplusplus
extern "C" {
#endif

// They are part of the meaning of a policy file with `actions` "offset,speed": never change them.
#define VG_SETPOINT_OFFSET   8.0 // m at 1; of model cars less, with their wheelbase
#define VG_SETPOINT_LOOK     0.6 // s
#define VG_SETPOINT_LEAST    3.0 // m; of model cars less
#define VG_SETPOINT_APPROACH 0.6 // sine of the steepest angle towards the line
#define VG_SETPOINT_GAIN     1.0 // 1/s

// values: target offset and speed in [-1, 1]. action: steering target and acceleration in [-1, 1]; may be
// `values` itself.
void vg_setpoint_command(const vg_world *world, int32_t i, const float *values, float *action);

// The inverse: values such that vg_setpoint_command makes this action of them; in [-1, 1].
void vg_setpoint_label(const vg_world *world, int32_t i, const float *action, float *values);

#ifdef __cplusplus
}
#endif
#endif
