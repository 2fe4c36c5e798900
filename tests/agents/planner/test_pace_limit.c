#include "agents/planner/pace_limit.h"

#include <math.h>
#include <string.h>

#include "tests/roads.h"

static vg_diag diag;
static const vg_line_bounds bounds = {0.8, 0.5, 1};

enum { ROOM = 400 };
static double offset[ROOM], speed[ROOM];

static vg_stations open_stadium(double straight, double radius) {
    vg_road *road = stadium_road(straight, radius, 5);
    vg_stations stations;
    ck_ok(vg_stations_open(road, 5, 0, &stations, &diag));
    ck_assert_int_le(stations.count, ROOM);
    for (int32_t i = 0; i < ROOM; i++) offset[i] = 0, speed[i] = 100;
    vg_road_destroy(road);
    return stations;
}

// In the middle of a long bend it drives by the grip; nowhere beyond a limit.
START_TEST(as_fast_as_the_tyres_hold) {
    vg_car car = vg_car_default();
    vg_stations stations = open_stadium(150, 30);
    vg_line_view line = {&stations, &car, offset, speed};
    double slowest = INFINITY, fastest = 0;
    ck_ok(vg_pace_limit(&line, &bounds, speed, &diag));
    for (int32_t i = 0; i < stations.count; i++) {
        vg_dual beyond[VG_LINE_LIMITS];
        vg_line_limits_at(&line, &bounds, i, beyond);
        for (int k = 0; k < VG_LINE_LIMITS; k++) ck_assert_double_le(beyond[k].v, 0.03);
        slowest = fmin(slowest, speed[i]), fastest = fmax(fastest, speed[i]);
    }
    ck_assert_double_eq_tol(slowest, sqrt(0.8 * (double)car.lateral_max * 30), 0.3);
    ck_assert_double_gt(fastest, slowest + 6);
    vg_stations_close(&stations);
}
END_TEST

// It only ever lowers; a slow place is felt before it, by the brakes, and behind it, by the drive.
START_TEST(slows_for_what_comes) {
    vg_car car = vg_car_default();
    vg_stations stations = open_stadium(100, 60);
    vg_line_view line = {&stations, &car, offset, speed};
    for (int32_t i = 0; i < ROOM; i++) speed[i] = 20;
    int32_t slow = 10; // on the first straight
    speed[slow] = 4;
    ck_ok(vg_pace_limit(&line, &bounds, speed, &diag));
    double before = (speed[slow - 1] * speed[slow - 1] - 16) / (2 * stations.spacing);
    double behind = (speed[slow + 1] * speed[slow + 1] - 16) / (2 * stations.spacing);
    ck_assert_double_eq_tol(before, 0.8 * (double)car.longitudinal_max + (double)car.rolling, 0.1);
    ck_assert_double_eq_tol(behind, (double)car.accel_max - (double)car.rolling, 0.1);
    ck_assert(speed[slow] == 4 && speed[slow + 40] == 20);
    vg_stations_close(&stations);
}
END_TEST

CK_MAIN("pace_limit", as_fast_as_the_tyres_hold, slows_for_what_comes)
