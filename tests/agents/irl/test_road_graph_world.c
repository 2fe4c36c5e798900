#include "agents/irl/road_graph_world.h"

#include "agents/irl/planning.h"
#include "tests/check.h"

// From every start the destination is reached, and values fall with the distance left.
START_TEST(every_trip_arrives) {
    vg_diag diag = {0};
    for (uint64_t seed = 1; seed <= 5; seed++) {
        vg_table_world world;
        ck_ok(vg_road_graph_world(&(vg_table_world_def){.seed = seed}, &world, &diag));
        const vg_mdp *mdp = &world.mdp;
        double *values = vg_new(double, mdp->states), *policy = vg_new(double, 4 * (int64_t)mdp->states);
        double *occupancy = vg_new(double, mdp->states), arrived = 0, turns = 0;
        int32_t *best = vg_new(int32_t, mdp->states), streets = 0;
        ck_ok(vg_mdp_values(mdp, world.reward, 1e-12, values, best, &diag));
        vg_mdp_policy_of(mdp, best, policy);
        ck_ok(vg_mdp_occupancy(mdp, policy, NULL, 1e-12, occupancy, &diag));
        for (int32_t s = 0; s < mdp->states; s++) {
            if (best[s] < 0) arrived += occupancy[s];
            turns += occupancy[s] * (world.phi[4 * s + 2] + world.phi[4 * s + 3]);
            streets += mdp->start[s] > 0;
        }
        ck_assert_double_eq_tol(arrived, 1, 1e-9); // each trip arrives once
        ck_assert(turns > 0.5 && turns < 10);
        ck_assert_int_ge(streets, 270); // 180 streets both ways, at most a quarter of them left out
        ck_assert_int_le(streets, 360);
        vg_free(values);
        vg_free(policy);
        vg_free(occupancy);
        vg_free(best);
        vg_table_world_destroy(&world);
    }
}
END_TEST

START_TEST(a_stretch_is_on_a_main_road_or_on_a_side_street) {
    vg_diag diag = {0};
    vg_table_world world;
    ck_ok(vg_road_graph_world(&(vg_table_world_def){.seed = 1}, &world, &diag));
    for (int32_t s = 0; s < world.mdp.states; s++) {
        const double *phi = world.phi + 4 * (int64_t)s;
        double length = phi[0] + phi[1];
        ck_assert(phi[0] == 0 || phi[1] == 0);
        ck_assert(length == 0 || (length > 0.05 && length < 0.25));
        ck_assert(phi[2] == 0 || phi[3] == 0);
        if (length > 0) ck_assert_double_eq(phi[2], s % 3 == 1);
    }
    vg_table_world_destroy(&world);
    ck_fails(vg_road_graph_world(&(vg_table_world_def){.size = 99}, &world, &diag), VG_ERR_ARGUMENT,
             "size: 99");
    vg_table_world_destroy(&world);
}
END_TEST

CK_MAIN("road_graph_world", every_trip_arrives, a_stretch_is_on_a_main_road_or_on_a_side_street)
