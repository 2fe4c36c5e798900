#include "agents/irl/mdp.h"

#include <string.h>

#include "tests/check.h"
#include "tests/out_of_memory.h"

// State 0: action 0 goes to 1 or stays, action 1 is not possible. State 1 ends.
static vg_err two_states(vg_mdp *mdp, double stays, vg_diag *diag) {
    vg_err err = vg_mdp_begin(mdp, 2, 2, 0.5, diag);
    if (!err) err = vg_mdp_add(mdp, 1, 0.25, diag);
    if (!err) err = vg_mdp_add(mdp, 0, stays, diag);
    if (!err) err = vg_mdp_add(mdp, 1, 0.25, diag); // merges with the first
    for (int i = 0; i < 4 && !err; i++) vg_mdp_end_pair(mdp);
    return err;
}

START_TEST(outcomes_are_merged_and_looked_up) {
    vg_diag diag = {0};
    vg_mdp mdp;
    ck_ok(two_states(&mdp, 0.5, &diag));
    ck_ok(vg_mdp_check(&mdp, &diag));
    ck_assert_int_eq(mdp.first[1], 2);
    ck_assert(vg_mdp_possible(&mdp, 0, 0) && !vg_mdp_possible(&mdp, 0, 1) && !vg_mdp_possible(&mdp, 1, 0));
    ck_assert_double_eq(vg_mdp_expect(&mdp, 0, 0, (double[]){2, 4}), 3);
    vg_mdp_destroy(&mdp);
}
END_TEST

START_TEST(what_is_no_process_is_refused) {
    vg_diag diag = {0};
    vg_mdp mdp;
    ck_fails(vg_mdp_begin(&mdp, 0, 2, 0.5, &diag), VG_ERR_ARGUMENT, "0 states");
    vg_mdp_destroy(&mdp);
    ck_fails(vg_mdp_begin(&mdp, 2, 2, 1.5, &diag), VG_ERR_ARGUMENT, "discount of 1.5");
    vg_mdp_destroy(&mdp);
    ck_ok(two_states(&mdp, 0.4, &diag));
    ck_fails(vg_mdp_check(&mdp, &diag), VG_ERR_FORMAT,
             "state 0, action 0: the probabilities have the sum 0.9");
    mdp.probability[1] = 0.5, mdp.next[1] = 2;
    ck_fails(vg_mdp_check(&mdp, &diag), VG_ERR_FORMAT, "leads to state 2");
    mdp.next[1] = 0, mdp.start[1] = 0.6;
    ck_fails(vg_mdp_check(&mdp, &diag), VG_ERR_FORMAT, "the starts have the sum 1.1");
    mdp.start[1] = -0.5;
    ck_fails(vg_mdp_check(&mdp, &diag), VG_ERR_FORMAT, "state 1 starts with probability -0.5");
    mdp.pair = 3;
    ck_fails(vg_mdp_check(&mdp, &diag), VG_ERR_FORMAT, "3 pairs");
    vg_mdp_destroy(&mdp);
}
END_TEST

START_TEST(every_allocation_may_fail) {
    vg_diag diag;
    for (oom turn = {.diag = &diag}; oom_next(&turn);) {
        vg_mdp mdp;
        turn.err = two_states(&mdp, 0.5, &diag);
        vg_mdp_destroy(&mdp);
    }
}
END_TEST

CK_MAIN("mdp", outcomes_are_merged_and_looked_up, what_is_no_process_is_refused, every_allocation_may_fail)
