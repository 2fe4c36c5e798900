#include "agents/irl/maxent_irl.h"

#include "tests/agents/irl/irl_fixture.h"
#include "tests/out_of_memory.h"

static vg_maxent_config standard(vg_backup backup) { return (vg_maxent_config){backup, 500, 0.0005, 0}; }

static void learn(irl_case *c, vg_backup backup) {
    vg_diag diag = {0};
    vg_maxent_config config = standard(backup);
    vg_irl_result_close(&c->result);
    ck_ok(vg_maxent_irl(&c->world, &c->expert, &config, &c->result, &diag));
}

static double relative_gap(const irl_case *c) {
    double zero[1024] = {0};
    return vg_feature_gap(&c->world, c->result.mu, c->expert.mu) /
           vg_feature_gap(&c->world, c->expert.mu, zero);
}

START_TEST(the_gradient_is_that_of_the_objective) {
    static const char *const names[] = {"highway-nice", "objects", "roads"};
    for (int i = 0; i < 3; i++)
        for (vg_backup backup = VG_BACKUP_CAUSAL; backup <= VG_BACKUP_PATH; backup++) {
            vg_diag diag = {0};
            irl_case c = irl_open(names[i], i == 1 ? 8 : 0, i == 2 ? 0 : 0.9, true);
            vg_maxent_config config = {backup, 1, 0, 0.3};
            double weights[64], gradient[64], other[64], *values = vg_new(double, c.world.mdp.states), value,
                                                         side[2];
            for (int32_t k = 0; k < c.world.features; k++)
                weights[k] = c.world.first_weight + 0.1 * k - 0.25 * (k % 3);
            ck_ok(
                vg_maxent_objective(&c.world, &c.expert, &config, weights, values, &value, gradient, &diag));
            for (int32_t k = 0; k < c.world.features && k < 6; k++) {
                for (int s = 0; s < 2; s++) {
                    weights[k] += s ? -2e-4 : 1e-4;
                    ck_ok(vg_maxent_objective(&c.world, &c.expert, &config, weights, values, &side[s], other,
                                              &diag));
                }
                weights[k] += 1e-4;
                ck_assert_double_eq_tol((side[0] - side[1]) / 2e-4, gradient[k],
                                        1e-5 * (1 + fabs(gradient[k])));
            }
            vg_free(values);
            irl_close(&c);
        }
}
END_TEST

START_TEST(the_causal_policy_has_the_experts_features) {
    ck_long();
    static const char *const names[] = {"corner", "highway-nice", "highway-nasty", "objects", "roads"};
    for (int i = 0; i < 5; i++) {
        irl_case c = irl_open(names[i], 0, 0, true);
        learn(&c, VG_BACKUP_CAUSAL);
        ck_assert_double_le(relative_gap(&c), 0.001);
        irl_close(&c);
    }
}
END_TEST

// Drivers of a town, who choose by the soft values of their costs: the costs come back.
START_TEST(the_weights_of_a_soft_driver_are_recovered) {
    ck_long();
    for (vg_backup backup = VG_BACKUP_CAUSAL; backup <= VG_BACKUP_PATH; backup++) {
        irl_case c = irl_open("roads", 0, 0, true);
        learn(&c, backup);
        for (int32_t k = 0; k < 4; k++)
            ck_assert_double_eq_tol(c.result.weights[k], c.weights[k], 0.02 * fabs(c.weights[k]));
        irl_close(&c);
    }
}
END_TEST

// Where moves are noisy, the paths of 2008 choose their luck: what the policy then does is not what the
// expert did.
START_TEST(with_chance_only_the_causal_policy_matches) {
    irl_case c = irl_open("objects", 0, 0, true);
    learn(&c, VG_BACKUP_CAUSAL);
    double causal = relative_gap(&c);
    learn(&c, VG_BACKUP_PATH);
    ck_assert_double_le(causal, 0.001);
    ck_assert_double_ge(relative_gap(&c), 0.02);
    irl_close(&c);
}
END_TEST

START_TEST(what_it_cannot_do_is_said) {
    vg_diag diag = {0};
    irl_case c = irl_open("roads", 4, 0, true);
    vg_maxent_config config = standard(VG_BACKUP_CAUSAL);
    c.world.first_weight = 0; // endless round trips cost nothing
    ck_fails(vg_maxent_irl(&c.world, &c.expert, &config, &c.result, &diag), VG_ERR_ARGUMENT,
             "no value where");
    vg_irl_result_close(&c.result);
    config.iterations = 0;
    ck_fails(vg_maxent_irl(&c.world, &c.expert, &config, &c.result, &diag), VG_ERR_ARGUMENT, "iterations: 0");
    config.iterations = 1, config.l2 = NAN;
    ck_fails(vg_maxent_irl(&c.world, &c.expert, &config, &c.result, &diag), VG_ERR_ARGUMENT, "l2: ");
    irl_close(&c);
}
END_TEST

START_TEST(every_allocation_may_fail) {
    irl_case c = irl_open("corner", 3, 0, true);
    vg_maxent_config config = {VG_BACKUP_PATH, 3, 0, 0};
    vg_diag diag;
    for (oom turn = {.diag = &diag}; oom_next(&turn);) {
        turn.err = vg_maxent_irl(&c.world, &c.expert, &config, &c.result, &diag);
        vg_irl_result_close(&c.result);
    }
    irl_close(&c);
}
END_TEST

CK_MAIN("maxent_irl", the_gradient_is_that_of_the_objective, the_causal_policy_has_the_experts_features,
        the_weights_of_a_soft_driver_are_recovered, with_chance_only_the_causal_policy_matches,
        what_it_cannot_do_is_said, every_allocation_may_fail)
