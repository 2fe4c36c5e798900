// Files as episodes: files with the faults that people's files have, and laps whose truth is known: what
// stands in the log is compared with it at every tick, between samples too.
#include "logs/import/import_file.h"

#include <string.h>

#include "sim/base/exact.h"
#include "tests/out_of_memory.h"
#include "tests/truth.h"

static vg_diag diag;
static char told[4000];

static void remember(void *context, const char *text) {
    (void)context;
    snprintf(told + strlen(told), sizeof told - strlen(told), "%s\n", text);
}
static const vg_warnings warnings = {.warn = remember};

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

// The rows that a receiver would have written, as columns.
static vg_telemetry received(const truth *t, const receiver *r) {
    vg_telemetry out = {.file = "drive.csv"};
    bool speeds = !isnan(r->speed_noise);
    vg_telemetry_add(&out, VG_QUANTITY_TIME, "t_s");
    vg_telemetry_add(&out, VG_QUANTITY_X, "x_m");
    vg_telemetry_add(&out, VG_QUANTITY_Y, "y_m");
    if (speeds) vg_telemetry_add(&out, VG_QUANTITY_SPEED, "speed_mps");
    int32_t room = (int32_t)(truth_seconds(t) * r->rate) + 2;
    ck_ok(vg_telemetry_reserve(&out, room, &diag));
    double error[2] = {0}, fix[4];
    for (int i = 0; i / r->rate < truth_seconds(t); i++) {
        if (!receive(t, r, i, error, fix) && i) continue;
        for (int c = 0; c < out.count; c++) out.columns[c].values[out.rows] = fix[c];
        out.lines[out.rows] = out.rows + 2;
        out.rows++;
    }
    return out;
}

// What an import needs besides the file.
typedef struct bench {
    vg_road *road;
    vg_car car;
    vg_import_file_def def;
    vg_import_file_report report;
    int bad;
    char last[900];
} bench;

static void on_bad(void *context, const vg_diag *why) {
    bench *b = context;
    b->bad++;
    vg_diag_format(why, b->last, sizeof b->last);
}

static void bench_open(bench *b, const char *road, const char *car) {
    *b = (bench){.def = vg_import_file_default()};
    told[0] = 0;
    ck_ok(vg_track_load(road, &b->road, &diag));
    ck_ok(vg_car_load(car, &b->car, &diag));
    b->def.import.road = b->road, b->def.import.car = &b->car, b->def.import.warnings = &warnings;
}

static void bench_close(bench *b) {
    vg_import_file_free(&b->report);
    vg_road_destroy(b->road);
    ck_assert_int_eq(vg_memory_live(), 0);
}

// --- against the truth -----------------------------------------------------------------------------------

typedef struct found {
    double rms, p95, worst; // m, of the log's ticks against the truth's, but for bridged ones
    double told_p95;        // m, what the fit says of the samples
    int64_t bridged;        // ticks
    vg_clean_report clean;
} found;

static found compare(const truth *t, const char *path, const bench *b) {
    found f = {.clean = b->report.drives[0].clean, .told_p95 = b->report.laps[0].report.measure.p95};
    vg_log *log;
    vg_log_step *steps;
    int64_t count, used = 0;
    double sum = 0;
    ck_ok(vg_log_open(path, &log, &diag));
    ck_ok(vg_log_steps(log, b->report.laps[0].report.episode, &steps, &count, &diag));
    ck_ok(vg_log_close(log, &diag));
    double *off = vg_new(double, count);
    for (int64_t i = 0; i < count && i < t->count; i++) {
        f.bridged += steps[i].bridged;
        if (steps[i].bridged) continue;
        const vg_state *a = &steps[i].state, *c = &t->steps[i].state;
        off[used] = hypot(a->x - c->x, a->y - c->y), sum += off[used] * off[used], used++;
    }
    qsort(off, (size_t)used, sizeof *off, ascending);
    f.rms = sqrt(sum / (double)used), f.p95 = off[95 * used / 100], f.worst = off[used - 1];
    vg_free(off);
    vg_free(steps);
    return f;
}

