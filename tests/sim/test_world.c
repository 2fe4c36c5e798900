#include <math.h>
#include <string.h>

#include "sim/base/random.h"
#include "sim/world.h"
#include "tests/golden.h"
#include "tests/levels.h"
#include "tests/out_of_memory.h"
#include "tests/roads.h"

static vg_world *world_on(const vg_road *road, int32_t count, void (*change)(vg_world_def *)) {
    vg_world_def def = vg_world_default();
    vg_world *world = NULL;
    vg_diag diag;
    def.count = count;
    def.roads = &road;
    def.road_count = 1;
    def.threads = 1;
    if (change) change(&def);
    ck_ok(vg_world_create(&def, &world, &diag));
    return world;
}

// A smooth pseudo-random action of car i at step t.
static void wander(const vg_world *world, uint64_t seed, uint32_t t, float *actions) {
    vg_world_view v = vg_world_get(world);
    for (int32_t i = 0; i < v.count; i++) {
        vg_draw at = {.seed = seed, .stream = VG_STREAM_EXPERT, .entity = (uint32_t)i, .step = t};
        double normal[2];
        vg_random_normal2(&at, normal);
        // Steer towards the middle, or no car would stay on the road.
        actions[2 * i] = (float)(0.2 * normal[0]) - 0.05f * v.offset[i];
        actions[2 * i + 1] = v.speed[i] < 9 ? 0.5f : (float)(0.3 * normal[1]);
    }
}

static void without_drag(vg_world_def *def) {
    static vg_car car; // copied by the world
    car = vg_car_default();
    car.rolling = car.drag = 0;
    def->cars = &car, def->car_count = 1;
}

START_TEST(drives_the_arc_of_its_steering) {
    vg_road *road = circle_road(60, 40);
    vg_world *world = world_on(road, 1, without_drag);
    vg_start start = {.s = 0, .speed = 12};
    ck_assert_int_eq(vg_world_reset(world, NULL, &start, 1), VG_OK);
    float action[2] = {(float)(vg_atan(2.7 / 60) / 0.6), 0};
    for (int t = 0; t < 40; t++)
        ck_assert_int_eq(vg_world_step(world, action), VG_OK); // the steering settles
    vg_world_view v = vg_world_get(world);
    double offset = v.offset[0], along = v.progress[0];
    for (int t = 0; t < 100; t++) ck_assert_int_eq(vg_world_step(world, action), VG_OK);
    // A circle of 60 m whose centre is not the road's: the radius seen from the road's centre varies by the
    // distance between them.
    ck_assert_double_eq_tol(v.speed[0], 12, 1e-5);
    ck_assert_double_eq_tol(v.steer[0], vg_atan(2.7 / 60), 1e-6);
    ck_assert_double_eq_tol(v.progress[0] - along, 12 * 300 / 60.0 * 60 / (60 - offset), 0.5);
    vg_world_destroy(world);
    vg_road_destroy(road);
}
END_TEST

START_TEST(obeys_its_limits) {
    vg_road *road = circle_road(500, 400);
    vg_world *world = world_on(road, 1, NULL);
    vg_car car = *vg_world_car(world, 0);
    vg_world_view v = vg_world_get(world);
    vg_start start = {.speed = 20};
    ck_assert_int_eq(vg_world_reset(world, NULL, &start, 1), VG_OK);
    float action[2] = {1, -1};
    for (int t = 0; t < 60; t++) {
        float steer = v.steer[0], speed = v.speed[0];
        ck_assert_int_eq(vg_world_command(world, action), VG_OK);
        ck_assert_int_eq(vg_world_tick(world), VG_OK);
        ck_assert_float_le(fabsf(v.steer[0] - steer), car.steer_rate / 60 + 1e-6f);
        ck_assert_float_le(v.steer[0], car.steer_max);
        ck_assert_float_ge(v.speed[0] - speed, -car.brake_max / 60 - 1e-5f);
        ck_assert_float_ge(v.speed[0], 0);
    }
    action[0] = 0, action[1] = 1;
    for (int t = 0; t < 2000; t++) ck_assert_int_eq(vg_world_step(world, action), VG_OK);
    ck_assert_float_le(v.speed[0], car.speed_max);
    vg_world_destroy(world);
    vg_road_destroy(road);
}
END_TEST

