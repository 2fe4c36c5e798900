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

// Sixteen floats that the compiler keeps in a register; multiplied and added one by one, as in a loop.
typedef float lanes __attribute__((vector_size(VG_NET_TILE * sizeof(float))));
#define INLINE static inline __attribute__((always_inline))

// Rows of queries that are computed at once: their sums do not wait for each other. n is 1 or TOGETHER.
enum { TOGETHER = 4 };

// out[r][j] = sum over c of rows[r][c] * columns[c][j], for all tokens j. Rows are `apart` from each other.
INLINE void against(const head *a, int n, const float *rows, int64_t apart, const float *columns,
                    float *out) {
    for (int64_t first = 0; first < a->padded; first += LANES) {
        lanes sums[TOGETHER] = {{0}}, column;
        for (int32_t c = 0; c < a->width; c++) {
            memcpy(&column, columns + c * a->padded + first, sizeof column);
            for (int r = 0; r < n; r++) sums[r] += rows[r * apart + c] * column;
        }
        for (int r = 0; r < n; r++) memcpy(out + r * a->padded + first, &sums[r], sizeof sums[r]);
    }
}

static void softmax(const head *a, float *p) {
    float most = p[0];
    for (int32_t j = 1; j < a->tokens; j++) most = p[j] > most ? p[j] : most;
    for (int64_t j = 0; j < a->padded; j++) p[j] = vg_expf(a->scale * (p[j] - most));
    for (int64_t j = a->tokens; j < a->padded; j++) p[j] = 0;
    const float share = 1 / sum_of(p, a->padded);
    for (int64_t j = 0; j < a->padded; j++) p[j] *= share;
}

// to[r][c] += sum over j of p[r][j] * values[j][c]. Rows of `to` are `apart` from each other.
INLINE void mix(const head *a, int n, const float *p, const float *values, float *to, int64_t apart) {
    int32_t first = 0;
    for (; first + LANES <= a->width; first += LANES) {
        lanes sums[TOGETHER], value;
        for (int r = 0; r < n; r++) memcpy(&sums[r], to + r * apart + first, sizeof sums[r]);
        for (int32_t j = 0; j < a->tokens; j++) {
            memcpy(&value, values + j * a->stride + first, sizeof value);
            for (int r = 0; r < n; r++) sums[r] += p[r * a->padded + j] * value;
        }
        for (int r = 0; r < n; r++) memcpy(to + r * apart + first, &sums[r], sizeof sums[r]);
    }
    for (int r = 0; r < n; r++)
        for (int32_t j = 0; j < a->tokens; j++)
            for (int32_t c = first; c < a->width; c++)
                to[r * apart + c] += p[r * a->padded + j] * values[j * a->stride + c];
}

// to[j][c] += sum over r of p[r][j] * rows[r][c]. Rows are `apart` from each other.
INLINE void spread(const head *a, int n, const float *p, const float *rows, int64_t apart, float *to) {
    int32_t first = 0;
    for (; first + LANES <= a->width; first += LANES) {
        lanes row[TOGETHER], sum;
        for (int r = 0; r < n; r++) memcpy(&row[r], rows + r * apart + first, sizeof row[r]);
        for (int32_t j = 0; j < a->tokens; j++) {
            memcpy(&sum, to + j * a->stride + first, sizeof sum);
            for (int r = 0; r < n; r++) sum += p[r * a->padded + j] * row[r];
            memcpy(to + j * a->stride + first, &sum, sizeof sum);
        }
    }
    for (int r = 0; r < n; r++)
        for (int32_t j = 0; j < a->tokens; j++)
            for (int32_t c = first; c < a->width; c++)
                to[j * a->stride + c] += p[r * a->padded + j] * rows[r * apart + c];
}

// The results of n queries of a head, whose keys are `turned`: their columns as rows.
INLINE void attend_rows(const head *a, int n, const float *q, const float *turned, float *p, float *to,
                        int64_t apart) {
    against(a, n, q, a->stride, turned, p);
    for (int r = 0; r < n; r++) {
        softmax(a, p + r * a->padded);
        for (int32_t c = 0; c < a->width; c++) to[r * apart + c] = 0;
    }
    mix(a, n, p, a->v, to, apart);
}

static void attend(const vg_attention_shape *s, const float *qkv, float *y, float *probabilities,
                   float *work) {
    const int64_t stride = vg_net_stride(s->width);
    for (int32_t h = 0; h < s->heads; h++) {
        const head a = head_of(s, qkv, h);
        transpose(&a, a.k, work);
        int32_t i = 0;
        for (; i + TOGETHER <= a.tokens; i += TOGETHER, probabilities += TOGETHER * a.padded)
            attend_rows(&a, TOGETHER, a.q + i * a.stride, work, probabilities, y + i * stride + h * a.width,
                        stride);
        for (; i < a.tokens; i++, probabilities += a.padded)
            attend_rows(&a, 1, a.q + i * a.stride, work, probabilities, y + i * stride + h * a.width, stride);
    }
}

// Rows i to i + n of a head: from the gradient by their results, dy, by the scores of their keys, scaled;
// then by queries, keys and values. `turned` has the values' columns as rows.
INLINE void rows_backward(const head *a, int n, int32_t i, const float *dy, int64_t apart, const float *p,
                          const float *turned, float *ds, float *dqkv, int32_t across) {
    against(a, n, dy, apart, turned, ds);
    for (int r = 0; r < n; r++) {
        const float *of = p + r * a->padded;
        float *by = ds + r * a->padded;
        const float along = dot(of, by, a->padded);
        for (int64_t j = 0; j < a->padded; j++) by[j] = a->scale * of[j] * (by[j] - along);
    }
    mix(a, n, ds, a->k, dqkv + i * a->stride, a->stride);
    spread(a, n, ds, a->q + i * a->stride, a->stride, dqkv + across);
    spread(a, n, p, dy, apart, dqkv + 2 * across);
}

static void attend_backward(const vg_attention_shape *s, const float *dy, const float *qkv,
                            const float *probabilities, float *dqkv, float *work) {
    const int64_t stride = vg_net_stride(s->width), padded = vg_net_padded(s->tokens);
    float *ds = work + s->width * padded; // [TOGETHER][padded]
    memset(dqkv, 0, sizeof *dqkv * (size_t)(s->tokens * vg_net_stride(3 * s->width)));
    for (int32_t h = 0; h < s->heads; h++, dy += s->width / s->heads) {
        const head a = head_of(s, qkv, h);
        float *by = dqkv + h * a.width;
        int32_t i = 0;
        transpose(&a, a.v, work);
        for (; i + TOGETHER <= a.tokens; i += TOGETHER, probabilities += TOGETHER * padded)
            rows_backward(&a, TOGETHER, i, dy + i * stride, stride, probabilities, work, ds, by, s->width);
        for (; i < a.tokens; i++, probabilities += padded)
            rows_backward(&a, 1, i, dy + i * stride, stride, probabilities, work, ds, by, s->width);
    }
}

const vg_attention_kernel VG_HOT_NAME(vg_attention_kernel) = {
    .norm = norm, .norm_backward = norm_backward, .attend = attend, .attend_backward = attend_backward};
