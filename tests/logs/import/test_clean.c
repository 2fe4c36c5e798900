// What files have that no car has driven: each kind is put into a clean drive, and found.
#include "logs/import/clean.h"

#include <math.h>
#include <string.h>

#include "sim/base/exact.h"
#include "sim/base/random.h"
#include "tests/check.h"
#include "tests/out_of_memory.h"

static vg_diag diag;
enum { MOST = 6000 };
static vg_recorded rows[MOST], clean_rows[MOST];
static char told[4000];

static void remember(void *context, const char *text) {
    (void)context;
    snprintf(told + strlen(told), sizeof told - strlen(told), "%s\n", text);
}
static const vg_warnings warnings = {.warn = remember};

// Around an ellipse at 11 to 19 m/s, at a rate; rows begin in line 2. Positions are exact.
static int32_t drive(double rate, double seconds) {
    int32_t count = (int32_t)(rate * seconds) + 1, fine = 200;
    double angle = 0;
    for (int32_t i = 0; i < count; i++) {
        double sine, cosine;
        vg_sincos(angle, &sine, &cosine);
        double t = i / rate, speed = 15 + 4 * vg_sin(t / 3);
        rows[i] = (vg_recorded){.value = {.t = t,
                                          .x = 120 * cosine,
                                          .y = 70 * sine,
                                          .speed = speed,
                                          .heading = NAN,
                                          .steer = NAN,
                                          .throttle = NAN,
                                          .brake = NAN},
                                .lap = NAN,
                                .line = i + 2};
        for (int k = 0; k < fine; k++) {
            vg_sincos(angle, &sine, &cosine);
            double v = 15 + 4 * vg_sin((t + k / (rate * fine)) / 3);
            angle += v / (rate * fine) / sqrt(14400 * sine * sine + 4900 * cosine * cosine);
        }
    }
    memcpy(clean_rows, rows, (size_t)count * sizeof *rows);
    return count;
}

static double normal(int32_t i, uint32_t entity) {
    const vg_draw at = {.seed = 3, .stream = VG_STREAM_CHAIN, .entity = entity, .step = (uint32_t)i};
    double out[2];
    vg_random_normal2(&at, out);
    return out[0];
}

static vg_cleaned *found; // of the last cleaning
static int32_t found_count;
static vg_clean_report report;

static vg_err try_with(const vg_clean_def *def, int32_t count) {
    vg_recording r = {.file = "d.csv", .time = "t_s", .place = "x_m", .speed = "speed_mps", .count = count};
    r.rows = vg_new(vg_recorded, count);
    if (!r.rows) return vg_fail_memory(&diag);
    memcpy(r.rows, rows, (size_t)count * sizeof *rows);
    told[0] = 0;
    vg_free(found);
    vg_err err = vg_clean(def, &r, &found, &found_count, &report, &diag);
    vg_recording_free(&r);
    return err;
}

static vg_err try_as(vg_clean_speed speed, double bridge, int32_t count) {
    vg_clean_def def = vg_clean_default();
    def.speed = speed, def.bridge = bridge, def.warnings = &warnings;
    return try_with(&def, count);
}
static vg_err try(int32_t count) { return try_as(VG_CLEAN_AS_IS, 0, count); }

// The largest distance of a cleaned sample from the drive as it was, by its row.
static double off(void) {
    double most = 0;
    for (int32_t i = 0; i < found_count; i++) {
        if (found[i].made) continue;
        const vg_log_sample *s = &clean_rows[found[i].line - 2].value;
        most = fmax(most, hypot(found[i].value.x - s->x, found[i].value.y - s->y));
    }
    return most;
}

static void ck_told(const char *part) {
    if (!strstr(told, part)) ck_abort_msg("\"%s\" does not say \"%s\"", told, part);
}
static void done(void) {
    vg_free(found), found = NULL;
    ck_assert_int_eq(vg_memory_live(), 0);
}

