// tracks/formats/torcs.h -- TORCS and Speed Dreams tracks: the XML of a track's segments.
//
// Read of "Main Track": its width, and "Track Segments" of type str, lft and rgt (lg, arc, radius, end
// radius, profil steps, profil steps length; m, deg and rad). A bend whose radius changes is made of steps of
// equal length, as TORCS itself does. The road begins at (0, 0) and runs along x. Left out: sides, borders,
// barriers, pits, heights, surfaces.
#ifndef VG_TRACKS_FORMATS_TORCS_H
#define VG_TRACKS_FORMATS_TORCS_H

#include "tracks/track_format.h"

#ifdef __cplusplus
extern "C" {
#endif

extern const vg_track_format vg_track_format_torcs;

#ifdef __cplusplus
}
#endif
#endif
