// tracks/islands.h -- islands in the lane of a generated road: discs on the centreline, passed on either
// side.
#ifndef VG_TRACKS_ISLANDS_H
#define VG_TRACKS_ISLANDS_H

#include "tracks/track.h"

#ifdef __cplusplus
extern "C" {
#endif

// Put islands on a track, `each_km` a kilometre of `road`, which is the track's. The road is cut into so many
// equal shares, and each has its island where it is straightest over VG_ISLAND_STRAIGHT m, of 32 places drawn
// in its middle half. Radii are drawn between 0.1 and 0.25 of the road's half width there; the middle is
// within 0.1 m of the centreline. The draws come from VG_STREAM_ROAD of the seed. Same seed, same islands.
// Errors: VG_ERR_MEMORY.
#define VG_ISLAND_STRAIGHT 60.0
VG_NODISCARD vg_err vg_track_add_islands(vg_track *track, const vg_road *road, double each_km, uint64_t seed,
                                         vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