START_TEST(a_clean_drive_is_left_alone) {
    int32_t count = drive(10, 60);
    ck_ok(try(count));
    ck_assert_str_eq(told, "");
    ck_assert(report.left_alone && found_count == count && report.bridges == 0 && report.far.count == 0);
    for (int32_t i = 0; i < count; i++) {
        ck_assert(found[i].value.x == rows[i].value.x && found[i].value.speed == rows[i].value.speed);
        ck_assert(!found[i].made && !found[i].bridged && found[i].line == i + 2 && found[i].sd < 0.01);
        ck_assert(isfinite(found[i].value.heading) &&
                  isnan(found[i].value.steer)); // a heading is made where none is
    }
    ck_assert_double_eq_tol(report.speed_scale, 1, 0.003);
    // Without speeds they come from the path.
    for (int32_t i = 0; i < count; i++) rows[i].value.speed = NAN;
    ck_ok(try(count));
    for (int32_t i = 5; i < count - 5; i++)
        ck_assert_double_eq_tol(found[i].value.speed, clean_rows[i].value.speed, 0.1);
    ck_assert(isnan(report.speed_scale));
    done();
}
END_TEST

// --- times -----------------------------------------------------------------------------------------------

START_TEST(times_are_mended) {
    int32_t count = drive(10, 60);
    // A row twice; two rows that were written in the wrong order; a clock that stutters; one that stands.
    memmove(rows + 51, rows + 50, (size_t)(count - 50) * sizeof *rows);
    vg_recorded late = rows[101];
    rows[101] = rows[102], rows[102] = late;
    rows[201].value.t -= 0.15;
    rows[301].value.t = rows[300].value.t;
    ck_ok(try(count + 1));
    ck_assert(report.repeated.count == 1 && report.reordered.count == 1 && report.clock.count == 2);
    ck_told("row 52 stands twice");
    ck_told("t_s: row 102 out of order: put in order of time");
    ck_told("time stands still or runs backwards at rows 202 and 302: mended");
    ck_assert(report.left_alone && found_count == count && off() < 1e-9);
    for (int32_t i = 1; i < found_count; i++) ck_assert(found[i].value.t > found[i - 1].value.t);
    done();
}
END_TEST

START_TEST(a_coarse_clock_is_spread) {
    int32_t count = drive(10, 60);
    for (int32_t i = 0; i < count; i++) rows[i].value.t = floor(i / 10.0 + 1e-9); // whole seconds
    ck_ok(try(count));
    ck_assert_int_eq(found_count, count);
    for (int32_t i = 0; i < count; i++) ck_assert_double_eq_tol(found[i].value.t, i / 10.0, 1e-6);
    done();
}
END_TEST

START_TEST(times_that_cannot_be_mended) {
    int32_t count = drive(10, 60);
    rows[50].value.t = 1;
    ck_fails(try(count), VG_ERR_FORMAT, "d.csv:52: t_s: time runs backwards, from 4.9 to 1 s");
    drive(10, 60);
    for (int32_t i = 60; i < 75; i++) rows[i].value.t = 6;
    ck_fails(try(count), VG_ERR_FORMAT, "d.csv:63: t_s: time stands still");
    drive(10, 60);
    rows[50].value.t = 500;
    ck_fails(try(count), VG_ERR_FORMAT, "d.csv:52: t_s: time jumps from 4.9 to 500 s here and comes back");
    drive(10, 60);
    rows[60].value.t = NAN;
    ck_fails(try(count), VG_ERR_FORMAT, "d.csv:62: t_s: no time");
    done();
}
END_TEST

START_TEST(jitter_is_taken_out) {
    int32_t count = drive(10, 60);
    for (int32_t i = 0; i < count; i++) rows[i].value.t += 0.016 * normal(i, 0);
    ck_ok(try(count));
    ck_told("the clock jitters by 0.01");
    ck_assert(report.left_alone && report.jitter > 0.01);
    double shift = found[0].value.t - clean_rows[0].value.t;
    for (int32_t i = 0; i < count; i++)
        ck_assert_double_eq_tol(found[i].value.t - clean_rows[i].value.t, shift, 6e-3);
    // Fixes that are taken at odd times, and say so, are right.
    for (int32_t i = 0; i < count; i++) rows[i] = clean_rows[i];
    int32_t kept = 0;
    for (int32_t i = 0; i < count; i++)
        if (i % 3 != 1) rows[kept++] = clean_rows[i];
    ck_ok(try(kept));
    ck_assert(report.jitter == 0);
    done();
}
END_TEST

// --- positions -------------------------------------------------------------------------------------------

