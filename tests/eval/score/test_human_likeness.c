#include "eval/score/human_likeness.h"

#include "tests/drivers.h"
#include "tests/roads.h"

static vg_diag diag;

// A policy that drives as in the laps has distance 0; one that is 2 m/s slower has that distance in speed,
// whatever the def's trace and reference are.
START_TEST(measures_what_is_apart) {
    const vg_road *road = circle_road(60, 5);
    vg_policy *shown = test_policy_create(0.1f, 10, false), *slow = test_policy_create(0.1f, 8, false);
    vg_rollout_def def = vg_rollout_def_default();
    vg_rollout driven;
    vg_occupancy human = {0};
    vg_human_likeness like;
    def.policy = shown, def.roads = &road, def.road_count = 1, def.starts = 4, def.horizon = 40,
    def.threads = 1;
    def.sample_interval = VG_OCCUPANCY_SECONDS;
    ck_ok(vg_rollout_run(&def, &driven, &diag));
    ck_ok(vg_occupancy_add_rollout(&human, &driven, &road, &diag));
    vg_occupancy_sort(&human);
    def.trace = false, def.sample_interval = 1;
    ck_ok(vg_human_likeness_measure(&def, &human, &like, &diag));
    for (int i = 0; i < VG_OCCUPANCY_COUNT; i++) ck_assert_double_eq(like.distance[i], 0);
    def.policy = slow;
    ck_ok(vg_human_likeness_measure(&def, &human, &like, &diag));
    ck_assert_double_eq_tol(like.distance[VG_OCCUPANCY_SPEED], 2, 0.3);
    ck_assert_double_eq_tol(like.distance[VG_OCCUPANCY_TURN], like.distance[VG_OCCUPANCY_SPEED] / 60, 1e-3);
    vg_rollout_free(&driven);
    vg_occupancy_free(&human);
    vg_policy_destroy(shown), vg_policy_destroy(slow);
    vg_road_destroy((vg_road *)road);
}
END_TEST

CK_MAIN("human_likeness", measures_what_is_apart)
