// agents/experts/detour.h -- a way round what stands on the road: a target offset along the road ahead.
//
// Obstacles that a car passes at the same time are passed as one. Beside each such group the way keeps to an
// offset that leaves the body `clearance` from the obstacles (less where there is no room for it) and within
// the edges, as near to the centreline as that allows. From one offset to the next it is a quintic (least
// jerk: Flash & Hogan 1985), as long as the acceleration across allows at the car's speed.
#ifndef VG_AGENTS_EXPERTS_DETOUR_H
#define VG_AGENTS_EXPERTS_DETOUR_H

#include "sim/world.h"

#ifdef __cplusplus
extern "C" {
#endif

// The side of a group that is taken where it has room, else the other. Nearest: the way that is nearest to
// where the car is; left, if both are.
typedef enum vg_side { VG_SIDE_NEAREST, VG_SIDE_LEFT, VG_SIDE_RIGHT } vg_side;

typedef struct vg_detour_def {
    vg_side side;
    double clearance; // m
    double lateral;   // m/s^2 across that a swerve may take, > 0
    double reach;     // m that the driver steers ahead: so much longer it keeps to an offset
} vg_detour_def;

enum { VG_DETOUR_MOST = 12 }; // groups

typedef struct vg_detour_pass {
    double from, to; // m ahead of the car, rear axle to rear axle, between which the offset is kept
    double offset;   // m to the left
    double ramp;     // m that a swerve to it, from the centreline, takes
} vg_detour_pass;

typedef struct vg_detour {
    int32_t count; // 0: nothing is near
    vg_detour_pass passes[VG_DETOUR_MOST];
    double speed; // m/s, the most at which the first one can still be passed; infinite if it is no limit
} vg_detour;

// The way of car i of a world, from the state (which may be carried forward from the car's own).
void vg_detour_plan(const vg_world *world, int32_t i, const vg_state *state, const vg_detour_def *def,
                    vg_detour *out);

// The offset at `ahead` m from the car, and the sharpest curvature of the swerve there, 1/m.
double vg_detour_offset(const vg_detour *detour, double ahead);
double vg_detour_bend(const vg_detour *detour, double ahead);

#ifdef __cplusplus
}
#endif
#endif
