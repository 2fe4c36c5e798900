#include "agents/learners/ppo_learner.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "agents/policy/policy_file.h"
#include "agents/rewards/driving.h"
#include "agents/rewards/linear.h"
#include "agents/rewards/reward_open.h"
#include "sim/base/hash.h"
#include "tests/golden.h"
#include "tests/recorded.h"
#include "tests/resume.h"
#include "tests/roads.h"
#include "tests/scratch.h"

static vg_diag diag;

typedef struct made {
    vg_road *road;
    char out[300], checkpoint[320];
    vg_ppo_config config;
    vg_learner_def def;
    int32_t on_round, stop_after;
    double reward[200], off_road, terminated;
} made;

static bool watch(void *context, int64_t done, int64_t total) {
    const made *m = context;
    return resume_watch(m->stop_after, done, total);
}

static void on_round(void *context, const vg_learner_round *round) {
    made *m = context;
    m->on_round++;
    for (int32_t i = 0; i < round->count; i++) {
        if (!strcmp(round->names[i], "reward")) m->reward[round->round] = round->values[i];
        if (!strcmp(round->names[i], "terminations")) m->terminated += round->values[i];
        if (!strcmp(round->names[i], "off_road") && isfinite(round->values[i]))
            m->off_road = round->values[i];
    }
}

static void set(made *m, const char *key, const char *value) {
    ck_ok(vg_config_set(&vg_ppo_schema, &m->config, key, value, "", 0, &diag));
}

static void make(made *m) {
    static const char *const settings[][2] = {{"sense", "offset,heading,speed,curvature@0:10:20"},
                                              {"hidden_sizes", "12"},
                                              {"rounds", "5"},
                                              {"n_envs", "8"},
                                              {"n_steps", "30"},
                                              {"critic.warmup", "1"},
                                              {"ppo.batch_size", "100"},
                                              {"validation.every", "2"},
                                              {"validation.starts_per_road", "2"},
                                              {"validation.seconds", "4"}};
    *m = (made){.road = stadium_road(80, 25, 4)};
    snprintf(m->out, sizeof m->out, "%s", scratch("ppo.safetensors"));
    snprintf(m->checkpoint, sizeof m->checkpoint, "%s.checkpoint", m->out);
    unlink(m->checkpoint);
    vg_config_default(&vg_ppo_schema, &m->config);
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) set(m, settings[i][0], settings[i][1]);
    m->def = (vg_learner_def){.config = &m->config,
                              .seed = 1,
                              .roads = (const vg_road *const *)&m->road,
                              .road_count = 1,
                              .threads = 1,
                              .watch = watch,
                              .on_round = on_round,
                              .context = m,
                              .out = m->out,
                              .overwrite = VG_REPLACE};
}

static void free_made(made *m) {
    vg_road_destroy(m->road);
    unlink(m->out), unlink(m->checkpoint);
}

static vg_err train(made *m, vg_learner_report *report) {
    return vg_learner_ppo.train(&m->def, report, &diag);
}

START_TEST(same_bytes_at_any_thread_count) {
    char *first = NULL;
    int64_t first_size = 0, size;
    for (int32_t threads = 1; threads <= 3; threads++) {
        made m;
        vg_learner_report report;
        make(&m);
        set(&m, "scaling", "running");
        m.def.threads = threads;
        ck_ok(train(&m, &report));
        ck_assert(report.rounds == 5 && report.actions == 5 * 8 * 30 && report.labels == 0 &&
                  m.on_round == 5);
        vg_policy *policy;
        ck_ok(vg_policy_load(m.out, &policy, &diag));
        ck_golden("ppo/policy", policy->hash);
        vg_policy_destroy(policy);
        char *bytes = ck_read(m.out, &size);
        if (first) {
            ck_assert(size == first_size && !memcmp(bytes, first, (size_t)size));
            vg_free(bytes);
        } else {
            first = bytes, first_size = size;
        }
        free_made(&m);
    }
    vg_free(first);
}
END_TEST

// Stopped after any round and resumed by another number of threads: the same file.
START_TEST(resumes_to_the_same_bytes) {
    static const char *const settings[][2] = {
        {"algorithm", "ppo"}, {"algorithm", "trpo"}, {"scaling", "running"}};
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
        made m;
        make(&m);
        set(&m, settings[i][0], settings[i][1]);
        ck_resumes(&vg_learner_ppo, &m.def, m.checkpoint, &m.stop_after, 4, settings[i][1]);
        free_made(&m);
    }
}
END_TEST

