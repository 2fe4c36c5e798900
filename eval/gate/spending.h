// eval/gate/spending.h -- how much of an error rate each look at growing data may use.
//
// Lan & DeMets (1983): the chance of a false alarm up to a share t of the data is a(t) = 2 - 2 Phi(z(1 -
// alpha / 2) / sqrt(t)). This is close to the bounds of O'Brien & Fleming (1979): little is used early, and
// nearly all of alpha at the last look. The level of each look is found by integrating over the paths that
// have not crossed before (Armitage, McPherson & Rowe 1969), for data that come in independent parts. Here
// the parts are not independent, because new starts lie on roads that were driven before. So looks are more
// correlated than assumed, fewer paths cross, and the error rate still holds.
#ifndef VG_EVAL_GATE_SPENDING_H
#define VG_EVAL_GATE_SPENDING_H

#include "sim/base/error.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { VG_LOOKS_MOST = 20 };

// The one-sided level of each of `looks` evenly spaced looks, levels[looks]. Their false alarms sum to alpha
// (in (0, 0.5)); accurate to 1e-6. A single look uses all of alpha. Errors: VG_ERR_ARGUMENT, VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_spending_levels(double alpha, int32_t looks, double *levels, vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
