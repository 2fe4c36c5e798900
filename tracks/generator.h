// tracks/generator.h -- closed roads out of a seed: smooth, of a least radius, never crossing or touching
// themselves.
//
// A polygon is drawn and grown: bumps, hairpins and chicanes are pushed out of its sides, each kept only if
// every corner can be rounded by the least radius and no two parts of the road come too near. Its corners are
// then widened where there is room, the whole is enlarged to the length wanted, and the road is measured
// before it is given out. The same settings give the same bits everywhere.
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
    X(radius_least, "m", 3, 1000, "15", "no bend of the centreline is tighter")                              \
    X(width, "m", 0.5, 50, "5", "half width, on average")                                                    \
    X(width_change, "m", 0, 25, "0", "the half width varies smoothly by up to this, either way")             \
    X(gap, "m", 0, 30, "8", "at least this much lies between the edges of two parts of the road")            \
    X(straights, "1", 0, 1, "0.5", "how much is left straight")                                              \
    X(hairpins, "1", 0, 1, "0.4", "how often the road turns back on itself")                                 \
    X(chicanes, "1", 0, 1, "0.3", "how often it swerves")                                                    \
    X(sweepers, "1", 0, 1, "0.5", "how often a bend is as wide as there is room for")                        \
    X(ease, "1", 0.1, 1, "0.6", "share of a bend's turn in which curvature rises and falls")                 \
    X(spacing, "m", 0.5, 20, "3", "between points; less where the least radius asks for it")

// Start from vg_generator_default().
typedef struct vg_generator {
    uint64_t seed; // default 1; not in the schema: a seed is given apart
#define X(field, unit, least, most, standard, help) double field;
    VG_GENERATOR_FIELDS(X)
#undef X
} vg_generator;

// All fields but the seed, for files and --set.
extern const vg_schema vg_generator_schema;

vg_generator vg_generator_default(void);

// Points of a road, whole tenths of a millimetre, so that a CSV of them is the very same road.
// Errors: VG_ERR_ARGUMENT (a field out of range; a length too short or edges too wide for the least radius;
// settings under which no road was found), VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_track_generate(const vg_generator *settings, vg_track *out, vg_diag *diag);
// The road of these points, as vg_track_road makes it.
VG_NODISCARD vg_err vg_road_generate(const vg_generator *settings, vg_road **out, vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
