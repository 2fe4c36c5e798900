// Tiles of fmaf chains held in registers. See kernel.h for the contract and kernel_reference.c for the same
// in plain loops; the build compiles this file once a level.
#include <math.h>
#include <string.h>

#if defined(__AVX512F__) || defined(__FMA__)
#include <immintrin.h>
#endif

#include "agents/nets/kernel.h"
#include "sim/base/exact.h"

// A vector has LANES floats; a strip has VECS vectors. A tile has enough rows (chains) to cover the latency
// of the multiply-add, and few enough to stay in registers. A strip of LANES columns or fewer is computed as
// NARROW rows of one vector.
#if defined(__AVX512F__)
enum { LANES = 16, WHOLE_ROWS = 12, NARROW_ROWS = 12 };
#elif defined(__FMA__)
enum { LANES = 8, WHOLE_ROWS = 6, NARROW_ROWS = 12 };
#else
enum { LANES = 4, WHOLE_ROWS = 4, NARROW_ROWS = 4 };
#endif
enum { TILE = VG_NET_TILE, VECS = TILE / LANES, PANEL_ROWS = 12, SPAN = 4 * TILE };

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

// What happens to a tile's sums.
typedef enum kind {
    FORWARD,  // start from a bias; store
    BACKWARD, // start from 0; multiply by the activation's derivative; store
    WEIGHT,   // start from 0; store or add
} kind;

// c[r][j] = start[j] + sum over k of a[r][k] * b[k][j], for one strip of columns.
typedef struct product {
    const float *a;
    int64_t a_row, a_sum; // floats from a row of a to the next, and from a k to the next
    const float *b;
    int64_t b_sum, sum; // floats from a k of b to the next; how many k
    const float *start; // FORWARD
    const float *given; // BACKWARD: the outputs of the activation, laid out as c
    vg_activation activation;
    float *c;
    int64_t c_row;
    bool add; // WEIGHT
} product;

INLINE vec finish(kind kind, const product *p, vec sum, const float *given, const float *c) {
    if (kind == WEIGHT) return p->add ? load(c) + sum : sum;
    if (kind == FORWARD || p->activation == VG_ACTIVATION_LINEAR) return sum;
    vec y = load(given);
    if (p->activation == VG_ACTIVATION_TANH) return sum * (splat(1.0f) - y * y);
    for (int i = 0; i < LANES; i++) y[i] = y[i] > 0.0f ? 1.0f : 0.0f;
    return sum * y;
}

// Rows [row, row + rows) of a product, `vecs` vectors wide; rows and vecs are constants at every call.
INLINE void tile(kind kind, int rows, int vecs, const product *p, int64_t row) {
    const int64_t a_row = kind == WEIGHT ? 1 : p->a_row, a_sum = kind == WEIGHT ? p->a_sum : 1;
    const int64_t b_sum = kind == WEIGHT ? p->b_sum : TILE, sum = p->sum;
    const float *a = p->a + row * a_row, *b = p->b;
    vec sums[NARROW_ROWS][VECS];
    UNROLL for (int r = 0; r < rows; r++) UNROLL for (int v = 0; v < vecs; v++) sums[r][v] =
        kind == FORWARD ? load(p->start + v * LANES) : (vec){0};
    for (int64_t k = 0; k < sum; k++, a += a_sum, b += b_sum) {
        vec columns[VECS];
        UNROLL for (int v = 0; v < vecs; v++) columns[v] = load(b + v * LANES);
        UNROLL for (int r = 0; r < rows; r++) {
            vec value = splat(a[r * a_row]);
            UNROLL for (int v = 0; v < vecs; v++) sums[r][v] = multiply_add(value, columns[v], sums[r][v]);
        }
    }
    float *c = p->c + row * p->c_row;
    const float *given = kind == BACKWARD ? p->given + row * p->c_row : NULL;
    UNROLL for (int r = 0; r < rows; r++) UNROLL for (int v = 0; v < VECS; v++) {
        int64_t at = r * p->c_row + v * LANES;
        vec value = v < vecs ? finish(kind, p, sums[r][v], given + at, c + at) : (vec){0};
        store(c + at, value);
    }
}

