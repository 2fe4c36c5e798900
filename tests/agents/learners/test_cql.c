#include "agents/learners/cql.h"

#include <math.h>

#include "agents/nets/mlp.h"
#include "sim/base/level.h"
#include "tests/agents/learners/offline_case.h"

// --- a chain of two states ---------------------------------------------------------------------------------

enum { STATES = 2, ROWS = 64, EACH = ROWS / STATES, UNITS = 24 };

// s0 -> s1 -> end. Both actions of the logs are spread evenly over [-1, 1]; the reward is 1 - (a - 0.5)^2 of
// the first. What is sensed is the state, one value each.
typedef struct chain {
    vg_cql_config config;
    vg_network *policy;
    vg_cql cql;
    vg_replay_buffer replay;
    vg_minibatch batch;
} chain;

static float spread(int32_t k) { return 2 * ((float)k + 0.5f) / EACH - 1; }
static float reward_of(float a) { return 1 - (a - 0.5f) * (a - 0.5f); }

static void make_replay(chain *c) {
    c->replay.width = STATES;
    for (int32_t i = 0; i < ROWS; i++) {
        const int32_t s = i % STATES, k = i / STATES;
        const float x = spread(k), action[2] = {x, spread(k * 13 % EACH)};
        float seen[STATES] = {0}, next[STATES] = {0}, reward = reward_of(x);
        seen[s] = 1;
        if (s + 1 < STATES) next[s + 1] = 1;
        const uint8_t ending = s + 1 < STATES ? VG_ENDING_NONE : VG_ENDING_TERMINATED;
        ck_ok(vg_replay_buffer_add(&c->replay, 1, seen, action, &reward, next, &ending, &diag));
    }
    const float mean[STATES] = {0}, scale[STATES] = {1, 1};
    ck_ok(vg_replay_buffer_scale(&c->replay, mean, scale, &diag));
    ck_ok(vg_minibatch_open(&c->batch, ROWS, STATES, &diag));
    for (int64_t i = 0; i < ROWS; i++) c->batch.rows[i] = i;
    vg_minibatch_take(&c->batch, &c->replay, 1);
}

static void make_chain(chain *c, double weight, int32_t samples, double temperature) {
    *c = (chain){0};
    vg_config_default(&vg_cql_schema, &c->config);
    c->config.conservative_weight = weight, c->config.n_action_samples = samples;
    c->config.initial_temperature = temperature, c->config.temp_learning_rate = 0;
    c->config.actor_learning_rate = 0.003;
    c->config.offline.batch_size = ROWS, c->config.offline.gamma = 0.5;
    c->config.offline.tau = 0.05, c->config.offline.learning_rate = 0.003;
    make_replay(c);
    vg_mlp_def shape = vg_mlp_default();
    shape.inputs = STATES, shape.outputs = VG_CQL_OUTPUTS, shape.hidden_count = 1, shape.hidden[0] = UNITS;
    ck_ok(vg_mlp_create(&shape, &c->policy, &diag));
    vg_network_init(c->policy, 5);
    ck_ok(vg_cql_open(&c->cql, &c->config, c->policy, 1, &diag));
}

static void free_chain(chain *c) {
    vg_cql_close(&c->cql);
    vg_network_destroy(c->policy);
    vg_minibatch_free(&c->batch);
    vg_replay_buffer_free(&c->replay);
}

static void learn(chain *c, int32_t steps, double *numbers) {
    for (int32_t i = 0; i < steps; i++) {
        memset(numbers, 0, sizeof *numbers * VG_CQL_NUMBERS);
        vg_cql_step(&c->cql, &c->batch, i, numbers);
    }
}

// The value of the policy in a state, by its own samples: after Q, and in truth, where the next state is
// worth what the policy gets there.
static void values_of(chain *c, double by_q[STATES], double truly[STATES]) {
    enum { TIMES = 40 };
    for (int32_t s = 0; s < STATES; s++) by_q[s] = truly[s] = 0;
    for (int32_t t = 0; t < TIMES; t++) {
        double entropy, q;
        (void)vg_cql_policy_loss(&c->cql, &c->batch, 1000000 + t, &entropy, &q);
        for (int64_t i = 0; i < ROWS; i++) {
            const double share = 1.0 / (TIMES * EACH);
            by_q[i % STATES] += share * (double)c->cql.least[i];
            truly[i % STATES] += share * (double)reward_of(c->cql.own[i * c->batch.pair_stride + STATES]);
        }
    }
    truly[0] += 0.5 * truly[1];
}

