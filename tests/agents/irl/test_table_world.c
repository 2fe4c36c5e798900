#include "agents/irl/table_world.h"

#include "tests/check.h"

START_TEST(features_and_rewards_are_sums) {
    vg_diag diag = {0};
    vg_table_world world;
    ck_ok(vg_table_world_begin(&world, 2, 1, 0.5, 3, &diag));
    const double phi[] = {1, 0, 2, 0, 3, 1};
    for (int i = 0; i < 6; i++) world.phi[i] = phi[i];
    ck_ok(vg_table_world_weigh(&world, (double[]){1, 10, 100}, &diag));
    ck_assert_double_eq(world.reward[0], 201);
    ck_assert_double_eq(world.reward[1], 130);
    double mu[3];
    vg_table_world_features(&world, (double[]){2, 5}, mu);
    ck_assert_double_eq(mu[0], 2);
    ck_assert_double_eq(mu[1], 15);
    ck_assert_double_eq(mu[2], 9);
    vg_table_world_destroy(&world);
    ck_fails(vg_table_world_begin(&world, -1, 1, 0.5, 3, &diag), VG_ERR_ARGUMENT, "-1 states");
    vg_table_world_destroy(&world);
}
END_TEST

START_TEST(a_step_stays_inside) {
    // 3 wide, 2 high: squares 0 1 2 below, 3 4 5 above.
    static const int32_t from_1[] = {2, 4, 0, 1, 1}, from_5[] = {5, 5, 4, 2, 5};
    for (int32_t a = 0; a < 5; a++) {
        ck_assert_int_eq(vg_grid_step(3, 2, 1, a), from_1[a]);
        ck_assert_int_eq(vg_grid_step(3, 2, 5, a), from_5[a]);
    }
}
END_TEST

CK_MAIN("table_world", features_and_rewards_are_sums, a_step_stays_inside)
