// sim/base/overwrite.h -- what happens to a file that already exists.
#ifndef VG_SIM_BASE_OVERWRITE_H
#define VG_SIM_BASE_OVERWRITE_H

typedef enum vg_overwrite {
    VG_KEEP,           // it stays: VG_ERR_EXISTS
    VG_REPLACE,        // it is replaced, unless another process has locked it
    VG_REPLACE_LOCKED, // it is replaced though it is locked: the caller itself holds the lock (vg_file_lock)
} vg_overwrite;

#endif
