#include "agents/learners/sqil.h"

#include <math.h>

#include "agents/nets/mlp.h"
#include "sim/base/exact.h"
#include "tests/agents/learners/soft_q_case.h"

// --- two states --------------------------------------------------------------------------------------------
//
// In s0 action 0 stays and action 1 leads to s1. In s1 action 0 leads back and action 1 ends the episode.
// The demonstrator stays in s0, and once ended in s1; the learner did each of the four once.

enum { STATES = 2, ACTIONS = 2, END = -1, ROWS = 6, EXPERTS = 2 };
static const struct {
    int32_t state, action, next;
} moves[ROWS] = {{0, 0, 0}, {1, 1, END}, {0, 0, 0}, {0, 1, 1}, {1, 0, 0}, {1, 1, END}};

static const double GAMMA = 0.8, TEMPERATURE = 0.5;

static double soft_value(const double q[ACTIONS]) {
    return TEMPERATURE * log((exp(q[0] / TEMPERATURE) + exp(q[1] / TEMPERATURE)) / ACTIONS);
}

// The fixed point: each Q is the weighted mean of what its rows ask for. A row of the demonstrator has the
// weight 1/2, one of the learner own / 4.
static void solve(double own, double q[STATES][ACTIONS], double *absorbing) {
    const double both = 0.5 / (0.5 + own / 4); // the mean reward of what both did
    *absorbing = both / (1 - GAMMA);
    memset(q, 0, sizeof(double) * STATES * ACTIONS);
    for (int i = 0; i < 400; i++) {
        const double v[STATES] = {soft_value(q[0]), soft_value(q[1])};
        q[0][0] = both + GAMMA * v[0];
        q[0][1] = GAMMA * v[1];
        q[1][0] = GAMMA * v[0];
        q[1][1] = both + GAMMA * *absorbing;
    }
}

START_TEST(its_fixed_point_on_two_states) {
    static const double weights[] = {1, 3};
    for (size_t w = 0; w < 2; w++) {
        vg_sqil_config config = {.own_weight = weights[w]};
        vg_mlp_def shape = vg_mlp_default();
        vg_network *net;
        vg_soft_q soft = {0};
        const int64_t stride = vg_net_stride(STATES);
        float inputs[ROWS * 16] = {0}, next[ROWS * 16] = {0}, goes_on[ROWS];
        int32_t taken[ROWS];
        double expected[STATES][ACTIONS], absorbing, numbers[VG_SQIL_NUMBERS] = {0};
        shape.inputs = STATES, shape.outputs = ACTIONS, shape.hidden_count = 0;
        ck_ok(vg_mlp_create(&shape, &net, &diag)); // linear on one-hot states: a table
        const vg_soft_q_def def = {.net = net,
                                   .most = ROWS,
                                   .rate = 0.02,
                                   .gamma = GAMMA,
                                   .temperature = TEMPERATURE,
                                   .tau = 0.2,
                                   .target = true};
        ck_ok(vg_soft_q_open(&soft, &def, &diag));
        for (int64_t i = 0; i < ROWS; i++) {
            inputs[i * stride + moves[i].state] = 1;
            goes_on[i] = moves[i].next != END;
            if (moves[i].next != END) next[i * stride + moves[i].next] = 1;
            taken[i] = moves[i].action;
        }
        const vg_soft_q_batch batch = {ROWS, EXPERTS, inputs, next, taken, goes_on};
        for (int i = 0; i < 3000; i++) {
            if (i == 2000) soft.q.adam.def.rate = soft.absorbing_adam.def.rate = 0.002;
            (void)vg_soft_q_step(&soft, &batch, vg_sqil_loss, &config, numbers);
        }
        solve(config.own_weight, expected, &absorbing);
        const vg_soft_q_rows rows = vg_soft_q_look(&soft, &batch);
        for (int64_t i = EXPERTS; i < ROWS; i++)
            ck_assert_double_eq_tol((double)rows.q[i * ACTIONS + taken[i]],
                                    expected[moves[i].state][moves[i].action], 0.01);
        ck_assert_double_eq_tol((double)soft.absorbing / (1 - GAMMA), absorbing, 0.01);
        vg_soft_q_close(&soft);
        vg_network_destroy(net);
    }
}
END_TEST

START_TEST(slopes_are_those_of_the_loss) {
    const vg_sqil_config config = {.own_weight = 0.7};
    soft_q_slopes_are_right(vg_sqil_loss, &config, true);
}
END_TEST

// --- as a learner ------------------------------------------------------------------------------------------

START_TEST(same_bytes_at_any_thread_count_resumed_or_not) {
    soft_q_is_one_path(&vg_learner_sqil, "sqil/policy");
}
END_TEST

START_TEST(same_bytes_at_any_level) { soft_q_at_levels(&vg_learner_sqil, "sqil/policy-short"); }
END_TEST

START_TEST(refuses_what_does_not_fit) { soft_q_refuses(&vg_learner_sqil); }
END_TEST

CK_MAIN("sqil", its_fixed_point_on_two_states, slopes_are_those_of_the_loss,
        same_bytes_at_any_thread_count_resumed_or_not, same_bytes_at_any_level, refuses_what_does_not_fit)
