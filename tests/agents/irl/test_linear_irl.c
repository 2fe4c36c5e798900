// The 5 x 5 grid of Ng & Russell (2000): objectives that another solver (GLPK) found for the same program.
// The corner of the program is degenerate, so that the reward is not unique where the objective is.
#include "agents/irl/linear_irl.h"

#include "tests/agents/irl/irl_fixture.h"
#include "tests/out_of_memory.h"

static void solve(irl_case *c, double lambda) {
    vg_diag diag = {0};
    vg_irl_result_close(&c->result);
    ck_ok(vg_linear_irl(&c->world, &c->expert, &(vg_linear_irl_config){.lambda = lambda}, &c->result, &diag));
}

START_TEST(objectives_of_the_grid) {
    irl_case c = irl_open("corner", 5, 0, false);
    solve(&c, 0);
    ck_assert_double_eq_tol(c.result.objective, 23.03402, 5e-6);
    solve(&c, 1.05);
    ck_assert_double_eq_tol(c.result.objective, 9.48944, 5e-6);
    irl_close(&c);
}
END_TEST

// Larger ones, whose numbers are of sizes from 1e-12 to 2: pivots by the lowest number lose them to rounding.
START_TEST(objectives_of_larger_grids) {
    const double objective[] = {12.1847615568, 15.6420161963, 20.9512965525, 28.3532846026};
    const int sizes[] = {6, 7, 8, 10};
    for (int i = 0; i < 4; i++) {
        irl_case c = irl_open("corner", sizes[i], 0, false);
        solve(&c, 1);
        ck_assert_double_eq_tol(c.result.objective, objective[i], 1e-6);
        irl_close(&c);
    }
}
END_TEST

START_TEST(the_true_reward_and_then_nothing) {
    irl_case c = irl_open("corner", 5, 0, false);
    for (int lambda = 3; lambda <= 6; lambda++) {
        solve(&c, lambda);
        ck_assert_double_eq_tol(c.result.objective, 7.03278 - lambda, 5e-6);
        for (int32_t s = 0; s < 25; s++) ck_assert_double_eq_tol(c.result.reward[s], c.truth[s], 1e-9);
        ck_assert_double_eq_tol(irl_share(&c), 1, 1e-9);
    }
    for (int lambda = 8; lambda <= 20; lambda += 4) {
        solve(&c, lambda);
        ck_assert_double_eq(c.result.objective, 0);
        for (int32_t s = 0; s < 25; s++) ck_assert_double_eq(c.result.reward[s], 0);
    }
    irl_close(&c);
}
END_TEST

START_TEST(what_it_cannot_do_is_said) {
    vg_diag diag = {0};
    irl_case c = irl_open("corner", 5, 0, true);
    ck_fails(vg_linear_irl(&c.world, &c.expert, &(vg_linear_irl_config){.lambda = 1}, &c.result, &diag),
             VG_ERR_ARGUMENT, "several actions in state 0");
    vg_irl_result_close(&c.result);
    ck_fails(vg_linear_irl(&c.world, &c.expert, &(vg_linear_irl_config){.lambda = -1}, &c.result, &diag),
             VG_ERR_ARGUMENT, "lambda: -1");
    irl_close(&c);
    c = irl_open("macrocells", 64, 0, false);
    ck_fails(vg_linear_irl(&c.world, &c.expert, &(vg_linear_irl_config){.lambda = 1}, &c.result, &diag),
             VG_ERR_ARGUMENT, "expected a smaller world");
    irl_close(&c);
}
END_TEST

START_TEST(every_allocation_may_fail) {
    irl_case c = irl_open("corner", 3, 0, false);
    vg_diag diag;
    for (oom turn = {.diag = &diag}; oom_next(&turn);) {
        turn.err = vg_linear_irl(&c.world, &c.expert, &(vg_linear_irl_config){.lambda = 1}, &c.result, &diag);
        vg_irl_result_close(&c.result);
    }
    irl_close(&c);
}
END_TEST

CK_MAIN("linear_irl", objectives_of_the_grid, objectives_of_larger_grids, the_true_reward_and_then_nothing,
        what_it_cannot_do_is_said, every_allocation_may_fail)
