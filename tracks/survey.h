// tracks/survey.h -- what a road is like: how tight, how wide, and where it folds, crosses or nearly touches
// itself.
#ifndef VG_TRACKS_SURVEY_H
#define VG_TRACKS_SURVEY_H

#include "sim/road.h"

#ifdef __cplusplus
extern "C" {
#endif

// How far apart the edges of two parts of a road may be to be told, m.
#define VG_SURVEY_SIGHT 30.0

typedef struct vg_survey {
    double length;                              // m
    double radius_least;                        // m, of the centreline, at a node
    double radius_s, radius_x, radius_y;        // where
    double width_least, width_most, width_mean; // m, both halves together
    double curvature_mean, curvature_rms;       // 1/m, of the absolute curvature, over nodes
    double straight, left, right;  // shares of the length: |radius| above 500 m; bends to either side
    double turning;                // rad, sum of |curvature| times spacing
    int32_t hairpins;              // bends of one sign that turn more than 120 degrees, each under 60 m
    int32_t folds;                 // stretches where an edge runs backwards
    double fold_s, fold_x, fold_y; // the first, m; 0 when none
    int32_t crossings;             // places where the centreline crosses itself
    double crossing_s, crossing_x, crossing_y; // the first, m; 0 when none
    double gap;                 // m between edges of two parts of the road where they are closest:
                                // negative when they overlap, VG_SURVEY_SIGHT when not in sight
    double gap_s, gap_x, gap_y; // where
} vg_survey;

// Errors: VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_survey_road(const vg_road *road, vg_survey *out, vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
