// From a lap to an episode: its place on the road, what is written, and that nothing is written on an error.
#include <math.h>
#include <string.h>
#include <unistd.h>

#include "logs/import/import.h"
#include "logs/store/replay.h"
#include "sim/car_tick.h"
#include "tests/check.h"
#include "tests/out_of_memory.h"
#include "tests/roads.h"

static vg_diag diag;
static char folder[64], path[80];

static const char *log_path(void) {
    if (!path[0]) {
        snprintf(folder, sizeof folder, "/tmp/verge-import-XXXXXX");
        ck_assert_ptr_nonnull(mkdtemp(folder));
        snprintf(path, sizeof path, "%s/lap.vlog", folder);
    }
    return path;
}

static void clean_up(void) {
    unlink(path);
    ck_assert_int_eq(rmdir(folder), 0); // nothing else was left in it
    path[0] = 0;
}

// `seconds` along a road at a steady speed and offset, sampled at 10 Hz.
static vg_lap lap_along(const vg_road *road, double s, double offset, double speed, double seconds) {
    vg_lap lap = {.file = "along.csv", .count = (int32_t)(seconds * 10) + 1};
    lap.samples = vg_new(vg_log_sample, lap.count);
    lap.lines = vg_new(int64_t, lap.count);
    for (int32_t i = 0; i < lap.count; i++) {
        lap.lines[i] = i + 2;
        vg_road_point p = vg_road_at(road, s + 0.1 * i * speed);
        double v = fabs(speed) * (1 - p.curvature * offset);
        lap.samples[i] = (vg_log_sample){.t = 0.1 * i,
                                         .x = p.x - offset * vg_sin(p.heading),
                                         .y = p.y + offset * vg_cos(p.heading),
                                         .heading = p.heading,
                                         .speed = v,
                                         .steer = 0.5,
                                         .throttle = NAN,
                                         .brake = NAN};
    }
    return lap;
}

// A lap that lies beside the road is not said to run against it: nobody knows which way it would.
START_TEST(beside_the_road_is_not_against_it) {
    vg_road *road = circle_road(50, 5);
    vg_lap lap = lap_along(road, 300, -40, -10, 25);
    vg_lap_place found;
    ck_fails(vg_lap_locate(&lap, road, &found, &diag), VG_ERR_MISMATCH, "beyond the edge");
    ck_assert(!found.against);
    vg_lap_free(&lap);
    lap = lap_along(road, 300, 0, -10, 25);
    ck_fails(vg_lap_locate(&lap, road, &found, &diag), VG_ERR_MISMATCH, "against the direction");
    ck_assert(found.against);
    vg_lap_free(&lap);
    vg_road_destroy(road);
}
END_TEST

static vg_err import(const vg_lap *lap, const vg_road *road, const vg_car *car, vg_import_report *report) {
    vg_import_def def = vg_import_default();
    def.road = road, def.car = car, def.tags = "test";
    vg_err err = vg_log_create(log_path(), VG_REPLACE, &def.log, &diag);
    if (err) return err;
    err = vg_import_lap(&def, lap, report, &diag);
    if (!err) return vg_log_close(def.log, &diag);
    vg_log_discard(def.log);
    return err;
}

// The log holds one episode, which replays to the same bits; its end and its ticks.
static void check_log(const vg_lap *lap, const vg_import_report *report, vg_end end) {
    vg_log *log;
    vg_log_episode e;
    vg_log_step *steps;
    vg_log_sample *samples;
    int64_t count, sample_count;
    vg_replay_report replay;
    ck_ok(vg_log_open(log_path(), &log, &diag));
    ck_ok(vg_log_episode_at(log, 0, &e, &diag));
    ck_assert_str_eq(e.policy, "human");
    ck_assert_str_eq(e.source, lap->file);
    ck_assert_str_eq(e.tags, "test");
    ck_assert_int_eq(e.end, end);
    ck_ok(vg_log_steps(log, e.id, &steps, &count, &diag));
    ck_assert_int_eq(count, report->ticks);
    ck_assert_int_eq(steps[0].who, VG_WHO_HUMAN);
    ck_ok(vg_log_read_samples(log, e.id, &samples, &sample_count, &diag));
    ck_assert_int_eq(sample_count, lap->count);
    ck_assert(samples[3].x == lap->samples[3].x && samples[3].steer == 0.5 && isnan(samples[3].brake));
    ck_ok(vg_replay_episode(log, &e, &replay, &diag));
    ck_assert_int_eq(replay.ticks, count);
    ck_assert_int_eq(replay.first_differing, -1);
    vg_free(steps);
    vg_free(samples);
    ck_ok(vg_log_close(log, &diag));
}

