#include "agents/learners/gail.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "agents/drive/record.h"
#include "agents/experts/expert.h"
#include "agents/rewards/network_reward.h"
#include "agents/rewards/reward_file.h"
#include "agents/training/selection.h"
#include "sim/base/level.h"
#include "tests/golden.h"
#include "tests/resume.h"
#include "tests/roads.h"
#include "tests/scratch.h"

static vg_diag diag;

enum { ROUNDS_MOST = 64 };

// A demonstration of seven seconds, and roads like the one it was given on.
typedef struct made {
    vg_road *roads[2];
    const vg_road *borrowed[2];
    char log[300], out[300], checkpoint[320];
    const char *logs[1];
    vg_gail_config config;
    vg_learner_def def;
    int32_t on_round, stop_after;
    double off_road, rewarded, collapsed[ROUNDS_MOST], right[ROUNDS_MOST];
} made;

static void record(made *m) {
    vg_policy *expert;
    vg_log *log;
    vg_record_def def = vg_record_default();
    ck_ok(vg_expert_create("pursuit", &expert, &diag));
    def.policy = expert, def.road = m->roads[0], def.longest = 7;
    ck_ok(vg_log_create(m->log, VG_REPLACE, &log, &diag));
    ck_ok(vg_record_run(&def, log, NULL, NULL, &diag));
    ck_ok(vg_log_close(log, &diag));
    vg_policy_destroy(expert);
}

static bool watch(void *context, int64_t done, int64_t total) {
    made *m = context;
    ck_assert(done <= total);
    return !m->stop_after || done < m->stop_after;
}

static double of_round(const vg_learner_round *round, const char *name) {
    for (int32_t i = 0; i < round->count; i++)
        if (!strcmp(round->names[i], name)) return round->values[i];
    ck_abort_msg("nothing was reported of %s", name);
}

static void on_round(void *context, const vg_learner_round *round) {
    made *m = context;
    ck_assert(round->round < ROUNDS_MOST);
    m->on_round++;
    m->collapsed[round->round] = of_round(round, "collapsed");
    m->right[round->round] = fmin(of_round(round, "disc_acc_expert"), of_round(round, "disc_acc_learner"));
    m->rewarded = of_round(round, "reward");
    double off_road = of_round(round, "off_road");
    if (isfinite(off_road)) m->off_road = off_road;
}

static void set(made *m, const char *key, const char *value) {
    ck_ok(vg_config_set(&vg_gail_schema, &m->config, key, value, "", 0, &diag));
}

static void make(made *m) {
    static const char *const settings[][2] = {{"sense", "offset,heading,speed,curvature@0:10:20"},
                                              {"scaling", "zscore"},
                                              {"hidden_sizes", "12"},
                                              {"bc.n_epochs", "40"},
                                              {"bc.validation_fraction", "0"},
                                              {"rounds", "5"},
                                              {"n_envs", "8"},
                                              {"n_steps", "30"},
                                              {"critic.warmup", "1"},
                                              {"disc.hidden_size", "10"},
                                              {"disc.n_updates", "3"},
                                              {"disc.batch_size", "300"},
                                              {"ppo.batch_size", "100"},
                                              {"disc.replay_rounds", "2"},
                                              {"validation.every", "2"},
                                              {"validation.n_episodes", "4"},
                                              {"validation.seconds", "4"}};
    *m = (made){.roads = {stadium_road(80, 25, 4), stadium_road(60, 20, 4)}};
    m->borrowed[0] = m->roads[0], m->borrowed[1] = m->roads[1];
    snprintf(m->log, sizeof m->log, "%s", scratch("gail.vlog"));
    snprintf(m->out, sizeof m->out, "%s", scratch("gail.safetensors"));
    snprintf(m->checkpoint, sizeof m->checkpoint, "%s.checkpoint", m->out);
    unlink(m->checkpoint);
    record(m);
    vg_config_default(&vg_gail_schema, &m->config);
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) set(m, settings[i][0], settings[i][1]);
    m->logs[0] = m->log;
    m->def = (vg_learner_def){.config = &m->config,
                              .seed = 1,
                              .logs = m->logs,
                              .log_count = 1,
                              .roads = m->borrowed,
                              .road_count = 2,
                              .valid = m->borrowed,
                              .valid_count = 2,
                              .threads = 1,
                              .watch = watch,
                              .on_round = on_round,
                              .context = m,
                              .out = m->out,
                              .overwrite = VG_REPLACE};
}

