#include "agents/learners/td3_bc.h"

#include "agents/nets/mlp.h"
#include "sim/base/level.h"
#include "tests/agents/learners/offline_case.h"

// --- one state, and what an action is worth there ----------------------------------------------------------

enum { ROWS = 64 };

// The logs' first actions are 0 in the mean, spread over [-1, 1]; the reward is 1 - (a - 0.5)^2, and each row
// ends its episode. So Q is the reward, and best at 0.5.
typedef struct bandit {
    vg_td3_bc_config config;
    vg_network *policy;
    vg_td3_bc td3;
    vg_replay_buffer replay;
    vg_minibatch batch;
} bandit;

static void make_bandit(bandit *b, double alpha) {
    *b = (bandit){.replay.width = 1};
    vg_config_default(&vg_td3_bc_schema, &b->config);
    b->config.alpha = alpha;
    b->config.offline.batch_size = ROWS, b->config.offline.learning_rate = 0.01;
    for (int32_t i = 0; i < ROWS; i++) {
        const float seen = 1, next = 0, x = 2 * (float)i / (ROWS - 1) - 1, action[2] = {x, 0.25f};
        const float reward = 1 - (x - 0.5f) * (x - 0.5f);
        const uint8_t ending = VG_ENDING_TERMINATED;
        ck_ok(vg_replay_buffer_add(&b->replay, 1, &seen, action, &reward, &next, &ending, &diag));
    }
    const float mean = 0, scale = 1;
    ck_ok(vg_replay_buffer_scale(&b->replay, &mean, &scale, &diag));
    ck_ok(vg_minibatch_open(&b->batch, ROWS, 1, &diag));
    for (int64_t i = 0; i < ROWS; i++) b->batch.rows[i] = i;
    vg_minibatch_take(&b->batch, &b->replay, 1);
    vg_mlp_def shape = vg_mlp_default();
    shape.inputs = 1, shape.outputs = VG_CAR_ACTIONS, shape.hidden_count = 1, shape.hidden[0] = 16;
    ck_ok(vg_mlp_create(&shape, &b->policy, &diag));
    vg_network_init(b->policy, 5);
    ck_ok(vg_td3_bc_open(&b->td3, &b->config, b->policy, 1, &diag));
}

static void free_bandit(bandit *b) {
    vg_td3_bc_close(&b->td3);
    vg_network_destroy(b->policy);
    vg_minibatch_free(&b->batch);
    vg_replay_buffer_free(&b->replay);
}

static float act(bandit *b) {
    float actions[ROWS * VG_CAR_ACTIONS];
    vg_gradient_outputs(b->td3.policy.workspace, b->policy, b->batch.inputs, ROWS, actions);
    return actions[0];
}

static void learn(bandit *b, int32_t steps, double *numbers) {
    for (int32_t i = 0; i < steps; i++) {
        memset(numbers, 0, sizeof *numbers * VG_TD3_BC_NUMBERS);
        vg_td3_bc_step(&b->td3, &b->batch, i, numbers);
    }
}

// lambda q(a) - (a - 0)^2 / 2 over two outputs: the best lies between the logs' mean and Q's best.
START_TEST(alpha_weighs_q_against_the_logs) {
    static const double alphas[] = {0, 2.5, 1000};
    float at[3];
    for (size_t i = 0; i < 3; i++) {
        bandit b;
        double numbers[VG_TD3_BC_NUMBERS];
        make_bandit(&b, alphas[i]);
        learn(&b, 3000, numbers);
        at[i] = act(&b);
        free_bandit(&b);
    }
    ck_assert_float_eq_tol(at[0], 0, 0.02f);
    ck_assert(at[1] > at[0] + 0.1f && at[1] < at[2]);
    ck_assert_float_eq_tol(at[2], 0.5f, 0.08f);
}
END_TEST

// alpha = 0 is behavioural cloning: the same network, fitted by the squared error to the same batches, has
// the same bits.
START_TEST(without_q_it_is_cloning_to_the_bit) {
    bandit b;
    double numbers[VG_TD3_BC_NUMBERS];
    vg_network *clone;
    vg_trained_net fit = {0};
    make_bandit(&b, 0);
    ck_ok(vg_network_create_like(b.policy, vg_network_shape_of(b.policy), &clone, &diag));
    vg_network_take(clone, vg_network_read(b.policy));
    ck_ok(vg_trained_net_borrow(&fit, clone, VG_LOSS_MSE, b.config.offline.learning_rate, ROWS, &diag));
    learn(&b, 40, numbers); // 20 steps of the policy
    const vg_batch batch = {.inputs = b.batch.inputs, .targets = b.batch.actions, .count = ROWS};
    for (int i = 0; i < 20; i++) (void)vg_trained_net_step(&fit, &batch);
    ck_assert_mem_eq(vg_network_read(clone), vg_network_read(b.policy),
                     sizeof(float) * (size_t)vg_network_count(clone));
    vg_trained_net_close(&fit);
    vg_network_destroy(clone);
    free_bandit(&b);
}
END_TEST

// The policy and the targets move after every second step alone.
START_TEST(the_policy_is_delayed) {
    bandit b;
    double numbers[VG_TD3_BC_NUMBERS] = {0};
    make_bandit(&b, 2.5);
    float before = act(&b), target = vg_network_read(b.td3.q.target[0])[0];
    vg_td3_bc_step(&b.td3, &b.batch, 0, numbers);
    ck_assert(act(&b) == before && vg_network_read(b.td3.q.target[0])[0] == target && numbers[3] == 0);
    vg_td3_bc_step(&b.td3, &b.batch, 1, numbers);
    ck_assert(act(&b) != before && vg_network_read(b.td3.q.target[0])[0] != target && numbers[3] > 0);
    free_bandit(&b);
}
END_TEST

// --- as a learner ------------------------------------------------------------------------------------------

START_TEST(same_bytes_at_any_thread_count_and_level_resumed_or_not) {
    offline_is_one_path(&vg_learner_td3_bc, "td3_bc/policy");
}
END_TEST

START_TEST(refuses_what_does_not_fit) { offline_refuses(&vg_learner_td3_bc); }
END_TEST

CK_MAIN("td3_bc", alpha_weighs_q_against_the_logs, without_q_it_is_cloning_to_the_bit, the_policy_is_delayed,
        same_bytes_at_any_thread_count_and_level_resumed_or_not, refuses_what_does_not_fit)
