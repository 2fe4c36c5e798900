#include "agents/rl/soft_q.h"

#include <math.h>

#include "agents/nets/mlp.h"
#include "agents/nets/soft_value.h"
#include "tests/check.h"

static vg_diag diag;

enum { ROWS = 70, EXPERTS = 30, WIDTH = 3, ACTIONS = 5, TERMINATED = 17 };

typedef struct made {
    vg_network *net;
    vg_soft_q soft;
    float inputs[ROWS * 16], next[ROWS * 16], goes_on[ROWS];
    int32_t taken[ROWS];
    vg_soft_q_batch batch;
} made;

static void make(made *m, bool target) {
    vg_mlp_def shape = vg_mlp_default();
    const int64_t stride = vg_net_stride(WIDTH);
    *m = (made){0};
    shape.inputs = WIDTH, shape.outputs = ACTIONS, shape.hidden_count = 1, shape.hidden[0] = 6;
    ck_ok(vg_mlp_create(&shape, &m->net, &diag));
    vg_network_init(m->net, 3);
    const vg_soft_q_def def = {.net = m->net,
                               .most = ROWS,
                               .rate = 0.01,
                               .gamma = 0.9,
                               .temperature = 0.5,
                               .tau = 0.25,
                               .target = target};
    ck_ok(vg_soft_q_open(&m->soft, &def, &diag));
    ck_assert_int_le(stride, 16);
    for (int64_t i = 0; i < ROWS; i++) {
        for (int32_t k = 0; k < WIDTH; k++) {
            m->inputs[i * stride + k] = 0.05f * (float)((i * 7 + k * 5) % 61 - 30);
            m->next[i * stride + k] = 0.05f * (float)((i * 11 + k * 3) % 61 - 30);
        }
        m->goes_on[i] = i == TERMINATED ? 0 : 1;
        m->taken[i] = (int32_t)(i % ACTIONS);
    }
    m->batch = (vg_soft_q_batch){ROWS, EXPERTS, m->inputs, m->next, m->taken, m->goes_on};
}

static void free_made(made *m) {
    vg_soft_q_close(&m->soft);
    vg_network_destroy(m->net);
}

// A loss of all that a loss may depend on: the action taken, both soft values, both rates.
static double loss_of_all(const void *context, const vg_soft_q_rows *x, vg_soft_q_slopes *slopes,
                          double *numbers) {
    const double share = *(const double *)context / (double)x->count;
    double loss = 0.5 * x->absorbing * x->absorbing;
    slopes->by_absorbing += x->absorbing;
    for (int64_t i = 0; i < x->count; i++) {
        const int64_t row = i * x->actions, at = row + x->taken[i];
        double error = (double)x->q[at] + 0.5 * (double)x->value[i] - (double)x->next_value[i];
        loss += share * error * error;
        numbers[0] += 1;
        for (int32_t a = 0; a < x->actions; a++)
            slopes->by_q[row + a] += (float)(share * error * (double)x->policy[row + a]);
        slopes->by_q[at] += (float)(2 * share * error);
        for (int32_t a = 0; slopes->by_next && x->goes_on[i] > 0 && a < x->actions; a++)
            slopes->by_next[row + a] += (float)(-2 * share * error * (double)x->next_policy[row + a]);
        if (slopes->by_next && x->goes_on[i] == 0) slopes->by_absorbing -= 2 * share * error / (1 - x->gamma);
    }
    return loss;
}

static double loss_now(made *m) {
    const double one = 1;
    static float by_q[ROWS * ACTIONS], by_next[ROWS * ACTIONS];
    double numbers[1] = {0};
    const vg_soft_q_rows rows = vg_soft_q_look(&m->soft, &m->batch);
    vg_soft_q_slopes slopes = {by_q, by_next, 0};
    return loss_of_all(&one, &rows, &slopes, numbers);
}

