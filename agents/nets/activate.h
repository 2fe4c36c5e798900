// agents/nets/activate.h -- activations of rows of a layer's sums, for kernel_hot.c.
#ifndef VG_AGENTS_NETS_ACTIVATE_H
#define VG_AGENTS_NETS_ACTIVATE_H

#include "agents/nets/tile.h"
#include "sim/base/exact.h"

#if defined(__FMA__)
// The three steps of vg_tanhf (sim/base/exact.h) for a vector: the same bits by fewer instructions. A
// multiply-add stands where the product alone is exact, so it rounds as the sum does.
INLINE vec tanh_reduce(vec x, vec *rounded) {
    vec a = larger(splat(-20), splat(-2) * absolute(x)); // NaN stays
    *rounded = a * splat(0x1.715476p0f) + splat(VG_ROUNDERF);
    vec n = *rounded - splat(VG_ROUNDERF);
    return multiply_add(n, splat(-0x1.62e4p-1f), a) - n * splat(0x1.7f7d1cp-20f);
}

INLINE vec tanh_power(vec r) {
    vec tail = splat(0x1.6d444ap-10f) + r * splat(0x1.a125f6p-13f);
    tail = splat(0x1.1110ep-7f) + r * tail;
    tail = splat(0x1.5554e8p-5f) + r * tail;
    tail = splat(0x1.555556p-3f) + r * tail;
    tail = splat(0.5f) + r * tail;
    return r + r * r * tail;
}

INLINE vec tanh_quotient(vec less_one, vec rounded, vec x) {
    vec power = power_of_2(rounded);
    vec above = multiply_add(power, less_one, power - splat(1));
    vec below = multiply_add(power, less_one, power + splat(1));
    return with_sign_of(above / below, x);
}
#endif

// tanh of a strip of `columns` (SPAN or TILE) of up to PANEL_ROWS rows. The chain for one number is long, so
// several numbers must be under way.
#if defined(__AVX512F__)
enum { TOGETHER = 4 };

INLINE void tanh_together(float *const *at, int count) {
    vec rest[TOGETHER], rounded[TOGETHER];
    UNROLL for (int i = 0; i < count; i++) rest[i] = tanh_reduce(load(at[i]), &rounded[i]);
    UNROLL for (int i = 0; i < count; i++) rest[i] = tanh_power(rest[i]);
    UNROLL for (int i = 0; i < count; i++) store(at[i], tanh_quotient(rest[i], rounded[i], load(at[i])));
}

INLINE void tanh_strip(int64_t rows, int64_t columns, int64_t stride, float *y) {
    int64_t r = 0;
    if (columns == SPAN)
        for (; r < rows; r++) {
            float *row = y + r * stride;
            tanh_together((float *[]){row, row + LANES, row + 2 * LANES, row + 3 * LANES}, 4);
        }
    for (; r + 4 <= rows; r += 4) {
        float *row = y + r * stride;
        tanh_together((float *[]){row, row + stride, row + 2 * stride, row + 3 * stride}, 4);
    }
    for (; r < rows; r++) tanh_together((float *[]){y + r * stride}, 1);
}
#else
// Each step over all of the strip: the chain for one number is longer than the reorder window of most cores.
INLINE void tanh_strip(int64_t rows, int64_t columns, int64_t stride, float *y) {
    float rest[PANEL_ROWS * SPAN], rounded[PANEL_ROWS * SPAN];
#if defined(__FMA__)
    for (int64_t r = 0; r < rows; r++)
        for (int64_t j = 0; j < columns; j += LANES) {
            vec whole;
            store(rest + r * columns + j, tanh_reduce(load(y + r * stride + j), &whole));
            store(rounded + r * columns + j, whole);
        }
    for (int64_t i = 0; i < rows * columns; i += LANES) store(rest + i, tanh_power(load(rest + i)));
    for (int64_t r = 0; r < rows; r++)
        for (int64_t j = 0; j < columns; j += LANES) {
            float *at = y + r * stride + j;
            int64_t i = r * columns + j;
            store(at, tanh_quotient(load(rest + i), load(rounded + i), load(at)));
        }
#else
    for (int64_t r = 0; r < rows; r++)
        for (int64_t j = 0; j < columns; j++)
            rest[r * columns + j] = vg_tanhf_reduce(y[r * stride + j], &rounded[r * columns + j]);
    for (int64_t i = 0; i < rows * columns; i++) rest[i] = vg_tanhf_power(rest[i]);
    for (int64_t r = 0; r < rows; r++)
        for (int64_t j = 0; j < columns; j++)
            y[r * stride + j] =
                vg_tanhf_quotient(rest[r * columns + j], rounded[r * columns + j], y[r * stride + j]);
#endif
}
#endif

static void activate(vg_activation activation, int64_t rows, int64_t columns, int64_t stride, float *y) {
    if (activation == VG_ACTIVATION_LINEAR) return;
    if (activation == VG_ACTIVATION_TANH) {
        for (; columns >= SPAN; columns -= SPAN, y += SPAN) tanh_strip(rows, SPAN, stride, y);
        for (; columns > 0; columns -= TILE, y += TILE) tanh_strip(rows, TILE, stride, y);
        return;
    }
    for (int64_t r = 0; r < rows; r++)
        for (int64_t o = 0; o < columns; o++) {
            float *at = y + r * stride + o;
            *at = *at < 0.0f ? 0.0f : *at;
        }
}

#endif
