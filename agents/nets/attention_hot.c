// See attention.h for the contract; the build compiles this file once a level. Inner loops run over columns
// or over keys, whose elements do not depend on each other, so that any vector width gives the same bits.
#include "agents/nets/attention.h"
#include "sim/base/exact.h"

enum { LANES = VG_NET_TILE };

static float lane_sum(const float *lanes) {
    float sum = 0;
    for (int j = 0; j < LANES; j++) sum += lanes[j];
    return sum;
}

// Sum over i of a[i] * b[i].
static float dot(const float *a, const float *b, int64_t count) {
    float lanes[LANES] = {0};
    int64_t i = 0;
    for (; i + LANES <= count; i += LANES)
        for (int j = 0; j < LANES; j++) lanes[j] += a[i + j] * b[i + j];
    for (int j = 0; i < count; i++, j++) lanes[j] += a[i] * b[i];
    return lane_sum(lanes);
}

static float sum_of(const float *a, int64_t count) {
    float lanes[LANES] = {0};
    int64_t i = 0;
    for (; i + LANES <= count; i += LANES)
        for (int j = 0; j < LANES; j++) lanes[j] += a[i + j];
    for (int j = 0; i < count; i++, j++) lanes[j] += a[i];
    return lane_sum(lanes);
}

// --- layer norm --------------------------------------------------------------------------------------------

static void moments(const float *x, int32_t width, float *mean, float *scale) {
    float centred[VG_ATTENTION_WIDTH_MOST];
    *mean = sum_of(x, width) / (float)width;
    for (int32_t i = 0; i < width; i++) centred[i] = x[i] - *mean;
    *scale = 1 / __builtin_sqrtf(dot(centred, centred, width) / (float)width + 1e-5f);
}

static void norm(const float *x, int64_t rows, int32_t width, const float *weight, const float *bias,
                 float *y, float *stats) {
    const int64_t stride = vg_net_stride(width);
    for (int64_t r = 0; r < rows; r++, x += stride, y += stride, stats += 2) {
        moments(x, width, &stats[0], &stats[1]);
        for (int32_t i = 0; i < width; i++) y[i] = (x[i] - stats[0]) * stats[1] * weight[i] + bias[i];
    }
}

// With n the normalised row and g = dy weight: dx = scale (g - mean(g) - n mean(g n)).
static void norm_backward(const float *dy, const float *x, const float *stats, int64_t rows, int32_t width,
                          const float *weight, float *dx, float *restrict dweight, float *restrict dbias) {
    const int64_t stride = vg_net_stride(width);
    float n[VG_ATTENTION_WIDTH_MOST], g[VG_ATTENTION_WIDTH_MOST];
    for (int64_t r = 0; r < rows; r++, x += stride, dy += stride, dx += stride, stats += 2) {
        for (int32_t i = 0; i < width; i++) {
            n[i] = (x[i] - stats[0]) * stats[1];
            g[i] = dy[i] * weight[i];
        }
        const float mean = sum_of(g, width) / (float)width, along = dot(g, n, width) / (float)width;
        for (int32_t i = 0; i < width; i++) dx[i] += stats[1] * (g[i] - mean - n[i] * along);
        for (int32_t i = 0; i < width; i++) dweight[i] += dy[i] * n[i];
        for (int32_t i = 0; i < width; i++) dbias[i] += dy[i];
    }
}

// --- attention ---------------------------------------------------------------------------------------------

// What one head of a sample works with.
typedef struct head {
    int32_t tokens, width;  // of the head
    int64_t padded, stride; // of a row of probabilities; of a row of queries, keys and values
    float scale;
    const float *q, *k, *v; // [tokens], `stride` apart
} head;

static head head_of(const vg_attention_shape *s, const float *qkv, int32_t h) {
    const int32_t width = s->width / s->heads;
    return (head){.tokens = s->tokens,
                  .width = width,
                  .padded = vg_net_padded(s->tokens),
                  .stride = vg_net_stride(3 * s->width),
                  .scale = 1 / __builtin_sqrtf((float)width),
                  .q = qkv + h * width,
                  .k = qkv + s->width + h * width,
                  .v = qkv + 2 * s->width + h * width};
}

