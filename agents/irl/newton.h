// agents/irl/newton.h -- the largest value of a smooth concave function of a few variables of 0 or more, each
// evaluation of which is dear.
//
// Projected Newton steps (Bertsekas 1982, "Projected Newton methods for optimization problems with simple
// constraints", SIAM J. Control and Optimization 20): a variable at 0 whose slope points down is held, the
// others take a Newton step together, which is cut at 0. The second derivatives are differences of the
// gradient: as many evaluations a step as there are variables. That pays where curvatures differ by orders of
// magnitude, and L-BFGS (lbfgs.h) would need hundreds of steps.
#ifndef VG_AGENTS_IRL_NEWTON_H
#define VG_AGENTS_IRL_NEWTON_H

#include "agents/irl/lbfgs.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { VG_NEWTON_MOST = 32 }; // variables

// As vg_ascend, for variables of 0 or more, where x begins too; they should be in units in which they are
// about 1. The gradients of a step are taken side by side on `threads` threads (0: one per core), so fn may
// be called from any of them. Errors: VG_ERR_ARGUMENT (more than VG_NEWTON_MOST variables; no value where it
// begins), those of fn.
VG_NODISCARD vg_err vg_newton_ascend(const vg_ascent *ascent, int32_t threads, double *x, vg_ascent_end *end,
                                     vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
