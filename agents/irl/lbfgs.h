// agents/irl/lbfgs.h -- the largest value of a smooth concave function of a few to a few hundred variables.
//
// Limited-memory BFGS (Nocedal & Wright 2006, "Numerical optimization", algorithms 7.4 and 7.5) with the last
// eight steps and a backtracking line search (Armijo).
#ifndef VG_AGENTS_IRL_LBFGS_H
#define VG_AGENTS_IRL_LBFGS_H

#include "sim/base/error.h"

#ifdef __cplusplus
extern "C" {
#endif

// The value and its gradient [count] at x. A point where the function has no value gives *value = -INFINITY,
// and is stepped back from; an error ends the search.
typedef vg_err (*vg_ascent_fn)(void *context, const double *x, double *value, double *gradient,
                               vg_diag *diag);
// Is this good enough? Called before each step; `step` counts from 0.
typedef bool (*vg_ascent_done_fn)(void *context, int32_t step, const double *gradient);

typedef struct vg_ascent {
    vg_ascent_fn fn;
    vg_ascent_done_fn done;
    void *context;
    int32_t count, steps; // variables; steps at most
} vg_ascent;

typedef struct vg_ascent_end {
    double value;
    int32_t steps;
    bool done; // `done` said so; else the steps were used up, or no step went up by more than rounding
} vg_ascent_end;

// x: where it begins, where fn must have a value, and where it ends; the last call of fn is not always there.
// Errors: VG_ERR_ARGUMENT where the function has no value at the beginning; VG_ERR_MEMORY; those of fn.
VG_NODISCARD vg_err vg_ascend(const vg_ascent *ascent, double *x, vg_ascent_end *end, vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
