#include "agents/planner/plan.h"

#include <math.h>
#include <string.h>

#include "sim/base/hash.h"
#include "sim/base/random.h"
#include "tests/golden.h"
#include "tests/levels.h"
#include "tests/out_of_memory.h"
#include "tests/roads.h"

static vg_diag diag;

static double theta[VG_DRIVING_COUNT] = {1, 0.05, 0.05, 0.005, 0.005, 0.001, 0.02, 5};

static vg_plan plan_on(const vg_road *road, const vg_car *car) {
    vg_plan plan;
    vg_plan_def def = vg_plan_default(road, car, theta);
    ck_ok(vg_plan_make(&def, &plan, &diag));
    return plan;
}

static double cost_of(const vg_road *road, const vg_car *car, const double *offset, const double *speed) {
    vg_stations stations;
    double cost = 0;
    int32_t first, end;
    ck_ok(vg_stations_open(road, VG_STATION_SPACING, 0, &stations, &diag));
    vg_line_view line = {&stations, car, offset, speed};
    vg_line_pieces(&stations, &first, &end);
    for (int32_t i = first; i < end; i++) {
        vg_line_piece piece;
        vg_line_piece_at(&line, i, &piece);
        for (int k = 0; k < VG_DRIVING_COUNT; k++)
            cost += vg_line_add_feature(&piece, k, theta[k], NULL, NULL, NULL);
    }
    vg_stations_close(&stations);
    return cost;
}

// No other line near it costs less: bumps of many widths and places, in offset and in speed.
START_TEST(no_line_near_it_is_better) {
    vg_car car = vg_car_default();
    vg_road *road = stadium_road(120, 30, 5);
    vg_plan plan = plan_on(road, &car);
    ck_assert(plan.settled && plan.closed);
    double best = cost_of(road, &car, plan.offset, plan.speed);
    ck_assert_double_eq_tol(best, plan.cost, 1e-9);
    for (uint32_t trial = 0; trial < 200; trial++) {
        vg_draw at = {.seed = 5, .stream = VG_STREAM_TABLE, .entity = trial};
        double where = vg_random_uniform(&at) * plan.count, width = 1 + trial % 30,
               size = trial % 2 ? 0.02 : -0.02;
        double offset[200], speed[200];
        for (int32_t i = 0; i < plan.count; i++) {
            double away = remainder(i - where, plan.count) / width, bump = size * exp(-away * away);
            offset[i] = plan.offset[i] + (trial % 4 < 2 ? bump : 0);
            speed[i] = plan.speed[i] + (trial % 4 < 2 ? 0 : bump);
        }
        ck_assert_double_ge(cost_of(road, &car, offset, speed), best - 1e-6);
    }
    vg_plan_close(&plan);
    vg_road_destroy(road);
}
END_TEST

// In a hurry it uses the whole width and the whole grip it may, and no more.
START_TEST(keeps_within_grip_and_road) {
    static const double hurry[VG_DRIVING_COUNT] = {1, 1e-3, 1e-3, 1e-3, 1e-3, 1e-5, 1e-5, 0.1};
    vg_car car = vg_car_default();
    vg_road *road = stadium_road(120, 30, 5);
    vg_plan plan;
    vg_plan_def def = vg_plan_default(road, &car, hurry);
    ck_ok(vg_plan_make(&def, &plan, &diag));
    vg_stations stations;
    ck_ok(vg_stations_open(road, 5, 0, &stations, &diag));
    vg_line_view line = {&stations, &car, plan.offset, plan.speed};
    double widest = 0, grip = 0;
    for (int32_t i = 0; i < plan.count; i++) {
        vg_dual beyond[VG_LINE_LIMITS];
        vg_line_limits_at(&line, &def.bounds, i, beyond);
        for (int k = 0; k < VG_LINE_LIMITS; k++) ck_assert_double_le(beyond[k].v, 0.03);
        widest = fmax(widest, fabs(plan.offset[i]));
        grip = fmax(grip, beyond[VG_LINE_GRIP].v);
    }
    ck_assert_double_ge(widest, 4.4);
    ck_assert_double_le(widest, 4.5 + 1e-12);
    ck_assert_double_ge(grip, -0.02);
    ck_assert_double_le(plan.beyond, 0.01);
    vg_stations_close(&stations);
    vg_plan_close(&plan);
    vg_road_destroy(road);
}
END_TEST

// A car that steers slowly, in a hurry: the curvature of its line changes no faster than it can steer, and a
// car that steers fast goes round sooner.
START_TEST(steers_no_faster_than_the_car_can) {
    static const double hurry[VG_DRIVING_COUNT] = {1, 1e-3, 1e-3, 1e-3, 1e-3, 1e-5, 1e-5, 1e-3};
    vg_car car = vg_car_default();
    vg_road *road = stadium_road(60, 15, 5);
    double seconds[2];
    for (int slow = 0; slow < 2; slow++) {
        vg_plan plan;
        car.steer_rate = slow ? 0.15f : 2;
        vg_plan_def def = vg_plan_default(road, &car, hurry);
        ck_ok(vg_plan_make(&def, &plan, &diag));
        vg_stations stations;
        ck_ok(vg_stations_open(road, 5, 0, &stations, &diag));
        vg_line_view line = {&stations, &car, plan.offset, plan.speed};
        for (int32_t i = 0; i < plan.count; i++) {
            vg_dual beyond[VG_LINE_LIMITS];
            vg_line_limits_at(&line, &def.bounds, i, beyond);
            ck_assert_double_le(beyond[VG_LINE_TURN].v, 1e-6);
        }
        seconds[slow] = plan.features[VG_DRIVING_time];
        vg_stations_close(&stations);
        vg_plan_close(&plan);
    }
    ck_assert_double_ge(seconds[1], 1.02 * seconds[0]);
    vg_road_destroy(road);
}
END_TEST

