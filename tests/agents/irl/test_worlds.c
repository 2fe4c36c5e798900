#include "agents/irl/worlds.h"

#include <math.h>
#include <string.h>

#include "agents/irl/planning.h"
#include "tests/check.h"
#include "tests/out_of_memory.h"

START_TEST(every_world_opens_and_has_an_expert) {
    vg_diag diag = {0};
    for (int32_t i = 0; vg_world_name(i); i++)
        for (int soft = 0; soft < 2; soft++) {
            vg_table_world world;
            vg_world_expert expert;
            ck_assert(strlen(vg_world_summary(i)) > 10);
            ck_ok(vg_table_world_open(vg_world_name(i), &(vg_table_world_def){.seed = 1}, &world, &diag));
            ck_ok(vg_world_expert_open(&world, soft, 0, 1, &expert, &diag));
            if (world.weights)
                ck_assert_double_eq_tol(vg_dot(expert.mu, world.weights, world.features),
                                        vg_dot(expert.occupancy, world.reward, world.mdp.states), 1e-8);
            for (int32_t k = 0; k < world.features; k++) ck_assert(world.feature_names[k][0]);
            vg_world_expert_close(&expert);
            vg_table_world_destroy(&world);
        }
    vg_table_world world;
    ck_fails(vg_table_world_open("moon", &(vg_table_world_def){0}, &world, &diag), VG_ERR_NOT_FOUND,
             "expected one of corner, macrocells");
}
END_TEST

// The mean of drawn episodes is near the exact occupancy: within 5 standard errors, taken generously.
START_TEST(drawn_episodes_agree_with_the_exact_features) {
    static const char *const names[] = {"highway-nice", "roads"};
    vg_diag diag = {0};
    for (int i = 0; i < 2; i++) {
        vg_table_world world;
        vg_world_expert exact, drawn, again;
        ck_ok(vg_table_world_open(names[i], &(vg_table_world_def){.seed = 1}, &world, &diag));
        ck_ok(vg_world_expert_open(&world, true, 0, 1, &exact, &diag));
        ck_ok(vg_world_expert_open(&world, true, 4000, 1, &drawn, &diag));
        ck_ok(vg_world_expert_open(&world, true, 4000, 1, &again, &diag));
        double size = sqrt(vg_dot(exact.mu, exact.mu, world.features));
        for (int32_t k = 0; k < world.features; k++) {
            ck_assert_double_eq_tol(drawn.mu[k], exact.mu[k], 0.02 * size);
            ck_assert_double_eq(drawn.mu[k], again.mu[k]);
            ck_assert_double_ne(drawn.mu[k], exact.mu[k]);
        }
        vg_world_expert_close(&exact);
        vg_world_expert_close(&drawn);
        vg_world_expert_close(&again);
        vg_table_world_destroy(&world);
    }
}
END_TEST

START_TEST(every_allocation_may_fail) {
    static const char *const names[] = {"corner", "roads", "objects", "highway-nasty", "macrocells", "moon"};
    vg_diag diag;
    for (int i = 0; i < 6; i++)
        for (oom turn = {.end = i == 5 ? VG_ERR_NOT_FOUND : VG_OK, .what = names[i], .diag = &diag};
             oom_next(&turn);) {
            vg_table_world world = {0};
            vg_world_expert expert = {0};
            vg_table_world_def def = {.size = i == 4 ? 8 : 0, .seed = 1};
            turn.err = vg_table_world_open(names[i], &def, &world, &diag);
            if (!turn.err) turn.err = vg_world_expert_open(&world, false, 1, 1, &expert, &diag);
            vg_world_expert_close(&expert);
            vg_table_world_destroy(&world);
        }
}
END_TEST

CK_MAIN("worlds", every_world_opens_and_has_an_expert, drawn_episodes_agree_with_the_exact_features,
        every_allocation_may_fail)
