// eval/gate/drives_private.h -- what the readers and writers of drives share.
#ifndef VG_EVAL_GATE_DRIVES_PRIVATE_H
#define VG_EVAL_GATE_DRIVES_PRIVATE_H

#include "eval/gate/drives.h"

#define VG_BASELINE_KIND "verge baseline"

// The columns of a drive: the offset in the row, and the key in a result.
typedef struct vg_drive_column {
    const char *name, *key;
    size_t at;
} vg_drive_column;
extern const vg_drive_column vg_drive_columns[VG_DRIVE_COLUMN_COUNT];

// A result or a baseline as JSON; path may be a folder that holds result.json. file: what was read. Errors:
// those of vg_file_read; VG_ERR_ARGUMENT (a path too long), VG_ERR_FORMAT (no JSON; a result of another
// schema version).
enum { VG_RESULT_PATH = 1200 };
VG_NODISCARD vg_err vg_result_load(const char *path, char file[VG_RESULT_PATH], json_t **out, vg_diag *diag);

#endif
