// Tiles of fmaf chains held in registers. See kernel.h for the contract and kernel_reference.c for the same
// in plain loops; the build compiles this file once a level.
#include <string.h>

#include "agents/nets/activate.h"
#include "agents/nets/kernel.h"
#include "agents/nets/tile.h"

static void run_forward(const product *p, int64_t rows, int32_t columns) { run(FORWARD, *p, rows, columns); }
static void run_backward(const product *p, int64_t rows, int32_t columns) {
    run(BACKWARD, *p, rows, columns);
}
static void run_weight(const product *p, int64_t rows, int32_t columns) { run(WEIGHT, *p, rows, columns); }

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

static void forward(const float *x, const float *panels, int64_t rows, int32_t in, int32_t out,
                    vg_activation activation, float *y) {
    int64_t x_row = vg_net_stride(in), y_row = vg_net_stride(out);
    product p = {.a_row = x_row,
                 .b = panels + TILE,
                 .sum = in,
                 .b_strip = TILE * (in + (int64_t)1),
                 .start = panels,
                 .c_row = y_row};
    for (int64_t r = 0; r < rows; r += PANEL_ROWS) {
        int64_t count = least(PANEL_ROWS, rows - r);
        p.a = x + r * x_row, p.c = y + r * y_row;
        run_forward(&p, count, out);
        activate(activation, count, vg_net_padded(out), y_row, p.c);
    }
}

static void backward_input(const float *dy, const float *panels, int64_t rows, int32_t in, int32_t out,
                           vg_activation activation, const float *x, float *dx) {
    int64_t x_row = vg_net_stride(in), y_row = vg_net_stride(out);
    product p = {.a_row = y_row,
                 .b = panels,
                 .sum = out,
                 .b_strip = TILE * (int64_t)out,
                 .activation = activation,
                 .c_row = x_row};
    for (int64_t r = 0; r < rows; r += PANEL_ROWS) {
        p.a = dy + r * y_row, p.given = x + r * x_row, p.c = dx + r * x_row;
        run_backward(&p, least(PANEL_ROWS, rows - r), in);
    }
}

// Tiles of the transpose of down[r][.] times across[r][.], written to dweight with their own steps. The
// caller chooses the orientation that wastes fewer lanes; the bits are the same.
typedef struct weight_side {
    const float *values;
    int64_t stride; // of a row of values
    int32_t width;
    int64_t step; // floats of dweight from one to the next
} weight_side;

static void weight_by_way(product p, const weight_side *down, const weight_side *across, int32_t column,
                          float *dweight) {
    float sums[PANEL_ROWS * SPAN];
    int64_t columns = least(SPAN, across->width - column);
    bool add = p.add;
    p.c = sums, p.c_row = SPAN, p.add = false;
    for (int32_t first = 0; first < down->width; first += PANEL_ROWS, p.a += PANEL_ROWS) {
        int64_t count = least(PANEL_ROWS, down->width - first);
        run_weight(&p, count, (int32_t)columns);
        for (int64_t r = 0; r < count; r++)
            for (int64_t j = 0; j < columns; j++) {
                float *to = dweight + (first + r) * down->step + (column + j) * across->step;
                *to = add ? *to + sums[r * SPAN + j] : sums[r * SPAN + j];
            }
    }
}

static void weight_product(const weight_side *down, const weight_side *across, int64_t rows, bool add,
                           float *dweight) {
    product p = {.a = down->values,
                 .a_sum = down->stride,
                 .b = across->values,
                 .b_sum = across->stride,
                 .sum = rows,
                 .c = dweight,
                 .c_row = down->step,
                 .add = add};
    int32_t whole = across->step == 1 ? across->width / TILE * TILE : 0; // straight into place
    run_weight(&p, down->width, whole);
    for (int32_t column = whole; column < across->width; column += SPAN) {
        p.b = across->values + column;
        weight_by_way(p, down, across, column, dweight);
    }
}

// Four strips at a time, for each sum is a chain.
static void bias_sums(const float *dy, int64_t rows, int32_t out, bool add, float *dbias) {
    const int64_t stride = vg_net_stride(out), padded = vg_net_padded(out);
    for (int64_t o = 0; o < out; o += SPAN) {
        float sums[SPAN] = {0};
        if (padded - o >= SPAN)
            for (int64_t r = 0; r < rows; r++)
                for (int64_t j = 0; j < SPAN; j++) sums[j] += dy[r * stride + o + j];
        else
            for (int64_t i = 0; i < padded - o; i += TILE)
                for (int64_t r = 0; r < rows; r++)
                    for (int64_t j = 0; j < TILE; j++) sums[i + j] += dy[r * stride + o + i + j];
        for (int64_t j = 0; j < least(SPAN, out - o); j++)
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