static void stay_when_off(vg_world_def *def) { def->stop_off_road = false; }

START_TEST(finds_departures_and_returns) {
    vg_road *road = circle_road(100, 5);
    vg_world *dies = world_on(road, 1, NULL), *lives = world_on(road, 1, stay_when_off);
    vg_start start = {.s = 10, .offset = 4.5f, .heading = 0.2f, .speed = 10};
    float action[2] = {0.05f, 0.5f};
    int offs = 0, backs = 0;
    vg_world *worlds[] = {dies, lives};
    for (int k = 0; k < 2; k++) ck_assert_int_eq(vg_world_reset(worlds[k], NULL, &start, 1), VG_OK);
    vg_world_view d = vg_world_get(dies), l = vg_world_get(lives);
    int32_t first = -1;
    for (int t = 0; t < 2000; t++) {
        for (int k = 0; k < 2; k++) {
            ck_assert_int_eq(vg_world_command(worlds[k], action), VG_OK);
            ck_assert_int_eq(vg_world_tick(worlds[k]), VG_OK);
        }
        if (l.events[0] & VG_EVENT_OFF) offs++;
        if (l.events[0] & VG_EVENT_BACK) backs++;
        if (first < 0 && l.off_road[0]) first = l.tick[0];
        ck_assert_int_eq(l.off_road[0], fabsf(l.offset[0]) > 5);
        action[0] = l.offset[0] > 0 ? -0.35f : 0.35f;
    }
    ck_assert_int_ge(offs, 1);
    ck_assert_int_ge(backs, 1);
    ck_assert_int_eq(l.departures[0], offs);
    ck_assert_int_eq(l.off_since[0], first);
    ck_assert_int_eq(d.off_since[0], first);
    ck_assert_int_eq(d.tick[0], first); // it stopped where it left the road
    ck_assert(d.terminated[0] && !d.truncated[0] && !l.terminated[0]);
    vg_state before = vg_world_state(dies, 0);
    ck_assert_int_eq(vg_world_step(dies, action), VG_OK);
    vg_state after = vg_world_state(dies, 0);
    ck_assert_mem_eq(&before, &after, sizeof before);
    // The last state survives a reset.
    ck_assert_int_eq(vg_world_reset(dies, NULL, &start, 1), VG_OK);
    vg_state final = vg_world_final(dies, 0);
    ck_assert_mem_eq(&before, &final, sizeof before);
    ck_assert_int_eq(d.terminated[0], 0);
    vg_world_destroy(dies);
    vg_world_destroy(lives);
    vg_road_destroy(road);
}
END_TEST

static void with_horizon(vg_world_def *def) { def->horizon = 100; }

START_TEST(truncation_is_not_termination) {
    vg_road *road = circle_road(100, 5), *line = open_road(50);
    vg_world *world = world_on(road, 1, with_horizon), *open = world_on(line, 1, NULL);
    vg_world_view v = vg_world_get(world), o = vg_world_get(open);
    vg_start start = {.speed = 5};
    float action[2] = {0, 0}, go[2] = {0, 1};
    ck_assert_int_eq(vg_world_reset(world, NULL, &start, 1), VG_OK);
    for (int t = 0; t < 50; t++) ck_assert_int_eq(vg_world_step(world, action), VG_OK);
    ck_assert_int_eq(v.tick[0], 100);
    ck_assert(v.truncated[0] && !v.terminated[0]);
    start.s = vg_road_get(line).length - 20;
    ck_assert_int_eq(vg_world_reset(open, NULL, &start, 1), VG_OK);
    for (int t = 0; t < 200 && !o.truncated[0]; t++) ck_assert_int_eq(vg_world_step(open, go), VG_OK);
    ck_assert(o.truncated[0] && !o.terminated[0] && (o.events[0] & VG_EVENT_FINISH));
    vg_world_destroy(world);
    vg_world_destroy(open);
    vg_road_destroy(road);
    vg_road_destroy(line);
}
END_TEST

