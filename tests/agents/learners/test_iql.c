#include "agents/learners/iql.h"

#include <math.h>

#include "agents/nets/mlp.h"
#include "sim/base/level.h"
#include "tests/agents/learners/offline_case.h"

// --- on a chain --------------------------------------------------------------------------------------------

enum { STATES = 3 };

// A chain s0 -> s1 -> s2 -> end, whose reward is the first action, 0 or 1 by a coin. What is sensed is the
// state, one value each. So V(s) of a tau-expectile is the expectile of {0, 1} for each step left, and that
// is tau.
typedef struct chain {
    vg_iql_config config;
    vg_network *policy;
    vg_iql iql;
    vg_replay_buffer replay;
    vg_minibatch batch;
} chain;

static void make_chain(chain *c, double expectile, double temperature) {
    *c = (chain){0};
    vg_config_default(&vg_iql_schema, &c->config);
    c->config.expectile = expectile, c->config.temperature = temperature;
    c->config.offline.batch_size = 2 * STATES;
    c->config.offline.gamma = 0.5, c->config.offline.tau = 0.05, c->config.offline.learning_rate = 0.01;
    c->replay.width = STATES;
    for (int32_t s = 0; s < STATES; s++)
        for (int32_t a = 0; a < 2; a++) {
            float seen[STATES] = {0}, next[STATES] = {0}, action[2] = {(float)a, 0}, reward = (float)a;
            seen[s] = 1;
            if (s + 1 < STATES) next[s + 1] = 1;
            const uint8_t ending = s + 1 < STATES ? VG_ENDING_NONE : VG_ENDING_TERMINATED;
            ck_ok(vg_replay_buffer_add(&c->replay, 1, seen, action, &reward, next, &ending, &diag));
        }
    const float mean[STATES] = {0}, scale[STATES] = {1, 1, 1};
    ck_ok(vg_replay_buffer_scale(&c->replay, mean, scale, &diag));
    ck_ok(vg_minibatch_open(&c->batch, 2 * STATES, STATES, &diag));
    for (int64_t i = 0; i < 2 * STATES; i++) c->batch.rows[i] = i;
    vg_minibatch_take(&c->batch, &c->replay, 1);
    vg_mlp_def shape = vg_mlp_default(); // linear networks are tables here
    shape.inputs = STATES, shape.outputs = VG_CAR_ACTIONS, shape.hidden_count = 0, shape.log_std = true;
    ck_ok(vg_mlp_create(&shape, &c->policy, &diag));
    ck_ok(vg_iql_open(&c->iql, &c->config, c->policy, 1, &diag));
}

static void free_chain(chain *c) {
    vg_iql_close(&c->iql);
    vg_network_destroy(c->policy);
    vg_minibatch_free(&c->batch);
    vg_replay_buffer_free(&c->replay);
}

static void learn(chain *c, int32_t steps, double *numbers) {
    for (int32_t i = 0; i < steps; i++) {
        memset(numbers, 0, sizeof *numbers * VG_IQL_NUMBERS);
        vg_iql_step(&c->iql, &c->batch, 1, numbers);
    }
}

START_TEST(values_are_the_expectiles) {
    static const double taus[] = {0.5, 0.7, 0.9};
    for (size_t t = 0; t < 3; t++) {
        chain c;
        double numbers[VG_IQL_NUMBERS];
        float values[2 * STATES];
        make_chain(&c, taus[t], 3);
        learn(&c, 4000, numbers);
        vg_gradient_outputs(c.iql.value.workspace, c.iql.value.net, c.batch.inputs, 2 * STATES, values);
        double left = 0;
        for (int32_t s = STATES - 1; s >= 0; s--) {
            left = taus[t] + 0.5 * left;
            ck_assert_double_eq_tol((double)values[2 * s], left, 0.01);
        }
        free_chain(&c);
    }
}
END_TEST

// The better action is cloned as its weight says: e^(beta (1 - tau)) to e^(-beta tau), which is e^beta : 1.
START_TEST(better_actions_are_cloned_more) {
    static const double temperatures[] = {0, 1, 3};
    for (size_t t = 0; t < 3; t++) {
        chain c;
        double numbers[VG_IQL_NUMBERS];
        float actions[2 * STATES * VG_CAR_ACTIONS];
        make_chain(&c, 0.7, temperatures[t]);
        learn(&c, 4000, numbers);
        vg_gradient_outputs(c.iql.policy.workspace, c.policy, c.batch.inputs, 2 * STATES, actions);
        for (int32_t s = 0; s < STATES; s++)
            ck_assert_double_eq_tol((double)actions[2 * s * VG_CAR_ACTIONS], 1 / (1 + exp(-temperatures[t])),
                                    0.02);
        free_chain(&c);
    }
}
END_TEST

// --- as a learner ------------------------------------------------------------------------------------------

START_TEST(same_bytes_at_any_thread_count_and_level_resumed_or_not) {
    offline_is_one_path(&vg_learner_iql, "iql/policy");
}
END_TEST

START_TEST(refuses_what_does_not_fit) { offline_refuses(&vg_learner_iql); }
END_TEST

START_TEST(says_when_no_drive_leaves_the_road) {
    const char *const names[] = {"terminations"};
    for (int ends = 0; ends < 2; ends++) {
        const double values[] = {ends};
        vg_learner_round round = {.count = 1, .names = names, .values = values};
        int32_t state = 0;
        const char *said = vg_learner_iql.diagnose(&round, &state);
        ck_assert(ends ? !said : strstr(said, "no drive in the logs leaves the road") != NULL);
        ck_assert_ptr_null(vg_learner_iql.diagnose(&round, &state)); // once
    }
}
END_TEST

CK_MAIN("iql", values_are_the_expectiles, better_actions_are_cloned_more,
        same_bytes_at_any_thread_count_and_level_resumed_or_not, refuses_what_does_not_fit,
        says_when_no_drive_leaves_the_road)