static found import(const truth *t, const char *car, receiver r, double bridge) {
    bench b;
    const char *path = scratch("drive.vlog");
    vg_telemetry telemetry = received(t, &r);
    bench_open(&b, "train-1", car);
    b.def.clean.bridge = bridge;
    ck_ok(vg_log_create(path, VG_REPLACE, &b.def.import.log, &diag));
    ck_ok(vg_import_telemetry(&b.def, &telemetry, &b.report, &diag));
    ck_ok(vg_log_close(b.def.import.log, &diag));
    ck_assert_int_eq(b.report.lap_count, 1);
    found f = compare(t, path, &b);
    if (getenv("VERGE_SAY"))
        fprintf(
            stderr,
            "| %s | %g Hz | %.2f m | %.0f %% | %s | %.3f m | %.3f m | %.3f m | %.3f m | %.3f m | %.2f s |\n",
            car, r.rate, hypot(r.noise, r.drift), 100 * r.lost, isnan(r.speed_noise) ? "none" : "0.1 m/s",
            f.rms, f.p95, f.worst, f.clean.sd_usual, f.told_p95, (double)f.bridged / 60);
    vg_import_file_free(&b.report);
    vg_road_destroy(b.road);
    vg_telemetry_free(&telemetry);
    return f;
}

// rms, m, of the log against the truth that may not be exceeded: a kart's, a Formula 1 car's. Measured: 0.009
// and 0.019; 0.106 and 0.142; 0.309 and 0.397; 0.146 and 0.173; 0.061 and 0.127; 0.390 and 0.479.
START_TEST(laps_are_recovered) {
    static const struct {
        receiver r;
        double most[2];
    } cases[] = {
        {{.rate = 10, .speed_noise = 0.1}, {0.02, 0.03}},
        {{.rate = 10, .noise = 0.3, .speed_noise = 0.1}, {0.13, 0.17}},
        {{.rate = 1, .noise = 0.3, .speed_noise = 0.1}, {0.36, 0.45}},
        {{.rate = 10, .noise = 0.3, .lost = 0.5, .speed_noise = 0.1}, {0.18, 0.21}},
        {{.rate = 1, .speed_noise = 0}, {0.08, 0.16}},
        {{.rate = 10, .noise = 1, .speed_noise = NAN}, {0.45, 0.55}},
    };
    static const char *const cars[] = {"kart", "formula"};
    for (int c = 0; c < 2; c++) {
        truth t = truth_drive("human_model", cars[c], "train-1");
        for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
            found f = import(&t, cars[c], cases[i].r, 2);
            ck_assert_double_lt(f.rms, cases[i].most[c]);
            // What it says of itself: where fixes are noisy or rare, its standard deviation, and not how
            // closely the car follows the samples, is how well the lap is known.
            if (!f.clean.left_alone) {
                ck_assert_double_lt(f.rms, 1.6 * 1.4142 * f.clean.sd_usual);
                ck_assert_double_gt(f.rms, 0.4 * f.clean.sd_usual);
            }
        }
        vg_free(t.steps);
    }
}
END_TEST

// A metre of slow drift stays a metre: no file of one drive can tell it from driving.
START_TEST(drift_stays) {
    truth t = truth_drive("human_model", "kart", "train-1");
    found f =
        import(&t, "kart",
               (receiver){.rate = 10, .noise = 0.05, .drift = 1, .drift_time = 30, .speed_noise = 0.1}, 0);
    ck_assert(f.rms > 0.5 && f.rms < 1.5);
    vg_free(t.steps);
}
END_TEST

// --- files as people have them ---------------------------------------------------------------------------

#define CASES VG_FIXTURES "/import/"

static vg_err import_case(bench *b, const char *name, const char *file, const char *car) {
    char path[600];
    snprintf(path, sizeof path, CASES "%s/road.csv", name);
    bench_open(b, path, car);
    ck_ok(vg_log_create(scratch("case.vlog"), VG_REPLACE, &b->def.import.log, &diag));
    snprintf(path, sizeof path, CASES "%s/%s", name, file);
    return vg_import_file(&b->def, NULL, path, NULL, &b->report, &diag);
}