// Positions of `every` rows are those of the first.
static void hold(int32_t count, int32_t every) {
    for (int32_t i = 0; i < count; i++)
        rows[i].value.x = clean_rows[i - i % every].value.x,
        rows[i].value.y = clean_rows[i - i % every].value.y;
}

START_TEST(held_positions_are_thinned) {
    for (int speeds = 1; speeds >= 0; speeds--)
        for (int every = 2; every <= 5; every++) {
            int32_t count = drive(25, 40);
            hold(count, every);
            for (int32_t i = 0; i < count && !speeds; i++) rows[i].value.speed = NAN;
            ck_ok(try(count));
            ck_told("x_m: positions are repeated while the car moves");
            ck_assert_int_eq(report.held.count, count - (count + every - 1) / every);
            ck_assert(report.left_alone && found_count == (count + every - 1) / every && off() < 1e-9);
        }
    // A car that stands repeats its position, too: that is no fault.
    int32_t count = drive(10, 60);
    for (int32_t i = 0; i < 50; i++) rows[i].value.x = 120, rows[i].value.y = 0, rows[i].value.speed = 0;
    for (int32_t i = 50; i < count; i++) {
        rows[i] = clean_rows[i - 50];
        rows[i].value.t = 0.1 * i, rows[i].line = i + 2;
        rows[i].value.speed = clean_rows[i - 50].value.speed;
    }
    try(count);
    ck_assert_int_eq(report.held.count, 0);
    done();
}
END_TEST

START_TEST(a_frozen_receiver_is_a_gap) {
    int32_t count = drive(10, 60);
    for (int32_t i = 200; i < 230; i++)
        rows[i].value.x = rows[199].value.x, rows[i].value.y = rows[199].value.y;
    ck_fails(try(count), VG_ERR_FORMAT, "d.csv:232: t_s: a gap of 3.1 s without a fix before this sample");
    ck_ok(try_as(VG_CLEAN_AS_IS, 4, count));
    ck_assert(report.bridges == 1 && fabs(report.longest - 3.1) < 1e-9);
    done();
}
END_TEST

static void lose(int32_t i, double x, double y) { rows[i].value.x = x, rows[i].value.y = y; }

START_TEST(lost_fixes_are_dropped) {
    int32_t count = drive(10, 60);
    lose(0, 0, 0), lose(100, 0, 0), lose(count - 1, 0, 0);
    ck_ok(try(count));
    ck_told("x_m: rows 2, 102 and 602: lost fixes");
    ck_assert(found_count == count - 3 && off() < 1e-9 && report.left_alone);
    // Many at one place are lost fixes, and not one that is held.
    drive(10, 60);
    for (int32_t i = 100; i < 107; i++) lose(i, 0, 0);
    lose(0, 0, 0), lose(1, 0, 0);
    ck_ok(try(count));
    ck_assert(report.lost.count == 9 && report.held.count == 0);
    // Several at once, to another place each; and one that is only 40 m off.
    drive(10, 60);
    lose(100, 1e6, -2e5), lose(101, 300, 300), lose(102, 0, 0);
    rows[300].value.y += 40;
    ck_ok(try(count));
    ck_told("rows 102, 103, 104 and 302: lost fixes");
    ck_assert(found_count == count - 1 && off() < 1e-9); // three are made between the fixes 0.4 s apart
    // All the world's laps begin somewhere: at 0, 0, for example.
    drive(10, 60);
    for (int32_t i = 0; i < count; i++) rows[i].value.x -= 120;
    ck_ok(try(count));
    ck_assert_int_eq(report.lost.count, 0);
    // A small step aside is far beside the path, and not followed.
    drive(10, 60);
    rows[250].value.x += 2;
    ck_ok(try(count));
    ck_told("row 252: far beside the path of the other fixes");
    ck_assert(found_count == count && off() < 0.05);
    done();
}
END_TEST

START_TEST(a_jump_that_stays_is_refused) {
    int32_t count = drive(10, 60);
    for (int32_t i = 400; i < count; i++) rows[i].value.x += 300;
    ck_fails(try(count), VG_ERR_FORMAT, "x_m: the position");
    for (int32_t i = 0; i < count; i++) rows[i].value.x = (i * 7919) % 2000;
    ck_fails(try(count), VG_ERR_FORMAT, "x_m: the positions jump about");
    done();
}
END_TEST

