// logs/import/clock_wrap.h -- times that are no even count: a clock that begins anew within a drive, and
// hhmmss that was taken for a number.
#ifndef VG_LOGS_IMPORT_CLOCK_WRAP_H
#define VG_LOGS_IMPORT_CLOCK_WRAP_H

#include "logs/import/telemetry.h"

#ifdef __cplusplus
extern "C" {
#endif

// Times in s that may be hhmmss ("235959.9" as a number), if each is some, and each step of 40 s and more is
// one of up to 5 s at a minute's end then: they become seconds of the day, and a warning says so. Returns
// whether they were. A drive within one minute stays as it is, which is the same.
bool vg_clock_hhmmss(vg_telemetry *telemetry, const vg_warnings *warnings);

// Times in s that begin anew where a known counter does: the GPS week (604800 s), the day, counters of 32
// bits in ms and us. Where the last time before is within 5 s of that, the first one behind it within 5 s of
// 0, and they would be at most 5 s apart, the drive goes on, and a warning tells the row. minutes: the times
// are written as minutes and seconds, which begin anew with the hour. Anything else is a new drive.
void vg_clock_unwrap(vg_telemetry *telemetry, bool minutes, const vg_warnings *warnings);

#ifdef __cplusplus
}
#endif
#endif
