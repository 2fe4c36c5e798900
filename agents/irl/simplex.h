// agents/irl/simplex.h -- a small linear program, by the simplex method.
//
//     maximise c'x subject to A x <= b and x >= 0, where b >= 0, so that x = 0 is allowed to begin with.
//
// The variable that raises the objective most for its size enters (Dantzig 1963, "Linear programming and
// extensions"); of those that bound it within 1e-10 the one with the largest slope leaves (Harris 1973,
// "Pivot selection methods of the Devex LP code", Math. Programming 5), so that no small number is divided
// by. Where the objective has stood still for more pivots than there are rows, both are chosen by the lowest
// number until it rises (Bland 1977, "New finite pivoting rules for the simplex method", Math. of Operations
// Research 2), which ends any cycle. All ties go to the lowest number, so the pivots are the same everywhere.
// At the end the answer must hold in the program itself within 1e-6. The tableau is dense: (rows + 1)
// (columns + 1) numbers.
#ifndef VG_AGENTS_IRL_SIMPLEX_H
#define VG_AGENTS_IRL_SIMPLEX_H

#include "sim/base/error.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct vg_linear_program {
    int32_t rows, columns;
    const double *a;       // [rows][columns]
    const double *b;       // [rows], 0 or more
    const double *c;       // [columns]
    bool (*stopped)(void); // asked before each pivot: is the answer wanted no more? NULL: it is wanted
} vg_linear_program;

typedef struct vg_linear_solution {
    double objective;
    int64_t pivots;
} vg_linear_solution;

// A program of so many numbers may take some minutes.
enum { VG_TABLEAU_MOST = 1 << 23, VG_PIVOTS_MOST = 1000000 };

// Fills x [columns]. Gains below 1e-10 and slopes below 1e-9 count as 0. Errors: VG_ERR_ARGUMENT (a
// negative or not finite number in b; a program without bound, with its variable; a tableau of more than
// VG_TABLEAU_MOST numbers; more than VG_PIVOTS_MOST pivots; an answer that is lost to rounding),
// VG_ERR_INTERRUPTED (stopped), VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_simplex(const vg_linear_program *program, double *x, vg_linear_solution *out,
                               vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
