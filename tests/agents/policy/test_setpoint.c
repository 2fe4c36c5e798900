#include "agents/policy/setpoint.h"

#include <math.h>
#include <string.h>

#include "sim/base/hash.h"
#include "sim/base/random.h"
#include "tests/golden.h"
#include "tests/roads.h"

static vg_diag diag;
static const char *const names[] = {"sedan", "long-sedan", "kart", "formula", "rc"};
enum { CARS = sizeof names / sizeof *names };

static vg_world *world_of(const vg_road *road, const vg_car *car, int32_t count) {
    vg_world *world;
    vg_world_def def = vg_world_default();
    def.roads = &road, def.road_count = 1;
    def.cars = car, def.car_count = 1;
    def.count = count, def.threads = 1;
    ck_ok(vg_world_create(&def, &world, &diag));
    return world;
}

// Drive car i by one setpoint for `seconds`.
static void hold(vg_world *world, const float *values, double seconds) {
    vg_world_view view = vg_world_get(world);
    float *actions = vg_new(float, 2 * (int64_t)view.count);
    for (int32_t t = 0; t < (int32_t)(20 * seconds); t++) {
        for (int32_t i = 0; i < view.count; i++) vg_setpoint_command(world, i, values, actions + 2 * i);
        ck_ok(vg_world_step(world, actions));
    }
    vg_free(actions);
}

// A setpoint held for ever is a drive at that offset and that speed, for every car, from wherever it starts.
START_TEST(a_setpoint_is_reached_and_held) {
    for (int c = 0; c < CARS; c++) {
        vg_car car;
        ck_ok(vg_car_load(names[c], &car, &diag));
        double scale = vg_car_scale(&car), speed = c == 3 ? 30 : 8 * sqrt(scale);
        vg_road *roads[] = {circle_road(scale * (c == 3 ? 300 : 40), scale * 6), open_road(scale * 6)};
        const float values[] = {(float)(1.5 / VG_SETPOINT_OFFSET), (float)(2 * speed / car.speed_max - 1)};
        for (int r = 0; r < (scale < 1 ? 1 : 2); r++) {
            vg_world *world = world_of(roads[r], &car, 3);
            vg_start starts[3] = {{.speed = (float)speed},
                                  {.offset = (float)(-3 * scale), .heading = 0.1f},
                                  {.offset = (float)(3 * scale), .heading = -0.2f, .speed = (float)speed}};
            ck_ok(vg_world_reset(world, NULL, starts, 3));
            hold(world, values, 12);
            vg_world_view view = vg_world_get(world);
            for (int i = 0; i < 3; i++) {
                ck_assert_int_eq(view.departures[i], 0);
                ck_assert_double_lt(fabs(view.offset[i] - 1.5 * scale), 0.06 * scale);
                ck_assert_double_lt(fabs(view.speed[i] - speed),
                                    0.1 * speed); // resistance is not made up for
            }
            vg_world_destroy(world);
        }
        for (int r = 0; r < 2; r++) vg_road_destroy(roads[r]);
    }
}
END_TEST

static float uniform(uint32_t step, uint32_t draw, double low, double high) {
    vg_draw at = {.seed = 7, .step = step, .draw = draw};
    return (float)(low + (high - low) * vg_random_uniform(&at));
}

static void place(vg_world *world, uint32_t n) {
    vg_start start = {.s = (double)uniform(n, 0, 0, 200),
                      .offset = uniform(n, 1, -3, 3),
                      .heading = uniform(n, 2, -0.2, 0.2),
                      .speed = uniform(n, 3, 0, 30)};
    ck_ok(vg_world_reset(world, NULL, &start, 1));
}

// The action of an action's label is the action again; where the steering is beyond what a setpoint can say,
// the label is at its limit.
START_TEST(a_label_gives_the_action_back) {
    vg_road *road = circle_road(60, 6);
    vg_car car = vg_car_default();
    vg_world *world = world_of(road, &car, 1);
    int inside = 0;
    for (uint32_t n = 0; n < 2000; n++) {
        place(world, n);
        float action[] = {uniform(n, 4, -0.2, 0.2), uniform(n, 5, -1, 1)}, values[2], again[2];
        vg_setpoint_label(world, 0, action, values);
        vg_setpoint_command(world, 0, values, again);
        ck_assert(fabsf(values[0]) <= 1 && fabsf(values[1]) <= 1);
        vg_state state = vg_world_state(world, 0);
        double look = (VG_SETPOINT_LOOK + 0.125) * state.speed + VG_SETPOINT_LEAST;
        double away = state.offset - values[0] * VG_SETPOINT_OFFSET;
        bool steers = fabsf(values[0]) < 1 && fabs(away / look) < VG_SETPOINT_APPROACH - 1e-6;
        if (steers) ck_assert_double_eq_tol(again[0], action[0], 2e-5);
        if (fabsf(values[1]) < 1) ck_assert_double_eq_tol(again[1], action[1], 2e-5);
        inside += steers;
        vg_setpoint_label(world, 0, action, action); // in place
        ck_assert(!memcmp(action, values, sizeof values));
    }
    ck_assert_int_gt(inside, 600);
    vg_world_destroy(world);
    vg_road_destroy(road);
}
END_TEST

// What a car is told depends on itself alone: in any lane, beside any others, the same bits.
START_TEST(a_lane_is_a_car) {
    vg_road *road = stadium_road(120, 30, 6);
    vg_car car = vg_car_default();
    uint64_t hash = 0;
    for (int32_t lane = 0; lane < 3; lane++) {
        vg_world *world = world_of(road, &car, 3);
        vg_start starts[3] = {{.offset = 1}, {.offset = 1}, {.offset = 1}};
        starts[lane] = (vg_start){.s = 90, .offset = -2, .heading = 0.1f, .speed = 12};
        ck_ok(vg_world_reset(world, NULL, starts, 3));
        hold(world, (const float[]){0.1f, -0.4f}, 15);
        vg_state state = vg_world_state(world, lane);
        uint64_t here = vg_hash_double(vg_hash_float(0, &state.offset, 1), &state.x, 1);
        if (lane) ck_assert_uint_eq(here, hash);
        hash = here;
        vg_world_destroy(world);
    }
    ck_golden("setpoint/drive", hash);
    vg_road_destroy(road);
}
END_TEST

CK_MAIN("setpoint", a_setpoint_is_reached_and_held, a_label_gives_the_action_back, a_lane_is_a_car)
