#include "eval/rewards/corner_halves.h"

#include <math.h>
#include <string.h>

#include "agents/planner/plan.h"
#include "tests/roads.h"

static vg_diag diag;

// A stadium has two corners: from the middle of one straight to the middle of the other.
START_TEST(cuts_midway_between_corners) {
    vg_road *road = stadium_road(150, 30, 5);
    vg_stations stations;
    bool held[200];
    ck_ok(vg_stations_open(road, 5, 0, &stations, &diag));
    ck_assert_int_eq(vg_corner_halves(road, &stations, held), 2);
    int32_t count = 0, changes = 0;
    for (int32_t i = 0; i < stations.count; i++) {
        count += held[i], changes += held[i] != held[(i + 1) % stations.count];
        double bend = fabs(vg_road_at(road, i * stations.spacing).curvature);
        if (held[i] != held[(i + 1) % stations.count]) ck_assert_double_lt(bend, 1e-3);
    }
    ck_assert_int_eq(changes, 2);
    ck_assert_int_ge(count, stations.count / 2 - 2);
    ck_assert_int_le(count, stations.count / 2 + 2);
    vg_stations_close(&stations);
    vg_road_destroy(road);
}
END_TEST

// Laps that are plans by known weights: the weights of one corner predict the other.
START_TEST(predicts_a_driver_of_known_weights) {
    static const double theta[VG_DRIVING_COUNT] = {1, 0.05, 0.2, 0.01, 0.01, 0.01, 0.05, 10};
    vg_road *road = stadium_road(150, 30, 5);
    vg_car car = vg_car_default();
    vg_plan_def def = vg_plan_default(road, &car, theta);
    vg_plan plan;
    vg_stations stations;
    vg_demonstration lap = {.first = 0};
    vg_corner_prediction out;
    vg_maxent_learner_config config;
    vg_config_default(&vg_maxent_schema, &config);
    ck_ok(vg_plan_make(&def, &plan, &diag));
    ck_ok(vg_stations_open(road, 5, 0, &stations, &diag));
    ck_ok(vg_stations_cut(&stations, 0, stations.count, &lap.stations, &diag));
    lap.offset = plan.offset, lap.speed = plan.speed;
    vg_demonstrations shown = {&road, &stations, 1, &car, 1, &lap, 1, 1, 0, 0, 1, 0};
    ck_ok(vg_corner_predict(&shown, &config, &out, &diag));
    const vg_line_error *fitted = &out.errors[VG_GUESS_FITTED];
    ck_assert_double_lt(fitted->offset, 0.1);
    ck_assert_double_lt(fitted->speed, 0.3);
    ck_assert_double_lt(2 * fitted->offset, out.errors[VG_GUESS_DEFAULT].offset);
    ck_assert_double_lt(2 * fitted->speed, out.errors[VG_GUESS_STRAIGHT].speed);
    ck_assert(out.errors[VG_GUESS_MEAN].offset == 0 && out.corners == 2);
    shown.car_count = 2;
    ck_fails(vg_corner_predict(&shown, &config, &out, &diag), VG_ERR_MISMATCH, "1 roads and 2 cars");
    vg_stations_close(&stations), vg_stations_close(&lap.stations);
    vg_plan_close(&plan);
    vg_road_destroy(road);
}
END_TEST

CK_MAIN("corner_halves", cuts_midway_between_corners, predicts_a_driver_of_known_weights)
