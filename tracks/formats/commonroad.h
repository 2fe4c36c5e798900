// tracks/formats/commonroad.h -- CommonRoad scenarios (Althoff et al. 2017), versions 2018b and 2020a: their
// lanelets.
//
// Read: lanelet with leftBound, rightBound, successor, predecessor, adjacentLeft and adjacentRight. Left out:
// obstacles, traffic signs and lights, intersections, planning problems, heights.
#ifndef VG_TRACKS_FORMATS_COMMONROAD_H
#define VG_TRACKS_FORMATS_COMMONROAD_H

#include "tracks/track_format.h"

#ifdef __cplusplus
extern "C" {
#endif

extern const vg_track_format vg_track_format_commonroad;

#ifdef __cplusplus
}
#endif
#endif