static void ck_case(const char *name, const char *says, double p95) {
    bench b;
    ck_ok(import_case(&b, name, "lap.csv", "kart"));
    ck_ok(vg_log_close(b.def.import.log, &diag));
    ck_assert_int_eq(b.report.lap_count, 1);
    ck_assert_double_lt(b.report.laps[0].report.measure.p95, p95);
    if (!strstr(told, says)) ck_abort_msg("\"%s\" does not say \"%s\"", told, says);
    bench_close(&b);
}

START_TEST(faults_that_are_mended) {
    ck_case("one_fix_at_zero_zero", "lap.csv: x_m: row 102: lost fix", 0.01);
    ck_case("one_speed_spike", "lap.csv: speed_mps: row 202: far from the path's own speed", 0.01);
    ck_case("positions_held_at_30_hz", "260 of 390 rows were thinned to 130 fixes", 0.01);
    ck_case("speed_slightly_below_zero", "lap.csv: speed_mps: rows 5 and 9 a little below 0: taken as 0",
            0.02);
}
END_TEST

START_TEST(a_gap) {
    bench b;
    ck_fails(
        import_case(&b, "one_gap_of_1_2_s", "lap.csv", "kart"), VG_ERR_FORMAT,
        "lap.csv:78: t_s: a gap of 1.2 s without a fix before this sample; expected at most 1 s (--bridge");
    vg_log_discard(b.def.import.log);
    bench_close(&b);
    bench_open(&b, CASES "one_gap_of_1_2_s/road.csv", "kart");
    b.def.clean.bridge = 2;
    const char *path = scratch("case.vlog");
    ck_ok(vg_log_create(path, VG_REPLACE, &b.def.import.log, &diag));
    ck_ok(vg_import_file(&b.def, NULL, CASES "one_gap_of_1_2_s/lap.csv", NULL, &b.report, &diag));
    ck_ok(vg_log_close(b.def.import.log, &diag));
    ck_assert(strstr(told, "1 gap without fixes (1.2 s in all, the longest 1.2 s)"));
    ck_assert_double_lt(b.report.laps[0].report.measure.p95, 0.01);
    vg_log *log;
    vg_log_step *steps;
    vg_log_sample *samples;
    int64_t count, sample_count, bridged = 0;
    ck_ok(vg_log_open(path, &log, &diag));
    ck_ok(vg_log_steps(log, 1, &steps, &count, &diag));
    ck_ok(vg_log_read_samples(log, 1, &samples, &sample_count, &diag));
    ck_ok(vg_log_close(log, &diag));
    // Whole actions; the gap is between rows 77 and 78, at 15 to 16.2 s.
    for (int64_t t = 0; t < count; t++) {
        bridged += steps[t].bridged;
        if (steps[t].bridged != steps[t - t % 3].bridged)
            ck_abort_msg("half an action at tick %lld", (long long)t);
    }
    ck_assert_int_eq(bridged, 72);
    for (int64_t i = 0; i < sample_count; i++) ck_assert(samples[i].sd > 0);
    vg_free(steps);
    vg_free(samples);
    bench_close(&b);
}
END_TEST

START_TEST(a_wheel_speed) {
    bench b;
    ck_fails(import_case(&b, "wheel_speed_10_percent_high", "lap.csv", "formula"), VG_ERR_MISMATCH,
             "lap.csv: speed_mps: the speeds are 1.1 times those of the path of x_m: calibrate");
    for (int how = VG_CLEAN_FIX; how <= VG_CLEAN_NONE; how++) {
        vg_log_discard(b.def.import.log);
        vg_import_file_free(&b.report);
        b.def.clean.speed = (vg_clean_speed)how;
        ck_ok(vg_log_create(scratch("case.vlog"), VG_REPLACE, &b.def.import.log, &diag));
        ck_ok(vg_import_file(&b.def, NULL, CASES "wheel_speed_10_percent_high/lap.csv", NULL, &b.report,
                             &diag));
        ck_assert_double_lt(b.report.laps[0].report.measure.p95, 0.01);
    }
    vg_log_discard(b.def.import.log);
    bench_close(&b);
}
END_TEST

