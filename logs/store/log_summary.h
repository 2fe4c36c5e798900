// logs/store/log_summary.h -- an episode of a log in a few numbers, to tell the good laps from the bad.
#ifndef VG_LOGS_STORE_LOG_SUMMARY_H
#define VG_LOGS_STORE_LOG_SUMMARY_H

#include "logs/store/log.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { VG_WHO_COUNT = 3 };

typedef struct vg_log_summary {
    int32_t laps;        // driven whole and on the road; of an open road: 1 if it was driven to its end so
    double best_lap;     // s, the fastest of them; NaN: none
    int32_t departures;  // from the road
    int32_t collisions;  // with obstacles
    double worst_offset; // m, largest distance from the centreline
    double share[VG_WHO_COUNT]; // [vg_who] of the ticks; all 0 for an episode without ticks
} vg_log_summary;

// Reads all rows of episode `index`. Errors: VG_ERR_NOT_FOUND (no such episode), those of vg_log_road,
// vg_log_steps and vg_log_events.
VG_NODISCARD vg_err vg_log_summarise(vg_log *log, int32_t index, vg_log_summary *out, vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
