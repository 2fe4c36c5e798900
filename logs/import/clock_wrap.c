#include "logs/import/clock_wrap.h"

#include <math.h>

#define NEAR 5.0  // s before and behind the moment at which a clock begins anew
#define LEAP 40.0 // from ..59 to ..00 of the next minute, in hhmmss taken for a number

static double *times_of(const vg_telemetry *t) { return vg_telemetry_find(t, VG_QUANTITY_TIME)->values; }

// Seconds of the day; NAN: it is no hhmmss.
static double from_hhmmss(double value) {
    double hours = floor(value / 1e4), rest = value - 1e4 * hours, minutes = floor(rest / 100);
    double seconds = rest - 100 * minutes;
    return value >= 0 && hours < 24 && minutes < 60 && seconds < 60 ? 3600 * hours + 60 * minutes + seconds
                                                                    : NAN;
}

bool vg_clock_hhmmss(vg_telemetry *telemetry, const vg_warnings *warnings) {
    double *time = times_of(telemetry);
    int32_t leaps = 0;
    for (int32_t i = 0; i < telemetry->rows; i++) {
        double now = from_hhmmss(time[i]);
        if (isnan(now)) return false;
        if (i == 0 || !(time[i] - time[i - 1] >= LEAP)) continue;
        double step = now - from_hhmmss(time[i - 1]);
        if (!(step > 0 && step <= NEAR)) return false;
        leaps++;
    }
    if (!leaps) return false;
    for (int32_t i = 0; i < telemetry->rows; i++) time[i] = from_hhmmss(time[i]);
    vg_track_warn(warnings, "%s: %s is taken as hhmmss: its numbers leap at each minute's end",
                  telemetry->file, vg_telemetry_find(telemetry, VG_QUANTITY_TIME)->name);
    return true;
}

// The counter that begins anew between two times, and what it is called; 0: none.
static double period_of(double before, double now, bool minutes, const char **name) {
    static const struct {
        double period;
        const char *name;
    } counters[] = {{3600, "an hour"},
                    {86400, "a day"},
                    {604800, "a GPS week"},
                    {4294967.296, "32 bits of ms"},
                    {4294.967296, "32 bits of us"}};
    for (size_t i = minutes ? 0 : 1; i < sizeof counters / sizeof *counters; i++) {
        double period = counters[i].period, step = now + period - before;
        *name = counters[i].name;
        if (now >= 0 && now <= NEAR && before >= period - NEAR && step > 0 && step <= NEAR) return period;
    }
    return 0;
}

void vg_clock_unwrap(vg_telemetry *telemetry, bool minutes, const vg_warnings *warnings) {
    double *time = times_of(telemetry), add = 0;
    const vg_telemetry_column *drive = vg_telemetry_find(telemetry, VG_QUANTITY_DRIVE);
    for (int32_t i = 1; i < telemetry->rows; i++) {
        const char *name;
        bool anew = drive && drive->values[i] != drive->values[i - 1];
        double before = time[i - 1] - add, period = anew ? 0 : period_of(before, time[i], minutes, &name);
        // The clock as it stood before is behind `add` now: a drive that begins anew has none.
        if (anew || (!period && time[i] < before - NEAR)) add = 0;
        add += period;
        if (period)
            vg_track_warn(warnings, "%s:%lld: %s begins anew after %s (%.9g s): the drive goes on",
                          telemetry->file, (long long)telemetry->lines[i],
                          vg_telemetry_find(telemetry, VG_QUANTITY_TIME)->name, name, period);
        time[i] += add;
    }
}