START_TEST(who_leaves_in_the_tick_of_the_finish_has_not_finished) {
    vg_road *line = open_road(4);
    vg_world *world = world_on(line, 1, NULL);
    vg_world_view v = vg_world_get(world);
    vg_start start = {.s = vg_road_get(line).length - 0.1, .offset = 3.99f, .heading = 0.5f, .speed = 20};
    float action[2] = {0, 0};
    ck_assert_int_eq(vg_world_reset(world, NULL, &start, 1), VG_OK);
    ck_assert_int_eq(vg_world_step(world, action), VG_OK);
    ck_assert_int_eq(v.tick[0], 1);
    ck_assert_int_eq(v.events[0], VG_EVENT_OFF);
    ck_assert(v.terminated[0] && !v.truncated[0]);
    vg_world_destroy(world);
    vg_road_destroy(line);
}
END_TEST

START_TEST(counts_laps) {
    vg_road *road = circle_road(30, 6);
    vg_world *world = world_on(road, 1, NULL);
    vg_world_view v = vg_world_get(world);
    vg_start start = {.s = 50, .speed = 10};
    ck_assert_int_eq(vg_world_reset(world, NULL, &start, 1), VG_OK);
    int laps = 0;
    for (int t = 0; t < 1200; t++) {
        double turn = v.yaw[0] - vg_road_at(road, v.s[0]).heading;
        turn -= 2 * VG_PI * floor(turn / (2 * VG_PI) + 0.5);
        float steering = (float)(vg_atan(2.7 / 30) / 0.6 - turn) - 0.05f * v.offset[0];
        float action[2] = {steering, v.speed[0] < 10 ? 0.1f : -0.1f};
        ck_assert_int_eq(vg_world_step(world, action), VG_OK);
        if (!(v.events[0] & VG_EVENT_LAP)) continue;
        laps++;
        ck_assert_double_eq_tol(v.progress[0], laps * vg_road_get(road).length, 0.6);
        ck_assert_double_eq_tol(vg_road_between(road, 50, v.s[0]), 0, 0.6);
    }
    ck_assert_int_eq(laps, v.laps[0]);
    ck_assert_int_eq(laps, 3); // 600 m and a little less
    vg_world_destroy(world);
    vg_road_destroy(road);
}
END_TEST

// A lap during which the car was off the road does not count; the next one is counted and timed from there.
START_TEST(counts_laps_only_on_the_road) {
    vg_road *road = circle_road(30, 6);
    vg_world *world = world_on(road, 1, stay_when_off);
    vg_world_view v = vg_world_get(world);
    vg_start start = {.s = 50, .speed = 10};
    double length = vg_road_get(road).length;
    ck_assert_int_eq(vg_world_reset(world, NULL, &start, 1), VG_OK);
    int32_t round = 0, began[4] = {0};
    for (int t = 0; t < 3000 && round < 3; t++) {
        double turn = v.yaw[0] - vg_road_at(road, v.s[0]).heading;
        turn -= 2 * VG_PI * floor(turn / (2 * VG_PI) + 0.5);
        double wanted = round == 1 && v.off_ticks[0] < 30 ? -7 : 0; // beyond the edge, once
        float steering = (float)(vg_atan(2.7 / 30) / 0.6 - 1.5 * turn - 0.08 * (v.offset[0] - wanted));
        float action[2] = {steering, v.speed[0] < 10 ? 0.3f : -0.1f};
        ck_assert_int_eq(vg_world_step(world, action), VG_OK);
        if (v.progress[0] < (round + 1) * length) {
            ck_assert_int_eq(v.events[0] & VG_EVENT_LAP, 0);
            continue;
        }
        round++;
        began[round] = v.lap_start[0];
        ck_assert_int_eq((v.events[0] & VG_EVENT_LAP) != 0, round != 2);
        ck_assert_int_eq(v.laps[0], round < 3 ? 1 : 2);
        ck_assert_int_eq(v.lap_tick[0], round == 2 ? began[1] : began[round]);
        ck_assert_int_le(v.tick[0] - v.lap_start[0], 3);
    }
    ck_assert_int_eq(round, 3);
    ck_assert_int_eq(v.departures[0], 1);
    vg_world_destroy(world);
    vg_road_destroy(road);
}
END_TEST