static void free_made(made *m) {
    vg_road_destroy(m->roads[0]), vg_road_destroy(m->roads[1]);
    unlink(m->log), unlink(m->out), unlink(m->checkpoint);
}

static vg_err train(made *m, vg_learner_report *report) {
    return vg_learner_gail.train(&m->def, report, &diag);
}

static uint64_t hash_of_policy(const made *m) {
    vg_policy *policy;
    ck_ok(vg_policy_load(m->out, &policy, &diag));
    uint64_t hash = policy->hash;
    vg_policy_destroy(policy);
    return hash;
}

START_TEST(same_bytes_at_any_thread_count) {
    char *first = NULL;
    int64_t first_size = 0, size;
    for (int32_t threads = 1; threads <= 3; threads++) {
        made m;
        vg_learner_report report;
        make(&m);
        m.def.threads = threads;
        ck_ok(train(&m, &report));
        ck_assert(report.rounds == 5 && report.actions == 5 * 8 * 30 && report.labels == 140 &&
                  m.on_round == 5);
        ck_golden("gail/policy", hash_of_policy(&m));
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

START_TEST(same_bytes_at_any_level) {
    for (vg_level level = VG_LEVEL_BASE; level < VG_LEVEL_COUNT; level++) {
        if (level > vg_level_best()) {
            printf("SKIP: level %s is not on this machine\n", vg_level_name(level));
            continue;
        }
        ck_assert(vg_level_force(level));
        made m;
        vg_learner_report report;
        make(&m);
        set(&m, "rounds", "2"), set(&m, "bc.n_epochs", "2"), set(&m, "n_envs", "2"),
            set(&m, "disc.batch_size", "40");
        set(&m, "validation.seconds", "1"), set(&m, "validation.n_episodes", "2");
        ck_ok(train(&m, &report));
        ck_golden("gail/policy-short", hash_of_policy(&m));
        free_made(&m);
    }
}
END_TEST

// Stopped after any round and resumed with another number of threads: the same file; with either update,
// either smoothing, and with or without actions in the discriminator's input.
START_TEST(resumes_to_the_same_bytes) {
    static const char *const settings[][2] = {{"algorithm", "ppo"},
                                              {"algorithm", "trpo"},
                                              {"disc.regularization", "spectral_norm"},
                                              {"disc.input", "sense-action"}};
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
        made m;
        make(&m);
        set(&m, settings[i][0], settings[i][1]);
        ck_resumes(&vg_learner_gail, &m.def, m.checkpoint, &m.stop_after, 4, settings[i][1]);
        free_made(&m);
    }
}
END_TEST

START_TEST(refuses_a_foreign_checkpoint) {
    made m;
    vg_learner_report report;
    make(&m);
    m.def.checkpoint = m.checkpoint, m.stop_after = 2;
    ck_fails(train(&m, &report), VG_ERR_INTERRUPTED, "round 2");
    m.def.resume = true, m.stop_after = 0, m.def.seed = 2;
    ck_fails(train(&m, &report), VG_ERR_MISMATCH, "another training");
    m.def.seed = 1;
    set(&m, "disc.gradient_penalty", "3");
    ck_fails(train(&m, &report), VG_ERR_MISMATCH, "another training");
    free_made(&m);
}
END_TEST

START_TEST(refuses_what_it_cannot_do) {
    made m;
    vg_learner_report report;
    make(&m);
    vg_learner_def def = m.def;
    m.def.log_count = 0;
    ck_fails(train(&m, &report), VG_ERR_ARGUMENT, "gail learns from logs");
    m.def = def, m.def.road_count = 0;
    ck_fails(train(&m, &report), VG_ERR_ARGUMENT, "gail drives while it learns");
    m.def = def, m.config.disc.expert_label = 0.2;
    ck_fails(train(&m, &report), VG_ERR_ARGUMENT, "label");
    free_made(&m);
}
END_TEST

// A strong discriminator and a learner that may not change: the discriminator tells both sides apart, and the
// diagnosis says so. The same for a learner whose deviations have all shrunk to their minimum.
START_TEST(notices_a_collapse) {
    made m;
    vg_learner_report report;
    make(&m);
    set(&m, "rounds", "45"), set(&m, "disc.regularization", "none"), set(&m, "disc.expert_label", "1"),
        set(&m, "disc.input", "sense-action");
    set(&m, "disc.learning_rate", "0.02"), set(&m, "disc.n_updates", "30"), set(&m, "critic.warmup", "45"),
        set(&m, "action_std_init", "2");
    set(&m, "disc.replay_rounds", "1"), set(&m, "validation.every", "45");
    ck_ok(train(&m, &report));
    ck_assert_msg(m.collapsed[44] == VG_GAIL_PINNED, "right %g", m.right[44]);
    ck_assert(m.collapsed[5] == VG_GAIL_SOUND);
    free_made(&m);
    make(&m);
    set(&m, "rounds", "20"), set(&m, "action_std_init", "1"), set(&m, "action_std_min", "0.98"),
        set(&m, "ppo.learning_rate", "0.01");
    set(&m, "bc_coef", "0"), set(&m, "validation.every", "20"), set(&m, "scaling_cap", "0");
    ck_ok(train(&m, &report));
    bool frozen = false;
    for (int i = 0; i < 20; i++) frozen |= m.collapsed[i] == VG_GAIL_FROZEN;
    ck_assert(frozen);
    free_made(&m);
}
END_TEST

// The last discriminator as a reward: as it was shown its rows, for the training's discount; also after a
// resume.
START_TEST(writes_its_discriminator_as_a_reward) {
    made m;
    vg_learner_report report;
    vg_reward *reward;
    char path[300];
    uint64_t hashes[2];
    snprintf(path, sizeof path, "%s", scratch("reward.safetensors"));
    for (int stopped = 0; stopped < 2; stopped++) {
        make(&m);
        set(&m, "reward", "softplus");
        m.def.reward_out = path, m.def.checkpoint = m.checkpoint, m.stop_after = stopped ? 3 : 0;
        vg_err err = train(&m, &report);
        ck_assert_int_eq(err, stopped ? VG_ERR_INTERRUPTED : VG_OK);
        m.def.resume = true, m.stop_after = 0;
        if (stopped) ck_ok(train(&m, &report));
        ck_ok(vg_reward_load(path, &reward, &diag));
        ck_assert_str_eq(reward->kind, "network");
        ck_assert(vg_network_reward_input(reward)->lateral && !vg_network_reward_input(reward)->action);
        ck_assert(reward->discount == 0.99 && !reward->looks_after && reward->absorbing > 0);
        hashes[stopped] = reward->hash;
        vg_reward_destroy(reward);
        free_made(&m);
    }
    ck_assert(hashes[0] == hashes[1]);
    unlink(path);
}
END_TEST

// The control: the same training, every action worth the same until an end.
START_TEST(a_constant_reward_is_worth_one_an_action) {
    made m;
    vg_learner_report report;
    make(&m);
    set(&m, "reward", "constant");
    ck_ok(train(&m, &report));
    ck_assert_double_eq_tol(m.rewarded, 1, 1e-9);
    set(&m, "reward", "logit");
    ck_ok(train(&m, &report));
    ck_assert(fabs(m.rewarded - 1) > 1e-3);
    free_made(&m);
}
END_TEST

// The purpose of GAIL: from seven seconds of driving a clone does not stay on the road; GAIL does.
START_TEST(stays_on_where_a_clone_does_not) {
    made m;
    vg_learner_report report;
    make(&m);
    set(&m, "hidden_sizes", "24,24"), set(&m, "rounds", "60"), set(&m, "n_envs", "16"),
        set(&m, "n_steps", "100");
    set(&m, "critic.warmup", "5"), set(&m, "disc.n_updates", "10"), set(&m, "disc.batch_size", "128"),
        set(&m, "validation.seconds", "20");
    set(&m, "validation.every", "60"), set(&m, "validation.n_episodes", "16"), set(&m, "bc.n_epochs", "300"),
        set(&m, "ppo.learning_rate", "0.001");
    ck_ok(train(&m, &report));
    double after = m.off_road;
    set(&m, "rounds", "1");
    set(&m, "validation.every", "1");
    ck_ok(train(&m, &report)); // settling: the clone
    ck_assert_msg(m.off_road > 0.3 && after < 0.05, "off the road: the clone %g, after %g", m.off_road,
                  after);
    free_made(&m);
}
END_TEST

CK_MAIN("gail", same_bytes_at_any_thread_count, same_bytes_at_any_level, resumes_to_the_same_bytes,
        refuses_a_foreign_checkpoint, refuses_what_it_cannot_do, notices_a_collapse,
        writes_its_discriminator_as_a_reward, a_constant_reward_is_worth_one_an_action,
        stays_on_where_a_clone_does_not)
