// sim/lanes_private.h -- eight floats at once, for the hot loops of sim/, in the registers that the level
// has. (Compilers unroll loops of eight before they find lanes in them.) Each lane has the bits of the scalar
// operations.
#ifndef VG_SIM_LANES_PRIVATE_H
#define VG_SIM_LANES_PRIVATE_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

typedef float vg_lane8 __attribute__((vector_size(32)));
typedef int32_t vg_mask8 __attribute__((vector_size(32))); // -1 where true

static inline vg_lane8 vg_load8(const float *p) {
    vg_lane8 v;
    memcpy(&v, p, sizeof v);
    return v;
}

static inline void vg_store8(float *p, vg_lane8 v) { memcpy(p, &v, sizeof v); }

static inline vg_lane8 vg_choose8(vg_mask8 mask, vg_lane8 yes, vg_lane8 no) {
    return (vg_lane8)((mask & (vg_mask8)yes) | (~mask & (vg_mask8)no));
}

static inline vg_lane8 vg_abs8(vg_lane8 v) { return (vg_lane8)((vg_mask8)v & 0x7fffffff); }

static inline bool vg_any8(vg_mask8 mask) {
#if defined(__AVX__)
    typedef long long words __attribute__((vector_size(32)));
    return !__builtin_ia32_ptestz256((words)mask, (words)mask);
#else
    uint64_t word[4];
    memcpy(word, &mask, sizeof mask);
    return word[0] | word[1] | word[2] | word[3];
#endif
}

static inline vg_lane8 vg_least8(vg_lane8 a, vg_lane8 b) { return vg_choose8(a < b, a, b); }
static inline vg_lane8 vg_most8(vg_lane8 a, vg_lane8 b) { return vg_choose8(a > b, a, b); }

// p[at[j]] and p[at[j] + 1] for eight j.
static inline void vg_pairs8(const float *p, const int32_t at[8], vg_lane8 *here, vg_lane8 *next) {
    typedef int64_t pairs __attribute__((vector_size(32)));
    int64_t pair[8];
    for (int32_t j = 0; j < 8; j++) memcpy(&pair[j], p + at[j], sizeof pair[j]);
    vg_lane8 a = (vg_lane8)(pairs){pair[0], pair[1], pair[4], pair[5]};
    vg_lane8 b = (vg_lane8)(pairs){pair[2], pair[3], pair[6], pair[7]};
    *here = __builtin_shufflevector(a, b, 0, 2, 8, 10, 4, 6, 12, 14);
    *next = __builtin_shufflevector(a, b, 1, 3, 9, 11, 5, 7, 13, 15);
}

// Within each half of four lanes: the low pairs of a and b interleaved, then the high ones.
#define VG_LOW8(a, b)  __builtin_shufflevector(a, b, 0, 8, 1, 9, 4, 12, 5, 13)
#define VG_HIGH8(a, b) __builtin_shufflevector(a, b, 2, 10, 3, 11, 6, 14, 7, 15)
// The same with pairs of lanes for lanes.
#define VG_LOW_PAIRS8(a, b)  __builtin_shufflevector(a, b, 0, 1, 8, 9, 4, 5, 12, 13)
#define VG_HIGH_PAIRS8(a, b) __builtin_shufflevector(a, b, 2, 3, 10, 11, 6, 7, 14, 15)
// The low halves of a and b, then the high ones.
#define VG_LOW_HALVES8(a, b)  __builtin_shufflevector(a, b, 0, 1, 2, 3, 8, 9, 10, 11)
#define VG_HIGH_HALVES8(a, b) __builtin_shufflevector(a, b, 4, 5, 6, 7, 12, 13, 14, 15)

// Each lane's right neighbour; the last one stays.
#define VG_NEXT8(v) __builtin_shufflevector(v, v, 1, 2, 3, 4, 5, 6, 7, 7)

// Rows to columns: out[j] lane i = row[i] lane j.
static inline void vg_transpose8(const vg_lane8 row[8], vg_lane8 out[8]) {
    vg_lane8 t[8], u[8];
    for (int i = 0; i < 8; i += 2)
        t[i] = VG_LOW8(row[i], row[i + 1]), t[i + 1] = VG_HIGH8(row[i], row[i + 1]);
    for (int i = 0; i < 8; i += 4) {
        u[i] = VG_LOW_PAIRS8(t[i], t[i + 2]), u[i + 1] = VG_HIGH_PAIRS8(t[i], t[i + 2]);
        u[i + 2] = VG_LOW_PAIRS8(t[i + 1], t[i + 3]), u[i + 3] = VG_HIGH_PAIRS8(t[i + 1], t[i + 3]);
    }
    for (int i = 0; i < 4; i++)
        out[i] = VG_LOW_HALVES8(u[i], u[i + 4]), out[i + 4] = VG_HIGH_HALVES8(u[i], u[i + 4]);
}

// The same within halves: row[i] holds four fields of item i, then the four of item i + 4; out[j] is field j
// of all.
static inline void vg_transpose4x2(const vg_lane8 row[4], vg_lane8 out[4]) {
    vg_lane8 a = VG_LOW8(row[0], row[1]), b = VG_HIGH8(row[0], row[1]);
    vg_lane8 c = VG_LOW8(row[2], row[3]), d = VG_HIGH8(row[2], row[3]);
    out[0] = VG_LOW_PAIRS8(a, c), out[1] = VG_HIGH_PAIRS8(a, c);
    out[2] = VG_LOW_PAIRS8(b, d), out[3] = VG_HIGH_PAIRS8(b, d);
}

#endif