START_TEST(a_nan_changes_nothing) {
    vg_road *road = circle_road(30, 6);
    vg_world *world = world_on(road, 3, NULL);
    uint64_t before = vg_world_hash(world);
    float actions[6] = {0, 1, 0, NAN, 1, 1};
    ck_assert_int_eq(vg_world_step(world, actions), VG_ERR_ARGUMENT);
    vg_start start = {.s = INFINITY};
    ck_assert_int_eq(vg_world_reset(world, NULL, &start, 1), VG_ERR_ARGUMENT);
    ck_assert_int_eq(vg_world_reset(world, (int32_t[]){3}, &(vg_start){0}, 1), VG_ERR_ARGUMENT);
    ck_assert_uint_eq(vg_world_hash(world), before);
    vg_world_destroy(world);
    vg_road_destroy(road);
}
END_TEST

static void with_delay(vg_world_def *def) {
    static vg_car car;
    car = vg_car_default();
    car.delay = 0.1f; // 6 ticks
    car.steer_lag = car.accel_lag = 0;
    car.steer_rate = 100;
    def->cars = &car;
    def->car_count = 1;
}

START_TEST(delays_commands) {
    vg_road *road = circle_road(300, 50);
    vg_world *world = world_on(road, 1, with_delay);
    vg_world_view v = vg_world_get(world);
    ck_assert_int_eq(vg_world_delay(world, 0), 6);
    float action[2] = {0.5f, 0};
    ck_assert_int_eq(vg_world_command(world, action), VG_OK);
    for (int t = 0; t < 6; t++) {
        ck_assert_int_eq(vg_world_tick(world), VG_OK);
        ck_assert_float_eq(v.steer[0], 0);
    }
    float line[12];
    vg_world_delay_line(world, 0, line);
    for (int k = 0; k < 6; k++) ck_assert_float_eq(line[2 * k], 0.5f);
    ck_assert_int_eq(vg_world_tick(world), VG_OK);
    ck_assert_float_eq(v.steer[0], 0.3f);
    vg_world_destroy(world);
    vg_road_destroy(road);
}
END_TEST

// A straight along x, 400 m long and 10 m wide.
static vg_road *straight_road(void) {
    double x[] = {0, 100, 200, 300, 400}, y[] = {0, 0, 0, 0, 0};
    return road_from(x, y, 5, 5, false);
}

static void ticks_of_a_64th(vg_world_def *def) { def->tick_den = 64; }

