// bench/train.c -- training and inference of an 11-64-64-2 tanh network by mean squared error and Adam, with
// the shape and the batches of the comparison with PyTorch.
#include <stddef.h>

#include "agents/nets/adam.h"
#include "agents/nets/gradient.h"
#include "agents/nets/mlp.h"
#include "bench/bench.h"
#include "bench/train.h"
#include "sim/base/memory.h"
#include "sim/base/random.h"

enum { INPUTS = BENCH_TRAIN_INPUTS, OUTPUTS = BENCH_TRAIN_OUTPUTS, WIDTH = 64, BATCH = 256, CARS = 64 };

typedef struct train {
    vg_network *net;
    vg_adam adam;
    vg_gradient *workspace;
    vg_batch batch;
    float *inputs, *targets, *gradient, *scratch;
} train;

void bench_train_close(void *state) {
    train *t = state;
    vg_network_destroy(t->net);
    vg_adam_destroy(&t->adam);
    vg_gradient_destroy(t->workspace);
    vg_free(t->inputs);
    vg_free(t->targets);
    vg_free(t->gradient);
    vg_free(t->scratch);
    vg_free(t);
}

static vg_err make_rows(train *t, int64_t rows, vg_diag *diag) {
    int64_t stride = vg_net_stride(INPUTS);
    t->inputs = vg_new(float, rows *stride);
    t->targets = vg_new(float, rows *OUTPUTS);
    if (!t->inputs || !t->targets) return vg_fail_memory(diag);
    for (int64_t r = 0; r < rows; r++) {
        vg_draw at = {.seed = 1, .entity = (uint32_t)r};
        for (; at.step < INPUTS; at.step++)
            t->inputs[r * stride + at.step] = (float)(4 * vg_random_uniform(&at) - 2);
        for (int o = 0; o < OUTPUTS; o++, at.step++)
            t->targets[r * OUTPUTS + o] = (float)(2 * vg_random_uniform(&at) - 1);
    }
    t->batch = (vg_batch){.inputs = t->inputs, .targets = t->targets, .count = rows};
    return VG_OK;
}

static vg_err train_open(int32_t width, int32_t threads, int64_t rows, void **state, double *work,
                         vg_diag *diag) {
    train *t = vg_new(train, 1);
    if (!t) return vg_fail_memory(diag);
    vg_mlp_def def = vg_mlp_default();
    vg_adam_def adam = vg_adam_default();
    def.inputs = INPUTS;
    def.outputs = OUTPUTS;
    def.hidden[0] = def.hidden[1] = width;
    vg_err err = vg_mlp_create(&def, &t->net, diag);
    if (!err) err = vg_adam_create(&adam, vg_network_count(t->net), &t->adam, diag);
    if (!err) err = vg_gradient_create(t->net, VG_LOSS_MSE, rows, threads, &t->workspace, diag);
    if (!err) err = make_rows(t, rows, diag);
    if (!err) {
        t->gradient = vg_new(float, vg_network_count(t->net));
        t->scratch = vg_new(float, vg_network_scratch(t->net, false));
        if (!t->gradient || !t->scratch) err = vg_fail_memory(diag);
    }
    if (err) {
        bench_train_close(t);
        return err;
    }
    vg_network_init(t->net, 1);
    *work = (double)rows;
    *state = t;
    return VG_OK;
}

static vg_err open_64(int32_t threads, void **state, double *work, vg_diag *diag) {
    return train_open(WIDTH, threads, 64, state, work, diag);
}
static vg_err open_256(int32_t threads, void **state, double *work, vg_diag *diag) {
    return train_open(WIDTH, threads, 256, state, work, diag);
}
static vg_err open_4096(int32_t threads, void **state, double *work, vg_diag *diag) {
    return train_open(WIDTH, threads, 4096, state, work, diag);
}
static vg_err open_infer(int32_t threads, void **state, double *work, vg_diag *diag) {
    return train_open(WIDTH, threads, CARS, state, work, diag);
}

vg_err bench_train_open_wide(int32_t width, int32_t threads, void **state, double *work, vg_diag *diag) {
    return train_open(width, threads, BATCH, state, work, diag);
}
vg_err bench_infer_open_wide(int32_t width, int32_t threads, void **state, double *work, vg_diag *diag) {
    return train_open(width, threads, CARS, state, work, diag);
}

vg_err bench_train_run(void *state, vg_diag *diag) {
    (void)diag;
    train *t = state;
    vg_gradient_run(t->workspace, t->net, &t->batch, t->gradient);
    vg_adam_step(&t->adam, t->gradient, vg_network_parameters(t->net));
    vg_network_pack(t->net);
    return VG_OK;
}

vg_err bench_infer_run(void *state, vg_diag *diag) {
    (void)diag;
    train *t = state;
    vg_network_forward(t->net, CARS, t->scratch);
    return VG_OK;
}

const bench_case bench_train_64 = {.name = "train-64",
                                   .unit = "samples",
                                   .help = "gradient and Adam step of an 11-64-64-2 tanh network, batch 64",
                                   .open = open_64,
                                   .run = bench_train_run,
                                   .close = bench_train_close};
const bench_case bench_train_256 = {.name = "train-256",
                                    .unit = "samples",
                                    .help = "the same, batch 256",
                                    .open = open_256,
                                    .run = bench_train_run,
                                    .close = bench_train_close};
const bench_case bench_train_4096 = {.name = "train-4096",
                                     .unit = "samples",
                                     .help = "the same, batch 4096",
                                     .open = open_4096,
                                     .run = bench_train_run,
                                     .close = bench_train_close};
const bench_case bench_infer = {.name = "infer",
                                .unit = "samples",
                                .help = "the same network's answers for 64 cars",
                                .open = open_infer,
                                .run = bench_infer_run,
                                .close = bench_train_close,
                                .with = "closed-loop",
                                .wanted = 0.6,
                                .alone = true};
