// From columns with units to a lap: conversion, and what is refused.
#include "logs/import/telemetry.h"

#include <math.h>

#include "tests/check.h"

static vg_diag diag;

// The five columns that a lap must have, two rows of them, from line 7 of the file on.
static vg_telemetry lap_of_two(void) {
    static const double values[VG_QUANTITY_COUNT][2] = {{0, 500}, {1, 2}, {3, 4}, {90, 180}, {36, 72}};
    static const char *const names[] = {"Time", "East", "North", "Course", "Speed (km/h)"};
    vg_telemetry t = {.file = "lap.xyz", .first_line = 7};
    for (int q = 0; q <= VG_QUANTITY_SPEED; q++) vg_telemetry_add(&t, (vg_quantity)q, names[q]);
    t.columns[0].unit = "ms", t.columns[3].unit = "deg", t.columns[4].unit = "km/h";
    ck_ok(vg_telemetry_reserve(&t, 2, &diag));
    for (int q = 0; q < t.count; q++)
        for (int r = 0; r < 2; r++) t.columns[q].values[r] = values[q][r];
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
    ck_assert(lap.count == 2 && lap.first_line == 7);
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
    refused(&t, "lap.xyz:8: Speed (km/h): found 9000 km/h; expected 0 to 1000 m/s");
    t = lap_of_two();
    t.columns[0].values[1] = 0;
    refused(&t, "lap.xyz:8: Time: time stands still, from 0 to 0 s");
    t = lap_of_two();
    t.columns[0].values[1] = -1;
    refused(&t, "lap.xyz:8: Time: time runs backwards");
    t = lap_of_two();
    t.columns[4].unit = "furlong";
    refused(&t, "lap.xyz: Speed (km/h): is in 'furlong'; expected one of m/s, km/h, mph, kn");
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
    t.rows = 0;
    refused(&t, "lap.xyz: no rows");
}
END_TEST

START_TEST(quantities_by_name) {
    for (int q = 0; q < VG_QUANTITY_COUNT; q++)
        ck_assert_int_eq(vg_quantity_named(vg_quantity_get((vg_quantity)q)->name), q);
    ck_assert_int_eq(vg_quantity_named("gear"), VG_QUANTITY_COUNT);
}
END_TEST

CK_MAIN("telemetry", units_become_si, what_is_wrong_is_named_as_the_file_does, quantities_by_name)
