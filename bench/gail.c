// bench/gail.c -- generative adversarial imitation: environment steps a second of whole training rounds, by
// the settings of the Python library `imitation` (8 x 256 steps a round, 10 passes of PPO in minibatches of
// 64, 8 discriminator updates of 1,024 rows, 64 x 64 networks) and by the defaults.
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "agents/drive/record.h"
#include "agents/experts/expert.h"
#include "agents/learners/gail.h"
#include "bench/bench.h"
#include "sim/base/memory.h"
#include "tracks/library.h"

enum { ROADS = 4, ROUNDS = 24 }; // enough rounds that opening logs and roads does not count

typedef struct gail {
    vg_gail_config config;
    vg_road *roads[ROADS];
    vg_learner_def def;
    char out[300], log[300];
    const char *logs[1];
} gail;

static void gail_close(void *state) {
    gail *g = state;
    if (g->out[0]) vg_file_discard(g->out);
    if (g->log[0]) vg_file_discard(g->log);
    for (int i = 0; i < ROADS; i++) vg_road_destroy(g->roads[i]);
    vg_free(g);
}

// Two demonstrations of 20 s.
static vg_err demonstrate(const gail *g, vg_diag *diag) {
    vg_policy *expert = NULL;
    vg_log *log = NULL;
    vg_record_def def = vg_record_default();
    vg_err err = vg_expert_create("pursuit", &expert, diag);
    if (!err) err = vg_log_create(g->log, VG_REPLACE, &log, diag);
    def.policy = expert, def.longest = 20, def.start_spread = 0.3f;
    for (int i = 0; i < 2 && !err; i++) {
        def.road = g->roads[i], def.seed = (uint64_t)i + 1;
        err = vg_record_run(&def, log, NULL, NULL, diag);
    }
    if (!err)
        err = vg_log_close(log, diag);
    else if (log)
        vg_log_discard(log);
    vg_policy_destroy(expert);
    return err;
}

// Without initial cloning, validation drives and checkpoints: only rounds.
static vg_err gail_open(int32_t threads, const char *const (*settings)[2], void **state, double *work,
                        vg_diag *diag) {
    gail *g = vg_new(gail, 1);
    if (!g) return vg_fail_memory(diag);
    vg_err err = VG_OK;
    for (int i = 0; i < ROADS && !err; i++) {
        char name[32];
        snprintf(name, sizeof name, "train-%d", i + 1);
        err = vg_track_load(name, &g->roads[i], diag);
    }
    const char *folder = getenv("TMPDIR");
    int n = snprintf(g->out, sizeof g->out, "%.200s/verge-bench-%ld.safetensors", folder ? folder : "/tmp",
                     (long)getpid());
    snprintf(g->log, sizeof g->log, "%.*s.vlog", n, g->out);
    if (!err) err = demonstrate(g, diag);
    vg_config_default(&vg_gail_schema, &g->config);
    for (; settings[0][0][0] && !err; settings++)
        err = vg_config_set(&vg_gail_schema, &g->config, settings[0][0], settings[0][1], "bench", 0, diag);
    if (err) {
        gail_close(g);
        return err;
    }
    g->config.generator.rl.rounds = ROUNDS, g->config.generator.warm_start = false;
    g->config.generator.validation.every = 1000, g->config.generator.validation.n_episodes = 1,
    g->config.generator.validation.seconds = 1;
    g->logs[0] = g->log;
    g->def = (vg_learner_def){.config = &g->config,
                              .seed = 1,
                              .logs = g->logs,
                              .log_count = 1,
                              .roads = (const vg_road *const *)g->roads,
                              .road_count = ROADS,
                              .threads = threads,
                              .out = g->out,
                              .overwrite = VG_REPLACE};
    *work = (double)(ROUNDS * g->config.generator.rl.n_envs * g->config.generator.rl.n_steps);
    *state = g;
    return VG_OK;
}

static vg_err open_theirs(int32_t threads, void **state, double *work, vg_diag *diag) {
    static const char *const settings[][2] = {{"n_envs", "8"},
                                              {"n_steps", "256"},
                                              {"ppo.n_epochs", "10"},
                                              {"ppo.batch_size", "64"},
                                              {"ppo.target_kl", "0"},
                                              {"critic.warmup", "0"},
                                              {"bc_coef", "0"},
                                              {"disc.n_updates", "8"},
                                              {"disc.batch_size", "1024"},
                                              {"disc.regularization", "none"},
                                              {"disc.input", "sense-action"},
                                              {"", ""}};
    return gail_open(threads, settings, state, work, diag);
}

static vg_err open_ours(int32_t threads, void **state, double *work, vg_diag *diag) {
    static const char *const settings[][2] = {{"critic.warmup", "0"}, {"", ""}};
    return gail_open(threads, settings, state, work, diag);
}

static vg_err gail_run(void *state, vg_diag *diag) {
    gail *g = state;
    vg_learner_report report = {0};
    return vg_learner_gail.train(&g->def, &report, diag);
}

const bench_case bench_gail = {.name = "gail",
                               .unit = "steps",
                               .help = "environment steps of whole GAIL training, by the defaults",
                               .goal = 100000,
                               .open = open_ours,
                               .run = gail_run,
                               .close = gail_close};
const bench_case bench_gail_imitation = {
    .name = "gail-imitation",
    .unit = "steps",
    .help = "the same by the settings of `imitation`: 8 x 256 steps a round, 10 passes, 8 updates of 1,024",
    .goal = 40000,
    .open = open_theirs,
    .run = gail_run,
    .close = gail_close};
