// logs/import/place.h -- lay a drive onto a road whose frame is another: turned and moved, never scaled.
#ifndef VG_LOGS_IMPORT_PLACE_H
#define VG_LOGS_IMPORT_PLACE_H

#include "logs/import/clean.h"

#ifdef __cplusplus
extern "C" {
#endif

// p -> turn(p) + move.
typedef struct vg_placing {
    double turn;           // rad, counter-clockwise
    double move_x, move_y; // m, afterwards
    double inside;         // share of the samples between the edges then
    double off;            // m, rms from the centreline then
    bool backwards;        // it runs against the road's direction
} vg_placing;

// Find the placing that brings the drive nearest to the centreline: the way driven is laid along the road
// from many starts in both directions (Arun, Huang & Blostein 1987 for the turn and the move), and the best
// are refined on the nearest points (Besl & McKay 1992). Errors: VG_ERR_MEMORY; VG_ERR_MISMATCH (it drives
// less than 20 m).
VG_NODISCARD vg_err vg_place_find(const vg_road *road, const vg_cleaned *samples, int32_t count,
                                  vg_placing *out, vg_diag *diag);
void vg_place_apply(const vg_placing *placing, vg_cleaned *samples, int32_t count);

#ifdef __cplusplus
}
#endif
#endif
