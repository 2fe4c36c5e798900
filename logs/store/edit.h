// logs/store/edit.h -- make new logs from parts of old ones.
//
// Each function reads logs and writes a new one, completely or not at all. `out` may be one of the logs read
// if overwrite is VG_REPLACE. Episodes are numbered from 0, as in vg_log_episode_at, and are renumbered in
// the new log. Everything else about an episode (seed, version, times, source samples) is kept. Roads and
// cars that several episodes share are stored once.
#ifndef VG_LOGS_STORE_EDIT_H
#define VG_LOGS_STORE_EDIT_H

#include "logs/store/log.h"

#ifdef __cplusplus
extern "C" {
#endif

// Some episodes of a log; a NULL pointer means all.
typedef struct vg_log_pick {
    const int32_t *episodes; // [count]
    int32_t count;
} vg_log_pick;

// Cut episode `episode` to its part between `from` and `to` (s since its start; to = INFINITY: its end); the
// others stay unchanged. The part starts in the state that the car had there, with the commands then under
// way, and its ticks count from 0. Both bounds are moved to the nearest action, so that rows stay aligned
// with actions. It ends as VG_END_STOPPED, unless it keeps its original end.
// Errors: VG_ERR_NOT_FOUND (no such episode), VG_ERR_ARGUMENT (nothing would be left), those of vg_log_open
// and vg_log_create.
VG_NODISCARD vg_err vg_log_cut(const char *log, int32_t episode, double from, double to, const char *out,
                               vg_overwrite overwrite, vg_diag *diag);

// Keep all but these episodes. Errors: as vg_log_cut.
VG_NODISCARD vg_err vg_log_drop(const char *log, const vg_log_pick *drop, const char *out,
                                vg_overwrite overwrite, vg_diag *diag);

// Join all episodes of all logs, in order. Errors: as vg_log_cut.
VG_NODISCARD vg_err vg_log_merge(const char *const *logs, int32_t count, const char *out,
                                 vg_overwrite overwrite, vg_diag *diag);

// Check tags as a user gives them: separated by commas or blanks; each has letters, digits and any of "-_.:".
// Errors: VG_ERR_ARGUMENT naming the first tag with another character.
VG_NODISCARD vg_err vg_log_check_tags(const char *tags, vg_diag *diag);

// Add and remove tags (comma-separated, either may be "") of the picked episodes, or of all (NULL). A tag has
// letters, digits and any of "-_.:". Adding a tag that is there, or removing one that is not, is not an
// error. Errors: VG_ERR_ARGUMENT (a tag with another character), as vg_log_cut.
VG_NODISCARD vg_err vg_log_tag(const char *log, const vg_log_pick *pick, const char *add, const char *remove,
                               const char *out, vg_overwrite overwrite, vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
