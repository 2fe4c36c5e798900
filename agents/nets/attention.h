// agents/nets/attention.h -- what a transformer has beside linear layers: attention and layer norm, forward
// and backward.
//
// Rows are tokens, VG_NET_TILE floats a tile, `stride` floats apart; the tokens of a sample stand one after
// the other. Sums over columns run in 16 lanes, lane j over columns j, j + 16, ..., then the lanes in order;
// sums over tokens run in their order. Products and sums round on their own, without fused multiply-add. So
// the bits are the same at every level.
#ifndef VG_AGENTS_NETS_ATTENTION_H
#define VG_AGENTS_NETS_ATTENTION_H

#include "agents/nets/kernel.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { VG_ATTENTION_TOKENS_MOST = 512, VG_ATTENTION_WIDTH_MOST = 512, VG_ATTENTION_SCORES_MOST = 1 << 20 };

// Self-attention of a sample (Vaswani et al. 2017, "Attention is all you need"): for each head of width/heads
// columns softmax(q k' / sqrt(width/heads)) v.
typedef struct vg_attention_shape {
    int32_t tokens, width, heads; // width is a multiple of heads
} vg_attention_shape;

// Floats that a sample's probabilities take, and those of work space.
static inline int64_t vg_attention_probabilities(const vg_attention_shape *s) {
    return s->heads * s->tokens * vg_net_padded(s->tokens);
}
static inline int64_t vg_attention_work(const vg_attention_shape *s) {
    return 2 * s->width * vg_net_padded(s->tokens) + 4 * vg_net_padded(s->tokens);
}

typedef struct vg_attention_kernel {
    // y = (x - mean) / sqrt(variance + 1e-5) * weight + bias, by row (Ba, Kiros & Hinton 2016). stats is
    // [rows][2]: the mean, and 1 / sqrt(...).
    void (*norm)(const float *x, int64_t rows, int32_t width, const float *weight, const float *bias,
                 float *y, float *stats);
    // Of the loss: gradient by x, added to dx; and by weight and bias, [width], added to these.
    void (*norm_backward)(const float *dy, const float *x, const float *stats, int64_t rows, int32_t width,
                          const float *weight, float *dx, float *dweight, float *dbias);
    // qkv: rows of [query | key | value], vg_net_stride(3 width) apart; y is the heads' results side by side.
    // probabilities are kept for backward; columns beyond the tokens are zero.
    void (*attend)(const vg_attention_shape *shape, const float *qkv, float *y, float *probabilities,
                   float *work);
    // Gradient by qkv, from that by y.
    void (*attend_backward)(const vg_attention_shape *shape, const float *dy, const float *qkv,
                            const float *probabilities, float *dqkv, float *work);
} vg_attention_kernel;

VG_HOT_DECLARE(vg_attention_kernel, vg_attention_kernel);

#ifdef __cplusplus
}
#endif
#endif
