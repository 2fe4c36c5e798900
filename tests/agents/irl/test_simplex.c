#include "agents/irl/simplex.h"

#include <math.h>
#include <string.h>

#include "tests/check.h"
#include "tests/out_of_memory.h"

// maximise 3x + 5y with x <= 4, 2y <= 12, 3x + 2y <= 18: 36 at (2, 6).
START_TEST(finds_a_corner_worked_by_hand) {
    vg_diag diag = {0};
    vg_linear_solution solution;
    double x[2];
    vg_linear_program lp = {3,   2, (double[]){1, 0, 0, 2, 3, 2}, (double[]){4, 12, 18}, (double[]){3, 5},
                            NULL};
    ck_ok(vg_simplex(&lp, x, &solution, &diag));
    ck_assert_double_eq_tol(solution.objective, 36, 1e-12);
    ck_assert_double_eq_tol(x[0], 2, 1e-12);
    ck_assert_double_eq_tol(x[1], 6, 1e-12);
}
END_TEST

// Beale (1955): the rule of the steepest slope cycles here for ever. The best is 0.05 at (1/25, 0, 1, 0).
START_TEST(does_not_cycle) {
    vg_diag diag = {0};
    vg_linear_solution solution;
    double x[4];
    vg_linear_program lp = {3,
                            4,
                            (double[]){0.25, -60, -0.04, 9, 0.5, -90, -0.02, 3, 0, 0, 1, 0},
                            (double[]){0, 0, 1},
                            (double[]){0.75, -150, 0.02, -6},
                            NULL};
    ck_ok(vg_simplex(&lp, x, &solution, &diag));
    ck_assert_double_eq_tol(solution.objective, 0.05, 1e-12);
    ck_assert_double_eq_tol(x[0], 0.04, 1e-12);
    ck_assert_double_eq_tol(x[2], 1, 1e-12);
    ck_assert_int_eq(solution.pivots, 2); // the largest slope leaves; of Bland's rule alone: 6
}
END_TEST

// Chvatal (1983, "Linear programming", chapter 3): the rule of the largest coefficient comes back to where it
// began after six pivots. The best is 1 at (1, 0, 1, 0). Which of several rows leaves decides the way: the
// number of pivots is that of the lowest number, by hand with fractions.
START_TEST(leaves_by_the_lowest_number) {
    vg_diag diag = {0};
    vg_linear_solution solution;
    double x[4];
    vg_linear_program lp = {3,
                            4,
                            (double[]){0.5, -5.5, -2.5, 9, 0.5, -1.5, -0.5, 1, 1, 0, 0, 0},
                            (double[]){0, 0, 1},
                            (double[]){10, -57, -9, -24},
                            NULL};
    ck_ok(vg_simplex(&lp, x, &solution, &diag));
    ck_assert_double_eq_tol(solution.objective, 1, 1e-12);
    ck_assert_double_eq_tol(x[0], 1, 1e-12);
    ck_assert_double_eq_tol(x[2], 1, 1e-12);
    ck_assert_int_eq(solution.pivots, 7);
}
END_TEST

// Rows that differ by less than rounding in what they allow: division by the small slope of the first would
// multiply the error of all others by 1e8, and the answer would not hold in the program.
START_TEST(small_slopes_do_not_lead) {
    vg_diag diag = {0};
    vg_linear_solution solution;
    double x[3];
    vg_linear_program lp = {
        3, 3, (double[]){1e-8, -1, 0, 1, -2, 1, 1, 1, 1}, (double[]){0, 0, 1}, (double[]){1, 0, 1}, NULL};
    ck_ok(vg_simplex(&lp, x, &solution, &diag));
    for (int i = 0; i < 3; i++)
        ck_assert_double_le(lp.a[3 * i] * x[0] + lp.a[3 * i + 1] * x[1] + lp.a[3 * i + 2] * x[2],
                            lp.b[i] + 1e-9);
    ck_assert_int_eq(solution.pivots, 2); // 3 if the first row leaves first
}
END_TEST

// The dual price of each row, b'y, must equal the objective: a check of the optimum without another solver.
// Here by perturbing b.
START_TEST(a_slack_row_has_no_price) {
    vg_diag diag = {0};
    vg_linear_solution solution;
    double x[2], a[] = {1, 2, 3, 1, 1, 0}, b[] = {10, 15, 100}, c[] = {4, 3};
    vg_linear_program lp = {3, 2, a, b, c, NULL};
    ck_ok(vg_simplex(&lp, x, &solution, &diag));
    ck_assert_double_eq_tol(x[0] + 2 * x[1], 10, 1e-12);
    ck_assert_double_eq_tol(3 * x[0] + x[1], 15, 1e-12);
    double before = solution.objective;
    b[2] = 50;
    ck_ok(vg_simplex(&lp, x, &solution, &diag));
    ck_assert_double_eq(solution.objective, before);
    b[0] += 1; // the price of the first row: (3 * 3 - 4) / 5 = 1
    ck_ok(vg_simplex(&lp, x, &solution, &diag));
    ck_assert_double_eq_tol(solution.objective, before + 1, 1e-12);
}
END_TEST

static bool at_once(void) { return true; }

START_TEST(stops_where_nobody_waits) {
    vg_diag diag = {0};
    vg_linear_solution solution;
    double x[2];
    vg_linear_program lp = {1, 2, (double[]){1, 1}, (double[]){1}, (double[]){0, 1}, at_once};
    ck_fails(vg_simplex(&lp, x, &solution, &diag), VG_ERR_INTERRUPTED, "stopped after 0 pivots");
}
END_TEST

START_TEST(bad_programs_are_refused) {
    vg_diag diag = {0};
    vg_linear_solution solution;
    double x[2], a[] = {1, -1}, b[] = {1}, c[] = {0, 1};
    vg_linear_program lp = {1, 2, a, b, c, NULL};
    ck_fails(vg_simplex(&lp, x, &solution, &diag), VG_ERR_ARGUMENT, "variable 1 may grow");
    b[0] = -1;
    ck_fails(vg_simplex(&lp, x, &solution, &diag), VG_ERR_ARGUMENT, "row 0 is bounded by -1");
    b[0] = NAN;
    ck_fails(vg_simplex(&lp, x, &solution, &diag), VG_ERR_ARGUMENT, "row 0 is bounded by");
    lp.rows = lp.columns = 5000;
    ck_fails(vg_simplex(&lp, x, &solution, &diag), VG_ERR_ARGUMENT, "5000 rows and 5000 columns");
    lp.rows = 1, lp.columns = 2, b[0] = 1, c[1] = 0;
    for (oom turn = {.least = 3, .diag = &diag}; oom_next(&turn);)
        turn.err = vg_simplex(&lp, x, &solution, &diag);
    ck_assert_double_eq(solution.objective, 0);
}
END_TEST

CK_MAIN("simplex", finds_a_corner_worked_by_hand, does_not_cycle, leaves_by_the_lowest_number,
        small_slopes_do_not_lead, a_slack_row_has_no_price, stops_where_nobody_waits,
        bad_programs_are_refused)
