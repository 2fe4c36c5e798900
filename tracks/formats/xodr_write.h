// tracks/formats/xodr_write.h -- a road as OpenDRIVE 1.6: one road with one lane for cars.
#ifndef VG_TRACKS_FORMATS_XODR_WRITE_H
#define VG_TRACKS_FORMATS_XODR_WRITE_H

#include "tracks/track_format.h"

#ifdef __cplusplus
extern "C" {
#endif

// A paramPoly3 from each of the road's nodes to the next (about 1 m), which meets both with their headings,
// as verge itself drives. The lane of type driving lies to the right of a lane offset that is the left half
// width, and is as wide as the road. A closed road is its own successor. It reads back within 5 cm of the
// edges, not to the bit. A track that vg_track_road refuses gives a file without a road.
void vg_xodr_write(const vg_track *track, vg_text *out);

#ifdef __cplusplus
}
#endif
#endif
