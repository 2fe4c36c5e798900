#include <math.h>

#include "sim/base/random.h"
#include "sim/world.h"
#include "tests/golden.h"
#include "tests/levels.h"
#include "tests/obstacles.h"

static vg_world *world_on(const vg_road *road, int32_t count, bool stop, int32_t threads) {
    vg_world_def def = vg_world_default();
    vg_world *world = NULL;
    vg_diag diag;
    def.count = count, def.roads = &road, def.road_count = 1, def.threads = threads;
    def.stop_off_road = stop;
    ck_ok(vg_world_create(&def, &world, &diag));
    return world;
}

// Keep to the ring at the speed it has.
static void follow(const vg_world *world, float *actions) {
    vg_world_view v = vg_world_get(world);
    for (int32_t i = 0; i < v.count; i++) {
        actions[2 * i] = (float)(vg_atan(2.7 / RING_RADIUS) / 0.6);
        actions[2 * i + 1] = 0.06f;
    }
}

START_TEST(the_bumper_hits_first) {
    const vg_obstacle all[] = {on_circle(60, 0, 1)};
    vg_road *road = circle_with(all, 1);
    vg_world *world = world_on(road, 1, true, 1);
    vg_world_view v = vg_world_get(world);
    ck_assert_int_eq(vg_world_reset(world, NULL, &(vg_start){.s = 20, .speed = 12}, 1), VG_OK);
    float action[2];
    while (!v.terminated[0] && v.tick[0] < 600) {
        follow(world, action);
        ck_assert_int_eq(vg_world_command(world, action), VG_OK);
        ck_assert_int_eq(vg_world_tick(world), VG_OK);
        ck_assert(v.terminated[0] || v.events[0] == 0);
    }
    ck_assert_int_eq(v.events[0], VG_EVENT_COLLISION);
    ck_assert(v.terminated[0] && v.colliding[0] && v.collisions[0] == 1 && v.hit_since[0] == v.tick[0]);
    ck_assert(!v.off_road[0] && v.departures[0] == 0 && v.off_since[0] == -1);
    // The sedan's bumper is 3.7 m before its rear axle; a tick takes 0.2 m.
    ck_assert_double_eq_tol(v.s[0], 60 - 1 - 3.7 - 0.1, 0.25);
    double s = v.s[0];
    ck_assert_int_eq(vg_world_step(world, action), VG_OK);
    ck_assert_double_eq(v.s[0], s); // it stands
    ck_assert_int_eq(vg_world_reset(world, NULL, &(vg_start){.s = 20, .speed = 12}, 1), VG_OK);
    ck_assert(!v.colliding[0] && v.hit_since[0] == -1 && v.collisions[0] == 0);
    // Put into it, a car collides in its first tick.
    ck_assert_int_eq(vg_world_reset(world, NULL, &(vg_start){.s = 60, .speed = 0}, 1), VG_OK);
    ck_assert_int_eq(vg_world_step(world, action), VG_OK);
    ck_assert(v.terminated[0] && v.hit_since[0] == 1);
    vg_world_destroy(world);
    vg_road_destroy(road);
}
END_TEST

// A car that is not stopped drives through, and each contact counts once.
START_TEST(goes_on_where_it_is_not_stopped) {
    const vg_obstacle all[] = {on_circle(60, 0.5, 1), box_on_circle(90, -0.5, 2, 1)};
    vg_road *road = circle_with(all, 2);
    vg_world *world = world_on(road, 1, false, 1);
    vg_world_view v = vg_world_get(world);
    ck_assert_int_eq(vg_world_reset(world, NULL, &(vg_start){.s = 20, .speed = 15}, 1), VG_OK);
    float action[2];
    while (v.s[0] < 110) {
        follow(world, action);
        ck_assert_int_eq(vg_world_step(world, action), VG_OK);
    }
    ck_assert_int_eq(v.collisions[0], 2);
    ck_assert(!v.colliding[0] && !v.terminated[0]);
    ck_assert(v.hit_since[0] > 100 && v.hit_since[0] < 160); // 35 m at 15 m/s
    vg_world_destroy(world);
    vg_road_destroy(road);
}
END_TEST

// A lap with a collision in it is none.
START_TEST(a_lap_counts_without_a_collision) {
    const vg_obstacle all[] = {on_circle(60, 0, 1)};
    vg_road *roads[] = {circle_with(all, 1), circle_with(NULL, 0)};
    for (int k = 0; k < 2; k++) {
        vg_world *world = world_on(roads[k], 1, false, 1);
        vg_world_view v = vg_world_get(world);
        ck_assert_int_eq(vg_world_reset(world, NULL, &(vg_start){.s = 20, .speed = 15}, 1), VG_OK);
        while (v.progress[0] < 640 && v.tick[0] < 9000) {
            double turn = v.yaw[0] - vg_road_at(roads[k], v.s[0]).heading;
            turn -= 2 * VG_PI * floor(turn / (2 * VG_PI) + 0.5);
            double steer = vg_atan(2.7 / RING_RADIUS) - 0.5 * turn - 0.02 * (double)v.offset[0];
            float action[] = {(float)(steer / 0.6), v.speed[0] < 15 ? 0.2f : 0};
            ck_assert_int_eq(vg_world_step(world, action), VG_OK);
        }
        ck_assert_int_eq(v.laps[0], k);
        ck_assert_int_eq(v.collisions[0], !k);
        vg_world_destroy(world);
        vg_road_destroy(roads[k]);
    }
}
END_TEST

