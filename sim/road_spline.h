// sim/road_spline.h -- the curve through a road's points, before it is divided into pieces of equal length.
#ifndef VG_SIM_ROAD_SPLINE_H
#define VG_SIM_ROAD_SPLINE_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/base/error.h"

// A cubic spline over chord length u: on piece i, value(v) = p + b v + c v^2 + d v^3 with v in [0, width], m.
typedef struct vg_spline {
    int32_t pieces;
    double *width; // [pieces] chord lengths
    double *bx, *cx, *dx, *by, *cy, *dy;
    double *block;
} vg_spline;

// Periodic through the n points of a closed road (n >= 3), natural through those of an open one (n >= 2). Two
// neighbours must not be at the same place. Errors: VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_spline_create(const double *x, const double *y, int32_t n, bool closed, vg_spline *out,
                                     vg_diag *diag);
void vg_spline_destroy(vg_spline *spline);

// Metres of arc per metre of chord, at v of piece i.
double vg_spline_rate(const vg_spline *spline, int32_t i, double v);
// Arc length of piece i over [from, to], m, in parts of at most 4 m of chord, so that the five-point rule is
// exact to well under a micrometre.
double vg_spline_arc(const vg_spline *spline, int32_t i, double from, double to);

#endif
