// logs/fit/fit_refuse.h -- laps that cannot be fitted: which sample, and what was expected.
#ifndef VG_LOGS_FIT_FIT_REFUSE_H
#define VG_LOGS_FIT_FIT_REFUSE_H

#include "logs/fit/fit_judge.h"

#ifdef __cplusplus
extern "C" {
#endif

// Samples that can be fitted at all? Errors as vg_fit_run's VG_ERR_ARGUMENT and VG_ERR_FORMAT.
VG_NODISCARD vg_err vg_fit_check(const vg_fit_def *def, vg_diag *diag);

// Why a lap was not followed: `free` is how a car without limits followed it and states its states. Always an
// error.
vg_err vg_fit_refuse(const vg_fit_def *def, const vg_fit_measure *measure, const vg_fit_measure *free,
                     const vg_state *states, int32_t ticks, vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
