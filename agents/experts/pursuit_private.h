// agents/experts/pursuit_private.h -- the speed plan of pursuit.c, for several cars at once; pursuit_hot.c
// implements it.
#ifndef VG_AGENTS_EXPERTS_PURSUIT_PRIVATE_H
#define VG_AGENTS_EXPERTS_PURSUIT_PRIVATE_H

#include <stdint.h>

#include "sim/base/level.h"

enum {
    VG_PLAN_STEPS = 48, // steps of a plan
    VG_PLAN_CARS = 16,  // cars that plan side by side: enough chains to cover the latency of a square root
};

// One lane per car.
typedef struct vg_plan {
    double step[VG_PLAN_CARS];                    // m, > 0
    double most[VG_PLAN_CARS];                    // m/s, never faster
    double lateral[VG_PLAN_CARS];                 // m/s^2 that curvatures are taken with at rest, > 0 ...
    double downforce[VG_PLAN_CARS];               // 1/m ... and what each (m/s)^2 adds to it
    double brake[VG_PLAN_CARS];                   // m/s^2 counted on, of the brakes ...
    double along[VG_PLAN_CARS];                   // ... and of the tyres, over what they give across
    float curvature[VG_PLAN_STEPS][VG_PLAN_CARS]; // 1/m, the sharpest over each step; 0 or more
    double here[VG_PLAN_CARS];                    // m/s, out: the speed to have now ...
    double push[VG_PLAN_CARS];                    // m/s^2, out: ... and the acceleration over the first step
} vg_plan;

// Compiled once for each x86 level.
typedef struct vg_plan_kernel {
    // The bounds of a plan's steps, in nodes of the road: low[j] is the last node at or before step j,
    // high[j] the first at or after it, up to VG_PLAN_STEPS.
    void (*bounds)(double s, double step, double spacing, int32_t low[VG_PLAN_STEPS + 1],
                   int32_t high[VG_PLAN_STEPS + 1]);
    // The sharpest curvature in each step: out[j] over nodes low[j] to high[j + 1]. Equal steps have equally
    // many nodes, give or take two.
    void (*curvatures)(const float *curvature, const int32_t low[VG_PLAN_STEPS + 1],
                       const int32_t high[VG_PLAN_STEPS + 1], float out[VG_PLAN_STEPS]);
    // Fill here and push of all lanes, by a pass from the last step to the first.
    void (*sweep)(vg_plan *plan);
} vg_plan_kernel;

VG_HOT_DECLARE(vg_plan_kernel, vg_plan_kernel_table);

#endif