// --- speeds ----------------------------------------------------------------------------------------------

START_TEST(wild_speeds_are_dropped) {
    int32_t count = drive(10, 60);
    rows[0].value.speed = 90, rows[200].value.speed = 75, rows[300].value.speed = 0,
    rows[301].value.speed = 0;
    rows[400].value.speed = -20, rows[count - 1].value.speed = 900;
    ck_ok(try(count));
    ck_told("speed_mps: rows 2, 202, 302, 303, 402 and 1 more: far from the path's own speed");
    ck_assert(report.spikes.count == 6 && report.left_alone && found_count == count && off() < 1e-9);
    for (int32_t i = 0; i < count; i++)
        ck_assert_double_eq_tol(found[i].value.speed, clean_rows[i].value.speed, i % (count - 1) ? 0.1 : 0.5);
    done();
}
END_TEST

START_TEST(speeds_below_zero) {
    int32_t count = drive(10, 60);
    for (int32_t i = 0; i < count; i++) { // it stands for 3 s
        rows[i] = clean_rows[i < 30 ? 0 : i - 30];
        rows[i].value.t = 0.1 * i, rows[i].line = i + 2;
        if (i < 30) rows[i].value.speed = i % 3 ? 0 : -0.02;
    }
    ck_ok(try(count));
    ck_told("speed_mps: rows 2, 5, 8, 11, 14 and 5 more a little below 0: taken as 0");
    for (int32_t i = 0; i < 30; i++) ck_assert(found[i].value.speed >= 0);
    // A car that reverses is not one of ours.
    for (int32_t i = 0; i < count; i++) rows[i].value.speed = -fabs(rows[i].value.speed);
    ck_fails(try(count), VG_ERR_FORMAT, "expected 0 to 1000 m/s (the car does not reverse)");
    done();
}
END_TEST

static void scale(int32_t count, double by) {
    for (int32_t i = 0; i < count; i++) rows[i].value.speed = by * clean_rows[i].value.speed;
}

START_TEST(a_scale_is_told_and_taken_out) {
    int32_t count = drive(10, 60);
    scale(count, 1.1);
    ck_fails(try(count), VG_ERR_MISMATCH,
             "d.csv: speed_mps: the speeds are 1.1 times those of the path of x_m");
    ck_ok(try_as(VG_CLEAN_FIX, 0, count));
    ck_told("speed_mps: divided by 1.1");
    for (int32_t i = 0; i < count; i++)
        ck_assert_double_eq_tol(found[i].value.speed, clean_rows[i].value.speed, 0.05);
    ck_ok(try_as(VG_CLEAN_NONE, 0, count));
    for (int32_t i = 0; i < count; i++)
        ck_assert_double_eq_tol(found[i].value.speed, clean_rows[i].value.speed, 0.5);
    // Little is no contradiction; and a spike hides no scale.
    scale(count, 1.02);
    ck_ok(try(count));
    scale(count, 0.93);
    rows[200].value.speed = 80;
    ck_fails(try(count), VG_ERR_MISMATCH, "speed_mps: the speeds are 0.93 times");
    // Units that people mix up are guessed.
    static const struct {
        double by;
        const char *says;
    } units[] = {{3.6, "km/h?"},
                 {2.237, "mph?"},
                 {1.944, "knots?"},
                 {3.281, "feet a second?"},
                 {0.1, "tenths of a metre?"},
                 {0.3048, "positions in feet?"}};
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        scale(count, units[i].by);
        ck_fails(try(count), VG_ERR_MISMATCH, units[i].says);
    }
    done();
}
END_TEST

START_TEST(a_lag_is_told_and_taken_out) {
    int32_t count = drive(10, 60);
    for (int32_t i = 0; i < count; i++) rows[i].value.speed = clean_rows[i < 8 ? 0 : i - 8].value.speed;
    ck_ok(try(count));
    ck_told("speed_mps: the speeds are 0.80 s behind the path's; --speed fix moves them");
    ck_assert_double_eq_tol(report.speed_lag, 0.8, 0.06);
    ck_ok(try_as(VG_CLEAN_FIX, 0, count));
    for (int32_t i = 0; i < count - 8; i++)
        ck_assert_double_eq_tol(found[i].value.speed, clean_rows[i].value.speed, 0.1);
    done();
}
END_TEST

