// sim/road_private.h -- a road's internals, for the files of sim/ that run once per tick.
#ifndef VG_SIM_ROAD_PRIVATE_H
#define VG_SIM_ROAD_PRIVATE_H

#include <stdatomic.h>

#include "sim/base/level.h"
#include "sim/road.h"

// One piece of the centreline, from a node to the next, t metres behind the node: one cache line.
typedef struct vg_road_segment {
    double x, y; // the node
    // Eight floats, then four: fetched for eight cars at once and turned into lanes.
    float c1x, c1y, c2x, c2y, c3x, c3y; // C(t) = node + c1 t + c2 t^2 + c3 t^3
    float left, left_slope;             // half width: left + left_slope t
    float right, right_slope;
    // The distance to either side within which a point's foot on this piece is the closest of all within
    // VG_ROAD_REACH: 0.9 of the distance to the local medial axis.
    float reach_left, reach_right;
} vg_road_segment;

// heading(t) = heading + slope t + curvature t^2
typedef struct vg_road_heading {
    double heading;
    float slope, curvature;
} vg_road_heading;

// A stretch of one edge: VG_EDGE_PIECES chords between the edge's nodes, seen from a point among them.
enum { VG_EDGE_PIECES = 7 };
typedef struct vg_road_edge {
    double x, y;                  // m
    float dx[VG_EDGE_PIECES + 1]; // m from (x, y); a short last stretch repeats its end
    float dy[VG_EDGE_PIECES + 1];
} vg_road_edge;

struct vg_road {
    vg_road_view view;
    vg_road_def source;
    vg_road_segment *segments; // [segment_count]
    vg_road_heading *headings; // [segment_count]
    float *curvature;          // [segment_count + 1], the last one closes the ring
    vg_road_edge *edges;       // [2][edge_count]: the left edge, then the right one
    // The line from the first node of each stretch to its last: its middle, seen from the road's first node,
    // and half of it; how far the stretch strays from the line at most; and the radius of a circle about the
    // middle that holds it. Read by eights, so 7 more.
    float *edge_x, *edge_y, *edge_half_x, *edge_half_y, *edge_stray,
        *edge_radius; // [2][edge_count] + 7, m; one block
    int32_t segment_count, edge_count;
    double spacing, inverse_spacing, length;
    uint64_t hash;               // over the geometry
    vg_road_obstacle *obstacles; // [obstacle_count] by s
    int32_t obstacle_count;
    double obstacle_tail; // the largest `after` of them, m
    double passage_at;    // m, where the way past is narrowest
    double passage;
    atomic_int shares; // owners but one
    // Memory that create took and destroy frees.
    char *name;
    double *source_columns; // x, y, right, left of the points
    double *columns;        // x, y, heading and edges of the nodes
    float *widths;
    vg_obstacle *obstacle_source; // as they were given
};

// vg_road_create without the obstacles.
VG_NODISCARD vg_err vg_road_make(const vg_road_def *def, vg_road **out, vg_diag *diag);

// How far to either side of a node a point may lie without being as close to some other node. A point at
// signed distance r along the normal is as close to node j as to this one when
// r = |pj - p|^2 / (2 (pj - p) . normal): the least such r on either side is the local medial axis.
typedef struct vg_road_reach {
    double x, y, nx, ny; // m, the node; its normal, to the left
    double left, right;  // m, so far
} vg_road_reach;

// Compiled once for each x86 level.
typedef struct vg_road_kernel {
    // Take nodes [from, to) of x and y into account. The node itself may be among them.
    void (*pass_nodes)(vg_road_reach *reach, const double *x, const double *y, int32_t from, int32_t to);
} vg_road_kernel;

VG_HOT_DECLARE(vg_road_kernel, vg_road_kernel_table);

#endif
