#include "agents/irl/simplex.h"

#include <math.h>

#include "sim/base/memory.h"

static const double NOUGHT = 1e-10;    // of what is gained: less counts as none
static const double SLOPE = 1e-9;      // by less nothing is divided
static const double SLACK = 1e-10;     // by which a bound may be overstepped for the sake of a larger slope
static const double ERROR_MOST = 1e-6; // of the answer, in the program's own rows

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

// The variable that raises the objective most for its size (Dantzig 1963); `lowest`: of those that raise it
// the one with the lowest number (Bland 1977). -1: none.
static int32_t entering(const tableau *t, bool lowest) {
    const double *cost = row_of(t, t->rows);
    int32_t column = -1;
    for (int32_t j = 0; j < t->columns; j++) {
        if (!(cost[j] < -NOUGHT)) continue;
        bool first = column < 0 || t->outside[j] < t->outside[column];
        bool better = column >= 0 && !lowest && cost[j] != cost[column] ? cost[j] < cost[column] : first;
        if (better) column = j;
    }
    return column;
}

// Of the rows that bound the variable within SLACK the one with the largest slope (Harris 1973), for a
// division by a small one multiplies all rounding so far; `lowest`: the one with the lowest number. -1: none.
static int32_t leaving(const tableau *t, int32_t column, bool lowest) {
    double least = INFINITY;
    int32_t row = -1;
    for (int32_t i = 0; i < t->rows; i++) {
        double slope = row_of(t, i)[column];
        if (slope > SLOPE) least = fmin(least, (row_of(t, i)[t->columns] + SLACK) / slope);
    }
    for (int32_t i = 0; i < t->rows; i++) {
        double slope = row_of(t, i)[column];
        if (!(slope > SLOPE) || row_of(t, i)[t->columns] / slope > least) continue;
        bool first = row < 0 || t->basis[i] < t->basis[row];
        bool better =
            row >= 0 && !lowest && slope != row_of(t, row)[column] ? slope > row_of(t, row)[column] : first;
        if (better) row = i;
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

static vg_err climb(tableau *t, bool (*stopped)(void), vg_linear_solution *out, vg_diag *diag) {
    int32_t still = 0; // pivots since the objective rose
    for (out->pivots = 0; out->pivots < VG_PIVOTS_MOST; out->pivots++) {
        if (stopped && stopped())
            return vg_fail(diag, VG_ERR_INTERRUPTED, "stopped after %lld pivots of the linear program",
                           (long long)out->pivots);
        double before = row_of(t, t->rows)[t->columns];
        bool lowest = still > t->rows;
        int32_t column = entering(t, lowest);
        if (column < 0) return VG_OK;
        int32_t row = leaving(t, column, lowest);
        if (row < 0)
            return vg_fail(diag, VG_ERR_ARGUMENT,
                           "the linear program has no bound: variable %d may grow for ever",
                           t->outside[column]);
        pivot(t, row, column);
        still = row_of(t, t->rows)[t->columns] > before + NOUGHT ? 0 : still + 1;
    }
    return vg_fail(diag, VG_ERR_ARGUMENT, "the linear program was not solved within %d pivots",
                   VG_PIVOTS_MOST);
}

// The tableau has gone through rounding with each pivot: does its answer hold in the program itself?
static vg_err check(const vg_linear_program *lp, const double *x, double objective, vg_diag *diag) {
    double most = 0, sum = 0;
    for (int32_t i = 0; i < lp->rows; i++) {
        double over = -lp->b[i];
        for (int32_t j = 0; j < lp->columns; j++) over += lp->a[(int64_t)i * lp->columns + j] * x[j];
        most = fmax(most, over / fmax(1, lp->b[i]));
    }
    for (int32_t j = 0; j < lp->columns; j++) sum += lp->c[j] * x[j];
    most = fmax(most, fabs(sum - objective) / fmax(1, fabs(objective)));
    if (most <= ERROR_MOST) return VG_OK;
    return vg_fail(
        diag, VG_ERR_ARGUMENT,
        "the linear program's answer is off by %.2g, lost to rounding; expected at most %g: its numbers "
        "are too far apart in size",
        most, ERROR_MOST);
}

vg_err vg_simplex(const vg_linear_program *program, double *x, vg_linear_solution *out, vg_diag *diag) {
    tableau t = {0};
    vg_err err = fill(&t, program, diag);
    if (!err) err = climb(&t, program->stopped, out, diag);
    if (!err) {
        for (int32_t j = 0; j < t.columns; j++) x[j] = 0;
        for (int32_t i = 0; i < t.rows; i++)
            if (t.basis[i] < t.columns) x[t.basis[i]] = row_of(&t, i)[t.columns];
        out->objective = row_of(&t, t.rows)[t.columns];
        err = check(program, x, out->objective, diag);
    }
    vg_free(t.cells);
    vg_free(t.basis);
    vg_free(t.outside);
    return err;
}
