// An import, a training and a study; at every operation the disk fails, the process is killed or the power is
// cut. The old output must stay or the new one must be complete, and a resumed run must give the same bytes.
#define _GNU_SOURCE
#include "tests/log_fixture.h"
#include "tests/sweep.h"

#include <glob.h>

#include "agents/drive/record.h"
#include "agents/experts/expert.h"
#include "agents/learners/registry.h"
#include "agents/policy/policy_file.h"
#include "eval/study/study.h"
#include "logs/import/import.h"
#include "sim/base/hash.h"
#include "tests/roads.h"

// Instrumented, each run takes several times as long.
#if defined(__SANITIZE_ADDRESS__)
enum { SPARSE = 4 };
#else
enum { SPARSE = 1 };
#endif

static vg_road *road;
static vg_car car;

static void setup(void) {
    road = stadium_road(60, 20, 4);
    car = vg_car_default();
    disk_take();
}

static uint64_t hash_of(const char *path) {
    vg_diag diag = {0};
    char *bytes;
    int64_t size;
    if (vg_file_read(path, 0, &bytes, &size, &diag)) return 0;
    uint64_t hash = vg_hash_bytes(0, bytes, (size_t)size);
    vg_free(bytes);
    return hash;
}

// The same on a sound disk, in a child as well: a process in which threads have run cannot fork a child that
// starts threads.
static void do_well(sweep_work work, const char *path, disk_fault fault, int n) {
    ck_assert_msg(sweep_run(work, path, DISK_SLIPS, 1 << 30) == DISK_DONE, "after %s at %d",
                  sweep_names[fault], n);
}

// --- import ----------------------------------------------------------------------------------------------

enum { SAMPLES = 31 };

static vg_err import(const char *path, vg_diag *diag) {
    static vg_log_sample samples[SAMPLES];
    vg_lap lap = {.file = "along.csv", .samples = samples, .count = SAMPLES};
    for (int32_t i = 0; i < SAMPLES; i++) {
        vg_road_point p = vg_road_at(road, 5 + 0.8 * i);
        samples[i] = (vg_log_sample){.t = 0.1 * i, .x = p.x, .y = p.y, .heading = p.heading, .speed = 8};
    }
    vg_import_def def = vg_import_default();
    vg_import_report report;
    def.road = road, def.car = &car;
    vg_err err = vg_log_create(path, VG_REPLACE, &def.log, diag);
    if (err) return err;
    err = vg_import_lap(&def, &lap, &report, diag);
    if (!err) return vg_log_close(def.log, diag);
    vg_log_discard(def.log);
    return err;
}

START_TEST(an_import_is_whole_or_absent) {
    setup();
    const char *path = scratch("lap.vlog");
    int told = 0, stopped = 0;
    do_well(import, path, 0, 0);
    uint64_t whole = fixture_hash(path);
    for (disk_fault fault = 0; fault < DISK_FAULTS; fault++)
        for (int n = 1, ended = -1; ended != DISK_DONE; n++) {
            ck_assert_int_lt(n, 400);
            sweep_put_old(path);
            ended = sweep_run(import, path, fault, n);
            if (!sweep_holds(path, sweep_old))
                ck_assert_msg(fixture_hash(path) == whole, "%s at %d: another log", sweep_names[fault], n);
            else
                ck_assert(ended == DISK_TOLD || ended == DISK_STOPPED);
            if (ended != DISK_STOPPED) ck_assert_int_eq(sweep_files(), 1);
            told += ended == DISK_TOLD, stopped += ended == DISK_STOPPED;
            sweep_clear();
        }
    ck_assert_int_ge(told, 15);
    ck_assert_int_ge(stopped, 15);
    vg_road_destroy(road);
}
END_TEST

// --- training --------------------------------------------------------------------------------------------

static char demonstrations[300];
static bool resume;

static vg_err demonstrate(const char *path, vg_diag *diag) {
    vg_policy *expert;
    vg_log *log;
    vg_record_def def = vg_record_default();
    vg_err err = vg_expert_create("pursuit", &expert, diag);
    if (err) return err;
    def.policy = expert, def.road = road, def.longest = 3;
    err = vg_log_create(path, VG_REPLACE, &log, diag);
    if (!err) err = vg_record_run(&def, log, NULL, NULL, diag);
    if (!err) err = vg_log_close(log, diag);
    vg_policy_destroy(expert);
    return err;
}

static vg_err train(const char *path, vg_diag *diag) {
    static const char *const settings[][2] = {
        {"hidden_sizes", "3"}, {"bc.n_epochs", "3"}, {"bc.checkpoint_every", "1"}};
    const char *logs[] = {demonstrations};
    char checkpoint[320];
    const vg_learner *learner = vg_learner_at(0); // bc
    vg_learner_report report;
    snprintf(checkpoint, sizeof checkpoint, "%s.checkpoint", path);
    void *config = vg_alloc(1, learner->config_size);
    vg_config_default(learner->schema, config);
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
        ck_assert(!vg_config_set(learner->schema, config, settings[i][0], settings[i][1], "", 0, diag));
    vg_learner_def def = {.config = config,
                          .seed = 1,
                          .logs = logs,
                          .log_count = 1,
                          .threads = 1,
                          .checkpoint = checkpoint,
                          .resume = resume,
                          .out = path,
                          .overwrite = VG_REPLACE};
    vg_err err = learner->train(&def, &report, diag);
    vg_free(config);
    return err;
}

