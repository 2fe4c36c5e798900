// tests/interactive.h -- a small interactive training: pursuit labels on two small roads.
#ifndef VG_TESTS_INTERACTIVE_H
#define VG_TESTS_INTERACTIVE_H

#include <string.h>

#include "agents/policy/policy_file.h"
#include "tests/golden.h"
#include "tests/recorded.h"
#include "tests/roads.h"
#include "tests/scratch.h"

static vg_diag diag;

enum { INTERACTIVE_ROUNDS_MOST = 32, INTERACTIVE_NAMES_MOST = 24 };

// What on_round recorded, and when to stop.
typedef struct interactive_log {
    int32_t rounds;
    double value[INTERACTIVE_ROUNDS_MOST][INTERACTIVE_NAMES_MOST];
    char name[INTERACTIVE_NAMES_MOST][32];
    int64_t stop; // at this step of the whole training; 0: never
} interactive_log;

typedef struct interactive_case {
    const vg_learner *learner;
    void *config;
    vg_road *road[2];
    vg_policy *expert;
    vg_learner_def def;
    vg_learner_report report;
    interactive_log log;
    char out[300], checkpoint[320];
    const char *demo; // what interactive_from_demo recorded
} interactive_case;

static inline bool interactive_watch(void *context, int64_t done, int64_t total) {
    const interactive_log *log = context;
    ck_assert(done <= total);
    return !log->stop || done != log->stop;
}

static inline void interactive_told(void *context, const vg_learner_round *round) {
    interactive_log *log = context;
    ck_assert(round->round < INTERACTIVE_ROUNDS_MOST && round->count <= INTERACTIVE_NAMES_MOST);
    for (int32_t i = 0; i < round->count; i++) {
        snprintf(log->name[i], sizeof log->name[i], "%s", round->names[i]);
        log->value[round->round][i] = round->values[i];
    }
    log->rounds = round->round + 1;
}

static inline double interactive_value(const interactive_case *c, int32_t round, const char *name) {
    for (int32_t i = 0; i < INTERACTIVE_NAMES_MOST; i++)
        if (strcmp(c->log.name[i], name) == 0) return c->log.value[round][i];
    ck_abort_msg("nothing is told of '%s'", name);
}

static inline void interactive_set(interactive_case *c, const char *key, const char *value) {
    ck_ok(vg_config_set(c->learner->schema, c->config, key, value, "", 0, &diag));
}

static inline interactive_case *interactive_begin(const vg_learner *learner) {
    interactive_case *c = vg_new(interactive_case, 1);
    c->learner = learner;
    c->config = vg_alloc(1, learner->config_size);
    vg_config_default(learner->schema, c->config);
    static const char *const settings[][2] = {{"sense", "offset,heading,speed,curvature@0:10"},
                                              {"hidden_sizes", "8"},
                                              {"labels", "420"},
                                              {"rounds", "3"},
                                              {"gradient_steps", "60"},
                                              {"rollout_seconds", "4"},
                                              {"bc.learning_rate", "0.01"},
                                              {"bc.batch_size", "64"},
                                              {"validation.seconds", "5"},
                                              {"bc.checkpoint_every", "25"},
                                              {"start_spread", "0.5"},
                                              {"scaling", "zscore"}};
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) // a cloner has only some of them
        if (vg_config_key(learner->schema, settings[i][0]))
            interactive_set(c, settings[i][0], settings[i][1]);
    c->road[0] = stadium_road(60, 25, 4);
    c->road[1] = circle_road(40, 4);
    ck_ok(vg_expert_create("pursuit", &c->expert, &diag));
    snprintf(c->out, sizeof c->out, "%s", scratch("interactive.safetensors"));
    snprintf(c->checkpoint, sizeof c->checkpoint, "%s.checkpoint", c->out);
    c->def = (vg_learner_def){.config = c->config,
                              .seed = 1,
                              .roads = (const vg_road *const *)c->road,
                              .road_count = 2,
                              .expert = c->expert,
                              .threads = 1,
                              .watch = interactive_watch,
                              .on_round = interactive_told,
                              .context = &c->log,
                              .checkpoint = c->checkpoint,
                              .out = c->out,
                              .overwrite = VG_REPLACE};
    return c;
}

static inline void interactive_end(interactive_case *c) {
    unlink(c->out), unlink(c->checkpoint);
    vg_road_destroy(c->road[0]), vg_road_destroy(c->road[1]);
    vg_policy_destroy(c->expert);
    vg_free(c->config);
    vg_free(c);
}

static inline vg_err interactive_train(interactive_case *c) {
    return c->learner->train(&c->def, &c->report, &diag);
}

static inline uint64_t interactive_hash(const interactive_case *c) {
    vg_policy *policy;
    ck_ok(vg_policy_load(c->out, &policy, &diag));
    uint64_t hash = policy->hash;
    vg_policy_destroy(policy);
    return hash;
}

// A log of `runs` drives of pursuit on the first road, `seconds` each.
static inline const char *interactive_demo(interactive_case *c, const char *name, const char *car,
                                           int32_t runs, double seconds) {
    const char *path = scratch(name);
    vg_car driven;
    ck_ok(vg_car_load(car, &driven, &diag));
    vg_record_def def = vg_record_default();
    def.policy = c->expert, def.road = c->road[0], def.runs = runs, def.longest = seconds,
    def.start_spread = 0.5f;
    def.car = &driven;
    ck_record(path, &def);
    return path;
}

// A training from a log of `runs` drives, `seconds` each.
static inline void interactive_from_demo(interactive_case *c, int32_t runs, double seconds) {
    c->demo = interactive_demo(c, "demo.vlog", "sedan", runs, seconds);
    c->def.logs = &c->demo, c->def.log_count = 1;
}

// The training must give the same bytes at any number of threads, and when it is stopped in any round and
// resumed.
static inline void interactive_is_one_path(interactive_case *c, const char *golden, int64_t steps) {
    c->def.on_round = NULL; // without a listener the result is the same
    static const int32_t threads[] = {1, 2, 3, 7};
    for (size_t i = 0; i < sizeof threads / sizeof *threads; i++) {
        c->def.threads = threads[i];
        ck_ok(interactive_train(c));
        ck_golden(golden, interactive_hash(c));
        ck_assert(access(c->checkpoint, F_OK) != 0);
    }
    c->def.on_round = interactive_told;
    for (int64_t stop = 1; stop <= steps; stop += steps / 7) {
        unlink(c->out);
        c->log.stop = stop, c->def.resume = false, c->def.threads = 1;
        ck_fails(interactive_train(c), VG_ERR_INTERRUPTED, "stopped");
        ck_assert(access(c->out, F_OK) != 0 && access(c->checkpoint, F_OK) == 0);
        c->log.stop = 0, c->def.resume = true, c->def.threads = 2;
        ck_ok(interactive_train(c));
        ck_golden(golden, interactive_hash(c));
        ck_assert(access(c->checkpoint, F_OK) != 0);
    }
    c->def.resume = false;
}

#endif
