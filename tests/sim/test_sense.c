#include <math.h>
#include <string.h>

#include "sim/base/hash.h"
#include "sim/sense.h"
#include "tests/golden.h"
#include "tests/levels.h"
#include "tests/out_of_memory.h"
#include "tests/roads.h"
#include "tracks/generator.h"

static vg_sense *sense_of(const char *text) {
    vg_sense *sense = NULL;
    vg_diag diag;
    ck_ok(vg_sense_create(text, &sense, &diag));
    return sense;
}

static vg_world *world_on(const vg_road *road, int32_t count) {
    vg_world_def def = vg_world_default();
    vg_world *world = NULL;
    vg_diag diag;
    def.count = count, def.roads = &road, def.road_count = 1, def.threads = 1;
    ck_ok(vg_world_create(&def, &world, &diag));
    return world;
}

START_TEST(spells_itself) {
    const char *texts[] = {"offset,heading,speed,curvature@0:3:6:9:12:16:20:26", "speed,lidar@32x180deg:50m",
                           "curvature@0:0.25s:0.5s:1s:2s", "width,previous,steer,accel,width@0:10"};
    const char *spelled[] = {texts[0], texts[1], texts[2], NULL};
    int sizes[] = {11, 33, 5};
    for (int i = 0; i < 3; i++) {
        vg_sense *sense = sense_of(texts[i]);
        ck_assert_str_eq(vg_sense_text(sense), spelled[i]);
        ck_assert_int_eq(vg_sense_size(sense), sizes[i]);
        vg_sense_destroy(sense);
    }
    vg_sense *sense = sense_of("curvature@0m:3.50,width@10,previous");
    ck_assert_str_eq(vg_sense_text(sense), "curvature@0:3.5,width@10,previous");
    char name[48];
    ck_assert_str_eq(vg_sense_column(sense, 1, name), "curvature@3.5");
    ck_assert_str_eq(vg_sense_column(sense, 3, name), "width.right@10");
    ck_assert_str_eq(vg_sense_column(sense, 5, name), "previous.acceleration");
    vg_sense_destroy(sense);
}
END_TEST

