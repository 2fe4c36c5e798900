// The simplex against another solver, GLPK, on random linear programs. GLPK is under the GPL: it is linked
// with this test alone, where it is found, and with nothing that is installed.
#include <math.h>

#include "agents/irl/simplex.h"
#include "sim/base/random.h"
#include "tests/check.h"

#ifndef VG_WITH_GLPK
int main(void) {
    puts("skipped: built without GLPK (libglpk-dev), which this test compares with");
    return 77;
}
#else
#include <glpk.h>

enum { ROWS = 12, COLUMNS = 9, TRIALS = 400 };

typedef struct random_program {
    int32_t rows, columns;
    double a[ROWS * COLUMNS], b[ROWS], c[COLUMNS];
} random_program;

// Every other program has small whole numbers and many zeros in b: degenerate corners and ties.
static random_program draw(uint32_t trial) {
    random_program p = {.rows = 2 + (int32_t)(trial % (ROWS - 1)),
                        .columns = 2 + (int32_t)(trial / 7 % (COLUMNS - 1))};
    vg_draw at = {.seed = 5, .stream = VG_STREAM_TABLE, .episode = trial};
    for (int32_t i = 0; i < p.rows * p.columns + p.rows + p.columns; i++, at.step++) {
        double u = vg_random_uniform(&at), value = trial % 2 ? floor(7 * u) - 2 : 3 * u - 1;
        if (i < p.rows * p.columns)
            p.a[i] = value;
        else if (i < p.rows * p.columns + p.rows)
            p.b[i - p.rows * p.columns] = trial % 2 ? fmax(floor(5 * u) - 2, 0) : 2 * u;
        else
            p.c[i - p.rows * p.columns - p.rows] = value;
    }
    return p;
}

// The status of GLPK's own simplex, and the objective.
static int ask_glpk(const random_program *p, double *objective) {
    glp_prob *lp = glp_create_prob();
    glp_smcp how;
    glp_init_smcp(&how);
    how.msg_lev = GLP_MSG_OFF, how.presolve = GLP_OFF;
    glp_set_obj_dir(lp, GLP_MAX);
    glp_add_rows(lp, p->rows);
    glp_add_cols(lp, p->columns);
    for (int32_t i = 0; i < p->rows; i++) glp_set_row_bnds(lp, i + 1, GLP_UP, 0, p->b[i]);
    for (int32_t j = 0; j < p->columns; j++) {
        glp_set_col_bnds(lp, j + 1, GLP_LO, 0, 0);
        glp_set_obj_coef(lp, j + 1, p->c[j]);
    }
    for (int32_t i = 0; i < p->rows; i++) {
        int places[COLUMNS + 1];
        double values[COLUMNS + 1];
        for (int32_t j = 0; j < p->columns; j++)
            places[j + 1] = j + 1, values[j + 1] = p->a[i * p->columns + j];
        glp_set_mat_row(lp, i + 1, p->columns, places, values);
    }
    ck_assert_int_eq(glp_simplex(lp, &how), 0);
    int status = glp_get_status(lp);
    *objective = glp_get_obj_val(lp);
    glp_delete_prob(lp);
    glp_free_env();
    return status;
}

START_TEST(agrees_with_glpk_on_random_programs) {
    int32_t solved = 0, without_bound = 0;
    for (uint32_t trial = 0; trial < TRIALS; trial++) {
        vg_diag diag = {0};
        vg_linear_solution solution;
        double x[COLUMNS], wanted;
        random_program p = draw(trial);
        vg_linear_program lp = {p.rows, p.columns, p.a, p.b, p.c, NULL};
        int status = ask_glpk(&p, &wanted);
        vg_err err = vg_simplex(&lp, x, &solution, &diag);
        if (status != GLP_OPT) {
            ck_assert_int_eq(status, GLP_UNBND);
            ck_assert_int_eq(err, VG_ERR_ARGUMENT);
            without_bound++;
            continue;
        }
        ck_ok(err);
        solved++;
        ck_assert_double_eq_tol(solution.objective, wanted, 1e-8 * (1 + fabs(wanted)));
        double reached = 0;
        for (int32_t j = 0; j < p.columns; j++) {
            ck_assert_double_ge(x[j], 0);
            reached += p.c[j] * x[j];
        }
        ck_assert_double_eq_tol(reached, wanted, 1e-8 * (1 + fabs(wanted)));
        for (int32_t i = 0; i < p.rows; i++) {
            double used = 0;
            for (int32_t j = 0; j < p.columns; j++) used += p.a[i * p.columns + j] * x[j];
            ck_assert_double_le(used, p.b[i] + 1e-8);
        }
    }
    ck_assert_int_gt(solved, 50);
    ck_assert_int_gt(without_bound, 20);
}
END_TEST

CK_MAIN("simplex_oracle", agrees_with_glpk_on_random_programs)
#endif