// Drives of a car by the expert on the training road.
static const char *demonstrate_by(const made *m, const char *car) {
    const char *path = scratch("demo.vlog");
    vg_record_def def = vg_record_default();
    def.road = m->road, def.runs = 3, def.longest = 5, def.start_spread = 0.5f;
    vg_car driven;
    ck_ok(vg_car_load(car, &driven, &diag));
    def.car = &driven;
    ck_record_expert(path, "pursuit", def);
    return path;
}

static const char *demonstrate(const made *m) { return demonstrate_by(m, "sedan"); }

// A clone of the logs is where the policy begins: it drives farther from the first round on; the same bytes,
// resumed or not.
START_TEST(begins_with_a_clone) {
    made m;
    vg_learner_report report;
    vg_policy *policy;
    make(&m);
    set(&m, "warm_start", "bc");
    ck_fails(train(&m, &report), VG_ERR_ARGUMENT, "warm_start: bc, but there is no log");
    const char *log = demonstrate(&m);
    m.def.logs = &log, m.def.log_count = 1;
    set(&m, "scaling", "running");
    ck_fails(train(&m, &report), VG_ERR_ARGUMENT, "set scaling=physical");
    set(&m, "scaling", "physical");
    vg_car kart;
    ck_ok(vg_car_load("kart", &kart, &diag));
    m.def.car = &kart;
    ck_fails(train(&m, &report), VG_ERR_MISMATCH, "was driven in 'sedan', not in the 'kart'");
    m.def.car = NULL;
    set(&m, "rounds", "2");
    ck_ok(train(&m, &report));
    ck_assert_int_eq(report.labels + report.held_out_rows, 300);
    ck_ok(vg_policy_load(m.out, &policy, &diag));
    ck_golden("ppo/policy-warm", policy->hash);
    vg_policy_destroy(policy);
    double warm = m.reward[0];
    ck_resumes(&vg_learner_ppo, &m.def, m.checkpoint, &m.stop_after, 1, "warm");
    set(&m, "warm_start", "none");
    m.def.checkpoint = NULL, m.def.resume = false;
    ck_ok(train(&m, &report));
    ck_assert_double_gt(warm, m.reward[0]);
    free_made(&m);
}
END_TEST

// Who says nothing of the car means that of the laps.
START_TEST(drives_the_car_of_the_logs) {
    made m;
    vg_learner_report report;
    vg_policy *policy;
    make(&m);
    const char *log = demonstrate_by(&m, "kart");
    m.def.logs = &log, m.def.log_count = 1;
    set(&m, "rounds", "1");
    for (int k = 0; k < 2; k++) {
        set(&m, "warm_start", k ? "bc" : "none");
        ck_ok(train(&m, &report));
        ck_ok(vg_policy_load(m.out, &policy, &diag));
        ck_assert_str_eq(vg_policy_file_info(policy)->car.name, "kart");
        vg_policy_destroy(policy);
    }
    free_made(&m);
}
END_TEST

START_TEST(refuses_what_it_cannot_do) {
    made m;
    vg_learner_report report;
    make(&m);
    m.def.checkpoint = m.checkpoint, m.stop_after = 2;
    ck_fails(train(&m, &report), VG_ERR_INTERRUPTED, "round 2");
    m.def.resume = true, m.stop_after = 0, m.def.seed = 2;
    ck_fails(train(&m, &report), VG_ERR_MISMATCH, "another training");
    m.def.seed = 1, m.def.disturbance = (vg_disturbance){.gust = 0.1f, .gust_time = 1};
    ck_fails(train(&m, &report), VG_ERR_MISMATCH, "another training");
    m.def.disturbance = (vg_disturbance){0}, m.def.road_count = 0;
    ck_fails(train(&m, &report), VG_ERR_ARGUMENT, "ppo drives while it learns");
    m.def.road_count = 1, m.config.rl.gamma = 2;
    ck_fails(train(&m, &report), VG_ERR_ARGUMENT, "gamma");
    free_made(&m);
}
END_TEST

// Policy weights, [*count], of a training by this learner with these keys.
static float *weights_by(made *m, const vg_learner *learner, int64_t *count) {
    vg_learner_report report;
    vg_policy *policy;
    ck_ok(learner->train(&m->def, &report, &diag));
    ck_ok(vg_policy_load(m->out, &policy, &diag));
    ck_assert_str_eq(vg_policy_file_info(policy)->learner, learner->name);
    const vg_network *net = vg_policy_file_network(policy);
    *count = vg_network_count(net);
    float *weights = vg_new(float, *count);
    memcpy(weights, vg_network_read(net), sizeof(float) * (size_t)*count);
    vg_policy_destroy(policy);
    return weights;
}

