// From columns with units to a lap: conversion, and what is refused.
#include "logs/import/telemetry.h"

#include <math.h>

#include "tests/check.h"

static vg_diag diag;

// The five columns that a lap must have, two rows of them, at lines 7 and 9 of the file.
static vg_telemetry lap_of_two(void) {
    static const struct {
        vg_quantity quantity;
        const char *name, *unit;
        double values[2];
    } columns[] = {{VG_QUANTITY_TIME, "Time", "ms", {0, 500}},
                   {VG_QUANTITY_X, "East", "m", {1, 2}},
                   {VG_QUANTITY_Y, "North", "m", {3, 4}},
                   {VG_QUANTITY_HEADING, "Course", "deg", {90, 180}},
                   {VG_QUANTITY_SPEED, "Speed (km/h)", "km/h", {36, 72}}};
    vg_telemetry t = {.file = "lap.xyz"};
    for (int i = 0; i < 5; i++)
        vg_telemetry_add(&t, columns[i].quantity, columns[i].name)->unit = columns[i].unit;
    ck_ok(vg_telemetry_reserve(&t, 2, &diag));
    for (int i = 0; i < 5; i++)
        for (int r = 0; r < 2; r++) t.columns[i].values[r] = columns[i].values[r];
    t.lines[0] = 7, t.lines[1] = 9;
    t.rows = 2;
    return t;
}

static void refused(vg_telemetry *t, const char *part) {
    vg_lap lap;
    ck_fails(vg_telemetry_lap(t, &lap, &diag), VG_ERR_FORMAT, part);
    ck_assert_ptr_null(lap.samples);
    vg_telemetry_free(t);
    ck_assert_int_eq(vg_memory_live(), 0);
}

START_TEST(units_become_si) {
    vg_telemetry t = lap_of_two();
    vg_lap lap;
    ck_ok(vg_telemetry_lap(&t, &lap, &diag));
    ck_assert_str_eq(lap.file, "lap.xyz");
    ck_assert(lap.count == 2 && vg_lap_row(&lap, 0) == 7 && vg_lap_row(&lap, 1) == 9);
    const vg_log_sample *s = &lap.samples[1];
    ck_assert(s->t == 0.5 && s->x == 2 && s->y == 4);
    ck_assert_double_eq_tol(s->heading, 3.141592653589793, 1e-15);
    ck_assert_double_eq_tol(s->speed, 20, 1e-13);
    ck_assert(isnan(s->steer) && isnan(s->throttle) && isnan(s->brake));
    vg_lap_free(&lap);
    vg_telemetry_free(&t);
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

START_TEST(what_is_wrong_is_named_as_the_file_does) {
    vg_telemetry t = lap_of_two();
    t.columns[4].values[1] = 9000;
    refused(&t, "lap.xyz:9: Speed (km/h): found 9000 km/h; expected 0 to 1000 m/s");
    t = lap_of_two();
    t.columns[0].values[1] = 0;
    refused(&t, "lap.xyz:9: Time: time stands still, from 0 to 0 s");
    t = lap_of_two();
    t.columns[0].values[1] = -1;
    refused(&t, "lap.xyz:9: Time: time runs backwards");
    t = lap_of_two();
    t.columns[4].unit = "furlong";
    refused(&t, "lap.xyz: Speed (km/h): is in 'furlong'; expected one of m/s, cm/s, km/h, mph, kn, ft/s");
    t = lap_of_two();
    t.columns[4].unit = "m"; // known, but not a unit of speed
    refused(&t, "lap.xyz: Speed (km/h): is in 'm'");
    t = lap_of_two();
    t.columns[4].quantity = VG_QUANTITY_X, t.columns[4].unit = "m";
    refused(&t, "lap.xyz: Speed (km/h): a column twice");
    t = lap_of_two();
    t.columns[4].quantity = VG_QUANTITY_BRAKE, t.columns[4].unit = "%";
    refused(&t, "lap.xyz: speed_mps: the column is missing");
    t = lap_of_two();
    t.columns[4].values[1] = NAN;
    refused(&t, "lap.xyz:9: Speed (km/h): no value; expected 0 to 1000 m/s");
    t = lap_of_two();
    t.columns[1].values[0] = NAN;
    refused(&t, "lap.xyz:7: East: no value; expected metres");
    t = lap_of_two();
    for (int i = 1; i <= 2; i++) t.columns[i].values[0] = t.columns[i].values[1] = NAN;
    refused(&t, "lap.xyz: no row has a position");
    t = lap_of_two();
    t.rows = 0;
    refused(&t, "lap.xyz: no rows");
}
END_TEST

START_TEST(rows_without_a_position_are_left_out) {
    vg_telemetry t = lap_of_two();
    vg_lap lap;
    t.columns[1].values[0] = t.columns[2].values[0] = NAN;
    ck_ok(vg_telemetry_lap(&t, &lap, &diag));
    ck_assert(lap.count == 1 && lap.samples[0].x == 2 && vg_lap_row(&lap, 0) == 9);
    vg_lap_free(&lap);
    vg_telemetry_free(&t);
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

START_TEST(units_of_places_and_courses) {
    vg_telemetry t = {.file = "lap.xyz"};
    vg_telemetry_add(&t, VG_QUANTITY_LONGITUDE, "long")->unit = "arcmin west";
    vg_telemetry_add(&t, VG_QUANTITY_HEADING, "course")->unit = "compass deg";
    ck_ok(vg_telemetry_reserve(&t, 1, &diag));
    t.columns[0].values[0] = -120, t.columns[1].values[0] = 90, t.rows = 1;
    ck_ok(vg_telemetry_prepare(&t, &diag));
    ck_assert_double_eq_tol(vg_telemetry_value(&t.columns[0], 0), 2, 1e-15);
    ck_assert_double_eq_tol(vg_telemetry_value(&t.columns[1], 0), 0, 1e-15);
    ck_assert_ptr_eq(vg_telemetry_find(&t, VG_QUANTITY_HEADING), &t.columns[1]);
    ck_assert_ptr_null(vg_telemetry_find(&t, VG_QUANTITY_LATITUDE));
    vg_telemetry_free(&t);
}
END_TEST

START_TEST(empty_columns_are_dropped) {
    vg_telemetry t = lap_of_two();
    t.columns[3].values[0] = t.columns[3].values[1] = NAN;
    t.columns[4].values[0] = NAN;
    vg_telemetry_drop_empty(&t);
    ck_assert_int_eq(t.count, 4);
    ck_assert_ptr_null(vg_telemetry_find(&t, VG_QUANTITY_HEADING));
    ck_assert(vg_telemetry_find(&t, VG_QUANTITY_SPEED)->values[1] == 72);
    vg_telemetry_free(&t);
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

START_TEST(quantities_by_name) {
    for (int q = 0; q < VG_QUANTITY_COUNT; q++)
        ck_assert_int_eq(vg_quantity_named(vg_quantity_get((vg_quantity)q)->name), q);
    ck_assert_int_eq(vg_quantity_named("gear"), VG_QUANTITY_COUNT);
}
END_TEST

CK_MAIN("telemetry", units_become_si, what_is_wrong_is_named_as_the_file_does,
        rows_without_a_position_are_left_out, units_of_places_and_courses, empty_columns_are_dropped,
        quantities_by_name)