START_TEST(a_gust_turns_a_car_by_its_rate) {
    vg_road *road = straight_road();
    vg_world *world = world_on(road, 3, ticks_of_a_64th);
    vg_world_view v = vg_world_get(world);
    vg_start starts[] = {{.s = 50, .speed = 1}, {.s = 50, .speed = 1}, {.s = 50, .offset = 4.99f}};
    starts[2].heading = 1.5f, starts[2].speed = 5;
    const float action[6] = {0}, rates[] = {0.125f, -3, 0.125f};
    ck_assert_int_eq(vg_world_reset(world, NULL, starts, 3), VG_OK);
    ck_assert_int_eq(vg_world_gust(world, rates), VG_OK);
    ck_assert_int_eq(vg_world_step(world, action), VG_OK);
    double died = v.yaw[2];
    ck_assert(v.terminated[2]);
    for (int t = 1; t < 64; t++) ck_assert_int_eq(vg_world_step(world, action), VG_OK);
    ck_assert_double_eq(v.yaw[0], 0.125 * 3); // sums of 1/512: exact
    ck_assert_double_eq_tol(v.yaw[1], 2 * VG_PI - 9, 1e-12);
    ck_assert_double_eq(v.yaw[2], died);
    ck_assert_float_eq(v.steer[0], 0);
    ck_assert_int_eq(vg_world_gust(world, NULL), VG_OK); // still again
    double before = v.yaw[0];
    ck_assert_int_eq(vg_world_step(world, action), VG_OK);
    ck_assert_double_eq(v.yaw[0], before);
    ck_assert_int_eq(vg_world_gust(world, (float[]){0, NAN, 0}), VG_ERR_ARGUMENT);
    ck_assert_int_eq(vg_world_gust(world, (float[]){0, 0, 300}), VG_ERR_ARGUMENT);
    ck_assert_int_eq(vg_world_step(world, action), VG_OK);
    ck_assert_double_eq(v.yaw[0], before);
    vg_world_destroy(world);
    vg_road_destroy(road);
}
END_TEST

START_TEST(still_air_changes_no_bit) {
    vg_road *road = stadium_road(60, 12, 5);
    vg_world *still = world_on(road, 100, stay_when_off), *aired = world_on(road, 100, stay_when_off);
    float actions[200], none[100] = {0}, some[100] = {0};
    some[70] = 0.2f;
    ck_assert_int_eq(vg_world_gust(aired, none), VG_OK);
    for (uint32_t t = 0; t < 100; t++) {
        wander(still, 3, t, actions);
        ck_assert_int_eq(vg_world_step(still, actions), VG_OK);
        ck_assert_int_eq(vg_world_step(aired, actions), VG_OK);
    }
    ck_assert_uint_eq(vg_world_hash(still), vg_world_hash(aired));
    int64_t before = vg_memory_count();
    ck_assert_int_eq(vg_world_gust(aired, some), VG_OK);
    ck_assert_int_eq(vg_memory_count(), before);                   // only the first call allocates
    ck_assert_uint_ne(vg_world_hash(still), vg_world_hash(aired)); // the gust decides the next states
    ck_assert_int_eq(vg_world_gust(aired, NULL), VG_OK);
    ck_assert_uint_eq(vg_world_hash(still), vg_world_hash(aired));
    vg_memory_fail_after(1);
    ck_assert_int_eq(vg_world_gust(still, some), VG_ERR_MEMORY);
    vg_memory_fail_never();
    vg_world_destroy(still);
    vg_world_destroy(aired);
    vg_road_destroy(road);
}
END_TEST

static void by_corners(vg_world_def *def) { def->corners = true, def->stop_off_road = false; }

// Is a car in this pose off the straight by its body? The straight's edges are 5 m away.
static bool stands_off(vg_world *world, float offset, float heading) {
    ck_assert_int_eq(vg_world_reset(world, NULL, &(vg_start){50, offset, heading, 0}, 1), VG_OK);
    return vg_world_get(world).off_road[0];
}

