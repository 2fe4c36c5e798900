// Learners that spread their driving over ranks: the same policy at any number of ranks and threads, also
// when it was stopped and resumed on another number.
#include <stdio.h>

#include "agents/learners/registry.h"
#include "tests/rank_threads.h"
#include "tests/recorded.h"
#include "tests/resume.h"
#include "tests/roads.h"
#include "tests/scratch.h"

static vg_diag diag;

typedef struct fixture {
    const vg_learner *learner;
    void *config;
    vg_road *road;
    const vg_road *roads[1];
    vg_policy *expert;
    char log[300], out[300], checkpoint[320];
    const char *logs[1];
    vg_learner_def def;
    int64_t stop_after; // rounds of rank 0; 0: never
    vg_err err[RANK_THREADS];
    vg_learner_report report[RANK_THREADS];
} fixture;

static void record(const fixture *f) {
    vg_record_def def = vg_record_default();
    def.policy = f->expert, def.road = f->road, def.longest = 3, def.start_spread = 1;
    ck_record(f->log, &def);
}

static void make(fixture *f, const char *name) {
    static const char *const settings[][2] = {{"hidden_sizes", "3"},
                                              {"bc.n_epochs", "2"},
                                              {"rounds", "3"},
                                              {"labels", "900"},
                                              {"rollout_seconds", "0.2"},
                                              {"n_envs", "11"},
                                              {"n_steps", "6"},
                                              {"gradient_steps", "3"},
                                              {"validation.starts_per_road", "70"},
                                              {"validation.seconds", "1"},
                                              {"validation.every", "2"},
                                              {"checkpoint_every", "1"}};
    *f = (fixture){.road = stadium_road(60, 20, 4)};
    f->roads[0] = f->road;
    ck_ok(vg_learner_find(name, &f->learner, &diag));
    snprintf(f->log, sizeof f->log, "%s", scratch("ranks.vlog"));
    snprintf(f->out, sizeof f->out, "%s", scratch("ranks.safetensors"));
    snprintf(f->checkpoint, sizeof f->checkpoint, "%s.checkpoint", f->out);
    f->logs[0] = f->log;
    ck_ok(vg_expert_create("pursuit", &f->expert, &diag));
    record(f);
    f->config = vg_alloc(1, f->learner->config_size);
    vg_config_default(f->learner->schema, f->config);
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
        if (vg_config_key(f->learner->schema, settings[i][0]))
            ck_ok(vg_config_set(f->learner->schema, f->config, settings[i][0], settings[i][1], "", 0, &diag));
    f->def = (vg_learner_def){.config = f->config, .seed = 1, .out = f->out, .overwrite = VG_REPLACE};
    f->def.checkpoint = f->checkpoint;
    f->def.roads = f->roads, f->def.road_count = 1;
    if (f->learner->needs & VG_LEARNER_LOGS) f->def.logs = f->logs, f->def.log_count = 1;
    if (f->learner->needs & VG_LEARNER_EXPERT) f->def.expert = f->expert;
}

static void free_fixture(fixture *f) {
    vg_free(f->config);
    vg_policy_destroy(f->expert);
    vg_road_destroy(f->road);
}

static bool keep_on(void *context, int64_t done, int64_t total) {
    const int64_t *most = context;
    (void)total;
    return !*most || done < *most;
}

static void hear(void *context, const vg_learner_round *round) { (void)context, (void)round; }

static void train(const vg_ranks *ranks, void *context) {
    fixture *f = context;
    vg_learner_def def = f->def;
    int64_t never = 0;
    vg_diag own;
    def.ranks = ranks, def.watch = keep_on, def.on_round = hear;
    def.context = ranks->rank == 0 ? &f->stop_after : &never;
    f->err[ranks->rank] = f->learner->train(&def, &f->report[ranks->rank], &own);
}

static char *trained(fixture *f, int32_t ranks, int32_t threads, int64_t *size) {
    f->def.threads = threads;
    unlink(f->out);
    ck_ranks(ranks, train, f);
    for (int32_t r = 0; r < ranks; r++) {
        ck_assert_int_eq(f->err[r], VG_OK);
        ck_assert_int_eq(f->report[r].best_round, f->report[0].best_round);
        ck_assert_int_eq(f->report[r].actions, f->report[0].actions);
    }
    ck_assert(access(f->checkpoint, F_OK) != 0);
    return ck_read(f->out, size);
}

static void check_learner(const char *name) {
    static const int32_t counts[][2] = {{1, 2}, {2, 1}, {3, 2}, {7, 1}};
    fixture f;
    int64_t size, other;
    make(&f, name);
    char *one = trained(&f, 1, 1, &size);
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        char *many = trained(&f, counts[i][0], counts[i][1], &other);
        ck_assert_msg(size == other && !memcmp(one, many, (size_t)size), "%s on %d ranks with %d threads",
                      name, (int)counts[i][0], (int)counts[i][1]);
        vg_free(many);
    }
    // Rank 0 is told to stop: all do, and another number of ranks goes on.
    f.stop_after = name[0] == 'd' ? 4 : 1; // dagger counts gradient steps
    unlink(f.out);
    ck_ranks(3, train, &f);
    for (int32_t r = 0; r < 3; r++) ck_assert_int_eq(f.err[r], VG_ERR_INTERRUPTED);
    ck_assert(access(f.out, F_OK) != 0 && access(f.checkpoint, F_OK) == 0);
    f.stop_after = 0, f.def.resume = true;
    char *resumed = trained(&f, 2, 1, &other);
    ck_assert_msg(size == other && !memcmp(one, resumed, (size_t)size), "%s, resumed", name);
    vg_free(one), vg_free(resumed);
    free_fixture(&f);
}

START_TEST(dagger) { check_learner("dagger"); }
END_TEST
START_TEST(gail) { check_learner("gail"); }
END_TEST
START_TEST(ppo) { check_learner("ppo"); }
END_TEST

int main(void) {
    const TTest *const tests[] = {dagger, gail, ppo};
    return ck_run("learner_ranks", tests, sizeof tests / sizeof *tests);
}
