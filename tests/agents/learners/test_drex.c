#include "agents/learners/drex.h"

#include <math.h>
#include <string.h>

#include "agents/drive/record.h"
#include "agents/experts/expert.h"
#include "agents/rewards/reward_file.h"
#include "tests/golden.h"
#include "tests/resume.h"
#include "tests/roads.h"
#include "tests/scratch.h"

static vg_diag diag;

typedef struct made {
    vg_road *roads[2];
    const vg_road *borrowed[2];
    char log[300], out[300], checkpoint[320];
    const char *logs[1];
    vg_drex_config config;
    vg_learner_def def;
    int32_t stop_after;
    double held_out, noise_rank; // of the last round
} made;

static bool watch(void *context, int64_t done, int64_t total) {
    made *m = context;
    ck_assert(done <= total);
    // Steps of the clone are watched too, but there are many more of them.
    return !m->stop_after || total > 64 || done < m->stop_after;
}

static double of_round(const vg_learner_round *round, const char *name) {
    for (int32_t i = 0; i < round->count; i++)
        if (!strcmp(round->names[i], name)) return round->values[i];
    ck_abort_msg("nothing was reported of %s", name);
}

static void on_round(void *context, const vg_learner_round *round) {
    made *m = context;
    m->held_out = of_round(round, "held_out_accuracy");
    m->noise_rank = of_round(round, "noise_rank");
}

static void set(made *m, const char *key, const char *value) {
    ck_ok(vg_config_set(&vg_drex_schema, &m->config, key, value, "", 0, &diag));
}

static void record(const made *m) {
    vg_policy *expert;
    vg_log *log;
    vg_record_def def = vg_record_default();
    ck_ok(vg_expert_create("pursuit", &expert, &diag));
    def.policy = expert, def.road = m->roads[0], def.longest = 12, def.runs = 2, def.start_spread = 0.5f;
    ck_ok(vg_log_create(m->log, VG_REPLACE, &log, &diag));
    ck_ok(vg_record_run(&def, log, NULL, NULL, &diag));
    ck_ok(vg_log_close(log, &diag));
    vg_policy_destroy(expert);
}

static void make(made *m) {
    static const char *const settings[][2] = {{"sense", "offset,heading,speed,curvature@0:10:20"},
                                              {"hidden_sizes", "12"},
                                              {"ensemble_size", "2"},
                                              {"snippet_length", "20"},
                                              {"rounds", "8"},
                                              {"n_pairs", "128"},
                                              {"batch_size", "16"},
                                              {"learning_rate", "0.01"},
                                              {"checkpoint_every", "1"},
                                              {"noise_levels", "5"},
                                              {"rollouts_per_level", "6"},
                                              {"rollout_seconds", "6"},
                                              {"bc.n_epochs", "100"},
                                              {"bc.patience", "0"},
                                              {"bc.learning_rate", "0.01"}};
    *m = (made){.roads = {stadium_road(80, 25, 4), stadium_road(60, 20, 4)}};
    m->borrowed[0] = m->roads[0], m->borrowed[1] = m->roads[1];
    snprintf(m->log, sizeof m->log, "%s", scratch("drex.vlog"));
    snprintf(m->out, sizeof m->out, "%s", scratch("drex.safetensors"));
    snprintf(m->checkpoint, sizeof m->checkpoint, "%s.checkpoint", m->out);
    unlink(m->checkpoint);
    record(m);
    vg_config_default(&vg_drex_schema, &m->config);
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) set(m, settings[i][0], settings[i][1]);
    m->logs[0] = m->log;
    m->def = (vg_learner_def){.config = &m->config,
                              .seed = 1,
                              .logs = m->logs,
                              .log_count = 1,
                              .roads = m->borrowed,
                              .road_count = 2,
                              .threads = 1,
                              .watch = watch,
                              .on_round = on_round,
                              .context = m,
                              .out = m->out,
                              .overwrite = VG_REPLACE};
}

static void unmake(made *m) { vg_road_destroy(m->roads[0]), vg_road_destroy(m->roads[1]); }

static vg_err train(made *m) {
    vg_learner_report report;
    return vg_learner_drex.train(&m->def, &report, &diag);
}

