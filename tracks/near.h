// tracks/near.h -- which points of a road are near each other, found by boxes about short runs of it.
#ifndef VG_TRACKS_NEAR_H
#define VG_TRACKS_NEAR_H

#include "sim/base/error.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct vg_near vg_near; // opaque: boxes about runs of points, and about groups of runs

// For up to `capacity` points. Errors: VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_near_create(int32_t capacity, vg_near **out, vg_diag *diag);
void vg_near_destroy(vg_near *near); // NULL is fine

// Called with points [from, to) of one run, all before point i.
typedef bool (*vg_near_visit)(void *context, int32_t i, int32_t from, int32_t to);

// Call visit for every point i, in rising order, with runs of earlier points that together hold all those
// closer to it than `reach`, among others that are not; until it gives false. False when it did. x and y are
// [count].
bool vg_near_pairs(vg_near *near, const double *x, const double *y, int32_t count, double reach,
                   vg_near_visit visit, void *context);

#ifdef __cplusplus
}
#endif
#endif