// Theorem 3.2: the conservative policy's value by Q is below the true one, in every state. Without the term
// Q is about right.
START_TEST(the_value_is_a_lower_bound) {
    ck_long();
    for (int conservative = 0; conservative < 2; conservative++) {
        chain c;
        double numbers[VG_CQL_NUMBERS], by_q[STATES], truly[STATES];
        make_chain(&c, conservative ? 1 : 0, 3, 0.3);
        learn(&c, 2000, numbers);
        values_of(&c, by_q, truly);
        for (int32_t s = 0; s < STATES; s++) {
            if (conservative)
                ck_assert_double_lt(by_q[s], truly[s] - 0.05);
            else
                ck_assert_double_eq_tol(by_q[s], truly[s], 0.05);
        }
        free_chain(&c);
    }
}
END_TEST

// Weight 0 is the squared error alone: twin networks that are fitted to the same targets have the same bits.
START_TEST(without_the_term_it_is_the_squared_error_to_the_bit) {
    chain c;
    vg_twin_q plain = {0};
    make_chain(&c, 0, 10, 1);
    const vg_twin_q_def def = {.like = c.policy, .width = STATES, .rate = 0.003, .seed = 1, .most = ROWS};
    ck_ok(vg_twin_q_create(&def, &plain, &diag));
    for (int32_t i = 0; i < 20; i++) {
        double numbers[VG_CQL_NUMBERS] = {0};
        vg_cql_step(&c.cql, &c.batch, i, numbers);
        double loss = vg_twin_q_fit(&plain, c.batch.pairs, c.cql.targets, ROWS);
        ck_assert_double_eq_tol(numbers[0], loss, 1e-9);
        ck_assert(numbers[1] == 0);
    }
    for (int i = 0; i < 2; i++)
        ck_assert_mem_eq(vg_network_read(plain.q[i].net), vg_network_read(c.cql.q.q[i].net),
                         sizeof(float) * (size_t)vg_network_count(plain.q[i].net));
    vg_twin_q_destroy(&plain);
    free_chain(&c);
}
END_TEST

// --- gradients ---------------------------------------------------------------------------------------------

typedef double (*loss_fn)(chain *c);

static double critic_loss(chain *c) {
    const vg_batch batch = vg_cql_critic_batch(&c->cql);
    return vg_gradient_run(c->cql.q.q[0].workspace, c->cql.q.q[0].net, &batch, NULL);
}

static double policy_loss(chain *c) {
    double entropy, q;
    return vg_cql_policy_loss(&c->cql, &c->batch, 0, &entropy, &q);
}

// Central differences of every seventh parameter.
static void check_gradient(chain *c, vg_network *net, const float *gradient, loss_fn loss) {
    float *w = vg_network_parameters(net);
    for (int64_t i = 0; i < vg_network_count(net); i += 7) {
        const float was = w[i], h = 4e-3f;
        w[i] = was + h, vg_network_pack(net);
        double up = loss(c), above = (double)w[i];
        w[i] = was - h, vg_network_pack(net);
        double slope = (up - loss(c)) / (above - (double)w[i]);
        w[i] = was, vg_network_pack(net);
        ck_assert_double_eq_tol((double)gradient[i], slope, 2e-3 * (1 + fabs(slope)));
    }
}

