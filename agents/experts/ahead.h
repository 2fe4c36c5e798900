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

// m/s^2 that the tyres are taken to hold: what the brakes hold, or the car's lateral_max if that is less.
double vg_ahead_grip(const vg_car *car);

#ifdef __cplusplus
}
#endif
#endif