// A straight open road: in the middle, as fast as a metre's worth of time says.
START_TEST(goes_straight_on_a_straight) {
    static const double x[] = {0, 500}, y[] = {0, 0}, half[] = {4, 4};
    vg_car car = vg_car_default();
    vg_road_def def = vg_road_default();
    vg_road *road;
    def.x = x, def.y = y, def.left = def.right = half, def.count = 2, def.closed = false;
    ck_ok(vg_road_create(&def, &road, &diag));
    vg_plan plan = plan_on(road, &car);
    ck_assert(plan.count == 101 && !plan.closed && plan.settled);
    for (int32_t i = 0; i < plan.count; i++) {
        ck_assert_double_eq_tol(plan.offset[i], 0, 1e-6);
        ck_assert_double_gt(plan.speed[i], 20);
    }
    ck_assert_double_eq_tol(plan.metres, 500, 1e-9);
    vg_plan_close(&plan);
    vg_road_destroy(road);
}
END_TEST

// Held speeds: the line alone is sought, here the one that bends least. It cuts the bends.
START_TEST(bends_least_at_held_speeds) {
    static const double bend[VG_DRIVING_COUNT] = {1e-6, 1, 0, 0, 0, 0, 0, 0};
    vg_car car = vg_car_default();
    vg_road *road = stadium_road(120, 30, 5);
    vg_plan_def def = vg_plan_default(road, &car, bend);
    double hold[200];
    vg_plan plan;
    for (int i = 0; i < 200; i++) hold[i] = 10;
    def.hold = hold;
    ck_ok(vg_plan_make(&def, &plan, &diag));
    double inmost = 0, outmost = 0;
    for (int32_t i = 0; i < plan.count; i++) {
        ck_assert(plan.speed[i] == 10);
        inmost = fmax(inmost, plan.offset[i]), outmost = fmin(outmost, plan.offset[i]);
    }
    ck_assert_double_ge(inmost, 4.3); // the stadium turns left
    ck_assert_double_le(outmost, -4.3);
    vg_plan_close(&plan);
    vg_road_destroy(road);
}
END_TEST

START_TEST(same_bits_everywhere) {
    vg_car car = vg_car_default();
    vg_road *road = stadium_road(120, 30, 5);
    for (vg_level level = VG_LEVEL_BASE; ck_level(level); level++) {
        vg_plan plan = plan_on(road, &car);
        uint64_t hash = 0;
        for (int32_t i = 0; i < plan.count; i++) {
            float at[2] = {(float)plan.offset[i], (float)plan.speed[i]};
            hash = vg_hash_float(hash, at, 2);
        }
        ck_golden("plan/stadium", hash);
        vg_plan_close(&plan);
    }
    vg_road_destroy(road);
}
END_TEST

START_TEST(refuses_what_has_no_best) {
    vg_car car = vg_car_default();
    vg_road *road = stadium_road(120, 30, 5);
    double wrong[VG_DRIVING_COUNT];
    vg_plan plan;
    vg_plan_def def = vg_plan_default(road, &car, wrong);
    memcpy(wrong, theta, sizeof wrong), wrong[VG_DRIVING_time] = 0;
    ck_fails(vg_plan_make(&def, &plan, &diag), VG_ERR_ARGUMENT,
             "time: a weight of 0: the reward is unbounded");
    memcpy(wrong, theta, sizeof wrong), wrong[VG_DRIVING_edge] = -1;
    ck_fails(vg_plan_make(&def, &plan, &diag), VG_ERR_ARGUMENT, "edge: a weight of -1");
    memcpy(wrong, theta, sizeof wrong),
        wrong[VG_DRIVING_time] = 1e-322; // in seconds, all else costs too much
    ck_fails(vg_plan_make(&def, &plan, &diag), VG_ERR_ARGUMENT, "the cost of the plan is not finite");
    ck_assert_ptr_null(plan.offset);
    def.theta = theta, def.spacing = 100;
    ck_fails(vg_plan_make(&def, &plan, &diag), VG_ERR_ARGUMENT, "expected at least 8 stations");
    ck_assert_ptr_null(plan.offset);
    vg_road_destroy(road);
}
END_TEST

START_TEST(memory_runs_out_anywhere) {
    vg_car car = vg_car_default();
    vg_road *road = stadium_road(40, 20, 5);
    vg_plan_def def = vg_plan_default(road, &car, theta);
    for (oom turn = {.diag = &diag}; oom_next(&turn);) {
        vg_plan plan;
        turn.err = vg_plan_make(&def, &plan, &diag);
        vg_plan_close(&plan);
    }
    vg_road_destroy(road);
}
END_TEST

CK_MAIN("plan", no_line_near_it_is_better, keeps_within_grip_and_road, steers_no_faster_than_the_car_can,
        goes_straight_on_a_straight, bends_least_at_held_speeds, same_bits_everywhere,
        refuses_what_has_no_best, memory_runs_out_anywhere)
