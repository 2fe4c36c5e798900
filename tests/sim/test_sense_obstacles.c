#include <math.h>

#include "sim/base/hash.h"
#include "sim/sense.h"
#include "tests/golden.h"
#include "tests/levels.h"
#include "tests/obstacles.h"

static vg_sense *sense_of(const char *text) {
    vg_sense *sense = NULL;
    vg_diag diag;
    ck_ok(vg_sense_create(text, &sense, &diag));
    return sense;
}

static vg_world *world_on(const vg_road *road, const vg_start *starts, int32_t count) {
    vg_world_def def = vg_world_default();
    vg_world *world = NULL;
    vg_diag diag;
    def.count = count, def.roads = &road, def.road_count = 1, def.threads = 1;
    ck_ok(vg_world_create(&def, &world, &diag));
    ck_assert_int_eq(vg_world_reset(world, NULL, starts, count), VG_OK);
    return world;
}

START_TEST(shows_the_nearest_ahead) {
    const vg_obstacle all[] = {on_circle(70, 1, 1.5), box_on_circle(100, -2, 4, 3), on_circle(600, 0, 1)};
    const vg_start starts[] = {
        {.s = 40, .offset = 0.5f, .speed = 9}, {.s = 71, .offset = -2}, {.s = 620}, {.s = 300}};
    vg_road *road = circle_with(all, 3);
    vg_world *world = world_on(road, starts, 4);
    vg_sense *sense = sense_of("speed,obstacles@2");
    float seen[4][7];
    ck_assert_int_eq(vg_sense_size(sense), 7);
    vg_sense_observe(sense, world, seen[0]);
    static const double expected[4][6] = {
        {30, 0.5, 1.5, 60, -2.5, 2.5}, // in their order
        {-1, 3, 1.5, 29, 0, 2.5},      // beside the first: it still counts
        {78.3185, 1, 1.5, 100, 0, 0},  // round the ring; and only one within 100 m
        {100, 0, 0, 100, 0, 0},        // none
    };
    for (int i = 0; i < 4; i++)
        for (int k = 0; k < 6; k++) ck_assert_double_eq_tol((double)seen[i][1 + k], expected[i][k], 2e-3);
    ck_assert_double_eq((double)seen[0][0], 9);
    char column[48];
    ck_assert_str_eq(vg_sense_column(sense, 1, column), "obstacles.along@0");
    ck_assert_str_eq(vg_sense_column(sense, 6, column), "obstacles.radius@1");
    vg_world_destroy(world);
    vg_sense_destroy(sense);
    vg_road_destroy(road);
}
END_TEST

START_TEST(has_scales_and_bounds) {
    vg_car car = vg_car_default();
    vg_sense *sense = sense_of("obstacles@1,offset");
    float scale[4], low[4], high[4];
    vg_sense_physical(sense, &car, scale);
    ck_assert_double_eq_tol((double)scale[0], 1 / 25.0, 1e-7);
    ck_assert_double_eq_tol((double)scale[1], 1 / 5.0, 1e-7);
    ck_assert_double_eq_tol((double)scale[2], 1 / 5.0, 1e-7);
    vg_sense_bounds(sense, &car, low, high);
    ck_assert((double)high[0] == 100 && isinf(low[0]) && isinf(high[1]) && low[2] == 0 && isinf(high[2]));
    ck_assert_double_eq(vg_sense_sight(sense, 10), 100);
    ck_assert_str_eq(vg_sense_text(sense), "obstacles@1,offset");
    vg_sense_destroy(sense);
}
END_TEST

// Along a beam, how far the first obstacle is: 2 cm at a time.
static double beam_by_force(const vg_obstacle *all, int32_t count, double x, double y, double angle,
                            double most) {
    double sine, cosine;
    vg_sincos(angle, &sine, &cosine);
    for (double t = 0; t < most; t += 0.02)
        for (int32_t k = 0; k < count; k++)
            if (vg_obstacle_gap(&all[k], x + t * cosine, y + t * sine) == 0) return t;
    return most;
}

START_TEST(a_beam_ends_at_an_obstacle) {
    enum { BEAMS = 9, CARS = 6 };
    const vg_obstacle all[] = {on_circle(70, 1, 1.5), box_on_circle(90, -2, 4, 2), on_circle(50, -3, 1)};
    vg_start starts[CARS];
    for (int i = 0; i < CARS; i++)
        starts[i] = (vg_start){.s = 42 + 7.0 * i, .offset = (float)i - 2, .heading = 0.2f * (float)i - 0.5f};
    vg_road *road = circle_with(all, 3), *bare = circle_with(NULL, 0);
    vg_world *world = world_on(road, starts, CARS), *free = world_on(bare, starts, CARS);
    vg_sense *sense = sense_of("lidar@9x160deg:30m");
    float seen[CARS][BEAMS], edges[CARS][BEAMS];
    vg_sense_observe(sense, world, seen[0]);
    vg_sense_observe(sense, free, edges[0]);
    int shorter = 0;
    for (int i = 0; i < CARS; i++) {
        vg_state s = vg_world_state(world, i);
        for (int b = 0; b < BEAMS; b++) {
            double angle = s.yaw + (b - 4) * 20 * VG_PI / 180;
            double first = beam_by_force(all, 3, s.x, s.y, angle, (double)edges[i][b]);
            ck_assert_double_eq_tol((double)seen[i][b], first, 0.03);
            shorter += seen[i][b] < edges[i][b];
        }
    }
    ck_assert_int_ge(shorter, 8);
    vg_world_destroy(world), vg_world_destroy(free);
    vg_sense_destroy(sense);
    vg_road_destroy(road), vg_road_destroy(bare);
}
END_TEST

START_TEST(same_bits_at_any_level) {
    const vg_obstacle all[] = {on_circle(70, 1, 1.5), box_on_circle(100, -2, 4, 3), on_circle(600, 0, 1)};
    vg_start starts[80];
    for (int i = 0; i < 80; i++)
        starts[i] = (vg_start){.s = 7.9 * i, .offset = 0.05f * (float)i - 2, .heading = 0.01f * (float)i};
    vg_road *road = circle_with(all, 3);
    vg_sense *sense = sense_of("offset,obstacles@3,lidar@16x180deg:40m");
    uint64_t first = 0;
    for (vg_level level = VG_LEVEL_BASE; ck_level(level); level++) {
        vg_world *world = world_on(road, starts, 80);
        float seen[80][26];
        vg_sense_observe(sense, world, seen[0]);
        uint64_t hash = vg_hash_float(0, seen[0], 80 * 26);
        if (level == VG_LEVEL_BASE) first = hash;
        ck_assert_uint_eq(hash, first);
        vg_world_destroy(world);
    }
    ck_golden("sense/obstacles", first);
    vg_sense_destroy(sense);
    vg_road_destroy(road);
}
END_TEST

START_TEST(says_what_is_wrong) {
    static const char *const bad[] = {"obstacles",    "obstacles@",   "obstacles@0",  "obstacles@17",
                                      "obstacles@2x", "obstacles@-1", "obstacles@2:3"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        vg_sense *sense;
        vg_diag diag;
        ck_fails(vg_sense_create(bad[i], &sense, &diag), VG_ERR_FORMAT, "after obstacles, expected how many");
    }
}
END_TEST

CK_MAIN("sense_obstacles", shows_the_nearest_ahead, has_scales_and_bounds, a_beam_ends_at_an_obstacle,
        same_bits_at_any_level, says_what_is_wrong)
