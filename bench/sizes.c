#include "bench/sizes.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "agents/learners/bc.h"
#include "bench/drive.h"
#include "bench/train.h"
#include "sim/base/memory.h"

enum { ADDED = 4096 }; // labels added at once, as a learner's rounds do

// --- labels ----------------------------------------------------------------------------------------------

// Collects rows, scales them and trains on them for one epoch, and writes a policy file.
typedef struct labels {
    vg_sense *sense;
    vg_bc_config config;
    vg_car car;
    int64_t count;
    int32_t threads;
    float *inputs, *actions; // [ADDED]
    char folder[200], out[300];
} labels;

static void labels_close(void *state) {
    labels *l = state;
    if (l->out[0]) vg_file_discard(l->out);
    vg_sense_destroy(l->sense);
    vg_free(l->inputs);
    vg_free(l->actions);
    vg_free(l);
}

static void make_rows(labels *l, int32_t width) {
    for (int64_t i = 0; i < (int64_t)ADDED * width; i++) l->inputs[i] = (float)(i * 7919 % 2003) / 1001 - 1;
    for (int64_t i = 0; i < ADDED; i++) {
        l->actions[2 * i] = 0.5f * l->inputs[i * width];
        l->actions[2 * i + 1] = -0.5f * l->inputs[i * width + 1];
    }
}

static vg_err labels_open(int64_t count, int32_t threads, void **state, double *work, vg_diag *diag) {
    labels *l = vg_new(labels, 1);
    if (!l) return vg_fail_memory(diag);
    l->count = count, l->threads = threads, l->car = vg_car_default();
    vg_config_default(&vg_bc_schema, &l->config);
    l->config.bc.n_epochs = 1;
    const char *folder = getenv("TMPDIR");
    snprintf(l->folder, sizeof l->folder, "%s", folder ? folder : "/tmp");
    snprintf(l->out, sizeof l->out, "%s/verge-bench-%ld.safetensors", l->folder, (long)getpid());
    vg_err err = vg_sense_create(l->config.sense, &l->sense, diag);
    int32_t width = err ? 0 : vg_sense_size(l->sense);
    l->inputs = vg_new(float, (int64_t)ADDED *width);
    l->actions = vg_new(float, 2 * ADDED);
    if (!err && (!l->inputs || !l->actions)) err = vg_fail_memory(diag);
    if (err) {
        labels_close(l);
        return err;
    }
    make_rows(l, width);
    *work = (double)count;
    *state = l;
    return VG_OK;
}

static vg_err labels_run(void *state, vg_diag *diag) {
    labels *l = state;
    vg_dataset *data = NULL;
    vg_dataset_def def = vg_dataset_default();
    def.sense = l->sense, def.validation = 0, def.folder = l->folder;
    vg_err err = vg_dataset_create(&def, &l->car, &data, diag);
    for (int64_t done = 0; done < l->count && !err; done += ADDED) {
        int64_t rows = l->count - done < ADDED ? l->count - done : ADDED;
        err = vg_dataset_add(data, l->inputs, l->actions, NULL, rows, false, diag);
    }
    vg_bc_def bc = {.config = l->config,
                    .seed = 1,
                    .data = data,
                    .threads = l->threads,
                    .out = l->out,
                    .overwrite = VG_REPLACE};
    if (!err) err = vg_bc_train(&bc, NULL, diag);
    vg_dataset_destroy(data);
    return err;
}

// --- the cases --------------------------------------------------------------------------------------------

#define CASE_OPEN(KIND, SIZE, OPEN)                                                                          \
    static vg_err KIND##_##SIZE(int32_t threads, void **state, double *work, vg_diag *diag) {                \
        return OPEN(SIZE, threads, state, work, diag);                                                       \
    }
#define COUNT(table) (int32_t)(sizeof(table) / sizeof *(table))

#define CARS(X)    X(1) X(8) X(64) X(512) X(4096) X(32768) X(262144) X(1048576)
#define OPEN(SIZE) CASE_OPEN(cars, SIZE, bench_drive_open)
CARS(OPEN)
#undef OPEN
#define CASE(SIZE)                                                                                           \
    {"cars-" #SIZE, .unit = "car-actions", .open = cars_##SIZE, .run = bench_drive_run,                      \
     .close = bench_drive_close},
static const bench_case cars[] = {CARS(CASE)};
#undef CASE
#define SIZE(SIZE) SIZE,
static const double cars_sizes[] = {CARS(SIZE)};

#define WIDTHS(X) X(16) X(32) X(64) X(128) X(256) X(512)
#define PARAMETERS(W)                                                                                        \
    ((BENCH_TRAIN_INPUTS + 1.0) * (W) + ((W) + 1.0) * (W) + ((W) + 1.0) * BENCH_TRAIN_OUTPUTS),
static const double widths[] = {WIDTHS(SIZE)}, parameters[] = {WIDTHS(PARAMETERS)};
#define OPEN(SIZE) CASE_OPEN(net, SIZE, bench_train_open_wide)
WIDTHS(OPEN)
#undef OPEN
#define CASE(SIZE)                                                                                           \
    {"train-" #SIZE "-wide", .unit = "samples", .open = net_##SIZE, .run = bench_train_run,                  \
     .close = bench_train_close},
static const bench_case train[] = {WIDTHS(CASE)};
#undef CASE
#define CASE(SIZE)                                                                                           \
    {"infer-" #SIZE "-wide", .unit = "samples", .open = infer_##SIZE, .run = bench_infer_run,                \
     .close = bench_train_close},
#define OPEN(SIZE) CASE_OPEN(infer, SIZE, bench_infer_open_wide)
WIDTHS(OPEN)
#undef OPEN
static const bench_case infer[] = {WIDTHS(CASE)};
#undef CASE

#define LABELS(X)  X(2) X(10) X(100) X(1000) X(10000) X(100000) X(1000000) X(10000000)
#define OPEN(SIZE) CASE_OPEN(labels, SIZE, labels_open)
LABELS(OPEN)
#undef OPEN
#define CASE(SIZE)                                                                                           \
    {"labels-" #SIZE, .unit = "labels", .open = labels_##SIZE, .run = labels_run, .close = labels_close},
static const bench_case labels_cases[] = {LABELS(CASE)};
static const double labels_sizes[] = {LABELS(SIZE)};

const bench_series bench_series_cars = {.name = "cars",
                                        .help = "an action of a car: sense, act, 3 ticks",
                                        .size = "cars in a world",
                                        .unit = "car-action",
                                        .cases = cars,
                                        .sizes = cars_sizes,
                                        .count = COUNT(cars),
                                        .memory = true};
const bench_series bench_series_train = {.name = "train",
                                         .help = "a sample of a gradient and Adam step, batches of 256",
                                         .size = "units in each of two hidden layers",
                                         .unit = "sample",
                                         .per = parameters,
                                         .per_unit = "parameter",
                                         .cases = train,
                                         .sizes = widths,
                                         .count = COUNT(train)};
const bench_series bench_series_infer = {.name = "infer",
                                         .help = "a network's answer, 64 cars at a time",
                                         .size = "units in each of two hidden layers",
                                         .unit = "sample",
                                         .per = parameters,
                                         .per_unit = "parameter",
                                         .cases = infer,
                                         .sizes = widths,
                                         .count = COUNT(infer)};
const bench_series bench_series_labels = {.name = "labels",
                                          .help =
                                              "a label of one epoch of cloning, from rows to a policy file",
                                          .size = "labels",
                                          .unit = "label",
                                          .cases = labels_cases,
                                          .sizes = labels_sizes,
                                          .count = COUNT(labels_cases),
                                          .memory = true};
