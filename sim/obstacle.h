// sim/obstacle.h -- a thing that stands on a road and never moves: a disc or a box, seen from above.
#ifndef VG_SIM_OBSTACLE_H
#define VG_SIM_OBSTACLE_H

#include "sim/base/error.h"

#ifdef __cplusplus
extern "C" {
#endif

// A disc has a radius; a box has a length along `heading` and a width across it, and a radius of 0.
typedef struct vg_obstacle {
    double x, y;          // m, its middle
    double radius;        // m, above 0, at most VG_OBSTACLE_LARGEST; 0: a box
    double heading;       // rad, of a box, within +-7
    double length, width; // m, of a box, above 0, at most 2 VG_OBSTACLE_LARGEST; of a disc 0
} vg_obstacle;

// Obstacles that a road may have; the largest radius, m; and the smallest, m.
enum { VG_OBSTACLES_MOST = 1024, VG_OBSTACLE_LARGEST = 50 };
#define VG_OBSTACLE_SMALLEST 0.01

// Errors: VG_ERR_ARGUMENT (a number that is not finite or out of its range; both a disc and a box). line: the
// number of the obstacle, for the message.
VG_NODISCARD vg_err vg_obstacle_check(const vg_obstacle *obstacle, int64_t line, vg_diag *diag);

// The radius of the circle about its middle that holds it, m.
double vg_obstacle_reach(const vg_obstacle *obstacle);

// The distance of a point from it, m; 0 inside.
double vg_obstacle_gap(const vg_obstacle *obstacle, double x, double y);

// Where the line from (x, y) in the direction (ux, uy), of length 1, is inside: *from to *to, m, either of
// which may be negative. False: nowhere.
bool vg_obstacle_across(const vg_obstacle *obstacle, double x, double y, double ux, double uy, double *from,
                        double *to);

// A hash over their numbers, in this order, that goes on from h: h itself when there are none.
uint64_t vg_obstacles_hash(uint64_t h, const vg_obstacle *obstacles, int32_t count);

// A car's body seen from above.
typedef struct vg_outline {
    double x, y;                    // m, its middle
    double cosine, sine;            // of its yaw
    double half_length, half_width; // m
} vg_outline;

// Do they touch? A disc by the nearest point of the outline; a box by the axes of both (separating axes:
// Gottschalk, Lin & Manocha 1996, in two dimensions).
bool vg_obstacle_touches(const vg_obstacle *obstacle, const vg_outline *outline);

#ifdef __cplusplus
}
#endif
#endif
