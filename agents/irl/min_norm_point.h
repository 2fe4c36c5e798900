// agents/irl/min_norm_point.h -- the point of a convex hull that is nearest to the origin.
//
// Wolfe 1976, "Finding the nearest point in a polytope", Mathematical Programming 11. It keeps a set of
// corners whose affine hull has its nearest point inside (a corral), adds the corner that the plane through
// the present point sees on the near side, and drops those whose share would become negative. It ends after
// finitely many steps.
#ifndef VG_AGENTS_IRL_MIN_NORM_POINT_H
#define VG_AGENTS_IRL_MIN_NORM_POINT_H

#include "sim/base/error.h"

#ifdef __cplusplus
extern "C" {
#endif

// points [count][size], count at least 1. shares [count]: 0 or more, with the sum 1; nearest [size] = the sum
// of shares[i] points[i]. No other point of the hull is nearer, up to 1e-12 of the largest squared distance;
// up to 1e-6 of it where corners lie within 1e-6 of an edge or face between others. Errors: VG_ERR_MEMORY;
// VG_ERR_ARGUMENT where a number is not finite.
VG_NODISCARD vg_err vg_min_norm_point(const double *points, int32_t count, int32_t size, double *shares,
                                      double *nearest, vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
