#include "agents/irl/highway_world.h"

#include "tests/check.h"

START_TEST(rows_of_cars_come_nearer) {
    vg_diag diag = {0};
    vg_table_world world;
    ck_ok(vg_highway_world(&(vg_table_world_def){0}, VG_HIGHWAY_NICE, &world, &diag));
    const vg_mdp *mdp = &world.mdp;
    // Middle lane, cars in the left and the right lane (bits 101: pattern 4), 5 away; steer off to the left.
    int32_t state = (2 * 7 + 4) * 8 + 5;
    int64_t first = mdp->first[state * 5 + 0];
    ck_assert_int_eq(mdp->first[state * 5 + 1] - first, 1);
    ck_assert_int_eq(mdp->next[first], (1 * 7 + 4) * 8 + 4); // one lane only, one length nearer
    state -= 5;                                              // beside us: the next row is any
    first = mdp->first[state * 5 + 2];
    ck_assert_int_eq(mdp->first[state * 5 + 3] - first, 7);
    for (int32_t k = 0; k < 7; k++) ck_assert_int_eq(mdp->next[first + k], (2 * 7 + k) * 8 + 7);
    vg_table_world_destroy(&world);
}
END_TEST

START_TEST(a_collision_needs_a_car_in_the_lane) {
    vg_diag diag = {0};
    vg_table_world world;
    ck_ok(vg_highway_world(&(vg_table_world_def){0}, VG_HIGHWAY_NICE, &world, &diag));
    int32_t collisions = 0;
    for (int32_t s = 0; s < world.mdp.states; s++) {
        const double *phi = world.phi + (int64_t)s * VG_HIGHWAY_FEATURES;
        int32_t lane = s / 8 / 7, pattern = s / 8 % 7, distance = s % 8;
        bool there = lane >= 1 && lane <= 3 && (pattern + 1) >> (lane - 1) & 1;
        ck_assert_double_eq(phi[0], there && distance < 2);
        ck_assert_double_eq(phi[1 + lane], 1);
        collisions += phi[0] > 0;
    }
    ck_assert_int_eq(collisions, 3 * 4 * 2); // each lane is taken in four of seven patterns
    vg_table_world_destroy(&world);
    ck_fails(vg_highway_world(&(vg_table_world_def){.size = 3}, VG_HIGHWAY_NICE, &world, &diag),
             VG_ERR_ARGUMENT, "one size");
    vg_table_world_destroy(&world);
}
END_TEST

CK_MAIN("highway_world", rows_of_cars_come_nearer, a_collision_needs_a_car_in_the_lane)
