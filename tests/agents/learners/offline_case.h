// tests/agents/learners/offline_case.h -- a small offline training: drives of pursuit, and of nobody who ever
// steers, which leave the road.
#ifndef VG_TESTS_OFFLINE_CASE_H
#define VG_TESTS_OFFLINE_CASE_H

#include "agents/rewards/driving.h"
#include "agents/rl/environment.h"
#include "agents/rl/offline.h"
#include "tests/interactive.h"
#include "tests/levels.h"
#include "tests/resume.h"

typedef struct offline_case {
    interactive_case *c;
    char good[300], bad[300];
    const char *logs[2];
    int32_t stop_after;
} offline_case;

static inline bool offline_watch(void *context, int64_t done, int64_t total) {
    const offline_case *o = context;
    return resume_watch(o->stop_after, done, total);
}

static inline offline_case *offline_begin(const vg_learner *learner) {
    static const char *const settings[][2] = {{"rounds", "3"}, {"n_steps", "4"}, {"batch_size", "70"}};
    offline_case *o = vg_new(offline_case, 1);
    o->c = interactive_begin(learner);
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
        interactive_set(o->c, settings[i][0], settings[i][1]);
    snprintf(o->good, sizeof o->good, "%s", interactive_demo(o->c, "good.vlog", "sedan", 2, 4));
    vg_policy_destroy(o->c->expert);
    ck_ok(vg_expert_create("pursuit-noisy:gain=0.1,lateral=1,noise=2,reaction=0.5", &o->c->expert, &diag));
    snprintf(o->bad, sizeof o->bad, "%s", interactive_demo(o->c, "bad.vlog", "sedan", 2, 6));
    o->logs[0] = o->good, o->logs[1] = o->bad;
    vg_learner_def *def = &o->c->def;
    def->logs = o->logs, def->log_count = 2, def->roads = NULL, def->road_count = 0, def->expert = NULL;
    def->watch = offline_watch, def->context = o, def->on_round = NULL;
    return o;
}

static inline void offline_end(offline_case *o) {
    interactive_end(o->c);
    vg_free(o);
}

// The same bytes at any number of threads and at any level, stopped after any round and resumed, or not.
static inline void offline_is_one_path(const vg_learner *learner, const char *golden) {
    vg_level best = vg_level_best();
    for (vg_level level = VG_LEVEL_BASE; ck_level(level); level++) {
        offline_case *o = offline_begin(learner);
        for (o->c->def.threads = 1; o->c->def.threads <= 3; o->c->def.threads++) {
            ck_ok(interactive_train(o->c));
            ck_golden(golden, interactive_hash(o->c));
            ck_assert_int_eq(o->c->report.best_round, 3);
        }
        if (level == best)
            ck_resumes(learner, &o->c->def, o->c->checkpoint, &o->stop_after, 2, learner->name);
        offline_end(o);
    }
}

// What a user can give wrongly.
static inline void offline_refuses(const vg_learner *learner) {
    offline_case *o = offline_begin(learner);
    vg_driving_reward_def driving = vg_driving_reward_default();
    vg_reward *reward;
    driving.car_scale = 0.1, driving.pay = 1;
    ck_ok(vg_driving_reward_create(&driving, &reward, &diag));
    o->c->def.reward = reward;
    ck_fails(interactive_train(o->c), VG_ERR_MISMATCH, "scale");
    reward->discount = 0.9;
    ck_fails(interactive_train(o->c), VG_ERR_MISMATCH, "gamma: is 0.99, but the reward was made for 0.9");
    vg_reward_destroy(reward);
    o->c->def.reward = NULL, o->c->def.log_count = 0;
    ck_fails(interactive_train(o->c), VG_ERR_ARGUMENT, "learns from logs");
    ck_assert(access(o->c->out, F_OK) != 0 && access(o->c->checkpoint, F_OK) != 0);
    offline_end(o);
}

#endif
