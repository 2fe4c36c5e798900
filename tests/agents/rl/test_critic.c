#include "agents/rl/critic.h"

#include <math.h>
#include <string.h>

#include "agents/nets/mlp.h"
#include "tests/check.h"

enum { ROWS = 96 };

static vg_diag diag;
static float inputs[ROWS * 64], returns[ROWS];

// A round whose returns are a plain function of what was seen.
static vg_rollout_buffer round_of_rows(int32_t stride) {
    for (int r = 0; r < ROWS; r++) {
        inputs[r * stride] = (float)r / ROWS - 0.5f;
        inputs[r * stride + 1] = (float)(r % 7) / 7 - 0.5f;
        returns[r] = 2 * inputs[r * stride] - inputs[r * stride + 1] + 1;
    }
    return (vg_rollout_buffer){.rows = ROWS, .stride = stride, .inputs = inputs, .returns = returns};
}

static vg_critic create(uint64_t seed) {
    vg_mlp_def shape = vg_mlp_default();
    shape.inputs = 2, shape.outputs = 2, shape.hidden[0] = 16, shape.hidden_count = 1;
    vg_network *policy;
    ck_ok(vg_mlp_create(&shape, &policy, &diag));
    vg_critic_def def = {.like = policy, .rate = 0.01, .norm = 0.5, .epochs = 10, .batch = 40, .seed = seed};
    vg_critic critic;
    ck_ok(vg_critic_create(&def, ROWS, &critic, &diag));
    vg_network_destroy(policy);
    return critic;
}

START_TEST(learns_the_returns) {
    vg_critic critic = create(1);
    ck_assert_int_eq(vg_network_shape_of(critic.value)->outputs, 1);
    vg_rollout_buffer x = round_of_rows((int32_t)vg_net_stride(2));
    double first = NAN, loss = NAN;
    ck_ok(vg_critic_fit(&critic, &x, 0, 1, &first, &diag));
    for (uint32_t round = 1; round < 30; round++) ck_ok(vg_critic_fit(&critic, &x, round, 1, &loss, &diag));
    ck_assert_double_lt(loss, 0.01);
    ck_assert_double_lt(loss, first / 10);
    vg_critic_destroy(&critic);
}
END_TEST

// A share of 0 multiplies the step's length by 0: the weights stay.
START_TEST(takes_a_share_of_its_rate) {
    vg_critic critic = create(1);
    vg_rollout_buffer x = round_of_rows((int32_t)vg_net_stride(2));
    size_t size = sizeof(float) * (size_t)vg_network_count(critic.value);
    float *before = vg_new(float, vg_network_count(critic.value));
    memcpy(before, vg_network_read(critic.value), size);
    double loss;
    ck_ok(vg_critic_fit(&critic, &x, 0, 0, &loss, &diag));
    ck_assert_mem_eq(vg_network_read(critic.value), before, size);
    ck_ok(vg_critic_fit(&critic, &x, 0, 1, &loss, &diag));
    ck_assert_mem_ne(vg_network_read(critic.value), before, size);
    vg_free(before);
    vg_critic_destroy(&critic);
}
END_TEST

START_TEST(same_seed_same_bits) {
    vg_critic one = create(3), same = create(3), other = create(4);
    vg_critic *critics[] = {&one, &same, &other};
    vg_rollout_buffer x = round_of_rows((int32_t)vg_net_stride(2));
    double losses[3];
    for (int i = 0; i < 3; i++) ck_ok(vg_critic_fit(critics[i], &x, 2, 1, &losses[i], &diag));
    ck_assert(losses[0] == losses[1] && losses[0] != losses[2]);
    size_t size = sizeof(float) * (size_t)vg_network_count(one.value);
    ck_assert_mem_eq(vg_network_read(one.value), vg_network_read(same.value), size);
    for (int i = 0; i < 3; i++) vg_critic_destroy(critics[i]);
}
END_TEST

START_TEST(says_that_it_diverged) {
    vg_critic critic = create(1);
    vg_rollout_buffer x = round_of_rows((int32_t)vg_net_stride(2));
    double loss;
    returns[5] = INFINITY;
    ck_fails(vg_critic_fit(&critic, &x, 0, 1, &loss, &diag), VG_ERR_POLICY,
             "the value network's loss is inf; try a smaller learning rate");
    vg_critic_destroy(&critic);
}
END_TEST

CK_MAIN("critic", learns_the_returns, takes_a_share_of_its_rate, same_seed_same_bits, says_that_it_diverged)
