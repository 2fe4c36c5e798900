#include "agents/training/selection.h"

#include <math.h>

#include "tests/drivers.h"
#include "tests/roads.h"

static vg_diag diag;

START_TEST(judges_drivers) {
    vg_road *road = circle_road(60, 5);
    vg_policy *good = test_policy_create(0.1f, 10, false), *bad = test_policy_create(0, 10, false),
              *idle = test_policy_create(0.1f, -50, false);
    vg_selection_def def = {
        .roads = (const vg_road *const *)&road, .road_count = 1, .starts = 5, .seconds = 20, .seed = 3};
    vg_selection here, there;
    ck_ok(vg_selection_measure(&def, good, &here, &diag));
    ck_assert(here.off_road == 0 && here.departures_per_lap == 0 && here.departures_per_km == 0);
    ck_ok(vg_selection_measure(&def, bad, &there, &diag));
    ck_assert(there.off_road == 1 && there.drift > here.drift);
    // A lap is 2 pi 60 m.
    ck_assert_double_eq_tol(there.departures_per_lap, there.departures_per_km * 0.377, 0.01);
    ck_assert(there.departures_per_lap > 5);
    ck_assert(vg_selection_better(&here, &there) && !vg_selection_better(&there, &here));
    // Who parks stays on the road, and is worse than who drives.
    ck_ok(vg_selection_measure(&def, idle, &there, &diag));
    ck_assert(there.off_road == 0 && there.stalled == 1 && there.success == 0 && there.driving_score == 0);
    ck_assert(here.driving_score > 0.5 && vg_selection_better(&here, &there));
    def.roads = NULL, def.road_count = 0;
    ck_fails(vg_selection_measure(&def, good, &here, &diag), VG_ERR_ARGUMENT, "0 roads");
    vg_policy_destroy(good), vg_policy_destroy(bad), vg_policy_destroy(idle);
    vg_road_destroy(road);
}
END_TEST

// The distance to the driving shown.
START_TEST(compares_with_what_was_shown) {
    vg_road *road = circle_road(60, 5);
    vg_policy *shown = test_policy_create(0.1f, 10, false), *idle = test_policy_create(0.1f, -50, false);
    vg_occupancy occupancy = {0};
    vg_selection_def def = {
        .roads = (const vg_road *const *)&road, .road_count = 1, .starts = 3, .seconds = 20, .seed = 3};
    vg_selection same, still;
    ck_ok(vg_selection_measure(&def, shown, &same, &diag));
    ck_assert(isnan(same.distance)); // no driving was shown
    vg_rollout_def drive = vg_rollout_def_default();
    vg_rollout driven;
    drive.policy = shown, drive.roads = def.roads, drive.road_count = 1, drive.starts = 3;
    drive.horizon = 20, drive.seed = 3, drive.sample_interval = VG_OCCUPANCY_SECONDS;
    ck_ok(vg_rollout_run(&drive, &driven, &diag));
    ck_ok(vg_occupancy_add_rollout(&occupancy, &driven, def.roads, &diag));
    vg_occupancy_sort(&occupancy);
    def.shown = &occupancy;
    ck_ok(vg_selection_measure(&def, shown, &same, &diag));
    ck_assert(same.distance == 0 && same.stalled == 0);
    ck_ok(vg_selection_measure(&def, idle, &still, &diag));
    ck_assert(still.distance > 0.5 && still.stalled == 1 && still.off_road == 0);
    def.seconds = 9; // it stands for six of them at least: that is enough
    ck_ok(vg_selection_measure(&def, idle, &still, &diag));
    ck_assert(still.stalled == 1);
    def.seconds = 5; // it brakes and waits, which is no stall yet
    ck_ok(vg_selection_measure(&def, idle, &still, &diag));
    ck_assert(still.stalled == 0 && still.success == 0);
    vg_rollout_free(&driven);
    vg_occupancy_free(&occupancy);
    vg_policy_destroy(shown), vg_policy_destroy(idle);
    vg_road_destroy(road);
}
END_TEST

START_TEST(prefers_the_driving_score_to_drifting_less) {
    vg_selection a = {.driving_score = 0.9, .drift = 2}, b = {.driving_score = 0.8, .drift = 1},
                 c = {.driving_score = 0.9, .drift = 1};
    ck_assert(vg_selection_better(&a, &b) && !vg_selection_better(&b, &a));
    ck_assert(vg_selection_better(&c, &a) && !vg_selection_better(&a, &c));
    ck_assert(!vg_selection_better(&a, &a));
}
END_TEST

CK_MAIN("selection", judges_drivers, compares_with_what_was_shown, prefers_the_driving_score_to_drifting_less)