START_TEST(a_whole_lap) {
    vg_road *road = stadium_road(120, 30, 6);
    double length = vg_road_get(road).length;
    vg_car car;
    ck_ok(vg_car_load("kart", &car, &diag));
    // Starts anywhere, here in the middle of the last straight, and goes once around and a bit.
    vg_lap lap = lap_along(road, 0.9 * length, 1.5, 12, (length + 20) / 12);
    vg_import_report report;
    ck_ok(import(&lap, road, &car, &report));
    ck_assert_double_lt(report.measure.worst, 0.1);
    ck_assert_double_eq(report.place.inside, 1);
    ck_assert_double_eq_tol(report.place.start_s, 0.9 * length, 0.1);
    ck_assert_double_eq_tol(report.place.progress, length + 20, 1.5);
    ck_assert_double_eq_tol(report.place.furthest, -4.5, 0.1);
    check_log(&lap, &report, VG_END_FINISH);
    vg_lap_free(&lap);
    vg_road_destroy(road);
    clean_up();
}
END_TEST

START_TEST(part_of_a_lap_with_a_delay) {
    vg_road *road = stadium_road(120, 30, 6);
    vg_car car;
    ck_ok(vg_car_load("kart", &car, &diag));
    car.delay = 7.0f / 60;
    vg_lap lap = lap_along(road, 30, -1, 10, 20);
    vg_import_report report;
    ck_ok(import(&lap, road, &car, &report));
    ck_assert_double_lt(report.measure.worst, 0.1);
    check_log(&lap, &report, VG_END_STOPPED);
    vg_lap_free(&lap);
    vg_road_destroy(road);
    clean_up();
}
END_TEST

START_TEST(past_the_end_of_an_open_road) {
    vg_road *road = open_road(5);
    double length = vg_road_get(road).length;
    vg_car car = vg_car_default();
    vg_lap lap = lap_along(road, length - 100, 0, 10, 9);
    // Straight on, beyond the end.
    for (int32_t i = 1; i < lap.count; i++) {
        double s = length - 100 + 0.1 * i * 10;
        if (s > length - 12) {
            lap.samples[i] = lap.samples[i - 1];
            lap.samples[i].t += 0.1;
            lap.samples[i].x += vg_cos(lap.samples[i].heading),
                lap.samples[i].y += vg_sin(lap.samples[i].heading);
        }
    }
    vg_import_report report;
    ck_ok(import(&lap, road, &car, &report));
    check_log(&lap, &report, report.ticks < 540 ? VG_END_FINISH : VG_END_STOPPED);
    vg_lap_free(&lap);
    vg_road_destroy(road);
    clean_up();
}
END_TEST

START_TEST(the_branch_that_runs_as_the_lap_does) {
    // From just before the crossing, a little nearer to the other branch than to its own.
    vg_road *road = eight_road(100, 8);
    vg_car car;
    ck_ok(vg_car_load("kart", &car, &diag));
    for (int side = 0; side < 2; side++) {
        double length = vg_road_get(road).length, crossing = (side ? 0.75 : 0.25) * length;
        vg_lap lap = lap_along(road, crossing - 1, side ? 2 : -2, 8, 15);
        vg_import_report report;
        ck_ok(import(&lap, road, &car, &report));
        ck_assert_double_eq_tol(report.place.start_s, crossing - 1, 0.1);
        ck_assert_double_eq_tol(report.place.progress, 120, 2);
        check_log(&lap, &report, VG_END_STOPPED);
        vg_lap_free(&lap);
    }
    vg_road_destroy(road);
    clean_up();
}
END_TEST

