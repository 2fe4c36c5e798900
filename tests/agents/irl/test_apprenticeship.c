#include "agents/irl/apprenticeship.h"

#include "tests/agents/irl/irl_fixture.h"
#include "tests/out_of_memory.h"

static void learn(irl_case *c, bool projection, int32_t iterations) {
    vg_diag diag = {0};
    vg_apprenticeship_config config = {projection, iterations, 1e-9, 1};
    vg_irl_result_close(&c->result);
    ck_ok(vg_apprenticeship(&c->world, &c->expert, &config, &c->result, &diag));
}

// (1 - discount) t after 10 and 30 policies, in the mean over worlds. Another program, with other random
// numbers, found 0.031 and 0.017 by projection and 0.0040 and 0.0009 by max-margin for this size, and 0.05,
// 0.012, 0.006 and 0.001 for 64 x 64, which VERGE_THOROUGH takes.
START_TEST(features_come_near_the_experts) {
    enum { SEEDS = 3 };
    double tenth[2] = {0}, last[2] = {0};
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        irl_case c = irl_open_seed("macrocells", getenv("VERGE_THOROUGH") ? 64 : 16, 0, false, seed);
        for (int projection = 0; projection < 2; projection++) {
            learn(&c, projection, 31);
            for (int32_t i = 1; i < c.result.iterations; i++)
                ck_assert_double_le(c.result.gaps[i], c.result.gaps[i - 1] + 1e-9);
            int32_t end = c.result.iterations - 1; // it may have stopped because nothing was left
            tenth[projection] += c.result.gaps[end < 10 ? end : 10] / SEEDS;
            last[projection] += c.result.gaps[end < 30 ? end : 30] / SEEDS;
            ck_assert_double_le(c.result.objective, c.result.gaps[end] + 1e-9); // the mixture of all
            ck_assert_double_ge(irl_share(&c), 0.98);
        }
        irl_close(&c);
    }
    ck_assert_double_le(tenth[0], 0.008);
    ck_assert_double_le(last[0], 0.002);
    ck_assert_double_le(tenth[1], 0.05);
    ck_assert_double_le(last[1], 0.03);
}
END_TEST

// The one policy that is returned visits the states as often as the mixture.
START_TEST(the_policy_has_the_occupancy_of_the_mixture) {
    vg_diag diag = {0};
    irl_case c = irl_open("macrocells", 16, 0, false);
    double *occupancy = vg_new(double, c.world.mdp.states);
    learn(&c, false, 10);
    ck_ok(vg_mdp_occupancy(&c.world.mdp, c.result.policy, NULL, 1e-10, occupancy, &diag));
    for (int32_t s = 0; s < c.world.mdp.states; s++)
        ck_assert_double_eq_tol(occupancy[s], c.result.occupancy[s], 1e-6);
    vg_free(occupancy);
    irl_close(&c);
}
END_TEST

// Five styles of driving: the share of time in each lane and in collisions is the expert's.
START_TEST(highway_styles_are_told_apart) {
    static const char *const names[] = {"highway-nice", "highway-nasty", "highway-right-nice",
                                        "highway-right-nasty", "highway-middle"};
    double collisions[5];
    for (int i = 0; i < 5; i++) {
        irl_case c = irl_open(names[i], 0, 0, false);
        learn(&c, false, 60);
        for (int32_t k = 0; k < c.world.features; k++)
            ck_assert_double_eq_tol(0.01 * c.result.mu[k], 0.01 * c.expert.mu[k], 0.005);
        collisions[i] = 0.01 * c.result.mu[0];
        irl_close(&c);
    }
    ck_assert_double_lt(collisions[0], 0.02); // starts are anywhere, also beside a car
    ck_assert_double_gt(collisions[1], 0.15);
    ck_assert_double_lt(collisions[2], 0.02);
    ck_assert_double_gt(collisions[3], collisions[2]);
}
END_TEST

START_TEST(what_it_cannot_do_is_said) {
    vg_diag diag = {0};
    irl_case c = irl_open("roads", 0, 0, false);
    vg_apprenticeship_config config = {true, 5, 0, 1};
    ck_fails(vg_apprenticeship(&c.world, &c.expert, &config, &c.result, &diag), VG_ERR_ARGUMENT,
             "discount below 1");
    vg_irl_result_close(&c.result);
    config.iterations = 0;
    ck_fails(vg_apprenticeship(&c.world, &c.expert, &config, &c.result, &diag), VG_ERR_ARGUMENT,
             "iterations: 0");
    irl_close(&c);
}
END_TEST

START_TEST(every_allocation_may_fail) {
    irl_case c = irl_open("corner", 3, 0, false);
    vg_apprenticeship_config config = {true, 3, 0, 1};
    vg_diag diag;
    for (oom turn = {.diag = &diag}; oom_next(&turn);) {
        turn.err = vg_apprenticeship(&c.world, &c.expert, &config, &c.result, &diag);
        vg_irl_result_close(&c.result);
    }
    irl_close(&c);
}
END_TEST

CK_MAIN("apprenticeship", features_come_near_the_experts, the_policy_has_the_occupancy_of_the_mixture,
        highway_styles_are_told_apart, what_it_cannot_do_is_said, every_allocation_may_fail)
