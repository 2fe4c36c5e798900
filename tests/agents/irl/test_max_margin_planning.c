#include "agents/irl/max_margin_planning.h"

#include "sim/base/random.h"
#include "tests/agents/irl/irl_fixture.h"
#include "tests/out_of_memory.h"

// The value is piecewise smooth: at random weights the gradient is that of finite differences.
START_TEST(the_gradient_is_that_of_the_objective) {
    static const char *const names[] = {"corner", "highway-nice", "objects"};
    for (int i = 0; i < 3; i++) {
        vg_diag diag = {0};
        irl_case c = irl_open(names[i], 0, 0.9, false);
        vg_margin_config config = {1, 0.1};
        double w[64], gradient[64], other[64], value, side[2], *values = vg_new(double, c.world.mdp.states);
        ck_ok(vg_irl_result_open(&c.world, 1, &c.result, &diag));
        for (int32_t k = 0; k < c.world.features; k++)
            w[k] =
                vg_random_uniform(&(vg_draw){.seed = 5, .stream = VG_STREAM_TABLE, .entity = (uint32_t)k}) -
                0.5;
        ck_ok(
            vg_margin_objective(&c.world, &c.expert, &config, w, values, &c.result, &value, gradient, &diag));
        ck_assert_double_ge(value, 0); // the expert itself is one of the policies
        for (int32_t k = 0; k < c.world.features; k++) {
            for (int s = 0; s < 2; s++) {
                w[k] += s ? -2e-6 : 1e-6;
                ck_ok(vg_margin_objective(&c.world, &c.expert, &config, w, values, &c.result, &side[s], other,
                                          &diag));
            }
            w[k] += 1e-6;
            ck_assert_double_eq_tol((side[0] - side[1]) / 2e-6, gradient[k], 1e-4);
        }
        vg_free(values);
        irl_close(&c);
    }
}
END_TEST

// c at weights of 0, where every drive is as good as the expert's.
static double start_of(const irl_case *c, const vg_margin_config *config) {
    vg_diag diag = {0};
    vg_irl_result room;
    double w[64] = {0}, gradient[64], value, *values = vg_new(double, c->world.mdp.states);
    ck_ok(vg_irl_result_open(&c->world, 1, &room, &diag));
    ck_ok(vg_margin_objective(&c->world, &c->expert, config, w, values, &room, &value, gradient, &diag));
    vg_irl_result_close(&room);
    vg_free(values);
    return value;
}

// The policy for the weights that were found is nearly as good as the expert, by the reward that it did not
// see.
START_TEST(the_planned_policy_is_nearly_the_experts) {
    static const char *const names[] = {"macrocells", "highway-nasty", "highway-right-nice"};
    for (int i = 0; i < 3; i++) {
        vg_diag diag = {0};
        irl_case c = irl_open(names[i], i ? 0 : 16, 0, false);
        vg_margin_config config = {100, 0.01};
        ck_ok(vg_max_margin_planning(&c.world, &c.expert, &config, &c.result, &diag));
        ck_assert_double_ge(irl_share(&c), 0.9);
        ck_assert_double_lt(c.result.objective, 0.7 * start_of(&c, &config));
        irl_close(&c);
    }
}
END_TEST

START_TEST(what_it_cannot_do_is_said) {
    vg_diag diag = {0};
    irl_case c = irl_open("roads", 4, 0, false);
    vg_margin_config config = {50, 0.01};
    c.world.first_weight = 0;
    ck_fails(vg_max_margin_planning(&c.world, &c.expert, &config, &c.result, &diag), VG_ERR_ARGUMENT,
             "discount below 1");
    vg_irl_result_close(&c.result);
    config.l2 = 0;
    ck_fails(vg_max_margin_planning(&c.world, &c.expert, &config, &c.result, &diag), VG_ERR_ARGUMENT,
             "l2: 0");
    config.iterations = 0;
    ck_fails(vg_max_margin_planning(&c.world, &c.expert, &config, &c.result, &diag), VG_ERR_ARGUMENT,
             "iterations: 0");
    irl_close(&c);
}
END_TEST

START_TEST(every_allocation_may_fail) {
    irl_case c = irl_open("corner", 3, 0, false);
    vg_margin_config config = {3, 0.1};
    vg_diag diag;
    for (oom turn = {.diag = &diag}; oom_next(&turn);) {
        turn.err = vg_max_margin_planning(&c.world, &c.expert, &config, &c.result, &diag);
        vg_irl_result_close(&c.result);
    }
    irl_close(&c);
}
END_TEST

CK_MAIN("max_margin_planning", the_gradient_is_that_of_the_objective,
        the_planned_policy_is_nearly_the_experts, what_it_cannot_do_is_said, every_allocation_may_fail)