START_TEST(learns_a_reward_from_noise) {
    made m;
    make(&m);
    ck_ok(train(&m));
    ck_assert_msg(m.noise_rank > 0.5 && m.held_out > 0.75, "noise ranks by %g, held out %g", m.noise_rank,
                  m.held_out);
    vg_reward *reward;
    ck_ok(vg_reward_load(m.out, &reward, &diag));
    ck_assert_str_eq(reward->kind, "network");
    ck_assert_double_lt(reward->absorbing, -0.5);
    vg_reward_destroy(reward);
    unmake(&m);
}
END_TEST

// A policy that does nothing: without noise its actions stay 0, with noise a share of them is random.
static vg_err idle(const vg_policy *policy, void *state, const float *observed, const vg_world *world,
                   float *out) {
    (void)policy, (void)state, (void)observed, (void)world;
    for (int32_t i = 0; i < 30 * VG_CAR_ACTIONS; i++) out[i] = 0;
    return VG_OK;
}

START_TEST(noise_is_the_share_of_random_actions) {
    static const vg_policy_ops ops = {.act = idle};
    made m;
    vg_sense *sense;
    vg_drex_drives drives;
    make(&m);
    vg_car car = vg_car_default();
    ck_ok(vg_sense_create("offset,speed", &sense, &diag));
    const vg_policy policy = {.ops = &ops,
                              .name = "idle",
                              .sense = sense,
                              .tick_num = 1,
                              .tick_den = 60,
                              .ticks_per_action = 3,
                              .car = &car};
    ck_ok(vg_drex_drive(&m.config, &m.def, &policy, &drives, &diag));
    ck_assert_int_eq(drives.laps.count, 30);
    vg_rows rows = vg_dataset_train(drives.laps.data);
    for (int32_t level = 0; level < 5; level++) {
        int64_t moved = 0, all = 0;
        for (int32_t k = 0; k < 6; k++) {
            const vg_lap *lap = &drives.laps.laps[6 * level + k], *first = &drives.laps.laps[k];
            ck_assert_double_eq_tol(drives.noise[6 * level + k], 0.2 * level, 1e-12);
            // Each level begins where the first does.
            ck_assert(lap->road == first->road && lap->log == -1);
            ck_assert_double_eq(drives.laps.place[lap->first], drives.laps.place[first->first]);
            ck_assert_float_eq(rows.inputs[lap->first * 2], rows.inputs[first->first * 2]);
            ck_assert(lap->left_road || lap->count == 120); // 6 s
            for (int64_t r = lap->first; r < lap->first + lap->count; r++, all++)
                moved += rows.actions[2 * r] != 0 && rows.actions[2 * r + 1] != 0;
        }
        double share = (double)moved / (double)all;
        ck_assert_msg(fabs(share - 0.2 * level) < (level ? 0.1 : 1e-9), "level %d: %g", level, share);
    }
    ck_assert(drives.laps.laps[0].road != drives.laps.laps[1].road); // both roads are driven on
    vg_drex_drives_free(&drives);
    vg_sense_destroy(sense);
    unmake(&m);
}
END_TEST

START_TEST(refuses_a_gap_that_no_levels_have) {
    made m;
    make(&m);
    set(&m, "noise_gap", "0.9");
    ck_fails(train(&m), VG_ERR_ARGUMENT,
             "noise_gap: is 0.9, but the largest difference between two levels is 0.8");
    m.def.valid = m.borrowed, m.def.valid_count = 1;
    ck_fails(train(&m), VG_ERR_ARGUMENT, "drex selects no round by driving");
    m.def.road_count = 0;
    ck_fails(train(&m), VG_ERR_ARGUMENT, "drex drives while it learns: give roads");
    unmake(&m);
}
END_TEST

START_TEST(a_resumed_training_gives_the_same_reward) {
    made m;
    make(&m);
    set(&m, "rounds", "3");
    ck_resumes(&vg_learner_drex, &m.def, m.checkpoint, &m.stop_after, 2, "drex");
    unmake(&m);
}
END_TEST

START_TEST(same_bits_at_any_thread_count) {
    made m;
    make(&m);
    set(&m, "rounds", "2");
    for (m.def.threads = 1; m.def.threads <= 2; m.def.threads++) {
        vg_reward *reward;
        ck_ok(train(&m));
        ck_ok(vg_reward_load(m.out, &reward, &diag));
        ck_golden("drex/reward", reward->hash);
        vg_reward_destroy(reward);
    }
    unmake(&m);
}
END_TEST

CK_MAIN("drex", learns_a_reward_from_noise, noise_is_the_share_of_random_actions,
        refuses_a_gap_that_no_levels_have, a_resumed_training_gives_the_same_reward,
        same_bits_at_any_thread_count)
