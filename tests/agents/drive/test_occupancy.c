#include "agents/drive/occupancy.h"

#include <math.h>

#include "tests/drivers.h"
#include "tests/log_fixture.h"
#include "tests/roads.h"

static vg_diag diag;

static void give(vg_occupancy *o, int32_t feature, const float *values, int64_t count) {
    o->of[feature].values = vg_new(float, count);
    o->of[feature].count = o->of[feature].room = count;
    for (int64_t i = 0; i < count; i++) o->of[feature].values[i] = values[i];
}

// Two samples of any size: W1 is the area between their distribution functions.
START_TEST(distance_by_hand) {
    const float a[] = {3, 1, 0}, b[] = {5, 6, 8}, c[] = {0, 2}, d[] = {1, 1, 1, 1};
    const struct {
        const float *x, *y;
        int64_t n, m;
        double wanted;
    } cases[] = {{a, b, 3, 3, 5},       // sorted pairs, each 5 apart
                 {a, a, 3, 3, 0},       //
                 {c, d, 2, 4, 1},       // each half goes 1
                 {a, c, 3, 2, 2.0 / 3}, // F apart by 1/6 on [0, 1], 1/6 on [1, 2], 1/3 on [2, 3]
                 {d, d + 1, 4, 1, 0}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        vg_occupancy x = {0}, y = {0};
        give(&x, VG_OCCUPANCY_SPEED, cases[i].x, cases[i].n);
        give(&y, VG_OCCUPANCY_SPEED, cases[i].y, cases[i].m);
        vg_occupancy_sort(&x), vg_occupancy_sort(&y);
        double wanted = cases[i].wanted;
        ck_assert_double_eq_tol(vg_occupancy_wasserstein(&x, &y, VG_OCCUPANCY_SPEED), wanted, 1e-12);
        ck_assert_double_eq_tol(vg_occupancy_wasserstein(&y, &x, VG_OCCUPANCY_SPEED), wanted, 1e-12);
        ck_assert(isnan(vg_occupancy_wasserstein(&x, &y, VG_OCCUPANCY_JERK)));
        vg_occupancy_free(&x), vg_occupancy_free(&y);
    }
}
END_TEST

// Distances are counted in deviations of what was shown, whatever the unit; a feature without a value is 10
// away.
START_TEST(distances_have_no_unit) {
    for (float unit = 1; unit < 2000; unit *= 10) {
        const float shown[] = {0, 4 * unit}, driven[] = {6 * unit, 10 * unit}; // deviation 2; 6 apart
        vg_occupancy x = {0}, y = {0};
        give(&x, VG_OCCUPANCY_SPEED, driven, 2), give(&y, VG_OCCUPANCY_SPEED, shown, 2);
        double wanted = (3.0 + 10 * (VG_OCCUPANCY_COUNT - 1)) / VG_OCCUPANCY_COUNT;
        ck_assert_double_eq_tol(vg_occupancy_distance(&x, &y), wanted, 1e-6);
        vg_occupancy_free(&x), vg_occupancy_free(&y);
    }
}
END_TEST

static void drive(const vg_road *road, float speed, vg_occupancy *out) {
    vg_policy *policy = test_policy_create(0.1f, speed, false);
    vg_rollout_def def = vg_rollout_def_default();
    vg_rollout driven;
    def.policy = policy, def.roads = &road, def.road_count = 1, def.starts = 3, def.horizon = 30;
    def.sample_interval = VG_OCCUPANCY_SECONDS;
    ck_ok(vg_rollout_run(&def, &driven, &diag));
    ck_ok(vg_occupancy_add_rollout(out, &driven, &road, &diag));
    vg_occupancy_sort(out);
    vg_rollout_free(&driven);
    vg_policy_destroy(policy);
}

// On a circle at a held speed: the speeds' distance is their difference, and the turns' that over the radius.
START_TEST(of_a_rollout) {
    const vg_road *road = circle_road(60, 5);
    vg_occupancy slow = {0}, fast = {0};
    drive(road, 8, &slow), drive(road, 10, &fast);
    ck_assert(slow.drives == 3 && slow.terminations == 0 && slow.of[VG_OCCUPANCY_SPEED].count == 3 * 121);
    ck_assert(slow.of[VG_OCCUPANCY_JERK].count == 3 * 119);
    double speed = vg_occupancy_wasserstein(&slow, &fast, VG_OCCUPANCY_SPEED);
    ck_assert_double_eq_tol(speed, 2, 0.3);
    ck_assert_double_eq_tol(vg_occupancy_wasserstein(&slow, &fast, VG_OCCUPANCY_TURN), speed / 60, 1e-3);
    ck_assert_double_eq_tol(vg_occupancy_wasserstein(&slow, &slow, VG_OCCUPANCY_SPEED), 0, 1e-12);
    ck_assert(vg_occupancy_distance(&slow, &slow) == 0 && vg_occupancy_distance(&slow, &fast) > 0.2);
    vg_occupancy none = {0};
    ck_assert_double_eq(vg_occupancy_distance(&none, &slow), 10);
    vg_rollout bare = {.count = 1};
    ck_fails(vg_occupancy_add_rollout(&none, &bare, &road, &diag), VG_ERR_ARGUMENT, "no trace");
    vg_occupancy_free(&slow), vg_occupancy_free(&fast);
    vg_road_destroy((vg_road *)road);
}
END_TEST

// The log's ticks are 1/60 s and an action three of them.
START_TEST(of_a_log) {
    char path[300];
    snprintf(path, sizeof path, "%s", scratch("drives.vlog"));
    vg_log *log = NULL;
    vg_road *road = fixture_road(60);
    vg_car car = fixture_car(0);
    ck_ok(vg_log_create(path, VG_REPLACE, &log, &diag));
    fixture_episode(log, road, &car, 0, FIXTURE_TICKS, "");
    fixture_episode(log, road, &car, 1, FIXTURE_TICKS, "");
    ck_ok(vg_log_close(log, &diag));
    vg_occupancy o = {0};
    ck_ok(vg_occupancy_add_logs(&o, &(const char *){path}, 1, &diag));
    vg_occupancy_sort(&o);
    ck_assert(o.drives == 2 && o.of[VG_OCCUPANCY_SPEED].count == 2 * FIXTURE_TICKS / 3);
    ck_assert(o.of[VG_OCCUPANCY_JERK].count == 2 * (FIXTURE_TICKS / 3 - 10)); // five actions are 0.25 s
    ck_assert(o.of[VG_OCCUPANCY_SPEED].values[0] >= 8 && vg_occupancy_deviation(&o, VG_OCCUPANCY_SPEED) > 0);
    vg_occupancy_free(&o);
    ck_fails(vg_occupancy_add_logs(&o, &(const char *){"none.vlog"}, 1, &diag), VG_ERR_NOT_FOUND,
             "none.vlog");
    vg_road_destroy(road);
}
END_TEST

CK_MAIN("occupancy", distance_by_hand, distances_have_no_unit, of_a_rollout, of_a_log)
