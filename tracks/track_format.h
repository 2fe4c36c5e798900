// tracks/track_format.h -- what a road format is: a row of the table in tracks/formats.h.
#ifndef VG_TRACKS_TRACK_FORMAT_H
#define VG_TRACKS_TRACK_FORMAT_H

#include "sim/base/format.h"
#include "tracks/track.h"

#ifdef __cplusplus
extern "C" {
#endif

// What to make of a file that leaves a choice. All zero: as the file says.
typedef struct vg_track_options {
    double width; // m, both halves: of a line without widths, or instead of the file's own; 0: the file's
    const char
        *route; // which part of a map: roads or lanelets, by their ids, as the format says; NULL: its own
    const char *lanes;          // which lanes of these roads, as the format says; NULL: its own
    bool at_origin;             // degrees become metres from this place, not from the file's first one
    double latitude, longitude; // deg
} vg_track_options;

// Input of a reader. A format whose road needs more (a picture, for example) finds it beside `file`.
typedef struct vg_track_source {
    const char *bytes; // [size], followed by a zero byte
    int64_t size;
    const char *file;            // its path, or a name for messages
    const vg_warnings *warnings; // for suspicious things that are accepted; may be NULL
    vg_track_options options;
} vg_track_source;

typedef struct vg_track_format {
    vg_format about; // first
    // NULL: this format can only be written. Sets out->file, and out->name if the file has one. On failure
    // *out is zeroed. Half widths of 0: the file has none. Errors: VG_ERR_FORMAT with file, line and field,
    // VG_ERR_MEMORY.
    vg_err (*read)(const vg_track_source *source, vg_track *out, vg_diag *diag);
    // NULL: this format can only be read. Numbers are written so that they read back to the same bits, but
    // for formats whose road is of another kind: their edges come back within 10 cm.
    bool approximate;
    void (*write)(const vg_track *track, vg_text *out);
    bool obstacles; // they are written, and read
} vg_track_format;

#ifdef __cplusplus
}
#endif
#endif
