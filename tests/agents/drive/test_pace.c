#include "agents/drive/pace.h"

#include <math.h>

#include "sim/base/memory.h"
#include "tests/check.h"
#include "tests/roads.h"

static vg_diag diag;

START_TEST(is_read_between_its_bins) {
    vg_road *open = open_road(5), *closed = circle_road(50, 5);
    vg_pace p;
    ck_ok(vg_pace_open(open, 2, &p, &diag));
    p.speed[0] = 10, p.speed[1] = 20;
    double length = vg_road_get(open).length;
    ck_assert_float_eq_tol(vg_pace_at(&p, length / 4), 15, 1e-4);
    ck_assert_float_eq_tol(vg_pace_at(&p, length), 20, 1e-4); // held, not wrapped round to 10
    vg_pace_free(&p);
    ck_ok(vg_pace_open(closed, 2, &p, &diag));
    p.speed[0] = 10, p.speed[1] = 20;
    ck_assert_float_eq_tol(vg_pace_at(&p, vg_road_get(closed).length * 0.75), 15, 1e-4);
    vg_pace_free(&p);
    vg_road_destroy(open), vg_road_destroy(closed);
}
END_TEST

// Two passes over bins give what looking ahead and back from each place gives.
START_TEST(of_the_careful_driver_is_its_speed_everywhere) {
    vg_road *roads[] = {stadium_road(120, 15, 4), circle_road(50, 5), open_road(5)};
    vg_car cars[2];
    ck_ok(vg_car_load("sedan", &cars[0], &diag));
    ck_ok(vg_car_load("formula", &cars[1], &diag));
    for (int i = 0; i < 6; i++) {
        const vg_car *car = &cars[i % 2];
        vg_pace p;
        ck_ok(vg_pace_careful(roads[i / 2], car, &p, &diag));
        for (int32_t k = 0; k < p.count; k += 7) {
            float at = vg_careful_speed(roads[i / 2], car, k / p.bins_a_metre);
            ck_assert_float_eq_tol(p.speed[k], at, 0.02f * at);
        }
        vg_pace_free(&p);
    }
    for (int i = 0; i < 3; i++) vg_road_destroy(roads[i]);
}
END_TEST

// On a road of model cars, bends lie between two metres.
START_TEST(of_the_careful_driver_slows_for_small_bends) {
    vg_road *full = stadium_road(120, 15, 4), *road;
    vg_road_def def = vg_road_source(full);
    double columns[4][ROAD_POINTS];
    for (int32_t i = 0; i < def.count; i++) {
        columns[0][i] = def.x[i] / 43, columns[1][i] = def.y[i] / 43;
        columns[2][i] = def.left[i] / 43, columns[3][i] = def.right[i] / 43;
    }
    def.x = columns[0], def.y = columns[1], def.left = columns[2], def.right = columns[3], def.spacing = 0.05;
    ck_ok(vg_road_create(&def, &road, &diag));
    vg_car car;
    vg_pace p;
    ck_ok(vg_car_load("rc", &car, &diag));
    ck_ok(vg_pace_careful(road, &car, &p, &diag));
    double bend = sqrt(0.5 * 8.9 * 15 / 43), rate = 0.5 * 7;
    for (int32_t k = 0; k < p.count; k++) {
        double s = k / p.bins_a_metre, half = vg_road_get(road).length / 2, straight = 120.0 / 43;
        double u = fmod(s, half), left = u < straight ? straight - u : 0; // m to the next bend
        double most = sqrt(bend * bend + 2 * rate * left);
        ck_assert_double_le((double)p.speed[k], 1.15 * most);
        ck_assert_double_le((double)vg_careful_speed(road, &car, s), 1.15 * most);
    }
    vg_pace_free(&p);
    vg_road_destroy(road), vg_road_destroy(full);
}
END_TEST

START_TEST(is_driven) {
    vg_road *open = open_road(5), *closed = circle_road(50, 5);
    vg_pace p;
    ck_ok(vg_pace_open(closed, 1, &p, &diag));
    p.speed[0] = 10;
    vg_pace_drive d = {.pace = &p, .s = 3, .speed = 4, .accel = 2};
    for (int i = 0; i < 60; i++) vg_pace_step(&d, 0.05); // 3 s, in which it gathers 6 m/s
    ck_assert_float_eq_tol(d.speed, 10, 1e-4);
    ck_assert_double_eq_tol(d.progress, 21, 0.2);
    double round = vg_road_get(closed).length;
    for (int i = 0; i < 1000; i++) vg_pace_step(&d, 0.05);
    ck_assert_double_eq_tol(d.progress, 521, 0.2); // goes on past the end of a lap
    ck_assert(d.s >= 0 && d.s < round);
    d = (vg_pace_drive){.pace = &p, .speed = 90, .accel = 2};
    vg_pace_step(&d, 1);
    ck_assert_double_eq_tol(d.progress, 10, 1e-4); // never faster than the pace
    vg_pace_free(&p);
    ck_ok(vg_pace_open(open, 1, &p, &diag));
    p.speed[0] = 10;
    d = (vg_pace_drive){.pace = &p, .speed = 10};
    for (int i = 0; i < 100000; i++) vg_pace_step(&d, 0.05);
    ck_assert_double_eq_tol(d.progress, vg_road_get(open).length, 1e-3);
    vg_pace_free(&p);
    vg_road_destroy(open), vg_road_destroy(closed);
}
END_TEST

CK_MAIN("pace", is_read_between_its_bins, of_the_careful_driver_is_its_speed_everywhere,
        of_the_careful_driver_slows_for_small_bends, is_driven)