// With 10 samples a block holds two groups, with 21 one, with 1 sixteen.
START_TEST(gradients_are_those_of_the_losses) {
    static const int32_t samples[] = {1, 10, VG_CQL_SAMPLES_MOST};
    for (size_t k = 0; k < 3; k++) {
        chain c;
        make_chain(&c, 2, samples[k], 0.5);
        vg_cql_sample(&c.cql, &c.batch, 0);
        const vg_batch batch = vg_cql_critic_batch(&c.cql);
        vg_trained_net *q = &c.cql.q.q[0];
        (void)vg_gradient_run(q->workspace, q->net, &batch, q->gradient);
        check_gradient(&c, q->net, q->gradient, critic_loss);
        (void)policy_loss(&c);
        vg_gradient_by_outputs(c.cql.policy.workspace, c.policy, c.batch.inputs, ROWS, c.cql.deltas,
                               c.cql.policy.gradient);
        check_gradient(&c, c.policy, c.cql.policy.gradient, policy_loss);
        free_chain(&c);
    }
}
END_TEST

// The importance-sampled log of the integral of exp Q, for Q = 2 a + 1.5 of the first action, within 0.007,
// whose integral is 2 sinh(2) e^1.5. The policy prefers large actions; its samples count by their density, so
// they do not shift it. The logs' actions are 0 in the mean.
START_TEST(the_integral_is_that_of_exp_q) {
    chain c;
    make_chain(&c, 1, VG_CQL_SAMPLES_MOST, 1);
    for (int i = 0; i < 2; i++) {
        float *w = vg_network_parameters(c.cql.q.q[i].net);
        const int64_t count = vg_network_count(c.cql.q.q[i].net);
        for (int64_t p = 0; p < count; p++) w[p] = 0;
        w[STATES] = 0.1f, w[count - UNITS - 1] = 20, w[count - 1] = 1.5f;
        vg_network_pack(c.cql.q.q[i].net);
    }
    float *bias = vg_network_parameters(c.policy) + vg_network_count(c.policy) - VG_CQL_OUTPUTS;
    bias[1] = 1, bias[3] = bias[4] = 1;
    vg_network_pack(c.policy);
    enum { TIMES = 30 };
    double sum = 0;
    for (int32_t t = 0; t < TIMES; t++) {
        vg_cql_sample(&c.cql, &c.batch, t);
        c.cql.gap = 0;
        (void)critic_loss(&c);
        sum += c.cql.gap / TIMES;
    }
    ck_assert_double_eq_tol(sum, log(2 * sinh(2)), 0.03);
    free_chain(&c);
}
END_TEST

// The weight of the entropy rises where the entropy is below its target, and falls above.
START_TEST(the_temperature_seeks_the_entropy) {
    for (int high = 0; high < 2; high++) {
        chain c;
        double numbers[VG_CQL_NUMBERS];
        make_chain(&c, 1, 3, 0.5);
        c.config.temp_learning_rate = c.cql.temper.def.rate = 0.01, c.config.target_entropy = high ? 10 : -10;
        learn(&c, 10, numbers);
        ck_assert(high ? c.cql.log_temperature > logf(0.5f) + 0.05f
                       : c.cql.log_temperature < logf(0.5f) - 0.05f);
        free_chain(&c);
    }
}
END_TEST

START_TEST(refuses_another_policy) {
    vg_cql_config config;
    vg_cql cql = {0};
    vg_network *net;
    vg_mlp_def shape = vg_mlp_default();
    shape.inputs = STATES, shape.outputs = 2;
    vg_config_default(&vg_cql_schema, &config);
    ck_ok(vg_mlp_create(&shape, &net, &diag));
    ck_fails(vg_cql_open(&cql, &config, net, 1, &diag), VG_ERR_ARGUMENT, "2 outputs, expected 5");
    vg_cql_close(&cql);
    vg_network_destroy(net);
}
END_TEST

// --- as a learner ------------------------------------------------------------------------------------------

START_TEST(same_bytes_at_any_thread_count_and_level_resumed_or_not) {
    offline_is_one_path(&vg_learner_cql, "cql/policy");
}
END_TEST

START_TEST(refuses_what_does_not_fit) { offline_refuses(&vg_learner_cql); }
END_TEST

CK_MAIN("cql", the_value_is_a_lower_bound, without_the_term_it_is_the_squared_error_to_the_bit,
        gradients_are_those_of_the_losses, the_integral_is_that_of_exp_q, the_temperature_seeks_the_entropy,
        refuses_another_policy, same_bytes_at_any_thread_count_and_level_resumed_or_not,
        refuses_what_does_not_fit)
