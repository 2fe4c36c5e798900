// sim/base/level.h -- x86-64 levels. A hot file is compiled once for each level and picked from a table.
//
// A hot file `x_hot.c` defines its table under VG_HOT_NAME(name): the build compiles it as name_base, and on
// x86-64 also as name_v3 (AVX2, FMA) and name_v4 (AVX-512). Bits are the same at every level.
#ifndef VG_SIM_BASE_LEVEL_H
#define VG_SIM_BASE_LEVEL_H

#ifdef __cplusplus
extern "C" {
#endif

typedef enum vg_level { VG_LEVEL_BASE, VG_LEVEL_V3, VG_LEVEL_V4, VG_LEVEL_COUNT } vg_level;

// The best level of this machine, or the one forced.
vg_level vg_level_now(void);

// The best level of the CPU, even if another one is forced.
vg_level vg_level_best(void);

// "base", "v3", "v4".
const char *vg_level_name(vg_level level);

// For tests and benchmarks: use `level` for everything created from now on. A level above vg_level_best() is
// refused (returns 0). The environment variable VERGE_LEVEL (base, v3, v4) has the same effect at start.
int vg_level_force(vg_level level);

#define VG_HOT_JOIN2(a, b) a##_##b
#define VG_HOT_JOIN(a, b)  VG_HOT_JOIN2(a, b)
#define VG_HOT_NAME(name)  VG_HOT_JOIN(name, VG_HOT_LEVEL)

// The table of `name` for the current level: const T *k = VG_HOT_PICK(name);
#if defined(__x86_64__)
#define VG_HOT_DECLARE(type, name) extern const type name##_base, name##_v3, name##_v4
#define VG_HOT_PICK(name)                                                                                    \
    (vg_level_now() == VG_LEVEL_V4 ? &name##_v4 : vg_level_now() == VG_LEVEL_V3 ? &name##_v3 : &name##_base)
#else
#define VG_HOT_DECLARE(type, name) extern const type name##_base
#define VG_HOT_PICK(name)          (&name##_base)
#endif

#ifdef __cplusplus
}
#endif
#endif
