// Experts and the friction ellipse: they plan within it, and no tick of theirs leaves it.
#include "agents/experts/ahead.h"

#include <math.h>

#include "agents/drive/rollout.h"
#include "agents/experts/expert.h"
#include "tests/grip.h"
#include "tests/roads.h"
#include "tracks/library.h"

static vg_diag diag;
static const char *const presets[] = {"sedan", "kart", "formula"};
static const char *const experts[] = {"pursuit", "pursuit-noisy", "human_model",
                                      "pursuit:lateral=1,braking=1"};

START_TEST(no_tick_of_an_expert_leaves_its_ellipse) {
    enum { CARS = 8 };
    vg_road *road;
    ck_ok(vg_track_load("hairpins", &road, &diag));
    const vg_road *roads[] = {road};
    for (int p = 0; p < 12; p++) {
        vg_car car;
        vg_policy *policy;
        vg_world *world;
        vg_driver driver;
        ck_ok(vg_car_load(presets[p % 3], &car, &diag));
        ck_ok(vg_expert_create(experts[p / 3], &policy, &diag));
        vg_world_def def = vg_world_default();
        def.count = CARS, def.roads = roads, def.road_count = 1, def.cars = &car, def.car_count = 1;
        def.stop_off_road = false;
        ck_ok(vg_world_create(&def, &world, &diag));
        ck_ok(vg_driver_open(policy, CARS, &driver, &diag));
        for (int32_t i = 0; i < CARS; i++) {
            // The last two start beside the road.
            vg_start start = {.s = 200 * i, .offset = i < CARS - 2 ? 0 : 12, .speed = 10};
            ck_assert_int_eq(vg_world_reset(world, &i, &start, 1), VG_OK);
            vg_driver_reset(&driver, i, &(vg_episode_key){1, (uint32_t)i, 0});
        }
        grip_use use = {0};
        for (int t = 0; t < 3 * 600; t++) {
            float actions[CARS][2];
            vg_state before[CARS];
            if (t % 3 == 0) {
                ck_assert_int_eq(vg_driver_act(&driver, world, actions[0]), VG_OK);
                ck_assert_int_eq(vg_world_command(world, actions[0]), VG_OK);
            }
            for (int32_t i = 0; i < CARS; i++) before[i] = vg_world_state(world, i);
            ck_assert_int_eq(vg_world_tick(world), VG_OK);
            for (int32_t i = 0; i < CARS; i++) {
                vg_state after = vg_world_state(world, i);
                grip_tick(road, &car, &before[i], &after, 1 / 60.0, &use);
            }
        }
        if (use.slips) ck_abort_msg("%s, %s: %g of the ellipse", experts[p / 3], car.name, use.most);
        ck_assert_int_gt(use.ticks, 6000);
        vg_driver_close(&driver);
        vg_world_destroy(world);
        vg_policy_destroy(policy);
    }
    vg_road_destroy(road);
}
END_TEST

// With shares of a half of the ellipse the tyres have something in hand, all the way.
START_TEST(experts_plan_within_the_ellipse) {
    vg_road *road;
    ck_ok(vg_track_load("hairpins", &road, &diag));
    const vg_road *roads[] = {road};
    for (int p = 0; p < 9; p++) {
        vg_car car;
        vg_policy *policy;
        vg_rollout out;
        ck_ok(vg_car_load(presets[p % 3], &car, &diag));
        ck_ok(vg_expert_create(experts[p / 3], &policy, &diag));
        vg_rollout_def def = vg_rollout_def_default();
        def.policy = policy, def.roads = roads, def.road_count = 1, def.car = &car, def.starts = 8;
        def.horizon = 40, def.trace = false;
        ck_ok(vg_rollout_run(&def, &out, &diag));
        double limited = 0, lateral = 0;
        for (int32_t e = 0; e < out.count; e++) {
            limited += out.episodes[e].at_limit_share / out.count;
            lateral = fmax(lateral, out.episodes[e].lateral_acceleration_99);
        }
        if (limited > 0.01) ck_abort_msg("%s, %s: %g of the ticks", experts[p / 3], car.name, limited);
        ck_assert_double_lt(lateral, vg_car_grip_across(&car, 60));
        ck_assert_double_gt(lateral, 0.3 * vg_car_grip_across(&car, 0)); // and they do corner
        vg_rollout_free(&out);
        vg_policy_destroy(policy);
    }
    vg_road_destroy(road);
}
END_TEST

