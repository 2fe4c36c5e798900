#include "agents/irl/grid_worlds.h"

#include <string.h>

#include "tests/check.h"

static double probability(const vg_mdp *mdp, int32_t state, int32_t action, int32_t next) {
    double x[4096] = {0};
    x[next] = 1;
    return vg_mdp_expect(mdp, state, action, x);
}

START_TEST(the_corner_is_never_left) {
    vg_diag diag = {0};
    vg_table_world world;
    ck_ok(vg_corner_world(&(vg_table_world_def){0}, &world, &diag));
    ck_assert_int_eq(world.mdp.states, 25);
    ck_assert_double_eq(world.reward[24], 1);
    ck_assert_double_eq(world.reward[23], 0);
    ck_assert_double_eq(probability(&world.mdp, 24, 2, 24), 1);
    ck_assert_double_eq_tol(probability(&world.mdp, 0, 0, 1), 0.775, 1e-15); // 0.7 + 0.3 / 4
    ck_assert_double_eq_tol(probability(&world.mdp, 0, 0, 0), 0.15, 1e-15);  // against two borders
    ck_assert_double_eq_tol(probability(&world.mdp, 0, 2, 0), 0.85, 1e-15);
    ck_assert_str_eq(world.feature_names[7], "square 2,1");
    vg_table_world_destroy(&world);
    ck_fails(vg_corner_world(&(vg_table_world_def){.size = 1}, &world, &diag), VG_ERR_ARGUMENT,
             "size: 1; expected 2");
    vg_table_world_destroy(&world);
}
END_TEST

START_TEST(macrocells_share_one_weight) {
    vg_diag diag = {0};
    vg_table_world world;
    ck_ok(vg_macrocell_world(&(vg_table_world_def){.size = 16, .seed = 3}, &world, &diag));
    double sum = 0;
    int32_t positive = 0;
    for (int32_t k = 0; k < world.features; k++) sum += world.weights[k], positive += world.weights[k] > 0;
    ck_assert_double_eq_tol(sum, 1, 1e-14);
    ck_assert(positive >= 2 && positive < 20);
    for (int32_t s = 0; s < 256; s++) // two squares wide
        ck_assert_double_eq(world.reward[s], world.weights[s / 16 / 2 * 8 + s % 16 / 2]);
    vg_table_world_destroy(&world);
    ck_fails(vg_macrocell_world(&(vg_table_world_def){.size = 20}, &world, &diag), VG_ERR_ARGUMENT,
             "multiple of 8");
    vg_table_world_destroy(&world);
}
END_TEST

// The reward follows from the features: outer 1 within 3, outer 2 within 2.
START_TEST(objects_give_and_take) {
    vg_diag diag = {0};
    vg_table_world world;
    int32_t seen[3] = {0};
    ck_ok(vg_object_world(&(vg_table_world_def){.size = 24, .seed = 1}, &world, &diag));
    ck_assert_ptr_null(world.weights);
    for (int32_t s = 0; s < world.mdp.states; s++) {
        const double *phi = world.phi + (int64_t)s * world.features;
        double expected = phi[2] == 0 ? 0 : phi[6 + 1] > 0 ? 1 : -1;
        ck_assert_double_eq(world.reward[s], expected);
        seen[1 + (int)expected]++;
        for (int32_t k = 1; k < world.features; k++) ck_assert(k % 6 == 0 || phi[k] >= phi[k - 1]);
    }
    ck_assert(seen[0] && seen[1] && seen[2]);
    ck_assert_str_eq(world.feature_names[7], "outer 2 within 2");
    vg_table_world_destroy(&world);
}
END_TEST

CK_MAIN("grid_worlds", the_corner_is_never_left, macrocells_share_one_weight, objects_give_and_take)
