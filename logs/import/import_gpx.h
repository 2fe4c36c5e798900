// logs/import/import_gpx.h -- tracks of a GPX file (1.0, 1.1) whose points have times.
#ifndef VG_LOGS_IMPORT_IMPORT_GPX_H
#define VG_LOGS_IMPORT_IMPORT_GPX_H

#include "logs/import/telemetry.h"

#ifdef __cplusplus
extern "C" {
#endif

// Its row in the table. Each track is a drive. Taken of a point: its position and time; speed (m/s) and
// course where the file has them, whether as GPX 1.0 does or as an extension. Errors of its reader:
// VG_ERR_FORMAT with file, line and field (not well-formed, no track, a point without a position or a time),
// VG_ERR_MEMORY.
extern const vg_lap_format vg_lap_format_gpx;

#ifdef __cplusplus
}
#endif
#endif
