// sim/base/overwrite.h -- what happens to a file that already exists.
#ifndef VG_SIM_BASE_OVERWRITE_H
#define VG_SIM_BASE_OVERWRITE_H

typedef enum vg_overwrite {
    VG_KEEP,    // it stays: VG_ERR_EXISTS
    VG_REPLACE, // it is replaced
} vg_overwrite;

#endif
