#include "agents/experts/line_follower.h"

#include "agents/drive/record.h"
#include "logs/import/lap_formats.h"
#include "tests/experts.h"
#include "tests/out_of_memory.h"
#include "tests/recorded.h"
#include "tests/scratch.h"

static vg_diag diag;

// Laps of a driver, one log; the caller closes.
static void add_laps(vg_log *log, const char *driver, const vg_road *road, int32_t laps) {
    vg_policy *policy = expert(driver);
    vg_record_def def = vg_record_default();
    def.policy = policy, def.name = driver, def.road = road, def.laps = laps;
    ck_ok(vg_record_run(&def, log, NULL, NULL, &diag));
    vg_policy_destroy(policy);
}

static const char *log_of(const char *driver, const vg_road *road, int32_t laps) {
    const char *path = scratch("laps.vlog");
    vg_log *log;
    ck_ok(vg_log_create(path, VG_REPLACE, &log, &diag));
    add_laps(log, driver, road, laps);
    ck_ok(vg_log_close(log, &diag));
    return path;
}

static vg_policy *follower(const char *path, const char *more) {
    char text[600];
    snprintf(text, sizeof text, "line_follower:log=%s%s", path, more);
    return expert(text);
}

START_TEST(keeps_a_lap_from_a_thousand_starts) {
    ck_long();
    static const char *const roads[] = {"chicane", "hairpins", "narrow", "sweepers", "test-1"};
    for (int32_t r = 0; r < (getenv("VERGE_THOROUGH") ? 5 : 1); r++) {
        vg_road *road = library_road(roads[r]);
        vg_policy *policy = follower(log_of("human_model", road, 2), "");
        ck_assert_int_eq(departures_of_a_lap(policy, road, NULL, 1000, r == 0 ? 160 : 300), 0);
        vg_policy_destroy(policy);
        vg_road_destroy(road);
    }
}
END_TEST

// It settles on the line and the speed of the recorded driver: on a circle, at an offset.
START_TEST(drives_as_its_driver_did) {
    vg_road *road = stadium_road(150, 30, 5);
    const char *path = log_of("pursuit:lateral=0.3", road, 2);
    vg_policy *policy = follower(path, ",lap=1"), *driver = expert("pursuit:lateral=0.3");
    vg_rollout_def def = vg_rollout_def_default();
    vg_rollout a, b;
    const vg_road *roads[] = {road};
    def.roads = roads, def.road_count = 1, def.starts = 4, def.horizon = 60;
    def.policy = policy;
    ck_ok(vg_rollout_run(&def, &a, &diag));
    def.policy = driver;
    ck_ok(vg_rollout_run(&def, &b, &diag));
    for (int32_t e = 0; e < 4; e++) {
        ck_assert_double_eq_tol(a.episodes[e].mean_speed, b.episodes[e].mean_speed, 0.3);
        ck_assert_double_eq_tol(a.episodes[e].mean_drift, b.episodes[e].mean_drift, 0.15);
    }
    vg_rollout_free(&a);
    vg_rollout_free(&b);
    vg_policy_destroy(policy);
    vg_policy_destroy(driver);
    vg_road_destroy(road);
}
END_TEST

