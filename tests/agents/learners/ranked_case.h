// tests/agents/learners/ranked_case.h -- a small training of a reward from laps that are ranked.
#ifndef VG_TESTS_AGENTS_LEARNERS_RANKED_CASE_H
#define VG_TESTS_AGENTS_LEARNERS_RANKED_CASE_H

#include "agents/rewards/reward_file.h"
#include "tests/golden.h"
#include "tests/recorded.h"
#include "tests/resume.h"
#include "tests/roads.h"
#include "tests/scratch.h"

static vg_diag diag;

typedef struct ranked_case {
    const vg_learner *learner;
    void *config;
    char out[300], checkpoint[320];
    vg_learner_def def; // its logs are the test's, and its roads
    int32_t stop_after;
    const char *watched;    // a number of each round
    double held_out, watch; // the accuracy and that number, of the last round
} ranked_case;

static inline bool ranked_watch(void *context, int64_t done, int64_t total) {
    const ranked_case *c = context;
    bool rounds = total <= 64; // the steps of a clone are watched too, and are more than that
    return resume_watch(rounds ? c->stop_after : 0, done, total);
}

static inline void ranked_round(void *context, const vg_learner_round *round) {
    ranked_case *c = context;
    c->held_out = round_value(round, "held_out_accuracy");
    c->watch = round_value(round, c->watched);
}

static inline void ranked_set(ranked_case *c, const char *key, const char *value) {
    ck_ok(vg_config_set(c->learner->schema, c->config, key, value, "", 0, &diag));
}

static inline void ranked_make(ranked_case *c, const vg_learner *learner, const char *watched) {
    static const char *const settings[][2] = {{"sense", "offset,heading,speed,curvature@0:10:20"},
                                              {"hidden_sizes", "12"},
                                              {"ensemble_size", "2"},
                                              {"snippet_length", "20"},
                                              {"batch_size", "16"},
                                              {"learning_rate", "0.01"},
                                              {"checkpoint_every", "1"}};
    *c = (ranked_case){.learner = learner, .watched = watched};
    snprintf(c->out, sizeof c->out, "%s", scratch("ranked.safetensors"));
    snprintf(c->checkpoint, sizeof c->checkpoint, "%s.checkpoint", c->out);
    unlink(c->checkpoint);
    c->config = vg_alloc(1, learner->config_size);
    vg_config_default(learner->schema, c->config);
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
        ranked_set(c, settings[i][0], settings[i][1]);
    c->def = (vg_learner_def){.config = c->config,
                              .seed = 1,
                              .threads = 1,
                              .watch = ranked_watch,
                              .on_round = ranked_round,
                              .context = c,
                              .out = c->out,
                              .overwrite = VG_REPLACE};
}

static inline void ranked_free(ranked_case *c) { vg_free(c->config); }

static inline vg_err ranked_train(ranked_case *c) {
    vg_learner_report report;
    return c->learner->train(&c->def, &report, &diag);
}

static inline vg_reward *ranked_reward(const ranked_case *c) {
    vg_reward *reward;
    ck_ok(vg_reward_load(c->out, &reward, &diag));
    return reward;
}

static inline void ranked_at_any_thread_count(ranked_case *c, const char *golden) {
    for (c->def.threads = 1; c->def.threads <= 2; c->def.threads++) {
        ck_ok(ranked_train(c));
        vg_reward *reward = ranked_reward(c);
        ck_golden(golden, reward->hash);
        vg_reward_destroy(reward);
    }
}

#endif