START_TEST(laps_of_another_road) {
    vg_road *road = stadium_road(120, 30, 6);
    vg_car car;
    ck_ok(vg_car_load("kart", &car, &diag));
    vg_import_report report;
    vg_lap lap = lap_along(road, 30, 0, 10, 20);
    for (int32_t i = 0; i < lap.count; i++) lap.samples[i].y -= 500;
    ck_fails(import(&lap, road, &car, &report), VG_ERR_MISMATCH, "along.csv:");
    ck_assert_ptr_nonnull(strstr(diag.text, "beyond the edge of the road"));
    vg_lap_free(&lap);
    lap = lap_along(road, 30, 10, 10, 20); // beside it, all the way
    ck_fails(import(&lap, road, &car, &report), VG_ERR_MISMATCH,
             "only 0 % of the samples lie between the edges");
    vg_lap_free(&lap);
    lap = lap_along(road, 30, 1, -10, 20);
    ck_fails(import(&lap, road, &car, &report), VG_ERR_MISMATCH, "along.csv:2: x_m: the lap runs against");
    vg_lap_free(&lap);
    lap = lap_along(road, 30, 1, 10, 20);
    lap.samples[77].x += 200;
    ck_fails(import(&lap, road, &car, &report), VG_ERR_MISMATCH, "along.csv:79: x_m: lies ");
    vg_lap_free(&lap);
    vg_road_destroy(road);
    ck_assert_int_ne(access(log_path(), F_OK), 0);
    clean_up();
}
END_TEST

static char warned[300]; // the last warning; "": none

static void remember(void *context, const char *text) {
    (void)context;
    snprintf(warned, sizeof warned, "%s", text);
}

START_TEST(columns_that_disagree) {
    vg_road *road = stadium_road(120, 30, 6);
    vg_warnings warnings = {.warn = remember};
    vg_lap lap = lap_along(road, 5, 0, 10, 30);
    ck_ok(vg_lap_check(&lap, &warnings, &diag));
    ck_assert_str_eq(warned, "");
    // Degrees: then the path decides.
    for (int32_t i = 0; i < lap.count; i++) lap.samples[i].heading = 30 + lap.samples[i].heading * 57.3;
    ck_ok(vg_lap_check(&lap, &warnings, &diag));
    ck_assert_ptr_nonnull(strstr(warned, "along.csv: heading_rad: "));
    // km/h, and a car that stands all the time.
    for (int32_t i = 0; i < lap.count; i++) lap.samples[i].speed *= 3.6;
    ck_fails(vg_lap_check(&lap, &warnings, &diag), VG_ERR_MISMATCH,
             "along.csv: speed_mps: the speeds add up to 1080 m, the positions to 300 m");
    for (int32_t i = 0; i < lap.count; i++) lap.samples[i].speed = 0;
    vg_import_report report;
    vg_car car = vg_car_default();
    ck_fails(import(&lap, road, &car, &report), VG_ERR_MISMATCH, "the speeds add up to 0 m");
    vg_lap_free(&lap);
    vg_road_destroy(road);
    clean_up();
}
END_TEST

START_TEST(a_limit_names_the_row_of_the_file) {
    vg_road *road = stadium_road(120, 30, 6);
    vg_car car;
    ck_ok(vg_car_load("kart", &car, &diag));
    car.steer_max = 0.02f; // the hairpins need atan(1.05 / 30)
    vg_lap lap = lap_along(road, 5, 0, 10, 30);
    vg_import_report report;
    ck_fails(import(&lap, road, &car, &report), VG_ERR_LIMIT,
             "steer_max: the lap needs a steering angle of 0.03");
    ck_assert_str_eq(diag.file, "along.csv");
    // In a hairpin: beyond the straight.
    double s = 5 + (double)(diag.line - 2);
    ck_assert(s > 110);
    ck_assert_int_ne(access(log_path(), F_OK), 0);
    vg_lap_free(&lap);
    vg_road_destroy(road);
    clean_up();
}
END_TEST

START_TEST(memory_runs_out) {
    vg_road *road = stadium_road(120, 30, 6);
    vg_car car;
    ck_ok(vg_car_load("kart", &car, &diag));
    car.delay = 0.05f;
    vg_lap lap = lap_along(road, 5, 0, 10, 3);
    for (oom turn = {.diag = &diag}; oom_next(&turn);) {
        vg_import_report report;
        log_path();
        turn.err = import(&lap, road, &car, &report);
        if (turn.err) ck_assert_int_ne(access(log_path(), F_OK), 0);
    }
    vg_lap_free(&lap);
    vg_road_destroy(road);
    clean_up();
}
END_TEST

CK_MAIN("import", beside_the_road_is_not_against_it, a_whole_lap, part_of_a_lap_with_a_delay,
        past_the_end_of_an_open_road, the_branch_that_runs_as_the_lap_does, laps_of_another_road,
        columns_that_disagree, a_limit_names_the_row_of_the_file, memory_runs_out)