START_TEST(corners_decide_who_is_off) {
    vg_road *road = straight_road();
    vg_world *world = world_on(road, 1, by_corners), *axle = world_on(road, 1, stay_when_off);
    // The sedan: 1.85 m wide, 3.7 m from the rear axle to the nose, 1 m to the tail.
    const float half = 1.85f / 2;
    ck_assert(!stands_off(world, 5 - half - 0.001f, 0) && stands_off(world, 5 - half + 0.001f, 0));
    ck_assert(!stands_off(world, -5 + half + 0.001f, 0) && stands_off(world, -5 + half - 0.001f, 0));
    ck_assert(!stands_off(axle, 4.999f, 0) && stands_off(axle, 5.001f, 0));
    // Nose to the left: the front left corner is 3.7 sin(0.3) + half cos(0.3) to the left,
    float nose = 3.7f * 0.29552f + half * 0.95534f;
    ck_assert(!stands_off(world, 5 - nose - 0.001f, 0.3f) && stands_off(world, 5 - nose + 0.001f, 0.3f));
    // and the rear right corner is sin(0.3) + half cos(0.3) to the right.
    float tail = 0.29552f + half * 0.95534f;
    ck_assert(!stands_off(world, -5 + tail + 0.001f, 0.3f) && stands_off(world, -5 + tail - 0.001f, 0.3f));
    vg_world_destroy(world);
    vg_world_destroy(axle);
    vg_road_destroy(road);
}
END_TEST

static void by_corners_wide(vg_world_def *def) {
    static vg_car car;
    car = vg_car_default();
    car.width = 10;
    by_corners(def);
    def->cars = &car, def->car_count = 1;
}

START_TEST(corners_are_watched_every_tick) {
    vg_road *road = straight_road();
    vg_world *world = world_on(road, 2, by_corners), *wide = world_on(road, 1, by_corners_wide);
    vg_world_view v = vg_world_get(world), w = vg_world_get(wide);
    // Towards the left edge at 10 m/s sin(0.1): the nose passes the edge when the axle has 5 - 1.2898 m to
    // its left.
    vg_start starts[] = {{50, 3, 0.1f, 10}, {50, 0, 0, 10}};
    float actions[4] = {0};
    ck_assert_int_eq(vg_world_reset(world, NULL, starts, 2), VG_OK);
    for (int t = 0; t < 30; t++) ck_assert_int_eq(vg_world_step(world, actions), VG_OK);
    double nose = 3.7 * vg_sin(0.1) + 0.925 * vg_cos(0.1);
    int32_t due = (int32_t)ceil((5 - nose - 3) / (10 * vg_sin(0.1)) * 60);
    ck_assert_int_eq(v.off_since[0], due);
    ck_assert_int_eq(v.departures[0], 1);
    ck_assert_int_eq(v.off_ticks[0], 90 - due + 1);
    ck_assert_float_lt(v.offset[0], 5); // the axle has never left
    ck_assert(v.off_road[0] && !v.off_road[1] && v.off_ticks[1] == 0);
    // A car as wide as the road has a corner over an edge as soon as it is not in the middle.
    ck_assert(!stands_off(wide, 0, 0) && stands_off(wide, 0.01f, 0));
    ck_assert_int_eq(vg_world_step(wide, actions), VG_OK);
    ck_assert_int_eq(w.off_ticks[0], 3);
    ck_assert_int_eq(w.departures[0], 0); // it was off from the start
    vg_world_destroy(world);
    vg_world_destroy(wide);
    vg_road_destroy(road);
}
END_TEST

static uint64_t drive(const vg_road *road, int32_t count, int32_t threads, int32_t steps, bool by_ticks) {
    vg_world_def def = vg_world_default();
    vg_world *world = NULL;
    vg_diag diag;
    def.count = count, def.roads = &road, def.road_count = 1, def.threads = threads,
    def.stop_off_road = false;
    ck_ok(vg_world_create(&def, &world, &diag));
    vg_start *starts = vg_new(vg_start, count);
    float *actions = vg_new(float, 2 * count);
    for (int32_t i = 0; i < count; i++)
        starts[i] = (vg_start){.s = 1.7 * i, .offset = 0.01f * (float)(i % 100), .speed = 5 + (float)(i % 7)};
    ck_assert_int_eq(vg_world_reset(world, NULL, starts, count), VG_OK);
    for (int32_t t = 0; t < steps; t++) {
        wander(world, 7, (uint32_t)t, actions);
        if (!by_ticks) {
            ck_assert_int_eq(vg_world_step(world, actions), VG_OK);
            continue;
        }
        ck_assert_int_eq(vg_world_command(world, actions), VG_OK);
        for (int k = 0; k < 3; k++) ck_assert_int_eq(vg_world_tick(world), VG_OK);
    }
    // Event bits hold for the last call only: one more step makes them the same either way.
    ck_assert_int_eq(vg_world_step(world, actions), VG_OK);
    uint64_t hash = vg_world_hash(world);
    vg_free(starts);
    vg_free(actions);
    vg_world_destroy(world);
    return hash;
}

