// logs/import/fix_filled.h -- files whose positions between fixes were filled in on straight lines, and that
// do not say where: find the fixes.
#ifndef VG_LOGS_IMPORT_FIX_FILLED_H
#define VG_LOGS_IMPORT_FIX_FILLED_H

#include "logs/import/telemetry.h"

#ifdef __cplusplus
extern "C" {
#endif

// A row whose position lies within 3e-7 degrees (0.03 m) of the line through the fixes around it, at the time
// that the line gives, tells nothing new. If that is so of 60 % of the rows or more, they were filled in:
// they lose latitude, longitude, heading and accuracy, but keep the rest. On long straights one row is kept
// each time that fixes come elsewhere, by their median, and at least once a second. Otherwise nothing is
// changed. Warns of how many are left. Errors: VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_fix_filled(vg_telemetry *telemetry, const vg_warnings *warnings, vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
