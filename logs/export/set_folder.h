// logs/export/set_folder.h -- a data set that is a folder of a few files, written whole or not at all.
// Internal to logs/export.
#ifndef VG_LOGS_EXPORT_SET_FOLDER_H
#define VG_LOGS_EXPORT_SET_FOLDER_H

#include "sim/base/error.h"
#include "sim/base/overwrite.h"

enum { VG_SET_PATH = 1024 };

// Fill the first four fields; everything is borrowed.
typedef struct vg_set_folder {
    const char *name; // of the folder that is made
    vg_overwrite overwrite;
    const char *folder;          // the one folder in it
    const char *const *files;    // "folder/file", NULL-terminated: all that a data set consists of
    char temporary[VG_SET_PATH]; // beside `name`, while it is written; "": none
} vg_set_folder;

// Make the folder under a temporary name. Errors: VG_ERR_EXISTS (there is something of that name, and it may
// not be replaced: with VG_REPLACE, a folder that holds these files and nothing else may), VG_ERR_ARGUMENT
// (the name is too long), VG_ERR_IO.
VG_NODISCARD vg_err vg_set_folder_begin(vg_set_folder *set, vg_diag *diag);
// Where to write one of the files.
const char *vg_set_folder_path(const vg_set_folder *set, const char *file, char path[VG_SET_PATH]);
// All of it to the disk, and under its name. What had the name before is removed. Errors: as begin.
VG_NODISCARD vg_err vg_set_folder_commit(vg_set_folder *set, vg_diag *diag);
// Remove what was begun and not committed.
void vg_set_folder_end(vg_set_folder *set);

#endif
