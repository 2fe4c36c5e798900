// tracks/survey.h -- measures a road: how tight and how wide it is, and where it folds, crosses or nearly
// touches itself.
#ifndef VG_TRACKS_SURVEY_H
#define VG_TRACKS_SURVEY_H

#include "sim/road.h"

#ifdef __cplusplus
extern "C" {
#endif

// Largest distance between the edges of two parts of a road that is reported, m.
#define VG_SURVEY_SIGHT 30.0

typedef struct vg_survey {
    double length;                              // m
    double radius_least;                        // m, of the centreline, at a node
    double radius_s, radius_x, radius_y;        // place of radius_least
    double width_least, width_most, width_mean; // m, both halves together
    double curvature_mean, curvature_rms;       // 1/m, of the absolute curvature, over nodes
    double straight, left, right; // shares of the length: |radius| above 500 m; bends to either side
    double turning;               // rad, sum of |curvature| times spacing
    int32_t
        hairpins;  // curves in one direction that turn more than 120 degrees, each with a radius under 60 m
    int32_t folds; // stretches where an edge runs backwards
    double fold_s, fold_x, fold_y;             // place of the first, m; 0 if none
    int32_t crossings;                         // places where the centreline crosses itself
    double crossing_s, crossing_x, crossing_y; // place of the first, m; 0 if none
    double gap; // least distance in m between the edges of two parts of the road: negative when they overlap,
                // VG_SURVEY_SIGHT when none is closer
    double gap_s, gap_x, gap_y; // place of the gap
} vg_survey;

// Errors: VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_survey_road(const vg_road *road, vg_survey *out, vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
