// The data that `verge view` shows, without drawing: drives, curves, departures, and the state of a car at a
// time.
#include <string.h>

#include "agents/drive/record.h"
#include "app/view/curves.h"
#include "app/view/drive.h"
#include "app/view/finish.h"
#include "app/view/logs.h"
#include "sim/base/memory.h"
#include "tests/drivers.h"
#include "tests/log_fixture.h"
#include "tests/obstacles.h"
#include "tests/out_of_memory.h"
#include "tests/recorded.h"

static vg_diag diag;
static int32_t hidden;

static vg_view view_of(const char *path, const int32_t *episodes, int32_t count) {
    vg_view view = {0};
    vg_view_choice choice = {.pick = {episodes, count}};
    hidden = 0;
    ck_ok(vg_view_add_log(&view, path, &choice, &hidden, &diag));
    ck_ok(vg_view_finish(&view, &diag));
    return view;
}

START_TEST(a_log_becomes_cars) {
    const int32_t both[] = {0, 2};
    vg_view view = view_of(fixture_log("view.vlog"), both, 2);
    ck_assert_int_eq(view.group_count, 1);
    ck_assert_str_eq(view.groups[0].label, "sway");
    ck_assert_uint_eq(view.groups[0].hash, 0x123456789abcdef0u);
    ck_assert_int_eq(view.car_count, 2);
    ck_assert_str_eq(view.cars[0].label, "sway 0");
    ck_assert_str_eq(view.cars[1].label, "sway 2");
    ck_assert_str_eq(view.roads[0].name, "oval");
    ck_assert_double_eq_tol(view.duration, FIXTURE_TICKS / 60.0, 1e-9);
    // One moment for each tick, and the state after the last; the events are at the right moments.
    const vg_view_drive *drive = vg_view_drive_of(&view, 0);
    ck_assert_int_eq(drive->count, FIXTURE_TICKS + 1);
    ck_assert_int_eq(drive->moments[FIXTURE_TICKS / 2].events, VG_EVENT_OFF | VG_EVENT_LAP);
    ck_assert_double_eq_tol(drive->off_time, 2, 1e-9);
    ck_assert_int_eq(view.departure_count, 2);
    ck_assert_int_eq(view.departures[0].car, 1); // at half of 99 ticks
    ck_assert_double_le(view.departure_times[0], view.departure_times[1]);
    vg_view_free(&view);
}
END_TEST

// Episodes 0 and 2 are on one oval, episode 1 on another of the same name.
START_TEST(cars_are_on_a_few_roads) {
    const char *path = fixture_log("roads.vlog");
    vg_view view = view_of(path, NULL, 0);
    ck_assert(view.road_count == 2 && view.group_count == 2 && view.car_count == 3);
    ck_assert(vg_road_hash(view.roads[0].road) != vg_road_hash(view.roads[1].road));
    const int32_t roads[] = {0, 1, 0}, drives[] = {0, 0, 1};
    for (int32_t c = 0; c < 3; c++) {
        ck_assert_int_eq(vg_view_road_of(&view, c), roads[c]);
        ck_assert_int_eq(view.cars[c].drive, drives[c]);
        ck_assert(vg_view_ground_of(&view, c) == view.roads[roads[c]].road);
    }
    ck_assert(vg_view_cars_on(&view, 0) == 2 && vg_view_cars_on(&view, 1) == 1);
    ck_assert(vg_view_lead(&view, 0, 2) == 2 && vg_view_lead(&view, 1, 2) == 1 &&
              vg_view_lead(&view, 0, 1) == 0);
    // The first road's cars fill all places: then one makes room for a road that has none.
    while (view.car_count < VG_VIEW_CARS) ck_assert(vg_view_show(&view, &view.groups[0], 0, "more"));
    ck_assert(!vg_view_show(&view, &view.groups[0], 0, "hidden"));
    vg_view_add_road(&view, circle_road(50, 5), "third");
    ck_assert(!vg_view_show(&view, vg_view_group_of(&view, 2, "sway", &view.groups[0].car), 0, "new"));
    ck_assert(vg_view_cars_on(&view, 2) == 1 && vg_view_cars_on(&view, 1) == 1);
    ck_assert_int_eq(vg_view_lead(&view, 2, 0), VG_VIEW_CARS - 1);
    vg_view_free(&view);
    // A fifth road is one too many.
    vg_view_choice choice = {0};
    for (int r = 0; r < 3; r++) vg_view_add_road(&view, circle_road(50 + r, 5), "circle");
    ck_fails(
        vg_view_add_log(&view, path, &choice, &hidden, &diag), VG_ERR_MISMATCH,
        "episode 1 is on the road 'oval', the ones before it on 'circle', 'circle', 'circle', 'oval'; at "
        "most 4 roads");
    vg_view_free(&view);
    choice.road = "monza";
    ck_assert_int_eq(vg_view_add_log(&view, path, &choice, &hidden, &diag), VG_ERR_NOT_FOUND);
    ck_assert(strstr(diag.text, "monza") && strstr(diag.text, "'oval'"));
    vg_view_free(&view);
    const int32_t none[] = {7};
    choice = (vg_view_choice){.pick = {none, 1}};
    ck_assert_int_eq(vg_view_add_log(&view, path, &choice, &hidden, &diag), VG_ERR_NOT_FOUND);
    vg_view_free(&view);
}
END_TEST