START_TEST(same_seed_same_bits) {
    vg_road *road = stadium_road(60, 12, 5);
    uint64_t hash = drive(road, 200, 1, 300, false);
    ck_golden("world/drive", hash);
    ck_assert_uint_eq(drive(road, 200, 2, 300, false), hash);
    ck_assert_uint_eq(drive(road, 200, 3, 300, false), hash);
    ck_assert_uint_eq(drive(road, 200, 1, 300, true), hash);
    for (vg_level level = VG_LEVEL_BASE; ck_level(level); level++)
        ck_assert_uint_eq(drive(road, 200, 1, 300, false), hash);
    vg_road_destroy(road);
}
END_TEST

START_TEST(a_car_does_not_know_its_neighbours) {
    vg_road *road = stadium_road(60, 12, 5);
    vg_world *many = world_on(road, 130, stay_when_off), *one = world_on(road, 1, stay_when_off);
    vg_start starts[130];
    float actions[260];
    for (int i = 0; i < 130; i++) starts[i] = (vg_start){.s = 0.9 * i, .speed = 8};
    ck_assert_int_eq(vg_world_reset(many, NULL, starts, 130), VG_OK);
    ck_assert_int_eq(vg_world_reset(one, NULL, &starts[77], 1), VG_OK);
    for (uint32_t t = 0; t < 200; t++) {
        wander(many, 3, t, actions);
        ck_assert_int_eq(vg_world_step(many, actions), VG_OK);
        ck_assert_int_eq(vg_world_step(one, actions + 2 * 77), VG_OK);
    }
    vg_state a = vg_world_state(many, 77), b = vg_world_state(one, 0);
    ck_assert_mem_eq(&a, &b, sizeof a);
    vg_world_destroy(many);
    vg_world_destroy(one);
    vg_road_destroy(road);
}
END_TEST

START_TEST(goes_on_from_a_set_state_with_the_same_bits) {
    vg_road *road = stadium_road(60, 12, 5);
    vg_world *world = world_on(road, 1, with_delay), *again = world_on(road, 1, with_delay);
    vg_start start = {.s = 3, .speed = 9};
    float action[2], line[12];
    ck_assert_int_eq(vg_world_reset(world, NULL, &start, 1), VG_OK);
    for (uint32_t t = 0; t < 120; t++) {
        if (t == 50) {
            vg_state state = vg_world_state(world, 0);
            vg_world_delay_line(world, 0, line);
            ck_assert_int_eq(vg_world_set(again, 0, &state, vg_world_get(world).command, line), VG_OK);
        }
        wander(world, 5, t, action);
        ck_assert_int_eq(vg_world_step(world, action), VG_OK);
        if (t >= 50) ck_assert_int_eq(vg_world_step(again, action), VG_OK);
    }
    vg_state a = vg_world_state(world, 0), b = vg_world_state(again, 0);
    ck_assert_mem_eq(&a, &b, sizeof a);
    vg_world_destroy(world);
    vg_world_destroy(again);
    vg_road_destroy(road);
}
END_TEST

