#include "eval/rewards/reward_grid.h"

#include <math.h>
#include <string.h>

#include "agents/rewards/constant.h"
#include "agents/rewards/driving.h"
#include "agents/rewards/linear.h"
#include "agents/rewards/progress.h"
#include "tests/out_of_memory.h"
#include "tests/roads.h"

static vg_diag diag;

enum { STATIONS = 60, LANES = 9 };

typedef struct made {
    vg_road *road;
    vg_car car;
    double speed[STATIONS];
    vg_reward_grid_def def;
} made;

static void make(made *m, vg_road *road, double speed) {
    *m = (made){.road = road, .car = vg_car_default()};
    for (int32_t i = 0; i < STATIONS; i++) m->speed[i] = speed;
    m->def = (vg_reward_grid_def){
        .road = road, .car = &m->car, .stations = STATIONS, .lanes = LANES, .speed = m->speed};
}

// Progress less the offset squared, by hand: on a circle to the left a line on the left is shorter, so the
// same metres driven are more metres along the road.
START_TEST(paints_progress_and_offset) {
    made m;
    vg_reward *reward;
    vg_reward_grid grid;
    vg_progress_def def = vg_progress_default();
    make(&m, circle_road(50, 4), 10);
    ck_ok(vg_progress_create(&def, &reward, &diag));
    m.def.reward = reward;
    ck_ok(vg_reward_grid_make(&m.def, &grid, &diag));
    ck_assert_double_eq_tol(grid.action_seconds, 0.05, 1e-12);
    ck_assert_double_eq_tol(grid.spacing * STATIONS, vg_road_get(m.road).length, 1e-9);
    bool left = vg_road_at(m.road, 0).curvature > 0;
    for (int32_t i = 0; i < STATIONS; i += 7)
        for (int32_t j = 0; j < LANES; j++) {
            double share = (2 * j + 1.0) / LANES - 1, radius = 50 - (left ? 1 : -1) * 4 * share;
            double metres = 10 * 0.05 * 50 / radius;
            ck_assert_double_eq_tol(grid.value[i * LANES + j], 0.1 * metres - 0.1 * share * share, 1e-3);
        }
    ck_assert(grid.low < grid.high && grid.high < 0.07);
    vg_reward_grid_free(&grid);
    vg_reward_destroy(reward);
    vg_road_destroy(m.road);
}
END_TEST

// A reward of what is sensed: the right edge is lane 0, and the car is on its line, straight, at its speed.
START_TEST(senses_at_each_place) {
    made m;
    vg_reward *reward;
    vg_reward_grid grid;
    const float zero[4] = {0}, one[4] = {1, 1, 1, 1}, weights[4] = {1, 1000, 0.01f, 0};
    const vg_linear_def def = {.sense = "offset,heading,speed,accel",
                               .mean = zero,
                               .scale = one,
                               .weights = weights,
                               .discount = 0.99};
    make(&m, stadium_road(100, 25, 4), 20);
    m.speed[5] = NAN; // nobody was there
    ck_ok(vg_linear_create(&def, &reward, &diag));
    m.def.reward = reward;
    ck_ok(vg_reward_grid_make(&m.def, &grid, &diag));
    for (int32_t i = 0; i < STATIONS; i++)
        for (int32_t j = 0; j < LANES; j++) {
            double value = grid.value[i * LANES + j], share = (2 * j + 1.0) / LANES - 1;
            if (i == 5)
                ck_assert(isnan(value));
            else
                ck_assert_double_eq_tol(value, 4 * share + 0.2, 0.02);
        }
    vg_reward_grid_free(&grid);
    vg_reward_destroy(reward);
    vg_road_destroy(m.road);
}
END_TEST

