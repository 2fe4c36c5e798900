// logs/store/edit.h -- keep the good laps: new logs made out of old ones.
//
// Each function reads logs and writes another, whole or not at all; `out` may be one of those read when
// overwrite is VG_REPLACE. Episodes are numbered from 0, as in vg_log_episode_at, and numbered anew in what
// is written. Everything else about an episode (seed, version, times, source samples) is kept; roads and cars
// that several episodes share are stored once.
#ifndef VG_LOGS_STORE_EDIT_H
#define VG_LOGS_STORE_EDIT_H

#include "logs/store/log.h"

#ifdef __cplusplus
extern "C" {
#endif

// Some episodes of a log; NULL stands for all.
typedef struct vg_log_pick {
    const int32_t *episodes; // [count]
    int32_t count;
} vg_log_pick;

// Episode `episode` becomes its own part from `from` to `to` (s since its start; to = INFINITY: its end); the
// others stay as they are. It starts in the state it had there, with the commands then under way, and its
// ticks count from 0. Both ends are moved to the action nearest to them, so that rows stay aligned with
// actions. Unless it keeps its end it ends as VG_END_STOPPED.
// Errors: VG_ERR_NOT_FOUND (no such episode), VG_ERR_ARGUMENT (nothing would be left), those of vg_log_open
// and vg_log_create.
VG_NODISCARD vg_err vg_log_cut(const char *log, int32_t episode, double from, double to, const char *out,
                               vg_overwrite overwrite, vg_diag *diag);

// All but these episodes. Errors: as vg_log_cut.
VG_NODISCARD vg_err vg_log_drop(const char *log, const vg_log_pick *drop, const char *out,
                                vg_overwrite overwrite, vg_diag *diag);

// All episodes of all logs, in order. Errors: as vg_log_cut.
VG_NODISCARD vg_err vg_log_merge(const char *const *logs, int32_t count, const char *out,
                                 vg_overwrite overwrite, vg_diag *diag);

// Tags as a user gives them: separated by commas or blanks, of letters, digits and any of "-_.:".
// Errors: VG_ERR_ARGUMENT naming the first that is spelt otherwise.
VG_NODISCARD vg_err vg_log_check_tags(const char *tags, vg_diag *diag);

// Add and remove tags (comma-separated, either may be "") of the picked episodes, or of all (NULL). A tag is
// of letters, digits and any of "-_.:"; one that is there already, or is not there to be removed, is fine.
// Errors: VG_ERR_ARGUMENT (a tag spelt otherwise), as vg_log_cut.
VG_NODISCARD vg_err vg_log_tag(const char *log, const vg_log_pick *pick, const char *add, const char *remove,
                               const char *out, vg_overwrite overwrite, vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
