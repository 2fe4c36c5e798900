#include "agents/irl/simplex.h"

#include <math.h>

#include "sim/base/memory.h"

static const double NOUGHT = 1e-10;

// Row i < rows: the basic variable basis[i] is tableau[i][columns] minus the sum of tableau[i][j] times the
// variable outside[j]. Row `rows` has the objective in the same form. Variables 0 .. columns - 1 are x, the
// next are the slacks.
typedef struct tableau {
    int32_t rows, columns;
    int64_t width;
    double *cells;
    int32_t *basis, *outside;
} tableau;

static double *row_of(const tableau *t, int32_t i) { return t->cells + i * t->width; }

static vg_err fill(tableau *t, const vg_linear_program *lp, vg_diag *diag) {
    t->rows = lp->rows, t->columns = lp->columns, t->width = (int64_t)lp->columns + 1;
    int64_t size = ((int64_t)lp->rows + 1) * t->width;
    if (lp->rows < 0 || lp->columns < 1 || size > VG_TABLEAU_MOST)
        return vg_fail(diag, VG_ERR_ARGUMENT,
                       "a linear program of %d rows and %d columns; expected a table of at most %d numbers",
                       lp->rows, lp->columns, VG_TABLEAU_MOST);
    t->cells = vg_new(double, size);
    t->basis = vg_new(int32_t, lp->rows);
    t->outside = vg_new(int32_t, lp->columns);
    if (!t->cells || !t->basis || !t->outside) return vg_fail_memory(diag);
    for (int32_t i = 0; i < lp->rows; i++) {
        if (!(lp->b[i] >= 0) || !isfinite(lp->b[i]))
            return vg_fail(diag, VG_ERR_ARGUMENT, "row %d is bounded by %g; expected 0 or more", i, lp->b[i]);
        for (int32_t j = 0; j < lp->columns; j++) row_of(t, i)[j] = lp->a[(int64_t)i * lp->columns + j];
        row_of(t, i)[lp->columns] = lp->b[i], t->basis[i] = lp->columns + i;
    }
    for (int32_t j = 0; j < lp->columns; j++) row_of(t, lp->rows)[j] = -lp->c[j], t->outside[j] = j;
    return VG_OK;
}

static int32_t entering(const tableau *t) {
    int32_t column = -1;
    for (int32_t j = 0; j < t->columns; j++)
        if (row_of(t, t->rows)[j] < -NOUGHT && (column < 0 || t->outside[j] < t->outside[column])) column = j;
    return column;
}

static int32_t leaving(const tableau *t, int32_t column) {
    int32_t row = -1;
    double least = 0;
    for (int32_t i = 0; i < t->rows; i++) {
        double slope = row_of(t, i)[column], ratio = row_of(t, i)[t->columns] / slope;
        if (slope <= NOUGHT) continue;
        bool same = row >= 0 && fabs(ratio - least) <= NOUGHT;
        if (row < 0 || (same ? t->basis[i] < t->basis[row] : ratio < least)) row = i, least = ratio;
    }
    return row;
}

static void pivot(tableau *t, int32_t row, int32_t column) {
    double *by = row_of(t, row), scale = 1 / by[column];
    for (int64_t j = 0; j < t->width; j++) by[j] *= scale;
    by[column] = scale;
    for (int32_t i = 0; i <= t->rows; i++) {
        double *to = row_of(t, i), times = to[column];
        if (i == row || times == 0) continue;
        to[column] = 0;
        for (int64_t j = 0; j < t->width; j++) to[j] -= times * by[j];
        if (i < t->rows && to[t->columns] < 0) to[t->columns] = 0; // by rounding: the ratio forbids it
    }
    int32_t swap = t->basis[row];
    t->basis[row] = t->outside[column], t->outside[column] = swap;
}

static vg_err climb(tableau *t, vg_linear_solution *out, vg_diag *diag) {
    for (out->pivots = 0; out->pivots < VG_PIVOTS_MOST; out->pivots++) {
        int32_t column = entering(t);
        if (column < 0) return VG_OK;
        int32_t row = leaving(t, column);
        if (row < 0)
            return vg_fail(diag, VG_ERR_ARGUMENT,
                           "the linear program has no bound: variable %d may grow for ever",
                           t->outside[column]);
        pivot(t, row, column);
    }
    return vg_fail(diag, VG_ERR_ARGUMENT, "the linear program was not solved within %d pivots",
                   VG_PIVOTS_MOST);
}

vg_err vg_simplex(const vg_linear_program *program, double *x, vg_linear_solution *out, vg_diag *diag) {
    tableau t = {0};
    vg_err err = fill(&t, program, diag);
    if (!err) err = climb(&t, out, diag);
    if (!err) {
        for (int32_t j = 0; j < t.columns; j++) x[j] = 0;
        for (int32_t i = 0; i < t.rows; i++)
            if (t.basis[i] < t.columns) x[t.basis[i]] = row_of(&t, i)[t.columns];
        out->objective = row_of(&t, t.rows)[t.columns];
    }
    vg_free(t.cells);
    vg_free(t.basis);
    vg_free(t.outside);
    return err;
}
