// tracks/near.h -- finds points of a road that are near each other, by boxes around short runs of points.
#ifndef VG_TRACKS_NEAR_H
#define VG_TRACKS_NEAR_H

#include "sim/base/error.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct vg_near vg_near; // opaque: boxes around runs of points, and around groups of runs

// For at most `capacity` points. Errors: VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_near_create(int32_t capacity, vg_near **out, vg_diag *diag);
void vg_near_destroy(vg_near *near); // NULL is fine

// Called with points [from, to) of one run, all before point i.
typedef bool (*vg_near_visit)(void *context, int32_t i, int32_t from, int32_t to);

// Call visit for every point i, in rising order, with runs of earlier points. The runs contain all points
// closer to i than `reach`, and some others. It stops when visit returns false, and then returns false. x and
// y are [count].
bool vg_near_pairs(vg_near *near, const double *x, const double *y, int32_t count, double reach,
                   vg_near_visit visit, void *context);

#ifdef __cplusplus
}
#endif
#endif