START_TEST(pedals_take_what_the_arc_leaves) {
    vg_car car = vg_car_default();
    ck_assert_double_eq_tol(vg_ahead_grip(&car), 8.5, 1e-6);
    ck_assert_double_eq_tol(vg_ahead_along(&car, 20, 0, 4), 4, 1e-6);
    double across = 0.9 * 8.5 * 0.8, left = 0.9 * 9.5 * 0.6; // a point of nine tenths of the ellipse
    ck_assert_double_eq_tol(vg_ahead_along(&car, 20, across / 400, 20), left, 1e-3);
    ck_assert_double_eq_tol(vg_ahead_along(&car, 20, 1, 4), 0, 1e-6);
    ck_assert_double_eq_tol(vg_ahead_along(&car, 20, 1, -8), -0.5 * 9.5, 1e-3); // too fast: slow down first
    vg_car_clear_grip(&car);
    ck_assert_double_eq_tol(vg_ahead_along(&car, 20, 1, 4), 4, 1e-6);
    car.lateral_max = 0;
    ck_assert_double_eq_tol(vg_ahead_grip(&car), 8, 1e-6);
}
END_TEST

// A car that drives straight is carried on along its heading by its delay, its lag and half an action.
START_TEST(carries_the_pose_along_its_arc) {
    vg_road *road = circle_road(100, 5);
    const vg_road *roads[] = {road};
    vg_world_def def = vg_world_default();
    def.roads = roads, def.road_count = 1;
    vg_world *world;
    ck_ok(vg_world_create(&def, &world, &diag));
    const vg_car *car = vg_world_car(world, 0);
    double held = vg_world_tick_seconds(world) * vg_world_ticks_per_action(world) / 2;
    double time = car->delay + car->steer_lag + held;
    vg_state state = vg_world_state(world, 0);
    state.speed = 20, state.steer = 0, state.yaw = 0.5;
    ck_assert_int_eq(vg_world_set(world, 0, &state, NULL, NULL), VG_OK);
    state = vg_world_state(world, 0);
    vg_state ahead = vg_ahead_state(world, 0);
    ck_assert_double_eq_tol(ahead.x - state.x, 20 * time * cos(state.yaw), 1e-9);
    ck_assert_double_eq_tol(ahead.y - state.y, 20 * time * sin(state.yaw), 1e-9);
    ck_assert_double_eq_tol(ahead.s - state.s, 20 * time, 1e-9);
    ck_assert(ahead.yaw == state.yaw);
    state.steer = 0.1;
    ck_assert_int_eq(vg_world_set(world, 0, &state, NULL, NULL), VG_OK);
    ahead = vg_ahead_state(world, 0);
    ck_assert_double_eq_tol(ahead.yaw - state.yaw, 20 * time * tan(0.1) / car->wheelbase, 1e-6);
    double turn = ahead.yaw - state.yaw; // the chord of an arc points halfway
    ck_assert_double_eq_tol(ahead.x - state.x, 20 * time * cos(state.yaw + turn / 2), 1e-6);
    ck_assert_double_eq_tol(ahead.y - state.y, 20 * time * sin(state.yaw + turn / 2), 1e-6);
    vg_world_destroy(world);
    vg_road_destroy(road);
}
END_TEST

START_TEST(an_open_road_goes_on_straight) {
    vg_road *road = open_road(4), *ring = circle_road(50, 4);
    double length = vg_road_get(road).length, round = vg_road_get(ring).length;
    vg_road_point end = vg_road_at(road, length), beyond = vg_ahead_point(road, length + 30);
    ck_assert_double_eq_tol(beyond.x, end.x + 30 * cos(end.heading), 1e-9);
    ck_assert_double_eq_tol(beyond.y, end.y + 30 * sin(end.heading), 1e-9);
    vg_road_point on = vg_ahead_point(road, length / 2), same = vg_road_at(road, length / 2);
    ck_assert(on.x == same.x && on.y == same.y);
    vg_road_point lap = vg_ahead_point(ring, round + 10), first = vg_road_at(ring, 10);
    ck_assert_double_eq_tol(lap.x, first.x, 1e-6);
    ck_assert_double_eq_tol(lap.y, first.y, 1e-6);
    vg_road_destroy(road);
    vg_road_destroy(ring);
}
END_TEST

START_TEST(grip_is_the_lesser) {
    ck_assert(vg_ahead_grip(&(vg_car){.brake_max = 9, .lateral_max = 7}) == 7);
    ck_assert(vg_ahead_grip(&(vg_car){.brake_max = 6, .lateral_max = 7}) == 6);
    ck_assert(vg_ahead_grip(&(vg_car){.brake_max = 9}) == 9); // 0: no limit is known
}
END_TEST

CK_MAIN("ahead", no_tick_of_an_expert_leaves_its_ellipse, experts_plan_within_the_ellipse,
        pedals_take_what_the_arc_leaves, carries_the_pose_along_its_arc, an_open_road_goes_on_straight,
        grip_is_the_lesser)