START_TEST(a_training_goes_on_where_it_was_stopped) {
    setup();
    const char *path = scratch("policy.safetensors");
    int step = getenv("VERGE_THOROUGH") ? 1 : 5 * SPARSE, told = 0, stopped = 0;
    snprintf(demonstrations, sizeof demonstrations, "%s-demonstrations", scratch_folder);
    do_well(demonstrate, demonstrations, 0, 0);
    do_well(train, path, 0, 0);
    uint64_t whole = hash_of(path);
    for (disk_fault fault = 0; fault < DISK_FAULTS; fault++)
        for (int n = 1 + fault % step, ended = -1; ended != DISK_DONE; n += step) {
            ck_assert_int_lt(n, 400);
            sweep_put_old(path);
            resume = false;
            ended = sweep_run(train, path, fault, n);
            ck_assert_msg(hash_of(path) == whole || sweep_holds(path, sweep_old), "%s at %d: half a policy",
                          sweep_names[fault], n);
            resume = true;
            do_well(train, path, fault, n);
            ck_assert_msg(hash_of(path) == whole, "%s at %d: goes on to other bytes", sweep_names[fault], n);
            told += ended == DISK_TOLD, stopped += ended == DISK_STOPPED;
            sweep_clear();
        }
    ck_assert_int_ge(told, 1);
    ck_assert_int_ge(stopped, 3);
    unlink(demonstrations);
    vg_road_destroy(road);
}
END_TEST

// --- a study ---------------------------------------------------------------------------------------------

static char study_path[300], suite_path[300];

static void describe(void) {
    char text[1200];
    vg_diag diag = {0};
    snprintf(study_path, sizeof study_path, "%s-study.yaml", scratch_folder);
    snprintf(suite_path, sizeof suite_path, "%s-suite.yaml", scratch_folder);
    snprintf(text, sizeof text, "train: [train-1]\ntest: [test-1]\nstarts: 1\nhorizon: 1\n");
    ck_ok(vg_file_write(suite_path, text, (int64_t)strlen(text), VG_REPLACE, &diag));
    snprintf(text, sizeof text,
             "suite: %s\ndemonstrations: [1]\ndemonstration_seconds: 2\n"
             "settings: [bc.n_epochs=2, hidden_sizes=3]\nseeds: 2\n",
             suite_path);
    ck_ok(vg_file_write(study_path, text, (int64_t)strlen(text), VG_REPLACE, &diag));
}

static vg_err run_study(const char *out, vg_diag *diag) {
    vg_study_def def = {
        .path = study_path, .out = out, .command = "verge study", .resume = true, .threads = 1};
    vg_study *study;
    vg_err err = vg_study_open(&def, &study, diag);
    if (err) return err;
    err = vg_study_train(study, diag);
    vg_study_close(study);
    return err;
}

// Policies and reports are compared. (A log's bytes are not its content, and a killed process leaves
// temporary files.)
static uint64_t hash_of_cells(const char *out) {
    char policies[320], reports[320];
    glob_t found;
    uint64_t hash = 0;
    snprintf(policies, sizeof policies, "%s/cells-*/*.safetensors", out);
    snprintf(reports, sizeof reports, "%s/cells-*/*.json", out);
    ck_assert_int_eq(glob(policies, 0, NULL, &found), 0);
    ck_assert_int_eq(glob(reports, GLOB_APPEND, NULL, &found), 0);
    ck_assert_uint_eq(found.gl_pathc, 4);
    for (size_t i = 0; i < found.gl_pathc; i++) hash = 31 * hash + hash_of(found.gl_pathv[i]);
    globfree(&found);
    return hash;
}

START_TEST(a_study_goes_on_where_it_was_stopped) {
    setup();
    const char *out = scratch("study");
    int step = getenv("VERGE_THOROUGH") ? 1 : 17 * SPARSE, told = 0, stopped = 0;
    describe();
    do_well(run_study, out, 0, 0);
    uint64_t whole = hash_of_cells(out);
    sweep_clear();
    for (disk_fault fault = 0; fault < DISK_FAULTS; fault++)
        for (int n = 1 + fault, ended = -1; ended != DISK_DONE; n += step) {
            ck_assert_int_lt(n, 2000);
            ended = sweep_run(run_study, out, fault, n);
            do_well(run_study, out, fault, n);
            ck_assert_msg(hash_of_cells(out) == whole, "%s at %d: other cells", sweep_names[fault], n);
            told += ended == DISK_TOLD, stopped += ended == DISK_STOPPED;
            sweep_clear();
        }
    ck_assert_int_ge(told, 1);
    ck_assert_int_ge(stopped, 3);
    unlink(study_path), unlink(suite_path);
    vg_road_destroy(road);
}
END_TEST

CK_MAIN("disk_outputs", an_import_is_whole_or_absent, a_training_goes_on_where_it_was_stopped,
        a_study_goes_on_where_it_was_stopped)
