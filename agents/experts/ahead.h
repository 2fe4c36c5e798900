// agents/experts/ahead.h -- what experts ask of the moment to come: where the car will be when a command
// takes hold, where the road goes, what the tyres hold.
#ifndef VG_AGENTS_EXPERTS_AHEAD_H
#define VG_AGENTS_EXPERTS_AHEAD_H

#include "sim/world.h"

#ifdef __cplusplus
extern "C" {
#endif

// The state of car i with its pose carried forward, along the arc it is on, by what the car's delay and lag
// and half of an action cost: to when a command given now takes hold. s is not wrapped.
vg_state vg_ahead_state(const vg_world *world, int32_t i);

// The centreline at s, where an open road goes on straight behind its end.
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
