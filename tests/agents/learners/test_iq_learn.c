#include "agents/learners/iq_learn.h"

#include <math.h>

#include "agents/nets/mlp.h"
#include "tests/agents/learners/soft_q_case.h"

enum { BOTH, EXPERT };

// By each choice of rows, with V(s') held fixed and with the gradient through it.
START_TEST(slopes_are_those_of_the_objective) {
    for (int32_t choice = 0; choice < 8; choice++) {
        const vg_iq_learn_config config = {
            .alpha = 0.3, .regularize = choice & 1, .value_rows = choice >> 1 & 1, .use_target = choice >> 2};
        soft_q_slopes_are_right(vg_iq_learn_loss, &config, config.use_target);
    }
}
END_TEST

// --- one state ---------------------------------------------------------------------------------------------

enum { ACTIONS = 3, ROWS = 8 };

// A state that every action leads back to, or, of the learner's last row, to an end. Trains a table.
static vg_soft_q_rows bandit(vg_soft_q *soft, vg_network **net, const vg_iq_learn_config *config,
                             const int32_t taken[ROWS], int64_t experts, double gamma, bool ends) {
    static float inputs[ROWS * 16], goes_on[ROWS];
    vg_mlp_def shape = vg_mlp_default();
    double numbers[VG_IQ_LEARN_NUMBERS];
    shape.inputs = 1, shape.outputs = ACTIONS, shape.hidden_count = 0;
    ck_ok(vg_mlp_create(&shape, net, &diag));
    const vg_soft_q_def def = {.net = *net,
                               .most = ROWS,
                               .rate = 0.02,
                               .gamma = gamma,
                               .temperature = 0.5,
                               .tau = 0.2,
                               .target = config->use_target};
    ck_ok(vg_soft_q_open(soft, &def, &diag));
    for (int64_t i = 0; i < ROWS; i++)
        inputs[i * vg_net_stride(1)] = 1, goes_on[i] = !(ends && i == ROWS - 1);
    const vg_soft_q_batch batch = {ROWS, experts, inputs, inputs, taken, goes_on};
    for (int i = 0; i < 3000; i++) {
        if (i == 2000) soft->q.adam.def.rate = soft->absorbing_adam.def.rate = 0.002;
        (void)vg_soft_q_step(soft, &batch, vg_iq_learn_loss, config, numbers);
    }
    return vg_soft_q_look(soft, &batch);
}

// On the logs' rows alone, without regularisation, the objective is the log likelihood: the policy is the
// demonstrator's.
START_TEST(without_regularisation_it_clones) {
    static const int32_t taken[ROWS] = {0, 0, 0, 1, 1, 2, 2, 2};
    const vg_iq_learn_config config = {
        .alpha = 1e6, .regularize = BOTH, .value_rows = EXPERT, .use_target = true};
    vg_soft_q soft = {0};
    vg_network *net;
    const vg_soft_q_rows rows = bandit(&soft, &net, &config, taken, 5, 0, false);
    ck_assert_float_eq_tol(rows.policy[0], 0.6f, 0.01f);
    ck_assert_float_eq_tol(rows.policy[1], 0.4f, 0.01f);
    ck_assert_float_eq_tol(rows.policy[2], 0, 0.01f);
    vg_soft_q_close(&soft);
    vg_network_destroy(net);
}
END_TEST

// Regularised on both sides, rewards are bounded by 2 alpha: of the absorbing state, where only the learner
// ends, by exactly that; for the logs' rows alone there is no such bound.
START_TEST(rewards_are_bounded_where_both_sides_are_regularised) {
    static const int32_t taken[ROWS] = {0, 0, 0, 0, 1, 1, 2, 2};
    for (int32_t rows = BOTH; rows <= EXPERT; rows++) {
        const vg_iq_learn_config config = {
            .alpha = 0.25, .regularize = rows, .value_rows = BOTH, .use_target = true};
        vg_soft_q soft = {0};
        vg_network *net;
        const vg_soft_q_rows x = bandit(&soft, &net, &config, taken, 4, 0.5, true);
        const double absorbing = (double)soft.absorbing;
        if (rows == BOTH) {
            ck_assert_double_eq_tol(absorbing, -2 * config.alpha, 0.01);
            for (int64_t i = 0; i < ROWS; i++) {
                double reward = (double)x.q[i * ACTIONS + taken[i]] - 0.5 * (double)x.next_value[i];
                ck_assert_double_lt(fabs(reward), 2 * config.alpha + 0.01);
            }
            ck_assert_float_gt(x.policy[0], 0.6f);
        } else {
            ck_assert_double_lt(absorbing, -4 * config.alpha);
        }
        vg_soft_q_close(&soft);
        vg_network_destroy(net);
    }
}
END_TEST

// --- as a learner ------------------------------------------------------------------------------------------

START_TEST(same_bytes_at_any_thread_count_resumed_or_not) {
    soft_q_is_one_path(&vg_learner_iq_learn, "iq_learn/policy");
}
END_TEST

START_TEST(same_bytes_at_any_level) { soft_q_at_levels(&vg_learner_iq_learn, "iq_learn/policy-short"); }
END_TEST

// Rounds that are too short to leave the road in: nothing is learned of the absorbing state. In longer ones
// it gets worse than the road; with a target within a few steps, as the value after it is held fixed.
START_TEST(an_episode_that_is_cut_short_does_not_end) {
    interactive_case *c = soft_q_begin(&vg_learner_iq_learn, 1, 4);
    interactive_set(c, "n_steps", "4");
    interactive_set(c, "use_target", "true");
    ck_ok(interactive_train(c));
    for (int r = 0; r < 8; r++) ck_assert(interactive_value(c, r, "terminations") == 0);
    ck_assert(interactive_value(c, 7, "absorbing") == 0);
    interactive_set(c, "n_steps", "120");
    interactive_set(c, "rounds", "2");
    ck_ok(interactive_train(c));
    ck_assert(interactive_value(c, 0, "terminations") > 0);
    ck_assert_double_lt(interactive_value(c, 1, "absorbing"), -1);
    interactive_end(c);
}
END_TEST

START_TEST(refuses_what_does_not_fit) { soft_q_refuses(&vg_learner_iq_learn); }
END_TEST

CK_MAIN("iq_learn", slopes_are_those_of_the_objective, without_regularisation_it_clones,
        rewards_are_bounded_where_both_sides_are_regularised, same_bytes_at_any_thread_count_resumed_or_not,
        same_bytes_at_any_level, an_episode_that_is_cut_short_does_not_end, refuses_what_does_not_fit)
