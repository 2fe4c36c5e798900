// tracks/formats/cones.h -- tracks of cones, as Formula Student simulators write them: a table with a column
// `tag` or `color` and the places of the cones.
//
//     tag,x,y,direction
//     blue,4.2,1.5,0
//     yellow,4.1,-1.6,0
//
// Blue (or left) cones stand to the left, yellow (or right) ones to the right; all others are left out. Cones
// that do not stand in the file in their order are put in order from the first one on, each time by the
// nearest of those ahead.
#ifndef VG_TRACKS_FORMATS_CONES_H
#define VG_TRACKS_FORMATS_CONES_H

#include "tracks/track_format.h"

#ifdef __cplusplus
extern "C" {
#endif

extern const vg_track_format vg_track_format_cones;

#ifdef __cplusplus
}
#endif
#endif
