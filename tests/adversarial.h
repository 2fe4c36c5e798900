// tests/adversarial.h -- a small training of an adversarial learner: a demonstration of seven seconds, and
// roads like the one it was given on. Needs a `vg_diag diag` in scope.
#ifndef VG_TESTS_ADVERSARIAL_H
#define VG_TESTS_ADVERSARIAL_H

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "agents/policy/policy_file.h"
#include "agents/rewards/reward_file.h"
#include "agents/training/learner.h"
#include "tests/golden.h"
#include "tests/levels.h"
#include "tests/recorded.h"
#include "tests/resume.h"
#include "tests/roads.h"
#include "tests/scratch.h"

enum { ADVERSARIAL_ROUNDS = 64 };

typedef struct adversarial {
    const vg_learner *learner;
    vg_road *roads[2];
    const vg_road *borrowed[2];
    char log[300], out[300], policy[320], checkpoint[320];
    const char *logs[1];
    void *config;
    vg_learner_def def;
    int32_t on_round, stop_after;
    double off_road, reward, collapsed[ADVERSARIAL_ROUNDS];
    const char *watched;                 // another number of each round
    double watch_of[ADVERSARIAL_ROUNDS]; // its values
} adversarial;

static inline bool adversarial_watch(void *context, int64_t done, int64_t total) {
    const adversarial *m = context;
    return resume_watch(m->stop_after, done, total);
}

static inline void adversarial_round(void *context, const vg_learner_round *round) {
    adversarial *m = context;
    ck_assert(round->round < ADVERSARIAL_ROUNDS);
    m->on_round++;
    m->collapsed[round->round] = round_value(round, "collapsed");
    m->reward = round_value(round, "reward");
    double off_road = round_value(round, "off_road");
    if (isfinite(off_road)) m->off_road = off_road;
    if (m->watched) m->watch_of[round->round] = round_value(round, m->watched);
}

static inline void adversarial_set(adversarial *m, const char *key, const char *value) {
    vg_diag diag;
    ck_ok(vg_config_set(m->learner->schema, m->config, key, value, "", 0, &diag));
}

static inline void adversarial_make(adversarial *m, const vg_learner *learner) {
    static const char *const settings[][2] = {{"sense", "offset,heading,speed,curvature@0:10:20"},
                                              {"hidden_sizes", "12"},
                                              {"bc.n_epochs", "40"},
                                              {"bc.validation_fraction", "0"},
                                              {"rounds", "5"},
                                              {"n_envs", "8"},
                                              {"n_steps", "30"},
                                              {"critic.warmup", "1"},
                                              {"ppo.batch_size", "100"},
                                              {"validation.every", "2"},
                                              {"validation.n_episodes", "4"},
                                              {"validation.seconds", "4"}};
    vg_record_def drives = vg_record_default();
    *m = (adversarial){.learner = learner, .roads = {stadium_road(80, 25, 4), stadium_road(60, 20, 4)}};
    m->borrowed[0] = m->roads[0], m->borrowed[1] = m->roads[1];
    snprintf(m->log, sizeof m->log, "%s", scratch("adversarial.vlog"));
    snprintf(m->out, sizeof m->out, "%s", scratch("adversarial.safetensors"));
    snprintf(m->policy, sizeof m->policy, "%s.policy", m->out);
    snprintf(m->checkpoint, sizeof m->checkpoint, "%s.checkpoint", m->out);
    unlink(m->checkpoint), unlink(m->policy);
    drives.road = m->roads[0], drives.longest = 7;
    ck_record_expert(m->log, "pursuit", drives);
    m->config = vg_alloc(1, learner->config_size);
    vg_config_default(learner->schema, m->config);
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
        adversarial_set(m, settings[i][0], settings[i][1]);
    m->logs[0] = m->log;
    m->def = (vg_learner_def){.config = m->config,
                              .seed = 1,
                              .logs = m->logs,
                              .log_count = 1,
                              .roads = m->borrowed,
                              .road_count = 2,
                              .valid = m->borrowed,
                              .valid_count = 2,
                              .threads = 1,
                              .watch = adversarial_watch,
                              .on_round = adversarial_round,
                              .context = m,
                              .out = m->out,
                              .policy = m->policy,
                              .overwrite = VG_REPLACE};
}

