// sim/road.h -- a road: a centreline with a left and a right width, as functions of arc length.
//
// Made from points of any spacing: a periodic (closed) or natural (open) cubic spline through them is divided
// again at equal arc lengths near `spacing`. Between two of these nodes the centreline is the cubic that
// meets both nodes with their headings; heading, curvature and widths are interpolated by arc length.
// Immutable, shared by threads.
#ifndef VG_SIM_ROAD_H
#define VG_SIM_ROAD_H

#include "sim/obstacle.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct vg_road vg_road; // opaque, immutable

// Start from vg_road_default(). The columns are borrowed until create returns.
typedef struct vg_road_def {
    const char *name;    // default ""
    const double *x, *y; // [count], m; a closed road does not repeat its first point (a repeat is dropped)
    const double *right, *left; // [count], half widths, m, > 0
    int32_t count;              // >= 3 when closed, >= 2 when open; at most 2^24
    bool closed;                // default true
    double spacing; // wanted node spacing, m, default 1; it is adjusted to divide the length evenly
    const vg_obstacle *obstacles; // [obstacle_count] what stands on it, in any order; may overlap
    int32_t obstacle_count;       // default 0, at most VG_OBSTACLES_MOST
} vg_road_def;
vg_road_def vg_road_default(void);

// Errors: VG_ERR_ARGUMENT (too few points, NaN, a width <= 0, two neighbours that coincide, a length under 2
// m or over 1,000 km, a turn straight back; diag.line is the 1-based point. An obstacle that
// vg_obstacle_check refuses, that lies off the road, that is nearer to the start, or to the end of an open
// road, than the road is wide there, or that blocks the whole road, alone or with others; then diag.line is
// the 1-based obstacle and diag.field begins with "obstacle"), VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_road_create(const vg_road_def *def, vg_road **out, vg_diag *diag);
void vg_road_destroy(vg_road *road);

// The points it was made from, borrowed for the road's life, without a repeated last point. Creating a road
// from them gives the same bits again.
vg_road_def vg_road_source(const vg_road *road);

// The nodes, borrowed for the road's life. Node i is at arc length i * spacing. A closed road has count =
// length / spacing nodes, and node `count` would be node 0 again; an open one has one more.
typedef struct vg_road_view {
    const char *name;
    bool closed;
    int32_t count;
    double spacing, length;                   // m
    const double *x, *y;                      // [count] m
    const double *heading;                    // [count] rad, unwrapped along the road
    const float *curvature;                   // [count] 1/m, positive turns left
    const float *left, *right;                // [count] m
    const double *left_x, *left_y;            // [count] the left edge, m
    const double *right_x, *right_y;          // [count] the right edge, m
    const struct vg_road_obstacle *obstacles; // [obstacle_count] in the order of s; NULL without any
    int32_t obstacle_count;
} vg_road_view;
vg_road_view vg_road_get(const vg_road *road);

// The centreline at an arc length. s is wrapped on a closed road and clamped on an open one.
typedef struct vg_road_point {
    double x, y, heading; // m, m, rad in (-pi, pi]
    double curvature;     // 1/m
    double left, right;   // m
} vg_road_point;
vg_road_point vg_road_at(const vg_road *road, double s);

// The position of a point in the road's frame. Offset is positive to the left.
typedef struct vg_road_place {
    double s, offset; // m, m
} vg_road_place;

// The point of the centreline closest to (x, y) among those within VG_ROAD_REACH of arc length of `near_s`:
// O(1), and it stays on its own branch where the road crosses itself.
enum { VG_ROAD_REACH = 48 };
vg_road_place vg_road_project(const vg_road *road, double x, double y, double near_s);

// The closest point of the whole road, O(nodes). If two branches are equally close, the one with the lower s
// is taken.
vg_road_place vg_road_locate(const vg_road *road, double x, double y);

// Arc length from a to b along the road, in [-length/2, length/2) when closed.
double vg_road_between(const vg_road *road, double a, double b);

// s wrapped into [0, length) on a closed road, clamped into [0, length] on an open one.
double vg_road_wrap(const vg_road *road, double s);

// First node at or after `from` where an edge runs backwards (the half width exceeds the curve's radius on
// the inside), or -1.
int32_t vg_road_fold(const vg_road *road, int32_t from);

// An obstacle in the road's frame.
typedef struct vg_road_obstacle {
    vg_obstacle shape;
    double s, offset;     // m, the place of its middle
    double reach;         // m, the radius of the circle that holds it
    double before, after; // m of arc length from its middle back to its begin, and on to its end
    double right, left;   // m, the offsets of its sides: right < left, both positive to the left
} vg_road_obstacle;

// The width of the way past the obstacles where it is narrowest, m; infinite without any.
double vg_road_passage(const vg_road *road);
// Where that is, m of arc length; 0 without any.
double vg_road_passage_at(const vg_road *road);

// The obstacles with a part from `behind` before s, and with their middle up to `ahead` after it, m of arc
// length; in the order of the road, at most `most`. `along`: from s to its middle. Returns how many.
typedef struct vg_road_ahead_of {
    const vg_road_obstacle *obstacle;
    double along; // m
} vg_road_ahead_of;
int32_t vg_road_ahead(const vg_road *road, double s, double behind, double ahead, int32_t most,
                      vg_road_ahead_of *out);

// The first place at or after s, m, with no part of an obstacle from `behind` before it to `ahead` after it;
// s itself if there is none.
double vg_road_clear(const vg_road *road, double s, double behind, double ahead);

// Hash over nodes, widths and obstacles, not the name.
uint64_t vg_road_hash(const vg_road *road);

#ifdef __cplusplus
}
#endif
#endif