// Columns of keys or values as rows, [width][padded], zero beyond the tokens.
static void transpose(const head *a, const float *rows, float *out) {
    for (int32_t c = 0; c < a->width; c++) {
        for (int32_t j = 0; j < a->tokens; j++) out[c * a->padded + j] = rows[j * a->stride + c];
        for (int64_t j = a->tokens; j < a->padded; j++) out[c * a->padded + j] = 0;
    }
}

// out[j] = sum over c of row[c] * columns[c][j], for all tokens j.
static void against(const head *a, const float *row, const float *restrict columns, float *restrict out) {
    for (int64_t j = 0; j < a->padded; j++) out[j] = 0;
    for (int32_t c = 0; c < a->width; c++)
        for (int64_t j = 0; j < a->padded; j++) out[j] += row[c] * columns[c * a->padded + j];
}

static void softmax(const head *a, float *p) {
    float most = p[0];
    for (int32_t j = 1; j < a->tokens; j++) most = p[j] > most ? p[j] : most;
    for (int64_t j = 0; j < a->padded; j++) p[j] = vg_expf(a->scale * (p[j] - most));
    for (int64_t j = a->tokens; j < a->padded; j++) p[j] = 0;
    const float share = 1 / sum_of(p, a->padded);
    for (int64_t j = 0; j < a->padded; j++) p[j] *= share;
}

// to[c] += sum over j of p[j] * rows[j][c].
static void mix(const head *a, const float *p, const float *restrict rows, float *restrict to) {
    for (int32_t j = 0; j < a->tokens; j++)
        for (int32_t c = 0; c < a->width; c++) to[c] += p[j] * rows[j * a->stride + c];
}

static void attend(const vg_attention_shape *s, const float *qkv, float *y, float *probabilities,
                   float *work) {
    const int64_t stride = vg_net_stride(s->width);
    for (int32_t h = 0; h < s->heads; h++) {
        const head a = head_of(s, qkv, h);
        transpose(&a, a.k, work);
        for (int32_t i = 0; i < a.tokens; i++, probabilities += a.padded) {
            float *to = y + i * stride + h * a.width;
            against(&a, a.q + i * a.stride, work, probabilities);
            softmax(&a, probabilities);
            for (int32_t c = 0; c < a.width; c++) to[c] = 0;
            mix(&a, probabilities, a.v, to);
        }
    }
}

// Row i of a head: from the gradient by its result, by the scores of its keys, scaled; then by query, keys
// and values. `turned` has the values' columns as rows.
static void row_backward(const head *a, int32_t i, const float *dy, const float *p, const float *turned,
                         float *restrict ds, float *dqkv, int32_t across) {
    against(a, dy, turned, ds);
    const float along = dot(p, ds, a->padded);
    for (int64_t j = 0; j < a->padded; j++) ds[j] = a->scale * p[j] * (ds[j] - along);
    const float *q = a->q + i * a->stride;
    float *dq = dqkv + i * a->stride;
    mix(a, ds, a->k, dq);
    for (int32_t j = 0; j < a->tokens; j++) {
        float *restrict dk = dqkv + across + j * a->stride, *restrict dv = dk + across;
        for (int32_t c = 0; c < a->width; c++) dk[c] += ds[j] * q[c];
        for (int32_t c = 0; c < a->width; c++) dv[c] += p[j] * dy[c];
    }
}

static void attend_backward(const vg_attention_shape *s, const float *dy, const float *qkv,
                            const float *probabilities, float *dqkv, float *work) {
    const int64_t stride = vg_net_stride(s->width), padded = vg_net_padded(s->tokens);
    float *ds = work + s->width * padded;
    memset(dqkv, 0, sizeof *dqkv * (size_t)(s->tokens * vg_net_stride(3 * s->width)));
    for (int32_t h = 0; h < s->heads; h++) {
        const head a = head_of(s, qkv, h);
        transpose(&a, a.v, work);
        for (int32_t i = 0; i < a.tokens; i++, probabilities += padded)
            row_backward(&a, i, dy + i * stride + h * a.width, probabilities, work, ds, dqkv + h * a.width,
                         s->width);
    }
}

const vg_attention_kernel VG_HOT_NAME(vg_attention_kernel) = {
    .norm = norm, .norm_backward = norm_backward, .attend = attend, .attend_backward = attend_backward};