// A car that drives round a circle at a constant speed, from behind the line of its start.
START_TEST(a_lap_is_a_length_of_the_road) {
    enum { MOMENTS = 101 };
    vg_view view = {.roads = {{.road = circle_road(50, 5)}}, .road_count = 1};
    vg_car car = vg_car_default();
    double length = vg_road_get(view.roads[0].road).length, speed = length / 4;
    vg_moment *m = vg_new(vg_moment, MOMENTS);
    for (int i = 0; i < MOMENTS; i++) {
        double s = length - 2 + i * 0.1 * speed;
        m[i] = (vg_moment){.t = i * 0.1, .state = {.s = fmod(s, length)}};
        if (i == 40 || i == 80) m[i].events = VG_EVENT_LAP;
    }
    vg_view_group *group = vg_view_group_of(&view, 0, "a", &car);
    ck_ok(vg_view_add_drive(&view, group, m, MOMENTS, -1, &diag));
    ck_assert(vg_view_show(&view, group, 0, "a"));
    ck_assert(isnan(vg_view_lap_at(&view, 0, 3.95)));
    ck_assert_double_eq_tol(vg_view_lap_at(&view, 0, 4), 4, 1e-6);
    ck_assert_double_eq_tol(vg_view_lap_at(&view, 0, 9), 4, 1e-6);
    m[70].put_back = true; // so the second lap was not driven whole
    ck_assert(isnan(vg_view_lap_at(&view, 0, 9)));
    vg_view_free(&view);
}
END_TEST

START_TEST(a_pose_lies_between_its_moments) {
    const int32_t first[] = {0};
    vg_view view = view_of(fixture_log("pose.vlog"), first, 1);
    const vg_view_drive *drive = vg_view_drive_of(&view, 0);
    const vg_state *a = &drive->moments[30].state, *b = &drive->moments[31].state;
    vg_view_pose at = vg_view_pose_at(&view, 0, 30 / 60.0), half = vg_view_pose_at(&view, 0, 30.5 / 60);
    ck_assert_double_eq_tol(at.x, a->x, 1e-6);
    ck_assert_double_eq_tol(half.x, (a->x + b->x) / 2, 1e-6);
    ck_assert_double_eq_tol(half.s, (a->s + b->s) / 2, 1e-6);
    ck_assert_float_eq_tol(half.level, (drive->level[30] + drive->level[31]) / 2, 1e-4f);
    ck_assert(!half.ended && !half.off);
    vg_view_pose last = vg_view_pose_at(&view, 0, 99);
    ck_assert(last.ended);
    ck_assert_double_eq(last.x, drive->moments[drive->count - 1].state.x);
    ck_assert_double_eq(vg_view_pose_at(&view, 0, -1).x, drive->moments[0].state.x);
    vg_view_free(&view);
}
END_TEST

