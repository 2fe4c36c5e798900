// bench/train.h -- training and inference of networks of other widths, for measurements at many sizes.
#ifndef VG_BENCH_TRAIN_H
#define VG_BENCH_TRAIN_H

#include "sim/base/error.h"

enum { BENCH_TRAIN_INPUTS = 11, BENCH_TRAIN_OUTPUTS = 2 };

// Two hidden layers of `width` units. Batches of 256; 64 cars at a time.
vg_err bench_train_open_wide(int32_t width, int32_t threads, void **state, double *work, vg_diag *diag);
vg_err bench_infer_open_wide(int32_t width, int32_t threads, void **state, double *work, vg_diag *diag);
vg_err bench_train_run(void *state, vg_diag *diag);
vg_err bench_infer_run(void *state, vg_diag *diag);
void bench_train_close(void *state);

#endif