// All rows of a product by the largest tiles that fit.
INLINE void run(kind kind, const product *p, int64_t rows, int32_t columns) {
    int64_t row = 0;
    if (VECS > 1 && columns <= LANES) {
        for (; rows - row >= NARROW_ROWS; row += NARROW_ROWS) tile(kind, NARROW_ROWS, 1, p, row);
        for (; rows - row >= 4; row += 4) tile(kind, 4, 1, p, row);
        for (; rows - row >= 1; row++) tile(kind, 1, 1, p, row);
        return;
    }
    for (; rows - row >= WHOLE_ROWS; row += WHOLE_ROWS) tile(kind, WHOLE_ROWS, VECS, p, row);
    for (; rows - row >= 4; row += 4) tile(kind, 4, VECS, p, row);
    for (; rows - row >= 1; row++) tile(kind, 1, VECS, p, row);
}

static void run_forward(const product *p, int64_t rows, int32_t columns) { run(FORWARD, p, rows, columns); }
static void run_backward(const product *p, int64_t rows, int32_t columns) { run(BACKWARD, p, rows, columns); }
static void run_weight(const product *p, int64_t rows, int32_t columns) { run(WEIGHT, p, rows, columns); }

static int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }

// --- packing ---------------------------------------------------------------------------------------------

static void pack_forward(const float *restrict weight, const float *restrict bias, int32_t in, int32_t out,
                         float *restrict panels) {
    for (int64_t o = 0; o < out; o += TILE, panels += TILE * (in + 1)) {
        int64_t count = least(TILE, out - o);
        for (int64_t j = 0; j < TILE; j++) panels[j] = j < count ? bias[o + j] : 0.0f;
        float *to = panels + TILE;
        const float *from = weight + o * in;
        if (count == TILE)
            for (int64_t i = 0; i < in; i++)
                for (int64_t j = 0; j < TILE; j++) to[i * TILE + j] = from[j * in + i];
        else
            for (int64_t i = 0; i < in; i++)
                for (int64_t j = 0; j < TILE; j++) to[i * TILE + j] = j < count ? from[j * in + i] : 0.0f;
    }
}

static void pack_backward(const float *restrict weight, int32_t in, int32_t out, float *restrict panels) {
    for (int64_t i = 0; i < in; i += TILE) {
        int64_t count = least(TILE, in - i);
        for (int64_t o = 0; o < out; o++, panels += TILE) {
            const float *from = weight + o * in + i;
            if (count == TILE)
                memcpy(panels, from, TILE * sizeof *panels);
            else
                for (int64_t j = 0; j < TILE; j++) panels[j] = j < count ? from[j] : 0.0f;
        }
    }
}

// --- products --------------------------------------------------------------------------------------------

// A strip of `columns` (whole tiles, SPAN at most) of up to PANEL_ROWS rows, each step over all of it.
INLINE void tanh_strip(int64_t rows, int64_t columns, int64_t stride, float *y) {
    float rest[PANEL_ROWS * SPAN], rounded[PANEL_ROWS * SPAN];
    for (int64_t r = 0; r < rows; r++)
        for (int64_t j = 0; j < columns; j++)
            rest[r * columns + j] = vg_tanhf_reduce(y[r * stride + j], &rounded[r * columns + j]);
    for (int64_t i = 0; i < rows * columns; i++) rest[i] = vg_tanhf_power(rest[i]);
    for (int64_t r = 0; r < rows; r++)
        for (int64_t j = 0; j < columns; j++)
            y[r * stride + j] =
                vg_tanhf_quotient(rest[r * columns + j], rounded[r * columns + j], y[r * stride + j]);
}

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

static void forward(const float *x, const float *panels, int64_t rows, int32_t in, int32_t out,
                    vg_activation activation, float *y) {
    int64_t x_row = vg_net_stride(in), y_row = vg_net_stride(out);
    for (int64_t r = 0; r < rows; r += PANEL_ROWS) {
        int64_t count = least(PANEL_ROWS, rows - r);
        for (int32_t o = 0; o < out; o += TILE) {
            const float *strip = panels + (int64_t)o * (in + 1);
            run_forward(&(product){.a = x + r * x_row,
                                   .a_row = x_row,
                                   .b = strip + TILE,
                                   .sum = in,
                                   .start = strip,
                                   .c = y + r * y_row + o,
                                   .c_row = y_row},
                        count, out - o);
        }
        activate(activation, count, vg_net_padded(out), y_row, y + r * y_row);
    }
}

static void backward_input(const float *dy, const float *panels, int64_t rows, int32_t in, int32_t out,
                           vg_activation activation, const float *x, float *dx) {
    int64_t x_row = vg_net_stride(in), y_row = vg_net_stride(out);
    for (int64_t r = 0; r < rows; r += PANEL_ROWS)
        for (int32_t i = 0; i < in; i += TILE)
            run_backward(&(product){.a = dy + r * y_row,
                                    .a_row = y_row,
                                    .b = panels + (int64_t)i * out,
                                    .sum = out,
                                    .given = x + r * x_row + i,
                                    .activation = activation,
                                    .c = dx + r * x_row + i,
                                    .c_row = x_row},
                         least(PANEL_ROWS, rows - r), in - i);
}

