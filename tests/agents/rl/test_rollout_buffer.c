#include "agents/rl/rollout_buffer.h"

#include <math.h>

#include "agents/nets/mlp.h"
#include "sim/base/memory.h"
#include "tests/check.h"

static vg_diag diag;

enum { LANES = 2, STEPS = 4, ROWS = LANES * STEPS };

// A buffer in which row r saw r, and 100 + r last; one episode of each lane ends under way.
static vg_rollout_buffer made(void) {
    vg_environment env = {.count = LANES, .block = 1, .observation = 1, .actions = 1};
    vg_rollout_buffer x;
    ck_ok(vg_rollout_buffer_create(&env, STEPS, &x, &diag));
    for (int r = 0; r < ROWS; r++) {
        x.inputs[r * x.stride] = (float)r, x.last_inputs[r * x.stride] = (float)(100 + r);
        x.rewards[r] = (float)(r * r % 5);
        x.ending[r] = r % STEPS == STEPS - 1 ? VG_ENDING_TRUNCATED : VG_ENDING_NONE;
    }
    x.ending[1] = VG_ENDING_TERMINATED, x.ending[5] = VG_ENDING_TRUNCATED;
    return x;
}

// V(s) = 2 s + 1, by a network without a hidden layer.
static vg_network *twice_and_one(void) {
    vg_mlp_def def = {.inputs = 1, .outputs = 1};
    vg_network *net;
    ck_ok(vg_mlp_create(&def, &net, &diag));
    vg_network_parameters(net)[0] = 2, vg_network_parameters(net)[1] = 1;
    vg_network_pack(net);
    return net;
}

// What followed: the next row's value; after a termination the absorbing state's; after a truncation that of
// what was seen last.
START_TEST(what_follows_is_worth) {
    vg_rollout_buffer x = made();
    vg_network *value = twice_and_one();
    ck_ok(vg_rollout_buffer_values(&x, value, -7, 1, &diag));
    static const float next[ROWS] = {3, -7, 7, 207, 11, 211, 15, 215};
    for (int r = 0; r < ROWS; r++) {
        ck_assert_float_eq(x.values[r], (float)(2 * r + 1));
        ck_assert_float_eq(x.next[r], next[r]);
    }
    vg_network_destroy(value);
    vg_rollout_buffer_destroy(&x);
}
END_TEST

// lambda 0: the error of one step. Normalised they have mean 0 and deviation 1, and keep their order.
START_TEST(advantages_are_of_each_lane) {
    vg_rollout_buffer x = made();
    vg_network *value = twice_and_one();
    ck_ok(vg_rollout_buffer_values(&x, value, -7, 1, &diag));
    vg_rollout_buffer_advantages(&x, 0.5, 0, false);
    float plain[ROWS];
    double sum = 0, squares = 0;
    for (int r = 0; r < ROWS; r++) {
        plain[r] = x.advantages[r];
        ck_assert_float_eq_tol(plain[r], x.rewards[r] + 0.5f * x.next[r] - x.values[r], 1e-5f);
        ck_assert_float_eq_tol(x.returns[r], plain[r] + x.values[r], 1e-5f);
    }
    vg_rollout_buffer_advantages(&x, 0.5, 0, true);
    for (int r = 0; r < ROWS; r++) {
        sum += (double)x.advantages[r], squares += (double)x.advantages[r] * (double)x.advantages[r];
        ck_assert_float_eq_tol(x.returns[r], plain[r] + x.values[r],
                               1e-5f); // returns stay in the rewards' unit
        for (int k = 0; k < r; k++) ck_assert((plain[k] < plain[r]) == (x.advantages[k] < x.advantages[r]));
    }
    ck_assert_double_eq_tol(sum, 0, 1e-5);
    ck_assert_double_eq_tol(squares / ROWS, 1, 1e-5);
    vg_network_destroy(value);
    vg_rollout_buffer_destroy(&x);
}
END_TEST

START_TEST(refuses_what_is_no_round) {
    vg_environment env = {.count = LANES, .block = 1, .observation = 1, .actions = 1};
    vg_rollout_buffer x;
    ck_fails(vg_rollout_buffer_create(&env, 0, &x, &diag), VG_ERR_ARGUMENT, "of 0 steps");
    env.actions = 1000;
    ck_fails(vg_rollout_buffer_create(&env, 1, &x, &diag), VG_ERR_ARGUMENT, "1000 actions");
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

CK_MAIN("rollout_buffer", what_follows_is_worth, advantages_are_of_each_lane, refuses_what_is_no_round)