START_TEST(a_session_of_three_laps) {
    bench b;
    ck_ok(import_case(&b, "three_laps_in_one_file", "session.csv", "kart"));
    ck_ok(vg_log_close(b.def.import.log, &diag));
    ck_assert_int_eq(b.report.lap_count, 3);
    ck_assert(b.report.laps[0].piece.kind == VG_PIECE_WHOLE && b.report.laps[1].piece.number == 2);
    ck_assert(b.report.laps[2].piece.kind == VG_PIECE_IN); // it ends a third around
    ck_assert_ptr_nonnull(strstr(told, "session.csv: cut into 3 laps, the last an in-lap"));
    bench_close(&b);
}
END_TEST

START_TEST(every_bad_file_is_told_of) {
    bench b;
    char path[600];
    bench_open(&b, CASES "two_bad_laps_of_four/road.csv", "kart");
    b.def.bad = on_bad, b.def.context = &b;
    ck_ok(vg_log_create(scratch("case.vlog"), VG_REPLACE, &b.def.import.log, &diag));
    static const char *const says[] = {
        NULL, "lap2.csv:53: t_s: a gap of 1.6 s",
        "lap3.csv: speed_mps: the speeds add up to 3.6 times the path of x_m: km/h?", NULL};
    for (int i = 0; i < 4; i++) {
        b.last[0] = 0;
        snprintf(path, sizeof path, CASES "two_bad_laps_of_four/lap%d.csv", i + 1);
        ck_ok(vg_import_file(&b.def, NULL, path, NULL, &b.report, &diag));
        if (says[i])
            ck_assert_ptr_nonnull(strstr(b.last, says[i]));
        else
            ck_assert_str_eq(b.last, "");
    }
    ck_ok(vg_log_close(b.def.import.log, &diag));
    ck_assert(b.bad == 2 && b.report.bad == 2 && b.report.lap_count == 2);
    bench_close(&b);
}
END_TEST

// --- frames and directions -------------------------------------------------------------------------------

// Turn and move all positions of a truth, as if its frame were another.
static vg_telemetry elsewhere(const truth *t, double turn) {
    vg_telemetry out = received(t, &(receiver){.rate = 10, .speed_noise = 0});
    double sine, cosine;
    vg_sincos(turn, &sine, &cosine);
    for (int32_t i = 0; i < out.rows; i++) {
        double *x = &out.columns[1].values[i], *y = &out.columns[2].values[i], a = *x;
        *x = cosine * a - sine * *y + 5000, *y = sine * a + cosine * *y - 300;
    }
    return out;
}

START_TEST(another_frame_is_told_and_aligned) {
    truth t = truth_drive("human_model", "kart", "train-1");
    vg_telemetry telemetry = elsewhere(&t, 1);
    bench b;
    bench_open(&b, "train-1", "kart");
    const char *path = scratch("frame.vlog");
    ck_ok(vg_log_create(path, VG_REPLACE, &b.def.import.log, &diag));
    ck_fails(vg_import_telemetry(&b.def, &telemetry, &b.report, &diag), VG_ERR_MISMATCH,
             "beyond the edge of the road 'train-1'; expected at most 25 m; turned by -57.");
    ck_assert_ptr_nonnull(strstr(diag.text, "it would lie on the road: --align"));
    b.def.align = true;
    vg_import_file_free(&b.report);
    ck_ok(vg_import_telemetry(&b.def, &telemetry, &b.report, &diag));
    ck_ok(vg_log_close(b.def.import.log, &diag));
    ck_assert_ptr_nonnull(strstr(told, "laid onto the road: turned by -57."));
    ck_assert_ptr_null(strstr(told, "looks the same"));
    found f = compare(&t, path, &b);
    ck_assert_double_lt(f.rms, 1); // the driver's line is no centreline: so near it can be laid
    vg_telemetry_free(&telemetry);
    vg_import_file_free(&b.report);
    vg_road_destroy(b.road);
    vg_free(t.steps);
}
END_TEST

