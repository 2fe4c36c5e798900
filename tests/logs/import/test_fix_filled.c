// Positions that were filled in between fixes: the fixes are found again, and real ones are left alone.
#include "logs/import/fix_filled.h"

#include <math.h>
#include <string.h>

#include "tests/check.h"
#include "tests/out_of_memory.h"

static vg_diag diag;

enum { ROWS = 600 };

static double rounded(double degrees) { return round(degrees * 1e7) / 1e7; }

// Around a circle of 100 m at 20 m/s, seen `every` rows of 0.05 s and filled in between; the second half of
// the time straight on.
static void place(double t, double *latitude, double *longitude) {
    double turn = t < 15 ? t : 15, ahead = 20 * (t - turn);
    double x = 100 * sin(0.2 * turn) + ahead * cos(0.2 * turn),
           y = 100 * (1 - cos(0.2 * turn)) + ahead * sin(0.2 * turn);
    *latitude = 50 + y / 111320, *longitude = 8 + x / 71555;
}

static vg_telemetry filled(int every) {
    vg_telemetry t = {.file = "session.csv"};
    static const vg_quantity quantities[] = {VG_QUANTITY_TIME, VG_QUANTITY_LATITUDE, VG_QUANTITY_LONGITUDE,
                                             VG_QUANTITY_SPEED, VG_QUANTITY_ACCURACY};
    for (int i = 0; i < 5; i++) vg_telemetry_add(&t, quantities[i], vg_quantity_get(quantities[i])->name);
    ck_ok(vg_telemetry_reserve(&t, ROWS, &diag));
    for (int i = 0; i < ROWS; i++) {
        double a[2], b[2], part = (double)(i % every) / every;
        place(0.05 * (i - i % every), &a[0], &a[1]);
        place(0.05 * (i - i % every + every), &b[0], &b[1]);
        t.columns[0].values[i] = round(50 * i) / 1000;
        for (int k = 0; k < 2; k++) t.columns[k + 1].values[i] = rounded(a[k] + part * (b[k] - a[k]));
        t.columns[3].values[i] = 20, t.columns[4].values[i] = 3;
        t.lines[i] = i + 13;
    }
    t.rows = ROWS;
    return t;
}

static int32_t count(const vg_telemetry *t, int column) {
    int32_t count = 0;
    for (int32_t i = 0; i < t->rows; i++) count += !isnan(t->columns[column].values[i]);
    return count;
}

START_TEST(fixes_are_found) {
    vg_telemetry t = filled(20);
    ck_ok(vg_fix_filled(&t, NULL, &diag));
    ck_assert_int_eq(count(&t, 3), ROWS);
    ck_assert_int_eq(count(&t, 4), count(&t, 1));
    ck_assert_int_ge(count(&t, 1), 29);
    ck_assert_int_le(count(&t, 1), 33);
    for (int32_t i = 0; i < ROWS / 2; i++) // in the bend: at the fixes, or one row beside
        if (!isnan(t.columns[1].values[i])) ck_assert_msg((i + 1) % 20 <= 2, "row %d", i);
    double last = 0;
    for (int32_t i = 0; i < ROWS; i++) { // on the straight as often
        if (isnan(t.columns[1].values[i])) continue;
        ck_assert_double_le(t.columns[0].values[i] - last, 1.6);
        last = t.columns[0].values[i];
    }
    vg_telemetry_free(&t);
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

START_TEST(a_car_that_stands) {
    vg_telemetry t = filled(20);
    for (int32_t i = 0; i < ROWS; i++) t.columns[1].values[i] = 50, t.columns[2].values[i] = 8;
    ck_ok(vg_fix_filled(&t, NULL, &diag));
    ck_assert_int_ge(count(&t, 1), 29); // one a second of 30 s
    ck_assert_int_le(count(&t, 1), 32);
    vg_telemetry_free(&t);
}
END_TEST

START_TEST(real_fixes_stay) {
    vg_telemetry t = filled(1);
    // A receiver's own noise of 0.05 m.
    for (int32_t i = 0; i < ROWS; i++)
        t.columns[1].values[i] += 5e-7 * sin(12.9898 * i), t.columns[2].values[i] += 7e-7 * sin(78.233 * i);
    ck_ok(vg_fix_filled(&t, NULL, &diag));
    ck_assert_int_eq(count(&t, 1), ROWS);
    t.rows = 10; // too few to tell
    ck_ok(vg_fix_filled(&t, NULL, &diag));
    ck_assert_int_eq(count(&t, 1), 10);
    t.rows = ROWS;
    t.columns[1].quantity = VG_QUANTITY_X; // no degrees
    ck_ok(vg_fix_filled(&t, NULL, &diag));
    vg_telemetry_free(&t);
}
END_TEST

START_TEST(memory_runs_out) {
    oom turn = {.later = true, .diag = &diag};
    while (oom_next(&turn)) {
        vg_telemetry t = filled(20);
        oom_start(&turn);
        turn.err = vg_fix_filled(&t, NULL, &diag);
        vg_telemetry_free(&t);
    }
    ck_assert_int_eq(turn.made, 3);
}
END_TEST

CK_MAIN("fix_filled", fixes_are_found, a_car_that_stands, real_fixes_stay, memory_runs_out)
