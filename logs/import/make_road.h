// logs/import/make_road.h -- a road for drives that come without one: made of their own cleaned positions.
#ifndef VG_LOGS_IMPORT_MAKE_ROAD_H
#define VG_LOGS_IMPORT_MAKE_ROAD_H

#include "logs/import/clean.h"
#include "logs/import/lap_formats.h"
#include "tracks/from_laps.h"

#ifdef __cplusplus
extern "C" {
#endif

// Start from vg_make_road_default(). Everything is borrowed.
typedef struct vg_make_road_def {
    const vg_lap_format *format; // NULL: by each file's content
    const char *const *files;    // [count]
    int32_t count;               // >= 1
    const char *map;             // a column map; NULL: none
    vg_clean_def clean;          // its warnings are not used: cleaning tells when the laps are imported
    vg_from_laps_def road;       // its laps and file are set here; warnings of the road go to its own
} vg_make_road_def;
vg_make_road_def vg_make_road_default(void);

// The road of the drives that can be cleaned. Latitudes and longitudes are on a plane at the first fix of
// their file, so only the first file makes the road then. Samples of a standing car do not count. A drive
// that is over twice as long as the first is the first guess of the line. Errors: a car that stands
// (VG_ERR_FORMAT); of the first file that could not be read or cleaned, if none could; those of
// vg_track_from_laps.
VG_NODISCARD vg_err vg_make_road(const vg_make_road_def *def, vg_track *out, vg_from_laps_report *report,
                                 vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
