// tracks/strip.h -- a road as pairs of points of its two edges, in order: what maps of lanes give. Where
// pieces meet, and a lane begins or ends, the edges step; the steps are drawn out along the road, always
// inside it.
#ifndef VG_TRACKS_STRIP_H
#define VG_TRACKS_STRIP_H

#include "tracks/track.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct vg_strip_pair {
    double left[2], right[2]; // m
    bool joint;               // a piece begins here
} vg_strip_pair;

// Zero-initialise; vg_strip_free when done.
typedef struct vg_strip {
    vg_strip_pair *pairs; // [count]
    int32_t count, capacity;
} vg_strip;

// Append a pair. Errors: VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_strip_add(vg_strip *strip, const double left[2], const double right[2], vg_diag *diag);
void vg_strip_free(vg_strip *strip); // a zeroed one is fine
// Put the pairs from `first` on into the other order.
void vg_strip_reverse(vg_strip *strip, int32_t first);
// Say that a piece begins with pair `first`.
void vg_strip_joint(vg_strip *strip, int32_t first);

// The road in the middle. step: m, the usual distance of the pairs; nearer ones at joints count once. closed:
// the last piece leads into the first; a strip whose ends are one place is closed too. Errors: VG_ERR_FORMAT
// (fewer than 3 points), VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_strip_track(vg_strip *strip, bool closed, double step, const char *file, vg_track *out,
                                   vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