static inline void adversarial_free(adversarial *m) {
    vg_road_destroy(m->roads[0]), vg_road_destroy(m->roads[1]);
    vg_free(m->config);
    unlink(m->log), unlink(m->out), unlink(m->policy), unlink(m->checkpoint);
}

static inline vg_err adversarial_train(adversarial *m, vg_learner_report *report, vg_diag *diag) {
    return m->learner->train(&m->def, report, diag);
}

// Of the policy that is written beside a reward, or else of what is written.
static inline uint64_t adversarial_policy_hash(const adversarial *m) {
    vg_policy *policy;
    vg_diag diag;
    ck_ok(vg_policy_load(m->def.policy ? m->policy : m->out, &policy, &diag));
    uint64_t hash = policy->hash;
    vg_policy_destroy(policy);
    return hash;
}

static inline vg_reward *adversarial_reward(const adversarial *m) {
    vg_reward *reward;
    vg_diag diag;
    ck_ok(vg_reward_load(m->out, &reward, &diag));
    return reward;
}

static inline uint64_t adversarial_reward_hash(const adversarial *m) {
    vg_reward *reward = adversarial_reward(m);
    uint64_t hash = reward->hash;
    vg_reward_destroy(reward);
    return hash;
}

// --- what holds of each of them: `make` makes the learner's training ---------------------------------------

typedef void adversarial_maker(adversarial *m);

// The goldens NAME/policy<ending> and, of a learner of rewards, NAME/reward<ending>.
static inline void adversarial_golden(const adversarial *m, const char *ending) {
    char name[64];
    snprintf(name, sizeof name, "%s/policy%s", m->learner->name, ending);
    ck_golden(name, adversarial_policy_hash(m));
    snprintf(name, sizeof name, "%s/reward%s", m->learner->name, ending);
    if (m->learner->writes == VG_WRITES_REWARD) ck_golden(name, adversarial_reward_hash(m));
}

static inline void adversarial_at_any_thread_count(adversarial_maker *make) {
    char *first = NULL;
    int64_t first_size = 0, size;
    for (int32_t threads = 1; threads <= 3; threads++) {
        adversarial m;
        vg_learner_report report;
        vg_diag diag;
        make(&m);
        m.def.threads = threads;
        ck_ok(adversarial_train(&m, &report, &diag));
        ck_assert(report.rounds == 5 && report.actions == 5 * 8 * 30 && report.labels == 140 &&
                  m.on_round == 5);
        adversarial_golden(&m, "");
        char *bytes = ck_read(m.out, &size);
        if (!first) first = bytes, first_size = size;
        ck_assert(size == first_size && !memcmp(bytes, first, (size_t)size));
        if (bytes != first) vg_free(bytes);
        adversarial_free(&m);
    }
    vg_free(first);
}

// Two rounds of less; `key` and `value` are what makes the learner's own part smaller.
static inline void adversarial_at_any_level(adversarial_maker *make, const char *key, const char *value) {
    for (vg_level level = VG_LEVEL_BASE; ck_level(level); level++) {
        adversarial m;
        vg_learner_report report;
        vg_diag diag;
        make(&m);
        adversarial_set(&m, "rounds", "2"), adversarial_set(&m, "bc.n_epochs", "2");
        adversarial_set(&m, "n_envs", "2"), adversarial_set(&m, key, value);
        adversarial_set(&m, "validation.seconds", "1"), adversarial_set(&m, "validation.n_episodes", "2");
        ck_ok(adversarial_train(&m, &report, &diag));
        adversarial_golden(&m, "-short");
        adversarial_free(&m);
    }
}

// With each of the settings, stopped after any round and resumed with another number of threads: the same
// file, and the same policy beside it.
static inline void adversarial_resumes(adversarial_maker *make, const char *const settings[][2],
                                       size_t count) {
    for (size_t i = 0; i < count; i++) {
        adversarial m;
        vg_learner_report report;
        vg_diag diag;
        make(&m);
        adversarial_set(&m, settings[i][0], settings[i][1]);
        ck_ok(adversarial_train(&m, &report, &diag));
        uint64_t policy = adversarial_policy_hash(&m);
        ck_resumes(m.learner, &m.def, m.checkpoint, &m.stop_after, 4, settings[i][1]);
        ck_assert(adversarial_policy_hash(&m) == policy);
        adversarial_free(&m);
    }
}

#endif