START_TEST(says_what_is_wrong) {
    struct {
        const char *text, *part;
    } bad[] = {
        {"", "unknown feature ''"},
        {"offset,spede", "unknown feature 'spede'; known: offset"},
        {"offset,,speed", "unknown feature ''"},
        {"offset,offset", "'offset' is given twice"},
        {"curvature", "'curvature' needs look-aheads"},
        {"curvature@", "look-ahead '' of 'curvature'"},
        {"curvature@1:x", "look-ahead 'x'"},
        {"curvature@-1", "look-ahead '-1'"},
        {"curvature@nan", "look-ahead 'nan'"},
        {"curvature@99999", "look-ahead '99999'"},
        {"speed@3", "'speed' takes no look-ahead"},
        {"lidar", "after lidar"},
        {"lidar@0x180deg:50m", "after lidar"},
        {"lidar@32x180:50m", "after lidar"},
        {"lidar@32x180deg:50", "after lidar"},
        {"lidar@32x180deg:50mm", "is not allowed there"},
        {"lidar@9999x180deg:50m", "after lidar"},
        {"lidar@512x180deg:50m,speed", "more than 512"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        vg_sense *sense;
        vg_diag diag;
        ck_fails(vg_sense_create(bad[i].text, &sense, &diag), VG_ERR_FORMAT, bad[i].part);
        ck_assert_ptr_null(sense);
    }
}
END_TEST

START_TEST(shows_what_is_there) {
    vg_road *road = circle_road(80, 6);
    vg_world *world = world_on(road, 2);
    vg_sense *sense = sense_of("offset,heading,speed,steer,width@0:5,curvature@0:7:1s,previous");
    float seen[2 * 13];
    vg_start starts[] = {{.s = 5, .offset = 1.5f, .heading = -0.25f, .speed = 9},
                         {.s = 400, .offset = -2, .speed = 3}};
    ck_assert_int_eq(vg_sense_size(sense), 13);
    ck_assert_int_eq(vg_world_reset(world, NULL, starts, 2), VG_OK);
    vg_sense_observe(sense, world, seen);
    float want[] = {1.5f, -0.25f, 9, 0, 6, 6, 6, 6, 1 / 80.0f, 1 / 80.0f, 1 / 80.0f, 0, 0};
    for (int k = 0; k < 13; k++) ck_assert_float_eq_tol(seen[k], want[k], 2e-5f);
    ck_assert_float_eq_tol(seen[13], -2, 1e-6f);
    vg_sense_destroy(sense);
    vg_world_destroy(world);
    vg_road_destroy(road);
}
END_TEST

// The error of the heading is a small angle everywhere on a lap, also where the road's heading passes half a
// turn.
START_TEST(heading_errors_do_not_jump) {
    vg_road *road = circle_road(80, 6);
    vg_world *world = world_on(road, 2);
    vg_sense *sense = sense_of("heading");
    for (double s = 0.5; s < vg_road_get(road).length; s += 0.5) {
        float seen[2];
        vg_start starts[] = {{.s = s, .heading = 0.3f}, {.s = s, .heading = -0.3f}};
        ck_assert_int_eq(vg_world_reset(world, NULL, starts, 2), VG_OK);
        vg_sense_observe(sense, world, seen);
        ck_assert_float_eq_tol(seen[0], 0.3f, 1e-4f);
        ck_assert_float_eq_tol(seen[1], -0.3f, 1e-4f);
    }
    vg_sense_destroy(sense);
    vg_world_destroy(world);
    vg_road_destroy(road);
}
END_TEST

START_TEST(looks_ahead_along_the_road) {
    vg_road *roads[] = {stadium_road(60, 9, 4), open_road(4)};
    for (int r = 0; r < 2; r++) {
        vg_world *world = world_on(roads[r], 1);
        vg_sense *sense = sense_of("curvature@0:3:26:100:0.5s:4000,width@0:50");
        float metres[] = {0, 3, 26, 100, 0.5f * 12, 4000}, seen[10];
        for (double s = 0.3; s < vg_road_get(roads[r]).length; s += 1.7) {
            vg_start start = {.s = s, .speed = 12};
            ck_assert_int_eq(vg_world_reset(world, NULL, &start, 1), VG_OK);
            vg_sense_observe(sense, world, seen);
            for (int k = 0; k < 6; k++) {
                vg_road_point p = vg_road_at(roads[r], s + metres[k]);
                ck_assert_float_eq_tol(seen[k], p.curvature, 3e-4f);
            }
        }
        vg_sense_destroy(sense);
        vg_world_destroy(world);
        vg_road_destroy(roads[r]);
    }
}
END_TEST

// The nearest crossing with all edges of the whole road, in double.
static double beam_by_force(const vg_road *road, double x, double y, double angle, double range) {
    vg_road_view v = vg_road_get(road);
    double ux, uy, best = range;
    vg_sincos(angle, &uy, &ux);
    for (int side = 0; side < 2; side++) {
        const double *ex = side ? v.right_x : v.left_x, *ey = side ? v.right_y : v.left_y;
        for (int32_t i = 0; i < (v.closed ? v.count : v.count - 1); i++) {
            int32_t next = (i + 1) % v.count;
            double ax = ex[i] - x, ay = ey[i] - y, bx = ex[next] - x, by = ey[next] - y;
            double s0 = ux * ay - uy * ax, s1 = ux * by - uy * bx;
            if (s0 * s1 > 0 || s0 == s1) continue;
            double t = (s0 * (ux * bx + uy * by) - s1 * (ux * ax + uy * ay)) / (s0 - s1);
            if (t >= 0 && t < best) best = t;
        }
    }
    return best;
}

START_TEST(lidar_agrees_with_brute_force) {
    vg_road *roads[] = {circle_road(40, 5), stadium_road(60, 9, 4), open_road(4)};
    enum { BEAMS = 32 };
    vg_sense *sense = sense_of("lidar@32x180deg:50m"), *round = sense_of("lidar@7x360deg:30m");
    for (int r = 0; r < 3; r++) {
        vg_world *world = world_on(roads[r], 1);
        vg_world_view v = vg_world_get(world);
        float seen[BEAMS];
        for (double s = 0.9; s < vg_road_get(roads[r]).length; s += 2.15) {
            // On the road and along it; then also outside it, with any heading. (From inside a curve another
            // branch would be visible, which lidar leaves out.)
            bool wild = (int)(s / 2.15) % 2;
            vg_start start = {.s = s,
                              .offset = (float)(wild ? -7 * fabs(vg_sin(s)) : 3.5 * vg_sin(s)),
                              .heading = (float)((wild ? 3.1 : 0.6) * vg_cos(3 * s))};
            ck_assert_int_eq(vg_world_reset(world, NULL, &start, 1), VG_OK);
            vg_sense_observe(sense, world, seen);
            for (int b = 0; b < BEAMS; b++) {
                double angle = v.yaw[0] - VG_PI / 2 + b * VG_PI / (BEAMS - 1);
                ck_assert_float_eq_tol(seen[b], beam_by_force(roads[r], v.x[0], v.y[0], angle, 50), 0.01f);
            }
            vg_sense_observe(round, world, seen);
            for (int b = 0; b < 7; b++) {
                double angle = v.yaw[0] - VG_PI + b * 2 * VG_PI / 7;
                ck_assert_float_eq_tol(seen[b], beam_by_force(roads[r], v.x[0], v.y[0], angle, 30), 0.01f);
            }
        }
        vg_world_destroy(world);
        vg_road_destroy(roads[r]);
    }
    vg_sense_destroy(sense);
    vg_sense_destroy(round);
}
END_TEST

static uint64_t look_around(const vg_road *road, const vg_sense *sense, int32_t threads) {
    vg_world_def def = vg_world_default();
    vg_world *world = NULL;
    vg_diag diag;
    vg_start starts[150];
    def.count = 150, def.roads = &road, def.road_count = 1, def.threads = threads;
    ck_ok(vg_world_create(&def, &world, &diag));
    for (int i = 0; i < 150; i++)
        starts[i] = (vg_start){.s = 1.1 * i,
                               .offset = 0.02f * (float)i - 1.5f,
                               .heading = 0.004f * (float)i,
                               .speed = 0.2f * (float)i};
    ck_assert_int_eq(vg_world_reset(world, NULL, starts, 150), VG_OK);
    float *seen = vg_new(float, 150 * (int64_t)vg_sense_size(sense));
    vg_sense_observe(sense, world, seen);
    uint64_t hash = vg_hash_float(0, seen, 150 * (int64_t)vg_sense_size(sense));
    vg_free(seen);
    vg_world_destroy(world);
    return hash;
}

START_TEST(same_bits_at_any_level_and_thread_count) {
    vg_road *road = stadium_road(60, 12, 5);
    vg_sense *sense = sense_of(
        "offset,heading,speed,steer,accel,previous,curvature@0:3:6:0.5s:2s,width@0:20,lidar@32x180deg:50m");
    uint64_t hash = look_around(road, sense, 1);
    ck_golden("sense/everything", hash);
    for (int threads = 2; threads <= 3; threads++) ck_assert_uint_eq(look_around(road, sense, threads), hash);
    for (vg_level level = VG_LEVEL_BASE; ck_level(level); level++)
        ck_assert_uint_eq(look_around(road, sense, 1), hash);
    vg_sense_destroy(sense);
    vg_road_destroy(road);
}
END_TEST

// The one feature that the senses above do not have.
START_TEST(the_width_here_has_the_same_bits) {
    vg_generator settings = vg_generator_default();
    vg_road *road;
    vg_diag diag;
    settings.seed = 3, settings.width_change = 1;
    ck_ok(vg_road_generate(&settings, &road, &diag));
    vg_sense *sense = sense_of("width");
    uint64_t hash = look_around(road, sense, 1);
    ck_golden("sense/width", hash);
    for (int threads = 2; threads <= 3; threads++) ck_assert_uint_eq(look_around(road, sense, threads), hash);
    vg_sense_destroy(sense);
    vg_road_destroy(road);
}
END_TEST

START_TEST(knows_how_far_it_sees) {
    static const struct {
        const char *text;
        double at_rest, at_30;
    } cases[] = {{"offset,speed,width", 0, 0},
                 {"offset,curvature@0:3:26,width@10", 26, 26},
                 {"curvature@0s:0.5s:2s", 0, 60},
                 {"width@5:4s,speed,lidar@8x90deg:50m", 50, 120}};
    for (int i = 0; i < 4; i++) {
        vg_sense *sense = sense_of(cases[i].text);
        ck_assert_double_eq_tol(vg_sense_sight(sense, 0), cases[i].at_rest, 1e-6);
        ck_assert_double_eq_tol(vg_sense_sight(sense, 30), cases[i].at_30, 1e-4);
        vg_sense_destroy(sense);
    }
}
END_TEST

START_TEST(physical_scales) {
    vg_sense *sense = sense_of("offset,heading,speed,curvature@0:3,previous,lidar@2x90deg:40m");
    vg_car car = vg_car_default();
    float scale[9], want[] = {0.2f, 1, 1 / car.speed_max, 20, 20, 1, 1, 1 / 40.0f, 1 / 40.0f};
    ck_assert_int_eq(vg_sense_size(sense), 9);
    vg_sense_physical(sense, &car, scale);
    for (int i = 0; i < 9; i++) ck_assert_float_eq(scale[i], want[i]);
    car.wheelbase = 0.25f; // a model car
    vg_sense_physical(sense, &car, scale);
    want[0] = 0.8f, want[3] = want[4] = 5;
    for (int i = 0; i < 9; i++) ck_assert_float_eq(scale[i], want[i]);
    vg_sense_destroy(sense);
}
END_TEST

START_TEST(bounds_what_it_can) {
    vg_sense *sense = sense_of("offset,heading,speed,steer,width,previous,lidar@1x90deg:40m,curvature@5");
    vg_car car = vg_car_default();
    const float pi = 3.14159274f, none = INFINITY;
    float low[10], high[10];
    const float least[] = {-none, -pi, 0, -car.steer_max, 0, 0, -1, -1, 0, -none};
    const float most[] = {none, pi, car.speed_max, car.steer_max, none, none, 1, 1, 40, none};
    ck_assert_int_eq(vg_sense_size(sense), 10);
    vg_sense_bounds(sense, &car, low, high);
    for (int i = 0; i < 10; i++) ck_assert(low[i] == least[i] && high[i] == most[i]);
    vg_sense_destroy(sense);
}
END_TEST

START_TEST(survives_every_failed_allocation) {
    for (oom turn = {.least = 2}; oom_next(&turn);) {
        vg_sense *sense;
        turn.err = vg_sense_create("offset,heading,speed,curvature@0:3:6:9:12:16:20:26", &sense, NULL);
        if (!turn.err) vg_sense_destroy(sense);
    }
}
END_TEST

CK_MAIN("sense", spells_itself, says_what_is_wrong, shows_what_is_there, heading_errors_do_not_jump,
        looks_ahead_along_the_road, lidar_agrees_with_brute_force, same_bits_at_any_level_and_thread_count,
        the_width_here_has_the_same_bits, physical_scales, bounds_what_it_can, knows_how_far_it_sees,
        survives_every_failed_allocation)