START_TEST(trpo_is_ppo_with_its_algorithm) {
    made m;
    int64_t count, same;
    make(&m);
    float *as_trpo = weights_by(&m, &vg_learner_trpo, &count);
    set(&m, "algorithm", "trpo");
    float *by_key = weights_by(&m, &vg_learner_ppo, &same);
    set(&m, "algorithm", "ppo");
    float *as_ppo = weights_by(&m, &vg_learner_ppo, &same);
    size_t size = sizeof(float) * (size_t)count;
    ck_assert(count == same && !memcmp(as_trpo, by_key, size) && memcmp(as_trpo, as_ppo, size) != 0);
    ck_assert(!vg_config_key(&vg_trpo_schema, "algorithm"));
    vg_free(as_trpo), vg_free(by_key), vg_free(as_ppo);
    free_made(&m);
}
END_TEST

// Any kind of reward; each leads elsewhere. A reward for another discount is refused.
START_TEST(learns_from_any_reward) {
    made m;
    vg_learner_report report;
    uint64_t seen[4];
    int64_t size;
    make(&m);
    vg_driving_reward_def driving = vg_driving_reward_default();
    const float zero[] = {0, 0}, one[] = {1, 1}, weights[] = {-1, 0.1f};
    vg_linear_def linear = {
        .sense = "offset,speed", .mean = zero, .scale = one, .weights = weights, .discount = 0.99};
    vg_reward *rewards[4];
    driving.pay = 0.5;
    ck_ok(vg_reward_open("constant", 0.99, &rewards[0], &diag));
    ck_ok(vg_reward_open("progress", 0.99, &rewards[1], &diag));
    ck_ok(vg_linear_create(&linear, &rewards[2], &diag));
    ck_ok(vg_driving_reward_create(&driving, &rewards[3], &diag));
    for (int i = 0; i < 4; i++) {
        m.def.reward = rewards[i];
        float *weights_of = weights_by(&m, &vg_learner_ppo, &size);
        seen[i] = vg_hash_float(0, weights_of, size);
        vg_free(weights_of);
        for (int k = 0; k < i; k++) ck_assert(seen[k] != seen[i]);
        vg_reward_destroy(rewards[i]);
    }
    vg_reward *other;
    ck_ok(vg_reward_open("constant", 0.9, &other, &diag));
    m.def.reward = other;
    ck_fails(vg_learner_trpo.train(&m.def, &report, &diag), VG_ERR_MISMATCH,
             "gamma: is 0.99, but the reward was made for 0.9; set gamma=0.9");
    vg_reward_destroy(other);
    free_made(&m);
}
END_TEST

// Cars that stall end their episodes where the reward says so, or the key: 60 m/s is never reached.
START_TEST(ends_where_a_car_stalls) {
    made m;
    vg_reward *reward;
    make(&m);
    ck_ok(vg_reward_open("constant", 0.99, &reward, &diag));
    m.def.reward = reward;
    vg_learner_report report;
    double reached[3];
    for (int i = 0; i < 3; i++) {
        reward->stall = i == 1 ? 60 : 0;
        set(&m, "stall", i == 2 ? "60" : "0"), set(&m, "n_steps", "60");
        m.terminated = 0;
        ck_ok(vg_learner_ppo.train(&m.def, &report, &diag));
        reached[i] = m.terminated;
    }
    ck_assert_msg(reached[0] < 60 && reached[1] == 5 * 8 * 3 && reached[2] == reached[1], "%g, %g, %g",
                  reached[0], reached[1], reached[2]);
    vg_reward_destroy(reward);
    free_made(&m);
}
END_TEST

// With a plain reward and no logs it learns to drive on and to stay on the road.
START_TEST(learns_to_drive) {
    made m;
    vg_learner_report report;
    make(&m);
    set(&m, "hidden_sizes", "24,24"), set(&m, "rounds", "60"), set(&m, "n_envs", "16"),
        set(&m, "n_steps", "100");
    set(&m, "ppo.learning_rate", "0.002"), set(&m, "validation.every", "60"),
        set(&m, "validation.seconds", "10");
    ck_ok(train(&m, &report));
    ck_assert_msg(m.reward[59] > m.reward[0] + 0.3, "reward %g, then %g", m.reward[0], m.reward[59]);
    ck_assert_msg(m.off_road < 0.6, "off the road: %g", m.off_road);
    free_made(&m);
}
END_TEST

CK_MAIN("ppo_learner", same_bytes_at_any_thread_count, resumes_to_the_same_bytes, begins_with_a_clone,
        drives_the_car_of_the_logs, refuses_what_it_cannot_do, trpo_is_ppo_with_its_algorithm,
        learns_from_any_reward, ends_where_a_car_stalls, learns_to_drive)
