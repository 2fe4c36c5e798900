// eval/gate/spending.h -- how much of an error rate each look at growing data may use.
//
// Lan & DeMets (1983): the chance of a false alarm up to a share t of the data is a(t) = 2 - 2 Phi(z(1 -
// alpha / 2) / sqrt(t)), which is close to O'Brien & Fleming's bounds (1979): little early, nearly all of
// alpha at the last look. The level of each look is found by integrating over the paths that have not crossed
// before (Armitage, McPherson & Rowe 1969), for data that come in independent parts. Starts on roads that
// were driven before are alike, so that looks are more correlated than that: fewer paths cross, and the error
// rate holds.
#ifndef VG_EVAL_GATE_SPENDING_H
#define VG_EVAL_GATE_SPENDING_H

#include "sim/base/error.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { VG_LOOKS_MOST = 20 };

// The one-sided level of each of `looks` evenly spaced looks, levels[looks], whose false alarms come to alpha
// (in (0, 0.5)) in all; accurate to 1e-6. One look has all of it. Errors: VG_ERR_ARGUMENT, VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_spending_levels(double alpha, int32_t looks, double *levels, vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
