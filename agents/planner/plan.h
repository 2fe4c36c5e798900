// agents/planner/plan.h -- the line and the speeds along a road that a driving reward likes best.
//
// The unknowns are the offset and the speed at stations 5 m apart (agents/planner/line_piece.h). Their cost
// is a sum over pieces, each of eight unknowns, so the Hessian is a band, and a step costs as much as the
// road has stations. The steps are those of Levenberg and Marquardt on the Gauss-Newton Hessian, by a banded
// Cholesky factor. On a closed road the stations are numbered from both ends inward (0, last, 1, last but
// one, ...), which keeps neighbours beside each other all the way round.
//
// The car's limits and the edges are walls: what is beyond them is squared, with a weight that grows from
// stage to stage. At the end the offsets are held within the edges and the speeds lowered to what the car can
// do on that line, so a plan never asks for more.
#ifndef VG_AGENTS_PLANNER_PLAN_H
#define VG_AGENTS_PLANNER_PLAN_H

#include "agents/planner/line_piece.h"

#ifdef __cplusplus
extern "C" {
#endif

// Start from vg_plan_default().
typedef struct vg_plan_def {
    const vg_road *road;
    const vg_car *car;
    const double *theta;   // [VG_DRIVING_COUNT], that of time above 0
    double spacing;        // m, default: VG_STATION_SPACING times the car's scale
    vg_line_bounds bounds; // default: 0.9 of the grip, 0.5 m times the car's scale, 1 m/s times it
    const double *hold;    // [stations] speeds that are kept, so that only the line is sought; NULL (default)
    int32_t steps;         // at most, default 300
} vg_plan_def;
vg_plan_def vg_plan_default(const vg_road *road, const vg_car *car, const double *theta);

typedef struct vg_plan {
    int32_t count;          // stations of the road
    bool closed;            // station k is at k * spacing
    double spacing;         // m
    double *offset, *speed; // [count] m, m/s
    double features[VG_DRIVING_COUNT], cost,
        metres; // of the road driven once: theta' features, and its length
    int32_t steps;
    bool settled;  // the last stage ended because no step helped; else the steps were used up
    double beyond; // largest excess over a limit before speeds and offsets were held to it, as a share
} vg_plan;

// Errors: VG_ERR_ARGUMENT (a road too short; a theta that is not positive or not finite; a cost that is not
// finite); VG_ERR_MEMORY. Close it in any case.
VG_NODISCARD vg_err vg_plan_make(const vg_plan_def *def, vg_plan *out, vg_diag *diag);
void vg_plan_close(vg_plan *plan); // a zeroed one is fine

#ifdef __cplusplus
}
#endif
#endif