START_TEST(same_laps_same_bits) {
    vg_road *road = stadium_road(150, 20, 5);
    const char *path = log_of("human_model", road, 2);
    vg_policy *mean = follower(path, ""), *again = follower(path, ",lap=mean"),
              *first = follower(path, ",lap=0");
    uint64_t hash = drive_hash(mean, road, 7, 1);
    ck_golden("line_follower/drive", hash);
    ck_assert_uint_eq(drive_hash(mean, road, 7, 3), hash);
    ck_assert_uint_eq(mean->hash, again->hash);
    ck_assert_uint_ne(mean->hash, first->hash);
    ck_assert_uint_ne(drive_hash(first, road, 7, 1), hash);
    ck_assert_ptr_nonnull(mean->car);
    ck_assert_str_eq(mean->car->name, "sedan");
    vg_policy_destroy(mean);
    vg_policy_destroy(again);
    vg_policy_destroy(first);
    vg_road_destroy(road);
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

START_TEST(picks_laps_and_refuses) {
    vg_road *road = stadium_road(150, 20, 5), *other = circle_road(50, 5);
    const char *path = scratch("two.vlog");
    char text[700];
    vg_log *log;
    vg_policy *policy, *quick, *best;
    ck_ok(vg_log_create(path, VG_REPLACE, &log, &diag));
    add_laps(log, "pursuit:lateral=0.2", road, 1);
    add_laps(log, "pursuit:lateral=0.4", road, 1);
    ck_ok(vg_log_close(log, &diag));
    best = follower(path, ",lap=best"), quick = follower(path, ",driver=lateral=0.4");
    ck_assert_uint_eq(best->hash, quick->hash);
    ck_ok(vg_policy_check_road(best, road, &diag));
    ck_fails(vg_policy_check_road(best, other, &diag), VG_ERR_MISMATCH, "two.vlog");
    vg_policy_destroy(best);
    vg_policy_destroy(quick);

    ck_fails(vg_expert_create("line_follower", &policy, &diag), VG_ERR_ARGUMENT, "log=laps.vlog");
    ck_fails(vg_expert_create("line_follower:log=none.vlog", &policy, &diag), VG_ERR_NOT_FOUND, "none.vlog");
    static const char *const wrong[][2] = {{"lap=worst", "expected mean, best or"},
                                           {"lap=7", "none is number 7"},
                                           {"driver=nobody", "of nobody"},
                                           {"lookahead=0", "lookahead"}};
    for (int i = 0; i < 4; i++) {
        snprintf(text, sizeof text, "line_follower:log=%s,%s", path, wrong[i][0]);
        vg_err err = vg_expert_create(text, &policy, NULL);
        ck_fails(vg_expert_create(text, &policy, &diag), err, wrong[i][1]);
        ck_assert_ptr_null(policy);
    }
    // Two roads; and a lap that was given up.
    ck_ok(vg_log_create(path, VG_REPLACE, &log, &diag));
    add_laps(log, "pursuit", road, 1);
    add_laps(log, "pursuit", other, 1);
    ck_ok(vg_log_close(log, &diag));
    snprintf(text, sizeof text, "line_follower:log=%s", path);
    ck_fails(vg_expert_create(text, &policy, &diag), VG_ERR_MISMATCH, "several roads");
    vg_record_def def = vg_record_default();
    def.road = road, def.longest = 5;
    ck_record_expert(path, "pursuit", def);
    ck_fails(vg_expert_create(text, &policy, &diag), VG_ERR_MISMATCH, "expected 95 or more");
    vg_road_destroy(road);
    vg_road_destroy(other);
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

START_TEST(survives_every_failed_allocation) {
    vg_road *road = circle_road(20, 4);
    char text[600];
    snprintf(text, sizeof text, "line_follower:log=%s", log_of("pursuit", road, 1));
    for (oom turn = {.diag = &diag}; oom_next(&turn);) {
        vg_policy *policy;
        turn.err = vg_expert_create(text, &policy, &diag);
        vg_policy_destroy(policy);
    }
    vg_road_destroy(road);
}
END_TEST

// A human's laps with a kart, if they are available: the mean line, and the fastest lap.
START_TEST(keeps_the_road_of_a_human) {
    const char *set = getenv("VERGE_DATA"), *data = set && *set ? set : VG_ROOT "/../shared/data";
    char path[600], text[700];
    snprintf(path, sizeof path, "%s/tracks/krp_essay_est.csv", data);
    if (access(path, R_OK) != 0) {
        printf("skipped: no human laps in %s\n", data);
        return;
    }
    vg_road *road = library_road(path);
    vg_car kart;
    vg_import_def def = vg_import_default();
    ck_ok(vg_car_load("kart", &kart, &diag));
    def.road = road, def.car = &kart;
    const char *out = scratch("kart.vlog");
    ck_ok(vg_log_create(out, VG_REPLACE, &def.log, &diag));
    for (int i = 1; i <= 4; i++) {
        vg_lap lap = {0};
        vg_import_report report;
        snprintf(text, sizeof text, "%s/logs/krp_essay_AS_lap%02d.csv", data, i);
        if (access(text, R_OK) != 0) continue;
        ck_ok(vg_lap_read(NULL, text, NULL, &lap, &diag));
        ck_ok(vg_import_lap(&def, &lap, &report, &diag));
        vg_lap_free(&lap);
    }
    ck_ok(vg_log_close(def.log, &diag));
    vg_policy *policy = follower(out, "");
    // The human corners at 1.9 of the 2 g that the kart has: hardly a start so far off the line is too much.
    ck_assert_int_le(departures_of_a_lap(policy, road, NULL, 1000, 150), 2);
    vg_policy_destroy(policy);
    vg_road_destroy(road);
}
END_TEST

CK_MAIN("line_follower", keeps_a_lap_from_a_thousand_starts, drives_as_its_driver_did, same_laps_same_bits,
        picks_laps_and_refuses, survives_every_failed_allocation, keeps_the_road_of_a_human)
