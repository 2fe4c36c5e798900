// logs/fit/fit_refuse.h -- reports laps that cannot be fitted: which sample, and what was expected.
#ifndef VG_LOGS_FIT_FIT_REFUSE_H
#define VG_LOGS_FIT_FIT_REFUSE_H

#include "logs/fit/fit_judge.h"

#ifdef __cplusplus
extern "C" {
#endif

// Can the samples be fitted at all? Errors: VG_ERR_ARGUMENT and VG_ERR_FORMAT, as vg_fit_run.
VG_NODISCARD vg_err vg_fit_check(const vg_fit_def *def, vg_diag *diag);

// Report why a lap could not be followed. `free` is the fit of a car without limits, with its states. Always
// returns an error.
vg_err vg_fit_refuse(const vg_fit_def *def, const vg_fit_measure *measure, const vg_fit_measure *free,
                     const vg_state *states, int32_t ticks, vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
