// tracks/points.h -- a growing list of points: a border, a centre line, a lap.
#ifndef VG_TRACKS_POINTS_H
#define VG_TRACKS_POINTS_H

#include "sim/base/error.h"

#ifdef __cplusplus
extern "C" {
#endif

// Zero-initialise; vg_points_free when done.
typedef struct vg_points {
    double *x, *y; // [count] m
    int32_t count, capacity;
} vg_points;

// Append a point; the list grows as needed. Errors: VG_ERR_MEMORY (also beyond 2^24 points).
VG_NODISCARD vg_err vg_points_add(vg_points *points, double x, double y, vg_diag *diag);
void vg_points_free(vg_points *points); // a zeroed one is fine

void vg_points_reverse(vg_points *points);
// m, from the first point to the last; with `closed` back to the first.
double vg_points_length(const vg_points *points, bool closed);
// Do the ends meet? True where the last point lies no farther from the first than 1.5 times the longest step
// between neighbours; needs 3 points.
bool vg_points_meet(const vg_points *points);
// The same line with points at most `spacing` metres apart, all equally far from the next along it, into
// *out. A closed line does not repeat its first point. Points at one place count once. Errors: VG_ERR_MEMORY,
// VG_ERR_ARGUMENT (no length).
VG_NODISCARD vg_err vg_points_even(const vg_points *points, bool closed, double spacing, vg_points *out,
                                   vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
