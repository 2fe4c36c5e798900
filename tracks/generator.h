// tracks/generator.h -- closed roads from a seed: smooth, with a least radius, never crossing or touching
// themselves.
//
// A polygon is drawn and grown: bumps, hairpins and chicanes are added to its sides. Each is kept only if
// every corner can be rounded with the least radius and no two parts of the road come too near. Then the
// corners are widened where there is space, the whole is scaled up to the length wanted, and the road is
// measured before it is returned. The same settings give the same bits everywhere.
#ifndef VG_TRACKS_GENERATOR_H
#define VG_TRACKS_GENERATOR_H

#include "sim/base/config.h"
#include "tracks/track.h"

#ifdef __cplusplus
extern "C" {
#endif

// X(field, unit, least, most, default, help)
#define VG_GENERATOR_FIELDS(X)                                                                               \
    X(length_least, "m", 200, 100000, "2800", "shortest road")                                               \
    X(length_most, "m", 200, 100000, "3200", "longest road")                                                 \
    X(radius_least, "m", 3, 1000, "15", "least radius of the centreline's curves")                           \
    X(width, "m", 0.5, 50, "5", "half width, on average")                                                    \
    X(width_change, "m", 0, 25, "0", "the half width varies smoothly by up to this, either way")             \
    X(gap, "m", 0, 30, "8", "least distance between the edges of two parts of the road")                     \
    X(straights, "1", 0, 1, "0.5", "how much of the road is straight")                                       \
    X(hairpins, "1", 0, 1, "0.4", "how often the road turns back on itself")                                 \
    X(chicanes, "1", 0, 1, "0.3", "how often it swerves")                                                    \
    X(sweepers, "1", 0, 1, "0.5", "how often a curve is as wide as possible")                                \
    X(ease, "1", 0.1, 1, "0.6", "share of a curve's turn in which curvature rises and falls")                \
    X(spacing, "m", 0.5, 20, "3", "distance between points; less where the least radius requires it")        \
    X(islands, "1/km", 0, 20, "0", "round islands on the centreline, where the road is straight")

// Start from vg_generator_default().
typedef struct vg_generator {
    uint64_t seed; // default 1; not in the schema, because a seed is given separately
#define X(field, unit, least, most, standard, help) double field;
    VG_GENERATOR_FIELDS(X)
#undef X
} vg_generator;

// All fields but the seed, for files and --set.
extern const vg_schema vg_generator_schema;

vg_generator vg_generator_default(void);

// Points of a road, in whole tenths of a millimetre, so that a CSV of them gives exactly the same road.
// Errors: VG_ERR_ARGUMENT (a field out of range; a length too short or edges too wide for the least radius;
// no road was found with these settings), VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_track_generate(const vg_generator *settings, vg_track *out, vg_diag *diag);
// The road of these points, as vg_track_road makes it.
VG_NODISCARD vg_err vg_road_generate(const vg_generator *settings, vg_road **out, vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
