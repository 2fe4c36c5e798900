// sim/road_hot.c -- the distance that a point may have from a road's nodes. Lanes are nodes; no sum runs over
// lanes.
#include <string.h>

#include "sim/road_private.h"

typedef double lanes __attribute__((vector_size(32)));
typedef int64_t masks __attribute__((vector_size(32))); // -1 where true

static inline lanes load(const double *p) {
    lanes v;
    memcpy(&v, p, sizeof v);
    return v;
}

static inline void pass_node(vg_road_reach *at, const double *x, const double *y, int32_t j) {
    double dx = x[j] - at->x, dy = y[j] - at->y;
    double square = dx * dx + dy * dy, along = 2 * (dx * at->nx + dy * at->ny);
    if (along * at->left > square) at->left = square / along;
    if (-along * at->right > square) at->right = -square / along;
}

static inline masks nearer(const vg_road_reach *at, const double *x, const double *y) {
    lanes dx = load(x) - at->x, dy = load(y) - at->y;
    lanes square = dx * dx + dy * dy, along = 2 * (dx * at->nx + dy * at->ny);
    return (along * at->left > square) | (-along * at->right > square);
}

// Eight at a time: most groups hold no node that comes nearer than those before.
static void pass_nodes(vg_road_reach *reach, const double *x, const double *y, int32_t from, int32_t to) {
    vg_road_reach at = *reach;
    for (; from + 8 <= to; from += 8) {
        masks any = nearer(&at, x + from, y + from) | nearer(&at, x + from + 4, y + from + 4);
        if (any[0] | any[1] | any[2] | any[3])
            for (int32_t j = from; j < from + 8; j++) pass_node(&at, x, y, j);
    }
    for (; from < to; from++) pass_node(&at, x, y, from);
    *reach = at;
}

const vg_road_kernel VG_HOT_NAME(vg_road_kernel_table) = {pass_nodes};
