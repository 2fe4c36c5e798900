// eval/gate/drives_private.h -- what the files of drives share.
#ifndef VG_EVAL_GATE_DRIVES_PRIVATE_H
#define VG_EVAL_GATE_DRIVES_PRIVATE_H

#include "eval/gate/drives.h"

#define VG_BASELINE_KIND "verge baseline"

// The columns of a drive: where in the row, and its key in a result.
typedef struct vg_drive_column {
    const char *name, *key;
    size_t at;
} vg_drive_column;
extern const vg_drive_column vg_drive_columns[VG_DRIVE_COLUMN_COUNT];

#endif
