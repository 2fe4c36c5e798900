#include "sim/base/level.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

static const char *const names[VG_LEVEL_COUNT] = {"base", "v3", "v4"};

const char *vg_level_name(vg_level level) { return names[level]; }

vg_level vg_level_best(void) {
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma") || !__builtin_cpu_supports("bmi2"))
        return VG_LEVEL_BASE;
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
        __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
        __builtin_cpu_supports("avx512cd"))
        return VG_LEVEL_V4;
    return VG_LEVEL_V3;
#else
    return VG_LEVEL_BASE;
#endif
}

// Chosen once; -1 until then. Bits do not depend on it.
static atomic_int chosen = -1;

vg_level vg_level_now(void) {
    int level = atomic_load_explicit(&chosen, memory_order_relaxed);
    if (level >= 0) return (vg_level)level;
    level = (int)vg_level_best();
    const char *wish = getenv("VERGE_LEVEL");
    for (int i = 0; wish && i < level; i++)
        if (strcmp(wish, names[i]) == 0) level = i;
    atomic_store(&chosen, level);
    return (vg_level)level;
}

int vg_level_force(vg_level level) {
    if (level > vg_level_best()) return 0;
    atomic_store(&chosen, (int)level);
    return 1;
}
