// logs/import/globe.h -- latitudes and longitudes that are written in another way than as degrees: exchanged,
// as NMEA's degrees and minutes, as minutes of arc, as whole numbers.
#ifndef VG_LOGS_IMPORT_GLOBE_H
#define VG_LOGS_IMPORT_GLOBE_H

#include "logs/import/telemetry.h"

#ifdef __cplusplus
extern "C" {
#endif

// What the reader of a file knows of its positions.
typedef struct vg_globe_marks {
    bool open;                      // the file does not tell their unit
    bool letters;                   // they have letters N, S, E, W
    bool exchanged;                 // and those say that each is in the other's column
    const char *const *speed_units; // that the speeds may be in, NULL behind the last; NULL: the column's own
} vg_globe_marks;

// Bring latitudes and longitudes to degrees, each to its own quantity, and say in a warning what was done.
// Degrees stay as they are wherever they can be some (but radians of which the speeds say so). What is no
// latitude is read in the one way that it can be, or that letters or the speeds (within 3 %) decide for.
// A column whose unit is "ddmm" becomes one of degrees. Nothing is done to positions in metres.
// Errors: VG_ERR_FORMAT (several ways are left: the message names them; minutes of 60 or more in "ddmm").
VG_NODISCARD vg_err vg_globe_settle(vg_telemetry *telemetry, const vg_globe_marks *marks,
                                    const vg_warnings *warnings, vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
