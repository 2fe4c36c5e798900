#include "agents/learners/maxent.h"

#include <math.h>
#include <string.h>

#include "agents/learners/registry.h"
#include "agents/rewards/reward_file.h"
#include "tests/experts.h"
#include "tests/recorded.h"
#include "tests/scratch.h"

static vg_diag diag;

static const vg_driving_reward_def *truth(void) {
    static vg_driving_reward_def def;
    static const double theta[VG_DRIVING_COUNT] = {1, 0.1, 0.1, 0.01, 0.01, 0.02, 0.05, 10};
    def = vg_driving_reward_default();
    memcpy(def.theta, theta, sizeof theta);
    return &def;
}

// A lap of the planner by the true reward.
static const char *log_of(const char *driver, const char *road_name) {
    const char *path = scratch(road_name);
    vg_road *road = library_road(road_name);
    vg_record_def def = vg_record_default();
    def.name = driver, def.road = road;
    ck_record_expert(path, driver, def);
    vg_road_destroy(road);
    return path;
}

static const char *planner_by_truth(void) {
    static char text[400];
    const char *path = scratch("truth");
    vg_reward *reward;
    ck_ok(vg_driving_reward_create(truth(), &reward, &diag));
    ck_ok(vg_reward_write(path, VG_REPLACE, reward, &diag));
    vg_reward_destroy(reward);
    snprintf(text, sizeof text, "planner:reward=%s", path);
    return text;
}

static vg_err train(const char *const *logs, int32_t count, const vg_maxent_learner_config *config,
                    const char *out, int32_t threads, vg_learner_report *report) {
    vg_learner_def def = {.config = config,
                          .logs = logs,
                          .log_count = count,
                          .threads = threads,
                          .out = out,
                          .overwrite = VG_REPLACE};
    return vg_learner_maxent.train(&def, report, &diag);
}

static vg_maxent_learner_config standard(void) {
    vg_maxent_learner_config config;
    vg_config_default(&vg_maxent_schema, &config);
    return config;
}

// From two laps of a driver whose reward is known. What comes back well is asserted;
// docs/algorithms/maxent.md has the rest.
START_TEST(recovers_a_known_reward) {
    const char *driver = planner_by_truth();
    const char *logs[] = {log_of(driver, "train-1"), log_of(driver, "narrow")};
    vg_maxent_learner_config config = standard();
    vg_learner_report report;
    vg_reward *found;
    const char *out = scratch("found");
    ck_ok(train(logs, 2, &config, out, 1, &report));
    ck_ok(vg_reward_load(out, &found, &diag));
    const double *theta = vg_driving_reward_of(found)->theta, *want = truth()->theta;
    ck_assert(theta[VG_DRIVING_time] == 1 && vg_driving_reward_of(found)->pay > 0.05);
    ck_assert_double_eq_tol(theta[VG_DRIVING_lateral_acceleration] / want[1], 1, 0.15);
    ck_assert_double_eq_tol(theta[VG_DRIVING_longitudinal_acceleration] / want[2], 1, 0.15);
    ck_assert_double_eq_tol(theta[VG_DRIVING_edge] / want[VG_DRIVING_edge], 1, 0.5);
    for (int k = 3; k <= VG_DRIVING_edge; k++) { // the jerks and the offset: within a factor of 3
        ck_assert_double_gt(theta[k], want[k] / 3);
        ck_assert_double_lt(theta[k], want[k] * 3);
    }
    ck_assert(report.episodes == 2 && report.rounds > 10 && report.labels > 10000);
    vg_reward_destroy(found);
}
END_TEST

static uint64_t hash_of(const char *path) {
    vg_reward *reward;
    ck_ok(vg_reward_load(path, &reward, &diag));
    uint64_t hash = reward->hash;
    vg_reward_destroy(reward);
    return hash;
}

START_TEST(same_bits_at_any_number_of_threads) {
    const char *logs[] = {log_of("pursuit", "chicane"), log_of("pursuit", "narrow")};
    vg_maxent_learner_config config = standard();
    vg_learner_report report;
    config.rounds = 12;
    for (int32_t threads = 1; threads <= 3; threads++) {
        const char *out = scratch("bits");
        ck_ok(train(logs, 2, &config, out, threads, &report));
        ck_golden("maxent/reward", hash_of(out));
    }
}
END_TEST

// A feature that is not in the list has no weight.
START_TEST(leaves_features_out) {
    const char *logs[] = {log_of("pursuit", "narrow")};
    vg_maxent_learner_config config = standard();
    vg_learner_report report;
    vg_reward *found;
    const char *out = scratch("few");
    strcpy(config.features, "lateral_acceleration,longitudinal_acceleration,offset,longitudinal_jerk");
    config.rounds = 20;
    ck_ok(train(logs, 1, &config, out, 1, &report));
    ck_ok(vg_reward_load(out, &found, &diag));
    const double *theta = vg_driving_reward_of(found)->theta;
    ck_assert(theta[VG_DRIVING_edge] == 0 && theta[VG_DRIVING_lateral_jerk] == 0);
    ck_assert(theta[VG_DRIVING_offset] > 0 && theta[VG_DRIVING_time] == 1);
    vg_reward_destroy(found);
}
END_TEST

static bool stop_at_2(void *context, int64_t done, int64_t total) {
    (void)context, (void)total;
    return done < 2;
}

START_TEST(says_what_is_wrong) {
    const char *logs[] = {log_of("pursuit", "narrow")};
    vg_maxent_learner_config config = standard();
    vg_learner_report report;
    const char *out = scratch("wrong");
    strcpy(config.features, "offset,comfort");
    ck_fails(train(logs, 1, &config, out, 1, &report), VG_ERR_FORMAT,
             "features: 'comfort' is unknown, expected one of: time, lateral_acceleration");
    strcpy(config.features, "offset"); // at a speed that nothing but time weighs, time curves still
    config.spacing = 100;
    ck_ok(train(logs, 1, &config, out, 1, &report));
    config = standard(), config.spacing = 90, config.l2 = -1;
    ck_fails(train(logs, 1, &config, out, 1, &report), VG_ERR_ARGUMENT, "l2");
    ck_fails(train(logs, 0, &config, out, 1, &report), VG_ERR_ARGUMENT, "maxent learns from logs");
    config = standard();
    vg_learner_def def = {
        .config = &config, .logs = logs, .log_count = 1, .out = scratch("stopped"), .watch = stop_at_2};
    ck_fails(vg_learner_maxent.train(&def, &report, &diag), VG_ERR_INTERRUPTED, "stopped after round 2");
    ck_assert(vg_file_may_write(def.out, VG_KEEP, &diag) == VG_OK);
}
END_TEST

CK_MAIN("maxent", recovers_a_known_reward, same_bits_at_any_number_of_threads, leaves_features_out,
        says_what_is_wrong)
