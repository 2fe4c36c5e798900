// logs/import/fix_times.h -- position fixes whose times jitter, as those of Formula 1's feed do, by metres
// along the track: their times are rebuilt from the speed channel.
#ifndef VG_LOGS_IMPORT_FIX_TIMES_H
#define VG_LOGS_IMPORT_FIX_TIMES_H

#include "logs/import/telemetry.h"

#ifdef __cplusplus
extern "C" {
#endif

// Where the file has x, y and speed: move each fix in time, by at most 0.5 s, so that the distance between
// fixes agrees with the integral of the speed. Only what is fast is taken out: what distance and speed differ
// by over several seconds (the chords of bends, the speed's scale) stays. A moved fix becomes a row of its
// own, with the lap and the drive of the row that it came from; the rest of that row stays where it was. A
// file with several drives is left as it is. Warns of how far fixes were moved. Errors: VG_ERR_FORMAT
// (units), VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_fix_times(vg_telemetry *telemetry, const vg_warnings *warnings, vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
