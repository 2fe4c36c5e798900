// tracks/formats/lanelet2.h -- Lanelet2 maps (Poggenhans et al. 2018), as OSM XML: a chain of their lanelets.
//
// Read: nodes (latitude and longitude, or the tags local_x and local_y), ways, relations of type lanelet.
// Those of subtype road, highway, play_street, bus_lane or emergency_lane, or of none, are for cars. One
// lanelet leads into another where its bounds end in the nodes that the other's begin in; two lie side by
// side where they share a way. Left out: regulatory elements, areas, heights, driving against a lanelet that
// is not one-way.
#ifndef VG_TRACKS_FORMATS_LANELET2_H
#define VG_TRACKS_FORMATS_LANELET2_H

#include "tracks/track_format.h"

#ifdef __cplusplus
extern "C" {
#endif

extern const vg_track_format vg_track_format_lanelet2;

#ifdef __cplusplus
}
#endif
#endif
