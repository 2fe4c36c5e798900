// tracks/library.h -- find a road: a library road by its name, or a file by its path.
#ifndef VG_TRACKS_LIBRARY_H
#define VG_TRACKS_LIBRARY_H

#include "sim/road.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct vg_track vg_track;                 // tracks/track.h
typedef struct vg_warnings vg_warnings;           // see tracks/track.h
typedef struct vg_track_options vg_track_options; // tracks/track_format.h

// A road by library name ("train-1", "hairpins") or by path ("roads/mine.csv"). A library name takes
// precedence; write ./train-1 for a file of that name. Errors: VG_ERR_NOT_FOUND, whose message lists the
// names; those of vg_track_read_file (tracks/formats.h) and vg_track_road.
VG_NODISCARD vg_err vg_track_load(const char *name_or_path, vg_road **out, vg_diag *diag);

// The same, with warnings of suspicious things in the road (vg_track_check). warnings may be NULL.
VG_NODISCARD vg_err vg_track_load_warned(const char *name_or_path, const vg_warnings *warnings, vg_road **out,
                                         vg_diag *diag);

// The road's points, before a road is made of them. warnings are those of the format's reader; may be NULL.
VG_NODISCARD vg_err vg_track_read(const char *name_or_path, const vg_warnings *warnings, vg_track *out,
                                  vg_diag *diag);

// The same with choices, as of vg_track_parse_as (tracks/formats.h).
VG_NODISCARD vg_err vg_track_read_as(const vg_track_options *options, const char *name_or_path,
                                     const vg_warnings *warnings, vg_track *out, vg_diag *diag);

// The library's i-th name, in alphabetical order, into buffer[64]; NULL past the last.
const char *vg_library_name(int32_t i, char *buffer);

#ifdef __cplusplus
}
#endif
#endif
