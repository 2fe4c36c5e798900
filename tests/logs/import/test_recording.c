// A file's columns as drives.
#include "logs/import/recording.h"

#include <math.h>
#include <string.h>

#include "tests/check.h"
#include "tests/out_of_memory.h"

static vg_diag diag;

// Columns of quantities, and rows of values.
static vg_telemetry table(int32_t columns, const vg_quantity *what, int32_t rows, const double *values) {
    vg_telemetry t = {.file = "t.csv"};
    for (int32_t c = 0; c < columns; c++) vg_telemetry_add(&t, what[c], vg_quantity_get(what[c])->name);
    ck_ok(vg_telemetry_reserve(&t, rows, &diag));
    for (t.rows = 0; t.rows < rows; t.rows++) {
        t.lines[t.rows] = 10 + t.rows;
        for (int32_t c = 0; c < columns; c++) t.columns[c].values[t.rows] = values[t.rows * columns + c];
    }
    return t;
}

static const vg_quantity flat[] = {VG_QUANTITY_TIME, VG_QUANTITY_X, VG_QUANTITY_Y, VG_QUANTITY_SPEED};

START_TEST(takes_rows_as_they_are) {
    const double rows[] = {0, 1, 2, -0.2, 1, NAN, NAN, 5, 2, 5, NAN, 6, 2, 7, 8, NAN};
    vg_telemetry t = table(4, flat, 4, rows);
    vg_recordings drives;
    t.columns[3].unit = "km/h";
    ck_ok(vg_recordings_take(&t, &drives, &diag));
    ck_assert_int_eq(drives.count, 1);
    const vg_recording *r = &drives.items[0];
    ck_assert(r->count == 4 && r->drive == 0 && !r->geodetic);
    ck_assert_double_eq_tol(r->rows[0].value.speed, -0.2 / 3.6, 1e-12); // judged later
    ck_assert(isnan(r->rows[1].value.x) && isnan(r->rows[2].value.x));  // a place is whole or none
    ck_assert(r->rows[3].value.t == 2 && r->rows[3].line == 13 && isnan(r->rows[3].lap));
    ck_assert_str_eq(r->speed, "speed_mps");
    vg_recordings_free(&drives);
    vg_telemetry_free(&t);
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

START_TEST(drives_by_number_and_by_clock) {
    static const vg_quantity what[] = {VG_QUANTITY_TIME, VG_QUANTITY_X, VG_QUANTITY_Y, VG_QUANTITY_DRIVE};
    const double numbered[] = {0, 0, 0, 7, 1, 1, 0, 7, 0, 9, 9, 8, 1, 9, 8, 8};
    vg_recordings drives;
    vg_telemetry t = table(4, what, 4, numbered);
    ck_ok(vg_recordings_take(&t, &drives, &diag));
    ck_assert(drives.count == 2 && drives.items[0].count == 2 && drives.items[1].drive == 2);
    vg_recordings_free(&drives);
    vg_telemetry_free(&t);
    // The clock starts anew after 20 s. One row whose time is wrong is no new drive.
    double clock[4 * 42];
    for (int i = 0; i < 42; i++) {
        clock[4 * i] = i < 21 ? i : i - 21, clock[4 * i + 1] = i, clock[4 * i + 2] = 0,
                  clock[4 * i + 3] = NAN;
    }
    t = table(4, what, 42, clock);
    ck_ok(vg_recordings_take(&t, &drives, &diag));
    ck_assert(drives.count == 2 && drives.items[0].count == 21 && drives.items[1].rows[0].line == 31);
    vg_recordings_free(&drives);
    t.columns[0].values[10] = 1;
    ck_ok(vg_recordings_take(&t, &drives, &diag));
    ck_assert(drives.count == 2 && drives.items[0].count == 21);
    vg_recordings_free(&drives);
    vg_telemetry_free(&t);
}
END_TEST

START_TEST(degrees_become_metres) {
    static const vg_quantity what[] = {VG_QUANTITY_TIME, VG_QUANTITY_LATITUDE, VG_QUANTITY_LONGITUDE};
    const double rows[] = {0, 0, 0, 1, 50, 8, 2, 50.001, 8, 3, 50, 8.001};
    vg_telemetry t = table(3, what, 4, rows);
    vg_recordings drives;
    ck_ok(vg_recordings_take(&t, &drives, &diag));
    const vg_recording *r = &drives.items[0];
    ck_assert(r->geodetic && isnan(r->rows[0].value.x)); // 0, 0 is no place
    ck_assert(fabs(r->rows[1].value.x) < 1e-6 && fabs(r->rows[1].value.y) < 1e-6);
    ck_assert_double_eq_tol(r->rows[2].value.y, 111.229, 0.01);
    ck_assert_double_eq_tol(r->rows[3].value.x, 71.696, 0.01);
    vg_recordings_free(&drives);
    vg_telemetry_free(&t);
}
END_TEST

START_TEST(refuses) {
    const double rows[] = {0, 1, 2, 3, 1, 2e7, 2, 3};
    vg_recordings drives;
    vg_telemetry t = table(4, flat, 2, rows);
    ck_fails(vg_recordings_take(&t, &drives, &diag), VG_ERR_FORMAT,
             "t.csv:11: x_m: found 2e+07; expected metres");
    vg_telemetry_free(&t);
    t = table(3, flat + 1, 2, rows);
    ck_fails(vg_recordings_take(&t, &drives, &diag), VG_ERR_FORMAT, "t.csv: t_s: the column is missing");
    vg_telemetry_free(&t);
    t = table(2, flat, 2, rows);
    ck_fails(vg_recordings_take(&t, &drives, &diag), VG_ERR_FORMAT, "t.csv: y_m: the column is missing");
    vg_telemetry_free(&t);
    t = table(4, flat, 0, rows);
    ck_fails(vg_recordings_take(&t, &drives, &diag), VG_ERR_FORMAT, "no rows");
    vg_telemetry_free(&t);
    const double good[] = {0, 1, 2, 3, 1, 2, 2, 3};
    t = table(4, flat, 2, good);
    for (oom turn = {.diag = &diag}; oom_next(&turn);) {
        turn.err = vg_recordings_take(&t, &drives, &diag);
        if (!turn.err) vg_recordings_free(&drives);
    }
    vg_telemetry_free(&t);
}
END_TEST

START_TEST(names_rows) {
    vg_rows_found rows = {0};
    char text[VG_ROWS_TEXT];
    vg_rows_add(&rows, 12);
    ck_assert_str_eq(vg_rows_text(&rows, text), "row 12");
    vg_rows_add(&rows, 13);
    vg_rows_add(&rows, 40);
    ck_assert_str_eq(vg_rows_text(&rows, text), "rows 12, 13 and 40");
    for (int i = 0; i < 4; i++) vg_rows_add(&rows, 50 + i);
    ck_assert_str_eq(vg_rows_text(&rows, text), "rows 12, 13, 40, 50, 51 and 2 more");
}
END_TEST

CK_MAIN("recording", takes_rows_as_they_are, drives_by_number_and_by_clock, degrees_become_metres, refuses,
        names_rows)