// A yaw turns the short way round, an arc length passes the start, and a car that was put back jumps.
START_TEST(jumps_are_jumps) {
    vg_view view = {.roads = {{.road = circle_road(50, 5)}}, .road_count = 1};
    vg_car car = vg_car_default();
    vg_moment *m = vg_new(vg_moment, 4);
    double length = vg_road_get(view.roads[0].road).length;
    m[0] = (vg_moment){.t = 0, .state = {.yaw = 3.1, .s = length - 1, .offset = 2}};
    m[1] = (vg_moment){.t = 1, .state = {.yaw = -3.1, .s = 1, .offset = 4}};
    m[2] = (vg_moment){.t = 1.5, .state = {.x = 10, .s = 2, .offset = -5.5f}, .events = VG_EVENT_OFF};
    m[3] = (vg_moment){.t = 2, .state = {.x = 30, .s = 3}, .put_back = true};
    vg_view_group *group = vg_view_group_of(&view, 0, "a", &car);
    ck_ok(vg_view_add_drive(&view, group, m, 4, -1, &diag));
    ck_assert(vg_view_show(&view, group, 0, "a"));
    ck_ok(vg_view_finish(&view, &diag));
    vg_view_pose half = vg_view_pose_at(&view, 0, 0.5);
    ck_assert_double_eq_tol(fabs(half.yaw), VG_PI, 1e-9);
    ck_assert_double_eq_tol(vg_road_between(view.roads[0].road, 0, half.s), 0, 1e-9);
    ck_assert_float_eq_tol(half.level, 0.6f, 1e-5f);
    vg_view_pose off = vg_view_pose_at(&view, 0, 1.9);
    ck_assert_double_eq(off.x, 10); // it stays where it left
    ck_assert(off.off);
    ck_assert_double_eq(vg_view_pose_at(&view, 0, 2).x, 30);
    ck_assert(!vg_view_pose_at(&view, 0, 2).off);
    vg_view_free(&view);
}
END_TEST

// Ten drives, of which three leave the road: the survival, and a quantile that departed cars pin at the edge.
START_TEST(curves_count_the_departed) {
    vg_view view = {.roads = {{.road = circle_road(50, 5)}}, .road_count = 1};
    vg_car car = vg_car_default();
    vg_view_group *group = vg_view_group_of(&view, 0, "a", &car);
    for (int d = 0; d < 10; d++) {
        vg_moment *m = vg_new(vg_moment, 3);
        bool leaves = d < 3;
        m[0] = (vg_moment){.t = 0, .state = {.offset = 0.5f}};
        m[1] = (vg_moment){.t = 4 + d, .state = {.offset = 1}, .events = leaves ? VG_EVENT_OFF : 0};
        m[2] = (vg_moment){.t = 20, .state = {.offset = 1}};
        ck_ok(vg_view_add_drive(&view, group, m, 3, -1, &diag));
    }
    ck_assert(vg_view_show(&view, group, 9, "a"));
    ck_ok(vg_view_finish(&view, &diag));
    const vg_view_curves *c = &group->curves;
    ck_assert(c->banded);
    ck_assert_double_eq(c->alive[0], 1);
    ck_assert_double_eq_tol(c->alive[vg_view_curves_at(c, 4.5)], 0.9, 1e-9);
    ck_assert_double_eq_tol(c->alive[c->count - 1], 0.7, 1e-9);
    ck_assert_double_lt(c->low[c->count - 1], 0.7);
    ck_assert_double_gt(c->high[c->count - 1], 0.7);
    ck_assert_double_eq_tol(c->q50[vg_view_curves_at(c, 3)], 0.1, 1e-6);
    ck_assert_double_eq(c->q90[c->count - 1], 1);
    ck_assert_double_eq_tol(c->q50[c->count - 1], 0.2, 1e-6);
    ck_assert_str_eq(c->about, "10 drives");
    vg_view_free(&view);
}
END_TEST

START_TEST(policies_start_where_the_log_did) {
    const int32_t first[] = {0};
    vg_view view = {0};
    vg_view_choice choice = {.pick = {first, 1}};
    ck_ok(vg_view_add_log(&view, fixture_log("beside.vlog"), &choice, &hidden, &diag));
    vg_view_driver drivers[] = {{"good", test_policy_create(0.1f, 9, false)},
                                {"straight", test_policy_create(0, 9, false)}};
    ck_ok(vg_view_drive_beside(&view, drivers, 2, 1, &diag));
    ck_ok(vg_view_finish(&view, &diag));
    ck_assert_int_eq(view.car_count, 3);
    const vg_state *log = &vg_view_drive_of(&view, 0)->moments[0].state;
    for (int c = 1; c < 3; c++) {
        const vg_state *own = &vg_view_drive_of(&view, c)->moments[0].state;
        ck_assert_double_eq_tol(own->x, log->x, 1e-4);
        ck_assert_double_eq_tol(own->y, log->y, 1e-4);
        ck_assert_double_eq_tol(sin(own->yaw - log->yaw), 0, 1e-4);
        ck_assert_float_eq(own->speed, log->speed);
    }
    ck_assert_double_lt(view.groups[1].drives[0].off_time, 0);
    ck_assert_double_gt(view.groups[2].drives[0].off_time, 0);
    ck_assert_double_eq_tol(view.duration, 4, 1e-6);
    ck_assert_int_eq(vg_view_drive_beside(&view, drivers, 1, 1, &diag), VG_ERR_ARGUMENT);
    ck_assert(strstr(diag.text, "'good'"));
    vg_view_free(&view);
    for (int i = 0; i < 2; i++) vg_policy_destroy(drivers[i].policy);
}
END_TEST

