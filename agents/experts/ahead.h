// agents/experts/ahead.h -- what experts need to know about the near future: where the car will be when a
// command takes effect, where the road goes, how much the tyres hold.
#ifndef VG_AGENTS_EXPERTS_AHEAD_H
#define VG_AGENTS_EXPERTS_AHEAD_H

#include "sim/world.h"

#ifdef __cplusplus
extern "C" {
#endif

// The state of car i with its pose moved forward, along its present arc, by the car's delay and lag and half
// an action: to the time when a command given now takes effect. s is not wrapped.
vg_state vg_ahead_state(const vg_world *world, int32_t i);

// The centreline at s; behind its end an open road goes straight on.
vg_road_point vg_ahead_point(const vg_road *road, double s);

// m/s^2 that the tyres are taken to hold across at rest: lateral_max. For a car without a friction ellipse:
// what the brakes hold, or lateral_max if there is one and it is less. Downforce comes on top.
double vg_ahead_grip(const vg_car *car);

// m/s^2 of braking that can be had at a speed on a straight: the brakes' or the tyres'.
double vg_ahead_brake(const vg_car *car, double speed);

// An acceleration (m/s^2; < 0: braking) cut to what the friction ellipse leaves on an arc, with a tenth of it
// in hand: a driver who asked for more would run wide. Half of the grip along stays for braking all the same:
// a driver who is too fast for an arc has to slow down first.
double vg_ahead_along(const vg_car *car, double speed, double curvature, double accel);

#ifdef __cplusplus
}
#endif
#endif