// Tiles of the transpose of columns[r][.] times strip[r][.], written to dweight with their own steps. The
// caller chooses the orientation that wastes fewer lanes; the bits are the same.
typedef struct weight_side {
    const float *values;
    int64_t stride; // of a row of values
    int32_t width;
    int64_t step; // floats of dweight from one to the next
} weight_side;

static void weight_product(const weight_side *down, const weight_side *across, int64_t rows, bool add,
                           float *dweight) {
    for (int32_t column = 0; column < across->width; column += TILE) {
        int32_t columns = (int32_t)least(TILE, across->width - column);
        product p = {.a = down->values,
                     .a_sum = down->stride,
                     .b = across->values + column,
                     .b_sum = across->stride,
                     .sum = rows};
        if (columns == TILE && across->step == 1) { // straight into place
            p.c = dweight + column, p.c_row = down->step, p.add = add;
            run_weight(&p, down->width, columns);
            continue;
        }
        for (int32_t first = 0; first < down->width; first += PANEL_ROWS, p.a += PANEL_ROWS) {
            int64_t count = least(PANEL_ROWS, down->width - first);
            float sums[PANEL_ROWS * TILE];
            p.c = sums, p.c_row = TILE;
            run_weight(&p, count, columns);
            for (int64_t r = 0; r < count; r++)
                for (int64_t j = 0; j < columns; j++) {
                    float *to = dweight + (first + r) * down->step + (column + j) * across->step;
                    *to = add ? *to + sums[r * TILE + j] : sums[r * TILE + j];
                }
        }
    }
}

static void bias_sums(const float *dy, int64_t rows, int32_t out, bool add, float *dbias) {
    for (int64_t o = 0; o < out; o += TILE) {
        float sums[TILE] = {0};
        for (int64_t r = 0; r < rows; r++)
            for (int64_t j = 0; j < TILE; j++) sums[j] += dy[r * vg_net_stride(out) + o + j];
        for (int64_t j = 0; j < least(TILE, out - o); j++)
            dbias[o + j] = add ? dbias[o + j] + sums[j] : sums[j];
    }
}

static void backward_weight(const float *dy, const float *x, int64_t rows, int32_t in, int32_t out, bool add,
                            float *dweight, float *dbias) {
    weight_side y_side = {dy, vg_net_stride(out), out, in}, x_side = {x, vg_net_stride(in), in, 1};
    if (out * vg_net_padded(in) <= in * vg_net_padded(out))
        weight_product(&y_side, &x_side, rows, add, dweight);
    else
        weight_product(&x_side, &y_side, rows, add, dweight);
    bias_sums(dy, rows, out, add, dbias);
}

// --- element by element ----------------------------------------------------------------------------------

static void add(const float *restrict from, int64_t count, float *restrict to) {
    for (int64_t i = 0; i < count; i++) to[i] += from[i];
}

static double square_sum(const float *values, int64_t count) {
    double lanes[TILE] = {0}, sum = 0.0;
    int64_t i = 0;
    for (; i + TILE <= count; i += TILE)
        for (int j = 0; j < TILE; j++) lanes[j] += (double)values[i + j] * (double)values[i + j];
    for (int j = 0; i < count; i++, j++) lanes[j] += (double)values[i] * (double)values[i];
    for (int j = 0; j < TILE; j++) sum += lanes[j];
    return sum;
}

static void adam(const vg_net_adam *step, const float *restrict gradient, int64_t count,
                 float *restrict parameters, float *restrict first, float *restrict second) {
    const vg_net_adam s = *step;
    for (int64_t i = 0; i < count; i++) {
        float g = gradient[i] * s.clip;
        float m = s.beta1 * first[i] + s.rest1 * g;
        float v = s.beta2 * second[i] + s.rest2 * (g * g);
        first[i] = m;
        second[i] = v;
        parameters[i] = s.keep * parameters[i] - s.rate * m / (__builtin_sqrtf(v) * s.scale + s.epsilon);
    }
}

const vg_net_kernel VG_HOT_NAME(vg_net_kernel) = {
    .pack_forward = pack_forward,
    .pack_backward = pack_backward,
    .forward = forward,
    .backward_input = backward_input,
    .backward_weight = backward_weight,
    .add = add,
    .square_sum = square_sum,
    .adam = adam,
};
