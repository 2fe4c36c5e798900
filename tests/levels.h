// tests/levels.h -- a test at every instruction level that the machine has:
//     for (vg_level level = VG_LEVEL_BASE; ck_level(level); level++) ...
#ifndef VG_TESTS_LEVELS_H
#define VG_TESTS_LEVELS_H

#include <stdio.h>

#include "sim/base/level.h"

// Forces the level; false behind the best one of the machine, where it says which levels are skipped.
static inline bool ck_level(vg_level level) {
    if (level < VG_LEVEL_COUNT && vg_level_force(level)) return true;
    for (; level < VG_LEVEL_COUNT; level++)
        printf("SKIP: level %s is not on this machine\n", vg_level_name(level));
    return false;
}

#endif
