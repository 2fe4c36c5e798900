// Fixes whose times jitter: on a drive whose truth is known, the times that the speeds give are nearer to it.
#include "logs/import/fix_times.h"

#include <math.h>
#include <string.h>

#include "tests/check.h"
#include "tests/out_of_memory.h"

static vg_diag diag;

enum { FIXES = 240, EVERY = 5 }; // a fix at 4 Hz; speeds at 20 Hz
#define STEP 0.05

// Along a straight: the speed goes up and down between 30 and 80 m/s.
static double speed_at(double t) { return 55 + 25 * sin(0.3 * t); }
static double driven_at(double t) { return 55 * t + 25 / 0.3 * (1 - cos(0.3 * t)); }
static double jitter(int i) { return 0.04 * sin(12.9898 * i); } // s, as good as random from fix to fix

static vg_telemetry drive(double scale) {
    vg_telemetry t = {.file = "lap.json"};
    static const vg_quantity quantities[] = {VG_QUANTITY_TIME, VG_QUANTITY_X, VG_QUANTITY_Y,
                                             VG_QUANTITY_SPEED, VG_QUANTITY_LAP};
    for (int i = 0; i < 5; i++) vg_telemetry_add(&t, quantities[i], vg_quantity_get(quantities[i])->name);
    ck_ok(vg_telemetry_reserve(&t, FIXES * EVERY, &diag));
    for (int i = 0; i < FIXES * EVERY; i++) {
        double time = i * STEP;
        bool fix = i % EVERY == 0;
        t.columns[0].values[i] = time;
        t.columns[1].values[i] = fix ? driven_at(time + jitter(i)) : NAN; // a place of another moment
        t.columns[2].values[i] = fix ? 3 : NAN;
        t.columns[3].values[i] = scale * speed_at(time);
        t.columns[4].values[i] = 2;
        t.lines[i] = i + 10;
    }
    t.rows = FIXES * EVERY;
    return t;
}

// m along the track, rms, by which a fix is not where its time says.
static double error_of(const vg_telemetry *t, int32_t *fixes) {
    double sum = 0;
    *fixes = 0;
    for (int32_t i = 0; i < t->rows; i++) {
        double x = t->columns[1].values[i];
        if (isnan(x) || t->columns[0].values[i] < 1 || t->columns[0].values[i] > FIXES * EVERY * STEP - 2)
            continue;
        double off = x - driven_at(t->columns[0].values[i]);
        sum += off * off, ++*fixes;
    }
    return sqrt(sum / *fixes);
}

START_TEST(times_come_from_speeds) {
    for (int k = 0; k < 2; k++) {
        vg_telemetry t = drive(k ? 1.03 : 1); // a speed channel 3 % high does no harm
        int32_t before, after;
        double raw = error_of(&t, &before);
        ck_ok(vg_fix_times(&t, NULL, &diag));
        double mended = error_of(&t, &after);
        ck_assert_int_ge(after, before - 2);
        ck_assert_msg(raw > 1 && mended < 0.35 * raw, "from %.3f to %.3f m", raw, mended);
        int32_t speeds = 0;
        for (int32_t i = 0; i < t.rows; i++) {
            ck_assert(i == 0 || t.columns[0].values[i] >= t.columns[0].values[i - 1]);
            ck_assert(isnan(t.columns[1].values[i]) != isnan(t.columns[3].values[i]));
            ck_assert(t.columns[4].values[i] == 2 && t.lines[i] >= 10);
            speeds += !isnan(t.columns[3].values[i]);
        }
        ck_assert_int_eq(speeds, FIXES * EVERY);
        ck_assert_int_eq(t.rows, FIXES * EVERY + FIXES);
        vg_telemetry_free(&t);
        ck_assert_int_eq(vg_memory_live(), 0);
    }
}
END_TEST

START_TEST(what_it_leaves_alone) {
    vg_telemetry t = drive(1);
    t.columns[4].quantity = VG_QUANTITY_DRIVE;
    ck_ok(vg_fix_times(&t, NULL, &diag)); // several drives
    ck_assert_int_eq(t.rows, FIXES * EVERY);
    t.columns[4].quantity = VG_QUANTITY_LAP;
    t.columns[0].values[9] = 0; // times that run backwards are for others to tell
    ck_ok(vg_fix_times(&t, NULL, &diag));
    ck_assert_int_eq(t.rows, FIXES * EVERY);
    t.count = 3; // no speed
    vg_free(t.columns[3].values);
    vg_free(t.columns[4].values);
    ck_ok(vg_fix_times(&t, NULL, &diag));
    ck_assert_int_eq(t.rows, FIXES * EVERY);
    vg_telemetry_free(&t);
}
END_TEST

START_TEST(memory_runs_out) {
    for (oom turn = {.later = true, .least = 7, .diag = &diag}; oom_next(&turn);) {
        vg_telemetry t = drive(1);
        oom_start(&turn);
        turn.err = vg_fix_times(&t, NULL, &diag);
        vg_telemetry_free(&t);
    }
}
END_TEST

CK_MAIN("fix_times", times_come_from_speeds, what_it_leaves_alone, memory_runs_out)
