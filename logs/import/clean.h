// logs/import/clean.h -- from the rows of a file to samples that a car can have driven. Everything that is
// changed is counted; the rows are named.
//
// In order: times that repeat or run back are mended within a second or refused; positions that were written
// more often than they were measured are thinned; fixes that no car can have driven to and back from are lost
// ones and are left out; clock jitter is taken out where the fixes then lie closer to a smooth path; the
// speed channel is compared with the path's own speed, and single speeds far from it are left out; gaps are
// bridged on request; the rest is smoothed (logs/import/smoother.h), unless its noise is so small that there
// is nothing to smooth: then every position and speed stays as it was.
#ifndef VG_LOGS_IMPORT_CLEAN_H
#define VG_LOGS_IMPORT_CLEAN_H

#include "logs/import/cleaning.h"

#ifdef __cplusplus
extern "C" {
#endif

const char *vg_clean_speed_word(int32_t i); // NULL past the last
vg_clean_def vg_clean_default(void);

// A sample of the cleaned drive.
typedef struct vg_cleaned {
    vg_log_sample value;
    double lap,
        sd; // number of its lap, NaN: none; m, standard deviation of the position (logs/import/smoother.h)
    double raw_x, raw_y, raw_speed; // as measured then, NaN: not measured
    int64_t line;                   // its row; of one between two fixes, that of the fix before
    bool made;                      // no fix: it stands between two that are far apart in time
    bool bridged; // it is in a gap, or the first after one: nobody knows what was done there
} vg_cleaned;

// Clean a drive. *out is [*count], the caller's (vg_free). Errors: VG_ERR_FORMAT (fewer than 8 fixes; times,
// a fix or a gap that cannot be mended: the row is named), VG_ERR_MISMATCH (speeds against the path),
// VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_clean(const vg_clean_def *def, vg_recording *recording, vg_cleaned **out,
                             int32_t *count, vg_clean_report *report, vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