// --- gaps and noise --------------------------------------------------------------------------------------

// Without the rows from .. to - 1.
static int32_t without(int32_t count, int32_t from, int32_t to) {
    memmove(rows + from, rows + to, (size_t)(count - to) * sizeof *rows);
    return count - (to - from);
}

START_TEST(gaps_are_bridged_on_request) {
    int32_t count = without(drive(10, 60), 201, 217);
    ck_fails(try(count), VG_ERR_FORMAT,
             "d.csv:219: t_s: a gap of 1.7 s without a fix before this sample; expected at most 1 s "
             "(--bridge 1.7");
    ck_fails(try_as(VG_CLEAN_AS_IS, 1.6, count), VG_ERR_FORMAT, "a gap of 1.7 s");
    ck_ok(try_as(VG_CLEAN_AS_IS, 1.7, count));
    ck_told("t_s: 1 gap without fixes (1.7 s in all, the longest 1.7 s): bridged");
    ck_assert(found_count == count + 16 && report.bridges == 1);
    int32_t bridged = 0;
    for (int32_t i = 0; i < found_count; i++) {
        bridged += found[i].bridged;
        ck_assert(found[i].made == (found[i].bridged && found[i].line == 202));
        // The model knows the way through 27 m of the ellipse, and how well.
        int32_t at = (int32_t)(found[i].value.t * 10 + 0.5);
        double far =
            hypot(found[i].value.x - clean_rows[at].value.x, found[i].value.y - clean_rows[at].value.y);
        ck_assert_double_lt(far, found[i].made ? 0.3 : 1e-9);
        ck_assert_double_lt(far, 4 * found[i].sd + 0.01);
    }
    ck_assert_int_eq(bridged, 17);
    // At a fix a second, half a second more is no gap.
    drive(1, 200);
    rows[100].value.t += 0.3;
    ck_ok(try(201));
    ck_assert(report.bridges == 0 && found_count > 1800);
    done();
}
END_TEST

START_TEST(noise_is_estimated_and_smoothed) {
    int32_t count = drive(10, 60);
    for (int32_t i = 0; i < count; i++)
        rows[i].value.x += 0.4 * normal(i, 1), rows[i].value.y += 0.4 * normal(i, 2);
    ck_ok(try(count));
    ck_told("x_m: the fixes are noisy by 0.");
    ck_assert(!report.left_alone && off() < 0.5);
    ck_assert_double_eq_tol(report.smoothing.noise, 0.4, 0.04);
    ck_assert(report.sd_usual > 0.04 && report.sd_usual < 0.2 && report.sd_most >= report.sd_usual);
    for (int32_t i = 0; i < count; i++) ck_assert(found[i].raw_x == rows[i].value.x);
    done();
}
END_TEST

START_TEST(little_is_refused_and_memory_runs_out) {
    int32_t count = drive(10, 60);
    ck_fails(try(7), VG_ERR_FORMAT, "d.csv:8: x_m: 7 fixes; expected at least 8");
    ck_fails(try(0), VG_ERR_FORMAT, "d.csv: x_m: 0 fixes");
    for (int32_t i = 0; i < count; i++) rows[i].value.x = rows[i].value.y = NAN;
    ck_fails(try(count), VG_ERR_FORMAT, "x_m: 0 fixes");
    count = without(drive(10, 60), 201, 217);
    vg_free(found), found = NULL;
    for (oom turn = {.diag = &diag}; oom_next(&turn); vg_free(found), found = NULL)
        turn.err = try_as(VG_CLEAN_FIX, 2, count);
    done();
}
END_TEST

CK_MAIN("clean", a_clean_drive_is_left_alone, times_are_mended, a_coarse_clock_is_spread,
        times_that_cannot_be_mended, jitter_is_taken_out, held_positions_are_thinned,
        a_frozen_receiver_is_a_gap, lost_fixes_are_dropped, a_jump_that_stays_is_refused,
        wild_speeds_are_dropped, speeds_below_zero, a_scale_is_told_and_taken_out,
        a_lag_is_told_and_taken_out, gaps_are_bridged_on_request, noise_is_estimated_and_smoothed,
        little_is_refused_and_memory_runs_out)
