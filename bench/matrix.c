// bench/matrix.c -- the matrix kernel's forward product alone, at the widths and rows that networks have
// here, and OpenBLAS's product of the same size. Each uses its own form of the operands: the kernel's weights
// are packed in advance, as they are once a step; OpenBLAS packs its own in each call.
#include "agents/nets/kernel.h"
#include "bench/bench.h"
#include "bench/openblas.h"
#include "sim/base/blocks.h"
#include "sim/base/memory.h"

enum { RUNS_LEAST = 4 };
static const double FLOPS = 1 << 28; // approximate work of a piece

typedef struct matrix {
    const vg_net_kernel *kernel;
    bench_sgemm sgemm;
    int32_t width, threads;
    int64_t rows, runs;
    float *x, *weight, *bias, *panels;
    float *y; // [threads] results, one for each thread
} matrix;

static void matrix_close(void *state) {
    matrix *m = state;
    vg_free(m->x);
    vg_free(m->weight);
    vg_free(m->bias);
    vg_free(m->panels);
    vg_free(m->y);
    vg_free(m);
}

// Numbers in [-1, 1): ordinary values, on which a product takes the usual time.
static void fill(float *values, int64_t rows, int64_t stride, int32_t width) {
    for (int64_t r = 0; r < rows; r++)
        for (int32_t i = 0; i < width; i++) values[r * stride + i] = (float)((r * 31 + i * 17) % 64) / 32 - 1;
}

static vg_err matrix_open(int32_t width, int64_t rows, int32_t threads, void **state, double *work,
                          vg_diag *diag) {
    matrix *m = vg_new(matrix, 1);
    if (!m) return vg_fail_memory(diag);
    int64_t stride = vg_net_stride(width);
    double flops = 2.0 * (double)rows * width * width;
    *m = (matrix){.kernel = VG_HOT_PICK(vg_net_kernel), .width = width, .threads = threads, .rows = rows};
    m->runs = FLOPS / flops > RUNS_LEAST ? (int64_t)(FLOPS / flops) : RUNS_LEAST;
    m->x = vg_new(float, rows *stride);
    m->y = vg_new(float, threads *rows *stride);
    m->weight = vg_new(float, width *width);
    m->bias = vg_new(float, width);
    m->panels = vg_new(float, vg_net_forward_panels(width, width));
    if (!m->x || !m->y || !m->weight || !m->bias || !m->panels) {
        matrix_close(m);
        return vg_fail_memory(diag);
    }
    fill(m->x, rows, stride, width);
    fill(m->weight, width, width, width);
    fill(m->bias, 1, width, width);
    m->kernel->pack_forward(m->weight, m->bias, width, width, m->panels);
    *work = flops * (double)m->runs;
    *state = m;
    return VG_OK;
}

// Products [begin, end): each product of a network is computed on one thread; different products may be on
// different threads.
static vg_err multiply(void *context, int64_t block, int64_t begin, int64_t end) {
    const matrix *m = context;
    float *y = m->y + block * m->rows * vg_net_stride(m->width);
    for (int64_t i = begin; i < end; i++)
        m->kernel->forward(m->x, m->panels, m->rows, m->width, m->width, VG_ACTIVATION_LINEAR, y);
    return VG_OK;
}

static vg_err matrix_run(void *state, vg_diag *diag) {
    (void)diag;
    matrix *m = state;
    return vg_blocks_run(m->runs, (m->runs + m->threads - 1) / m->threads, m->threads, multiply, m);
}

// The same numbers in OpenBLAS's layout, rows close to one another.
static vg_err openblas_open(int32_t width, int64_t rows, void **state, double *work, vg_diag *diag) {
    vg_err err = matrix_open(width, rows, 1, state, work, diag);
    if (err) return err;
    matrix *m = *state;
    m->sgemm = bench_openblas();
    fill(m->x, rows, width, width);
    return VG_OK;
}

static vg_err openblas_run(void *state, vg_diag *diag) {
    (void)diag;
    matrix *m = state;
    for (int64_t i = 0; i < m->runs; i++) m->sgemm((int)m->rows, m->width, m->width, m->x, m->weight, m->y);
    return VG_OK;
}

#define MATRIX(WIDTH, ROWS)                                                                                  \
    static vg_err matrix_open_##WIDTH##_##ROWS(int32_t threads, void **state, double *work, vg_diag *diag) { \
        return matrix_open(WIDTH, ROWS, threads, state, work, diag);                                         \
    }                                                                                                        \
    static vg_err openblas_open_##WIDTH##_##ROWS(int32_t threads, void **state, double *work,                \
                                                 vg_diag *diag) {                                            \
        (void)threads;                                                                                       \
        return openblas_open(WIDTH, ROWS, state, work, diag);                                                \
    }                                                                                                        \
    const bench_case bench_matrix_##WIDTH##_##ROWS = {.name = "matrix-" #WIDTH "-" #ROWS,                    \
                                                      .unit = "flop",                                        \
                                                      .help = "the matrix kernel's forward product, " #ROWS  \
                                                              " rows, " #WIDTH " wide",                      \
                                                      .open = matrix_open_##WIDTH##_##ROWS,                  \
                                                      .run = matrix_run,                                     \
                                                      .close = matrix_close};                                \
    const bench_case bench_openblas_##WIDTH##_##ROWS = {.name = "openblas-" #WIDTH "-" #ROWS,                \
                                                        .unit = "flop",                                      \
                                                        .help = "OpenBLAS's product of the same size",       \
                                                        .open = openblas_open_##WIDTH##_##ROWS,              \
                                                        .run = openblas_run,                                 \
                                                        .close = matrix_close,                               \
                                                        .with = "matrix-" #WIDTH "-" #ROWS,                  \
                                                        .wanted = 0.9,                                       \
                                                        .alone = true,                                       \
                                                        .missing = bench_openblas_missing};

BENCH_MATRICES(MATRIX, 64)
BENCH_MATRICES(MATRIX, 128)
BENCH_MATRICES(MATRIX, 256)