START_TEST(a_batch_has_soft_values_and_an_absorbing_state) {
    made m;
    make(&m, true);
    m.soft.absorbing = 0.25f, m.soft.absorbing_target = -0.125f;
    vg_network_parameters(m.soft.target)[0] += 1;
    vg_network_pack(m.soft.target);
    const vg_soft_q_rows x = vg_soft_q_look(&m.soft, &m.batch);
    ck_assert(x.absorbing == 0.25 && x.absorbing_next == -0.125);
    ck_assert(x.count == ROWS && x.experts == EXPERTS && x.actions == ACTIONS);
    bool differs = false;
    for (int64_t i = 0; i < ROWS; i++) {
        float policy[ACTIONS];
        ck_assert_float_eq_tol(x.value[i], (float)vg_soft_value(x.q + i * ACTIONS, ACTIONS, 0.5, policy),
                               1e-6f);
        ck_assert_mem_eq(policy, x.policy + i * ACTIONS, sizeof policy);
        float next = (float)vg_soft_value(x.next + i * ACTIONS, ACTIONS, 0.5, policy);
        ck_assert_float_eq_tol(x.next_value[i], i == TERMINATED ? -1.25f : next, 1e-6f);
    }
    // The next values are the target network's.
    m.soft.def.target = false;
    float before = x.next_value[0];
    const vg_soft_q_rows own = vg_soft_q_look(&m.soft, &m.batch);
    differs = own.next_value[0] != before;
    ck_assert(differs && own.next_value[TERMINATED] == 2.5f);
    free_made(&m);
}
END_TEST

// Central differences of the whole loss by each parameter, where the next values are the network's own.
START_TEST(the_gradient_passes_through_both_states) {
    made m;
    const double one = 1;
    double numbers[1] = {0};
    make(&m, false);
    m.soft.absorbing = 0.3f;
    m.soft.q.adam.def.rate = 1e-12; // a step that leaves the weights where they are
    m.soft.absorbing_adam.def.rate = 1e-12;
    double loss = vg_soft_q_step(&m.soft, &m.batch, loss_of_all, &one, numbers);
    ck_assert_double_eq_tol(loss, loss_now(&m), 1e-5);
    ck_assert(numbers[0] == ROWS);
    float *w = vg_network_parameters(m.net);
    for (int64_t i = 0; i < vg_network_count(m.net); i += 3) {
        const float was = w[i], h = 4e-3f;
        w[i] = was + h, vg_network_pack(m.net);
        double up = loss_now(&m);
        w[i] = was - h, vg_network_pack(m.net);
        double slope = (up - loss_now(&m)) / (2 * (double)h);
        w[i] = was, vg_network_pack(m.net);
        ck_assert_double_eq_tol((double)m.soft.q.gradient[i], slope, 3e-3 * (1 + fabs(slope)));
    }
    free_made(&m);
}
END_TEST

// Held fixed, the next values have no gradient; both targets follow by tau; the absorbing rate goes down its
// own slope.
START_TEST(targets_are_held_and_follow) {
    made m;
    const double none = 0;
    double numbers[1] = {0};
    make(&m, true);
    m.soft.absorbing = 1;
    (void)vg_soft_q_step(&m.soft, &m.batch, loss_of_all, &none, numbers);
    ck_assert_float_eq_tol(m.soft.absorbing, 0.99f, 1e-4f); // Adam's first step is its rate
    ck_assert_float_eq_tol(m.soft.absorbing_target, 0.25f * m.soft.absorbing, 1e-6f);
    for (int64_t i = 0; i < vg_network_count(m.net); i++) ck_assert(m.soft.q.gradient[i] == 0);
    const double one = 1;
    const float was = vg_network_read(m.soft.target)[0];
    (void)vg_soft_q_step(&m.soft, &m.batch, loss_of_all, &one, numbers);
    const float moved = vg_network_read(m.net)[0];
    ck_assert(moved != was);
    ck_assert_float_eq_tol(vg_network_read(m.soft.target)[0], was + 0.25f * (moved - was), 1e-6f);
    free_made(&m);
}
END_TEST

CK_MAIN("soft_q", a_batch_has_soft_values_and_an_absorbing_state, the_gradient_passes_through_both_states,
        targets_are_held_and_follow)
