// agents/nets/vector.h -- vectors of floats as wide as the level's, for the hot files of this folder.
#ifndef VG_AGENTS_NETS_VECTOR_H
#define VG_AGENTS_NETS_VECTOR_H

#include <math.h>
#include <stdint.h>

#if defined(__AVX512F__) || defined(__FMA__)
#include <immintrin.h>
#endif

#if defined(__AVX512F__)
enum { LANES = 16 };
#elif defined(__FMA__)
enum { LANES = 8 };
#else
enum { LANES = 4 };
#endif

#define INLINE static inline __attribute__((always_inline))
#if defined(__clang__)
#define UNROLL _Pragma("clang loop unroll(full)")
#else
#define UNROLL _Pragma("GCC unroll 16")
#endif

typedef float vec __attribute__((vector_size(LANES * 4)));
typedef float vec_anywhere __attribute__((vector_size(LANES * 4), aligned(4), may_alias));

INLINE vec load(const float *at) { return *(const vec_anywhere *)at; }
INLINE void store(float *at, vec value) { *(vec_anywhere *)at = value; }

// multiply_add: a * b + c, rounded once.
#if defined(__AVX512F__)
INLINE vec splat(float value) { return (vec)_mm512_set1_ps(value); }
INLINE vec multiply_add(vec a, vec b, vec c) { return (vec)_mm512_fmadd_ps((__m512)a, (__m512)b, (__m512)c); }
#elif defined(__FMA__)
INLINE vec splat(float value) { return (vec)_mm256_set1_ps(value); }
INLINE vec multiply_add(vec a, vec b, vec c) { return (vec)_mm256_fmadd_ps((__m256)a, (__m256)b, (__m256)c); }
#else
INLINE vec splat(float value) { return (vec){value, value, value, value}; }
INLINE vec multiply_add(vec a, vec b, vec c) {
    for (int i = 0; i < LANES; i++) c[i] = fmaf(a[i], b[i], c[i]);
    return c;
}
#endif

#if defined(__FMA__)
typedef uint32_t vec_bits __attribute__((vector_size(LANES * 4)));

// The larger of two; b where one of them is no number.
#if defined(__AVX512F__)
INLINE vec larger(vec a, vec b) { return (vec)_mm512_max_ps((__m512)a, (__m512)b); }
#else
INLINE vec larger(vec a, vec b) { return (vec)_mm256_max_ps((__m256)a, (__m256)b); }
#endif
INLINE vec absolute(vec x) { return (vec)((vec_bits)x & 0x7fffffffu); }
INLINE vec with_sign_of(vec x, vec sign) {
    return (vec)(((vec_bits)x & 0x7fffffffu) | ((vec_bits)sign & 0x80000000u));
}
// vg_power_of_2f (sim/base/exact.h).
INLINE vec power_of_2(vec rounded) { return (vec)(((vec_bits)rounded << 23) + 0x3f800000u); }
#endif

#endif