// At a steady speed a driving reward counts seconds, the bend and the place, and nothing for jerks.
START_TEST(paints_what_driving_costs) {
    made m;
    vg_reward *reward;
    vg_reward_grid grid;
    vg_driving_reward_def def = vg_driving_reward_default();
    for (int32_t k = 0; k < VG_DRIVING_COUNT; k++) def.theta[k] = 0;
    def.theta[VG_DRIVING_time] = 2, def.theta[VG_DRIVING_offset] = 0.5,
    def.theta[VG_DRIVING_lateral_jerk] = 100;
    make(&m, circle_road(80, 4), 10);
    ck_ok(vg_driving_reward_create(&def, &reward, &diag));
    m.def.reward = reward;
    ck_ok(vg_reward_grid_make(&m.def, &grid, &diag));
    double middle = grid.value[LANES / 2], right = grid.value[0];
    ck_assert_double_eq_tol(middle, -2 * 0.05, 2e-3);
    ck_assert_double_eq_tol(right, -2 * 0.05 - 0.5 * 0.5 * (64.0 / 81), 0.02); // 0.5 m at 8/9 of the width
    vg_reward_grid_free(&grid);
    vg_reward_destroy(reward);
    def.car_scale = 0.1;
    ck_ok(vg_driving_reward_create(&def, &reward, &diag));
    m.def.reward = reward;
    ck_assert_int_eq(vg_reward_grid_make(&m.def, &grid, &diag), VG_ERR_MISMATCH);
    ck_assert_ptr_null(grid.value);
    vg_reward_destroy(reward);
    vg_road_destroy(m.road);
}
END_TEST

START_TEST(takes_the_speeds_of_a_drive) {
    made m;
    double speed[10];
    vg_state states[25] = {0};
    make(&m, open_road(4), 0);
    double part = vg_road_get(m.road).length / 10;
    for (int k = 0; k < 25; k++) // from the fourth part to the eighth, five states in each
        states[k].s = (3 + k / 5 + 0.1 + 0.15 * (k % 5)) * part, states[k].speed = (float)(10 + k / 5);
    vg_reward_grid_speeds(m.road, states, 25, 10, speed);
    for (int i = 0; i < 10; i++)
        if (i < 3 || i > 7)
            ck_assert(isnan(speed[i]));
        else
            ck_assert_double_eq_tol(speed[i], 10 + i - 3, 1e-9);
    vg_road_destroy(m.road);
}
END_TEST

START_TEST(says_why_nothing_can_be_painted) {
    made m;
    vg_reward *flat, *wild;
    vg_reward_grid grid;
    vg_progress_def def = vg_progress_default();
    make(&m, circle_road(50, 4), 10);
    const vg_constant_def same = vg_constant_default();
    ck_ok(vg_constant_create(&same, &flat, &diag));
    m.def.reward = flat;
    ck_fails(vg_reward_grid_make(&m.def, &grid, &diag), VG_ERR_ARGUMENT, "the reward is 1 everywhere");
    def.progress = 1e308;
    ck_ok(vg_progress_create(&def, &wild, &diag));
    m.def.reward = wild;
    for (int32_t i = 0; i < STATIONS; i++) m.speed[i] = 50;
    ck_fails(vg_reward_grid_make(&m.def, &grid, &diag), VG_ERR_POLICY, "the reward is inf at ");
    for (int32_t i = 0; i < STATIONS; i++) m.speed[i] = NAN;
    ck_fails(vg_reward_grid_make(&m.def, &grid, &diag), VG_ERR_ARGUMENT, "has no speeds to paint by");
    m.def.lanes = 1;
    ck_fails(vg_reward_grid_make(&m.def, &grid, &diag), VG_ERR_ARGUMENT, "60 stations and 1 lanes");
    m.def.lanes = LANES, m.def.reward = flat;
    for (oom turn = {.end = VG_ERR_ARGUMENT, .diag = &diag}; oom_next(&turn);) {
        turn.err = vg_reward_grid_make(&m.def, &grid, &diag);
        ck_assert_ptr_null(grid.value);
    }
    vg_reward_destroy(flat);
    vg_reward_destroy(wild);
    vg_road_destroy(m.road);
}
END_TEST

CK_MAIN("reward_grid", paints_progress_and_offset, senses_at_each_place, paints_what_driving_costs,
        takes_the_speeds_of_a_drive, says_why_nothing_can_be_painted)
