// tracks/grid.h -- points hashed into square cells, to find those nearby.
#ifndef VG_TRACKS_GRID_H
#define VG_TRACKS_GRID_H

#include "sim/base/error.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct vg_grid {
    double cell;     // m, side of a cell
    int32_t buckets; // a power of two
    int32_t *head;   // [buckets] first point of each, -1: none
    int32_t *next;   // [capacity] the next in the same bucket, -1: none
    uint64_t *key;   // [capacity] the cell of each point
    const double *x, *y;
} vg_grid;

// For up to `capacity` points. Errors: VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_grid_create(int32_t capacity, vg_grid *out, vg_diag *diag);
void vg_grid_free(vg_grid *grid);

// Put points in: x and y are [count], borrowed. What it held before is forgotten.
void vg_grid_fill(vg_grid *grid, double cell, const double *x, const double *y, int32_t count);

// Call visit for every point j < i in the nine cells about point i (so all within `cell` of it), until it
// gives false. False when one did.
typedef bool (*vg_grid_visit)(void *context, int32_t i, int32_t j);
bool vg_grid_near(const vg_grid *grid, int32_t i, vg_grid_visit visit, void *context);

#ifdef __cplusplus
}
#endif
#endif
