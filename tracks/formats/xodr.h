// tracks/formats/xodr.h -- ASAM OpenDRIVE 1.4 to 1.8: lanes of a chain of roads.
//
// Read: planView (line, arc, spiral, poly3, paramPoly3), laneOffset, laneSection, lane widths and borders,
// links of roads and lanes, junctions. Left out: elevation, superelevation, crossfall, objects, signals, road
// marks.
//
// options.route: ids of roads, "5,12,7" (see xodr_route.h). options.lanes: "right" (lanes for cars in the
// driving direction: the default), "left" (those against it), "all" (both), or ids, "-1,-2", of the first
// road's lanes, which are followed by their links. Lanes between two chosen ones belong to the road.
#ifndef VG_TRACKS_FORMATS_XODR_H
#define VG_TRACKS_FORMATS_XODR_H

#include "tracks/track_format.h"

#ifdef __cplusplus
extern "C" {
#endif

extern const vg_track_format vg_track_format_xodr;

#ifdef __cplusplus
}
#endif
#endif
