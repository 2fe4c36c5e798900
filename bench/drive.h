// bench/drive.h -- `action` with any number of cars, for measurements at many sizes.
#ifndef VG_BENCH_DRIVE_H
#define VG_BENCH_DRIVE_H

#include "sim/base/error.h"

// cars: 1 or more. Errors as vg_world_create. Work is car-actions.
vg_err bench_drive_open(int32_t cars, int32_t threads, void **state, double *work, vg_diag *diag);
vg_err bench_drive_run(void *state, vg_diag *diag);
void bench_drive_close(void *state);

#endif