// The world's own projection, found in float from the last tick, against the road's in double.
START_TEST(projects_as_the_road_does) {
    vg_road *road = stadium_road(60, 9, 4);
    vg_world *world = world_on(road, 64, stay_when_off);
    vg_world_view v = vg_world_get(world);
    vg_start starts[64];
    float actions[128];
    for (int i = 0; i < 64; i++)
        starts[i] = (vg_start){.s = 3.7 * i,
                               .offset = (float)(i % 17) - 8,
                               .heading = 0.01f * (float)(i % 11),
                               .speed = 3 + (float)(i % 9)};
    ck_assert_int_eq(vg_world_reset(world, NULL, starts, 64), VG_OK);
    for (uint32_t t = 0; t < 400; t++) {
        wander(world, 11, t, actions);
        double before[64];
        memcpy(before, v.s, sizeof before);
        ck_assert_int_eq(vg_world_command(world, actions), VG_OK);
        ck_assert_int_eq(vg_world_tick(world), VG_OK);
        for (int i = 0; i < 64; i++) {
            vg_road_place place = vg_road_project(road, v.x[i], v.y[i], before[i]);
            ck_assert_double_eq_tol(vg_road_between(road, place.s, v.s[i]), 0, 1e-3);
            ck_assert_double_eq_tol(place.offset, v.offset[i], 1e-4);
        }
    }
    vg_world_destroy(world);
    vg_road_destroy(road);
}
END_TEST

START_TEST(a_step_never_allocates) {
    vg_road *road = circle_road(100, 5);
    vg_world *world = world_on(road, 100, with_delay);
    float actions[200] = {0};
    int64_t before = vg_memory_count();
    for (int t = 0; t < 100; t++) ck_assert_int_eq(vg_world_step(world, actions), VG_OK);
    ck_assert_int_eq(vg_memory_count(), before);
    vg_world_destroy(world);
    vg_road_destroy(road);
}
END_TEST

START_TEST(survives_every_failed_allocation) {
    vg_road *road = circle_road(100, 5);
    for (oom turn = {.least = 20}; oom_next(&turn);) {
        vg_world_def def = vg_world_default();
        def.roads = (const vg_road *const *)&road, def.road_count = 1;
        with_delay(&def);
        vg_world *world;
        turn.err = vg_world_create(&def, &world, NULL);
        if (!turn.err) vg_world_destroy(world);
    }
    vg_road_destroy(road);
}
END_TEST

START_TEST(says_what_is_wrong_with_a_definition) {
    vg_road *road = circle_road(100, 5);
    vg_world *world;
    vg_diag diag;
    vg_world_def good = vg_world_default(), def;
    good.roads = (const vg_road *const *)&road, good.road_count = 1;
    def = good, def.count = 0;
    ck_fails(vg_world_create(&def, &world, &diag), VG_ERR_ARGUMENT, "count is 0");
    def = good, def.tick_num = 0;
    ck_fails(vg_world_create(&def, &world, &diag), VG_ERR_ARGUMENT, "the tick is 0/60");
    def = good, def.road_of = (int32_t[]){1};
    ck_fails(vg_world_create(&def, &world, &diag), VG_ERR_ARGUMENT, "road_of[0] is 1");
    vg_car car = vg_car_default();
    car.wheelbase = NAN;
    def = good, def.cars = &car, def.car_count = 1;
    ck_fails(vg_world_create(&def, &world, &diag), VG_ERR_ARGUMENT, "wheelbase");
    vg_road_destroy(road);
}
END_TEST

CK_MAIN("world", drives_the_arc_of_its_steering, obeys_its_limits, finds_departures_and_returns,
        truncation_is_not_termination, who_leaves_in_the_tick_of_the_finish_has_not_finished, counts_laps,
        counts_laps_only_on_the_road, a_nan_changes_nothing, delays_commands, a_gust_turns_a_car_by_its_rate,
        still_air_changes_no_bit, corners_decide_who_is_off, corners_are_watched_every_tick,
        same_seed_same_bits, a_car_does_not_know_its_neighbours, goes_on_from_a_set_state_with_the_same_bits,
        projects_as_the_road_does, a_step_never_allocates, survives_every_failed_allocation,
        says_what_is_wrong_with_a_definition)
