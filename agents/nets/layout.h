// agents/nets/layout.h -- how activations lie in memory: rows of samples, vg_net_stride(width) floats apart,
// zero beyond `width`.
#ifndef VG_AGENTS_NETS_LAYOUT_H
#define VG_AGENTS_NETS_LAYOUT_H

#include <stdint.h>
#include <string.h>

enum { VG_NET_TILE = 16 };

typedef enum vg_activation { VG_ACTIVATION_LINEAR, VG_ACTIVATION_TANH, VG_ACTIVATION_RELU } vg_activation;

// width rounded up to whole tiles.
static inline int64_t vg_net_padded(int64_t width) {
    return (width + VG_NET_TILE - 1) / VG_NET_TILE * VG_NET_TILE;
}

// Floats from one row of activations to the next: an odd number of cache lines, so that the rows of a column
// strip are spread over the sets of the cache.
static inline int64_t vg_net_stride(int64_t width) {
    return (((width + VG_NET_TILE - 1) / VG_NET_TILE) | 1) * VG_NET_TILE;
}

// Copy a row of activations, `stride` floats: by whole tiles, without a call.
static inline void vg_net_copy_row(float *to, const float *from, int64_t stride) {
    for (int64_t i = 0; i < stride; i += VG_NET_TILE) memcpy(to + i, from + i, VG_NET_TILE * sizeof *to);
}

#endif
