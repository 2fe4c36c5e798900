// agents/irl/simplex.h -- a small linear program, by the simplex method.
//
//     maximise c'x subject to A x <= b and x >= 0, where b >= 0, so that x = 0 is allowed to begin with.
//
// Bland's rule (Bland 1977, "New finite pivoting rules for the simplex method", Math. of Operations Research
// 2): of the variables that would raise the objective the one with the lowest number enters; of those that
// bound it the one with the lowest number leaves. So it never cycles, however degenerate the corner, and the
// pivots are the same everywhere. The tableau is dense: (rows + 1) (columns + 1) numbers.
#ifndef VG_AGENTS_IRL_SIMPLEX_H
#define VG_AGENTS_IRL_SIMPLEX_H

#include "sim/base/error.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct vg_linear_program {
    int32_t rows, columns;
    const double *a; // [rows][columns]
    const double *b; // [rows], 0 or more
    const double *c; // [columns]
} vg_linear_program;

typedef struct vg_linear_solution {
    double objective;
    int64_t pivots;
} vg_linear_solution;

enum { VG_TABLEAU_MOST = 1 << 24, VG_PIVOTS_MOST = 1000000 };

// Fills x [columns]. Numbers closer to 0 than 1e-10 count as 0 in a choice. Errors: VG_ERR_ARGUMENT (a
// negative or not finite number in b; a program without bound, with its variable; a tableau of more than
// VG_TABLEAU_MOST numbers; more than VG_PIVOTS_MOST pivots), VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_simplex(const vg_linear_program *program, double *x, vg_linear_solution *out,
                               vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
