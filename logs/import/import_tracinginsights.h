// logs/import/import_tracinginsights.h -- a lap of Formula 1 as TracingInsights publishes it: JSON,
// {"tel": {"time": [...], "x": [...], "y": [...], "speed": [...], "throttle": [...], "brake": [...]}}.
#ifndef VG_LOGS_IMPORT_IMPORT_TRACINGINSIGHTS_H
#define VG_LOGS_IMPORT_IMPORT_TRACINGINSIGHTS_H

#include "logs/import/telemetry.h"

#ifdef __cplusplus
extern "C" {
#endif

// Its row in the table. Positions are in tenths of a metre. Only samples whose x and y are whole numbers are
// fixes: the others were made up between them, and only their speed and pedals are taken. The times of fixes
// come from the speeds (logs/import/fix_times.h). Errors of its reader: VG_ERR_FORMAT with file and field or
// sample (no JSON, an array missing, of another length or with something else than numbers), VG_ERR_MEMORY.
extern const vg_lap_format vg_lap_format_tracinginsights;

#ifdef __cplusplus
}
#endif
#endif
