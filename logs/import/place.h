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
    bool twin;             // another placing is as near: the road looks the same from elsewhere (an oval)
    double twin_turn;      // rad, of that one
} vg_placing;

// What else a drive that lies on no place of the road may need: a factor (another unit), or x negated.
typedef struct vg_place_hint {
    double factor; // 1: none
    bool mirrored;
} vg_place_hint;

// Find the placing that brings the drive nearest to the centreline: the way driven is laid along the road
// from many starts in both directions (Arun, Huang & Blostein 1987 for the turn and the move), and the best
// are refined on the nearest points (Besl & McKay 1992). Of several that are as near, one along the road's
// direction is taken, and of these the one that is turned least. Errors: VG_ERR_MEMORY; VG_ERR_MISMATCH (it
// drives less than 20 m).
VG_NODISCARD vg_err vg_place_find(const vg_road *road, const vg_cleaned *samples, int32_t count,
                                  vg_placing *out, vg_diag *diag);
// For a drive that vg_place_find lays nowhere: would it lie on the road mirrored, or in another unit (feet,
// cm, dm, km, as this drive's or as the road's)? *found says whether. Errors: VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_place_explain(const vg_road *road, const vg_cleaned *samples, int32_t count,
                                     vg_place_hint *hint, bool *found, vg_diag *diag);
void vg_place_apply(const vg_placing *placing, vg_cleaned *samples, int32_t count);

#ifdef __cplusplus
}
#endif
#endif
