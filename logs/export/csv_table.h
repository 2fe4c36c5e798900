// logs/export/csv_table.h -- logs as a table of text, for spreadsheets and pandas.
//
// Every number is the shortest decimal that reads back to the same bits as a float (or double) of its column.
// An empty cell is a value that there is none of.
#ifndef VG_LOGS_EXPORT_CSV_TABLE_H
#define VG_LOGS_EXPORT_CSV_TABLE_H

#include "logs/export/trajectory.h"

#ifdef __cplusplus
extern "C" {
#endif

// Zero-initialise; sense is needed unless `ticks`.
typedef struct vg_csv_def {
    // false: a row an action: episode, action, t, what was sensed, steer, accel, expert_steer, expert_accel,
    // who, bridged, reward, terminated, truncated. true: a row a tick: episode, tick, and the columns of the
    // log's table `step`.
    bool ticks;
    const vg_sense *sense;
    vg_rewards_fn rewards; // NULL: rewards are 0
    const void *rewards_context;
} vg_csv_def;

// Write every episode of every log, numbered through from 0. The file is complete or not there. Errors: those
// of vg_log_open, vg_trajectory_read, def->rewards, vg_file_temporary and vg_file_commit; VG_ERR_IO.
VG_NODISCARD vg_err vg_csv_write(const vg_csv_def *def, const char *const *logs, int32_t log_count,
                                 const char *path, vg_overwrite overwrite, int64_t *rows, vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
