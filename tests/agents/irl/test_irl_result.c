#include "agents/irl/irl_result.h"

#include "tests/agents/irl/irl_fixture.h"

START_TEST(planning_for_the_true_weights_is_the_expert) {
    vg_diag diag = {0};
    irl_case c = irl_open("macrocells", 16, 0, false);
    ck_ok(vg_irl_result_open(&c.world, 1, &c.result, &diag));
    memcpy(c.result.weights, c.weights, (size_t)c.world.features * sizeof(double));
    ck_ok(vg_irl_result_plan(&c.world, &c.result, &diag));
    ck_assert_double_eq_tol(irl_share(&c), 1, 1e-9);
    ck_assert_double_le(vg_feature_gap(&c.world, c.result.mu, c.expert.mu), 1e-9);
    for (int32_t s = 0; s < c.world.mdp.states; s++) ck_assert_double_eq(c.result.reward[s], c.truth[s]);
    c.result.mu[3] += 3, c.result.mu[4] -= 4;
    ck_assert_double_eq_tol(vg_feature_gap(&c.world, c.result.mu, c.expert.mu), 0.05, 1e-9); // 5 (1 - 0.99)
    irl_close(&c);
}
END_TEST

CK_MAIN("irl_result", planning_for_the_true_weights_is_the_expert)
