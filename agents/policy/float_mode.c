#include "agents/policy/float_mode.h"

#include <fenv.h>
#include <stddef.h>

#if defined(__x86_64__)
#include <immintrin.h>

enum { DENORMALS = 1 << 6, ROUNDING = 3 << 13, FLUSH = 1 << 15, CONTROL = 0xffc0 };

// SSE's control word, and below it the x87's.
vg_float_mode vg_float_mode_get(void) {
    uint16_t x87;
    __asm__ volatile("fnstcw %0" : "=m"(x87));
    return (vg_float_mode){(uint64_t)(_mm_getcsr() & CONTROL) << 32 | x87};
}

void vg_float_mode_set(vg_float_mode mode) {
    uint16_t x87 = (uint16_t)mode.bits;
    __asm__ volatile("fldcw %0" : : "m"(x87));
    _mm_setcsr((_mm_getcsr() & ~(uint32_t)CONTROL) | (uint32_t)(mode.bits >> 32));
}

const char *vg_float_mode_change(vg_float_mode before, vg_float_mode now) {
    uint64_t changed = (before.bits ^ now.bits) >> 32;
    if (changed & FLUSH) return "flush to zero";
    if (changed & DENORMALS) return "denormals are zero";
    if (changed & ROUNDING) return "the rounding";
    return before.bits != now.bits ? "the floating-point mode" : NULL;
}
#elif defined(__aarch64__)
enum { FLUSH = 1 << 24, ROUNDING = 3 << 22 };

vg_float_mode vg_float_mode_get(void) {
    uint64_t bits;
    __asm__ volatile("mrs %0, fpcr" : "=r"(bits));
    return (vg_float_mode){bits};
}

void vg_float_mode_set(vg_float_mode mode) { __asm__ volatile("msr fpcr, %0" : : "r"(mode.bits)); }

const char *vg_float_mode_change(vg_float_mode before, vg_float_mode now) {
    uint64_t changed = before.bits ^ now.bits;
    if (changed & FLUSH) return "flush to zero";
    if (changed & ROUNDING) return "the rounding";
    return changed ? "the floating-point mode" : NULL;
}
#else
vg_float_mode vg_float_mode_get(void) { return (vg_float_mode){(uint64_t)fegetround()}; }
void vg_float_mode_set(vg_float_mode mode) { fesetround((int)mode.bits); }
const char *vg_float_mode_change(vg_float_mode before, vg_float_mode now) {
    return before.bits != now.bits ? "the rounding" : NULL;
}
#endif