// Nothing lays it onto the road, and the message says what would.
START_TEST(a_mirror_and_feet_are_told) {
    truth t = truth_drive("human_model", "kart", "train-1");
    bench b;
    bench_open(&b, "train-1", "kart");
    ck_ok(vg_log_create(scratch("mirror.vlog"), VG_REPLACE, &b.def.import.log, &diag));
    for (int k = 0; k < 2; k++) {
        vg_telemetry telemetry = elsewhere(&t, 1);
        for (int32_t i = 0; i < telemetry.rows; i++) {
            telemetry.columns[1].values[i] *= k ? 0.3048 : -1;
            telemetry.columns[2].values[i] *= k ? 0.3048 : 1;
        }
        b.def.clean.speed = VG_CLEAN_NONE;
        ck_fails(vg_import_telemetry(&b.def, &telemetry, &b.report, &diag), VG_ERR_MISMATCH,
                 k ? "; 3.281 times as large it would lie on the road: the two are in different units"
                   : "; mirrored (x times -1) it would lie on the road: one of the two is");
        vg_import_file_free(&b.report);
        vg_telemetry_free(&telemetry);
    }
    vg_log_discard(b.def.import.log);
    vg_road_destroy(b.road);
    vg_free(t.steps);
}
END_TEST

START_TEST(the_other_way_round) {
    truth t = truth_drive("human_model", "kart", "train-1");
    vg_telemetry telemetry = received(&t, &(receiver){.rate = 10, .speed_noise = 0});
    bench b;
    bench_open(&b, "train-1", "kart");
    vg_road *reversed, *again;
    ck_ok(vg_road_reversed(b.road, &reversed, &diag));
    ck_ok(vg_road_reversed(reversed, &again, &diag));
    ck_assert_uint_eq(vg_road_hash(again), vg_road_hash(b.road));
    ck_assert_uint_ne(vg_road_hash(reversed), vg_road_hash(b.road));
    b.def.import.road = reversed;
    ck_ok(vg_log_create(scratch("way.vlog"), VG_REPLACE, &b.def.import.log, &diag));
    ck_fails(vg_import_telemetry(&b.def, &telemetry, &b.report, &diag), VG_ERR_MISMATCH,
             "the lap runs against the direction of the road 'train-1'; expected it to run along: --reverse");
    vg_import_file_free(&b.report);
    b.def.import.road = again;
    ck_ok(vg_import_telemetry(&b.def, &telemetry, &b.report, &diag));
    vg_log_discard(b.def.import.log);
    vg_road_destroy(reversed);
    vg_road_destroy(again);
    vg_telemetry_free(&telemetry);
    vg_import_file_free(&b.report);
    vg_road_destroy(b.road);
    vg_free(t.steps);
}
END_TEST

START_TEST(memory_runs_out) {
    for (oom turn = {.later = true, .diag = &diag}; oom_next(&turn);) {
        bench b;
        bench_open(&b, CASES "one_gap_of_1_2_s/road.csv", "kart");
        b.def.clean.bridge = 2, b.def.bad = on_bad, b.def.context = &b;
        ck_ok(vg_log_create(scratch("memory.vlog"), VG_REPLACE, &b.def.import.log, &diag));
        oom_start(&turn);
        turn.err = vg_import_file(&b.def, NULL, CASES "one_gap_of_1_2_s/lap.csv", NULL, &b.report, &diag);
        ck_assert_int_eq(b.bad, 0); // it is no fault of the file
        vg_log_discard(b.def.import.log);
        bench_close(&b);
    }
}
END_TEST

CK_MAIN("import_file", laps_are_recovered, drift_stays, faults_that_are_mended, a_gap, a_wheel_speed,
        a_session_of_three_laps, every_bad_file_is_told_of, another_frame_is_told_and_aligned,
        a_mirror_and_feet_are_told, the_other_way_round, memory_runs_out)