// Who leaves the road in the tick of the contact has left the road.
START_TEST(a_departure_comes_first) {
    const vg_obstacle all[] = {on_circle(60, -4.9, 0.5)};
    vg_road *road = circle_with(all, 1);
    vg_world *world = world_on(road, 1, true, 1);
    vg_world_view v = vg_world_get(world);
    ck_assert_int_eq(
        vg_world_reset(world, NULL, &(vg_start){.s = 59, .offset = -4.99f, .heading = -1, .speed = 9}, 1),
        VG_OK);
    ck_assert_int_eq(vg_world_step(world, (float[2]){0, 0}), VG_OK);
    ck_assert(v.events[0] == VG_EVENT_OFF && v.terminated[0] && v.collisions[0] == 0);
    vg_world_destroy(world);
    vg_road_destroy(road);
}
END_TEST

static bool touches_by_force(const vg_world *world, int32_t i, const vg_obstacle *all, int32_t count) {
    vg_state s = vg_world_state(world, i);
    const vg_car *car = vg_world_car(world, i);
    vg_outline body = {.half_length = 0.5 * (double)car->length, .half_width = 0.5 * (double)car->width};
    vg_sincos(s.yaw, &body.sine, &body.cosine);
    double ahead = body.half_length - (double)car->rear_overhang;
    body.x = s.x + ahead * body.cosine, body.y = s.y + ahead * body.sine;
    bool touches = false;
    for (int32_t k = 0; k < count; k++) touches |= vg_obstacle_touches(&all[k], &body);
    return touches;
}

enum { ISLANDS = 20, CARS = 70 };

static void set_islands(vg_obstacle all[ISLANDS]) {
    for (int k = 0; k < ISLANDS; k++) {
        double s = 20 + 29 * k, offset = (k * 7) % 5 - 2;
        all[k] = k % 3 ? on_circle(s, offset, 0.4 + 0.05 * k) : box_on_circle(s, offset, 3, 0.5);
    }
}

// Cars that wander and are never stopped: each tick agrees with a look at all obstacles.
static uint64_t wander(const vg_road *road, const vg_obstacle *all, int32_t threads, bool check) {
    vg_world *world = world_on(road, CARS, false, threads);
    vg_world_view v = vg_world_get(world);
    vg_start starts[CARS];
    int contacts = 0;
    for (int i = 0; i < CARS; i++)
        starts[i] = (vg_start){.s = 8.7 * i, .offset = (float)(i % 7) - 3, .speed = (float)(i % 30)};
    ck_assert_int_eq(vg_world_reset(world, NULL, starts, CARS), VG_OK);
    for (uint32_t t = 0; t < 60; t++) {
        float actions[2 * CARS];
        follow(world, actions);
        for (int i = 0; i < CARS; i++) {
            vg_draw at = {.seed = 3, .stream = VG_STREAM_EXPERT, .entity = (uint32_t)i, .step = t / 6};
            actions[2 * i] += (float)(0.3 * vg_random_uniform(&at) - 0.15) - 0.04f * v.offset[i];
        }
        ck_assert_int_eq(vg_world_command(world, actions), VG_OK);
        ck_assert_int_eq(vg_world_tick(world), VG_OK);
        for (int i = 0; check && i < CARS; i++) {
            ck_assert_int_eq(v.colliding[i], touches_by_force(world, i, all, ISLANDS));
            contacts += v.colliding[i];
        }
    }
    ck_assert(!check || (contacts > 60 && contacts < 60 * CARS / 2));
    uint64_t hash = vg_world_hash(world);
    vg_world_destroy(world);
    return hash;
}

START_TEST(same_bits_and_the_same_contacts_everywhere) {
    vg_obstacle all[ISLANDS];
    set_islands(all);
    vg_road *road = circle_with(all, ISLANDS);
    uint64_t hash = wander(road, all, 1, true);
    ck_golden("world/obstacles", hash);
    for (int threads = 2; threads <= 3; threads++) ck_assert_uint_eq(wander(road, all, threads, false), hash);
    for (vg_level level = VG_LEVEL_BASE; ck_level(level); level++)
        ck_assert_uint_eq(wander(road, all, 1, false), hash);
    vg_road_destroy(road);
}
END_TEST

CK_MAIN("world_obstacles", the_bumper_hits_first, goes_on_where_it_is_not_stopped,
        a_lap_counts_without_a_collision, a_departure_comes_first, same_bits_and_the_same_contacts_everywhere)