// Of many starts only some are driven, including the one that is shown.
START_TEST(a_far_start_is_driven_too) {
    vg_policy *policy = test_policy_create(0.1f, 9, false);
    vg_view_driver driver = {"good", policy};
    vg_rollout_def def = vg_rollout_def_default();
    def.policy = policy, def.starts = 100, def.horizon = 2, def.start_spread = 1, def.seed = 3;
    for (int32_t start = 0; start < 100; start += 31) {
        vg_view view = {.roads = {{.road = circle_road(50, 5)}}, .road_count = 1};
        const vg_road *roads[] = {view.roads[0].road};
        ck_ok(vg_view_drive_all(&view, &def, start, &driver, 1, &diag));
        ck_ok(vg_view_finish(&view, &diag));
        ck_assert_int_eq(view.groups[0].drive_count, VG_VIEW_STARTS);
        vg_redrive own;
        def.roads = roads, def.road_count = 1;
        ck_ok(vg_redrive_run(&def, start, &own, &diag));
        ck_assert_double_eq(vg_view_drive_of(&view, 0)->moments[5].state.x, own.moments[5].state.x);
        vg_redrive_free(&own);
        vg_view_free(&view);
    }
    vg_policy_destroy(policy);
}
END_TEST

START_TEST(names_are_stems) {
    char stem[64];
    vg_view_stem("logs/monday.vlog", stem);
    ck_assert_str_eq(stem, "monday");
    vg_view_stem("a/b/bc.v2.safetensors", stem);
    ck_assert_str_eq(stem, "bc.v2");
    vg_view_stem("pursuit-noisy:noise=0.5", stem);
    ck_assert_str_eq(stem, "pursuit-noisy:noise=0.5");
}
END_TEST

START_TEST(no_memory_is_told) {
    const char *path = fixture_log("memory.vlog");
    const int32_t both[] = {0, 2};
    vg_view_choice choice = {.pick = {both, 2}};
    for (oom turn = {.diag = &diag}; oom_next(&turn);) {
        vg_view view = {0};
        turn.err = vg_view_add_log(&view, path, &choice, &hidden, &diag);
        if (!turn.err) turn.err = vg_view_finish(&view, &diag);
        vg_view_free(&view);
    }
}
END_TEST

// A drive into an island: a collision, not a departure.
START_TEST(a_collision_is_shown) {
    const vg_obstacle island[] = {on_circle(60, 0, 1)};
    vg_road *road = circle_with(island, 1);
    vg_policy *policy = test_policy_create(0.1f, 10, false);
    const char *path = scratch("hit.vlog");
    vg_log *log;
    vg_record_def def = vg_record_default();
    def.policy = policy, def.road = road, def.longest = 20;
    ck_record(path, &def);
    vg_view view = view_of(path, NULL, 0);
    const vg_view_drive *drive = vg_view_drive_of(&view, 0);
    ck_assert(drive->off_time > 0 && drive->hit);
    ck_assert_int_eq(view.departure_count, 1);
    ck_assert(view.departures[0].hit);
    vg_view_pose pose = vg_view_pose_at(&view, 0, 20);
    ck_assert(pose.ended && pose.hit && !pose.off);
    ck_assert_int_eq(vg_road_get(view.roads[0].road).obstacle_count, 1);
    vg_view_free(&view);
    ck_ok(vg_log_open(path, &log, &diag));
    vg_log_episode e;
    ck_ok(vg_log_episode_at(log, 0, &e, &diag));
    ck_assert_int_eq(e.end, VG_END_COLLISION);
    ck_assert_str_eq(vg_end_word(e.end), "collision");
    ck_ok(vg_log_close(log, &diag));
    vg_policy_destroy(policy);
    vg_road_destroy(road);
}
END_TEST

CK_MAIN("view", a_log_becomes_cars, a_collision_is_shown, cars_are_on_a_few_roads,
        a_lap_is_a_length_of_the_road, a_pose_lies_between_its_moments, jumps_are_jumps,
        curves_count_the_departed, policies_start_where_the_log_did, a_far_start_is_driven_too,
        names_are_stems, no_memory_is_told)
