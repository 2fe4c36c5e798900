#include "agents/learners/drex.h"

#include <math.h>

#include "tests/agents/learners/ranked_case.h"

typedef struct made {
    ranked_case c;
    vg_road *roads[2];
    const vg_road *borrowed[2];
    char log[300];
    const char *logs[1];
} made;

static void make(made *m) {
    static const char *const settings[][2] = {{"rounds", "8"},          {"n_pairs", "128"},
                                              {"noise_levels", "5"},    {"rollouts_per_level", "6"},
                                              {"rollout_seconds", "6"}, {"bc.n_epochs", "100"},
                                              {"bc.patience", "0"},     {"bc.learning_rate", "0.01"}};
    *m = (made){.roads = {stadium_road(80, 25, 4), stadium_road(60, 20, 4)}};
    m->borrowed[0] = m->roads[0], m->borrowed[1] = m->roads[1];
    snprintf(m->log, sizeof m->log, "%s", scratch("drex.vlog"));
    m->logs[0] = m->log;
    vg_record_def drives = vg_record_default();
    drives.road = m->roads[0], drives.longest = 12, drives.runs = 2, drives.start_spread = 0.5f;
    ck_record_expert(m->log, "pursuit", drives);
    ranked_make(&m->c, &vg_learner_drex, "noise_rank");
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
        ranked_set(&m->c, settings[i][0], settings[i][1]);
    m->c.def.logs = m->logs, m->c.def.log_count = 1, m->c.def.roads = m->borrowed, m->c.def.road_count = 2;
}

static void unmake(made *m) {
    ranked_free(&m->c);
    vg_road_destroy(m->roads[0]), vg_road_destroy(m->roads[1]);
}

START_TEST(learns_a_reward_from_noise) {
    made m;
    make(&m);
    ck_ok(ranked_train(&m.c));
    ck_assert_msg(m.c.watch > 0.5 && m.c.held_out > 0.75, "noise ranks by %g, held out %g", m.c.watch,
                  m.c.held_out);
    vg_reward *reward = ranked_reward(&m.c);
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
    ck_ok(vg_drex_drive(m.c.config, &m.c.def, &policy, &drives, &diag));
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
    ranked_set(&m.c, "noise_gap", "0.9");
    ck_fails(ranked_train(&m.c), VG_ERR_ARGUMENT,
             "noise_gap: is 0.9, but the largest difference between two levels is 0.8");
    m.c.def.valid = m.borrowed, m.c.def.valid_count = 1;
    ck_fails(ranked_train(&m.c), VG_ERR_ARGUMENT, "drex selects no round by driving");
    m.c.def.road_count = 0;
    ck_fails(ranked_train(&m.c), VG_ERR_ARGUMENT, "drex drives while it learns: give roads");
    unmake(&m);
}
END_TEST

START_TEST(a_resumed_training_gives_the_same_reward) {
    made m;
    make(&m);
    ranked_set(&m.c, "rounds", "3");
    ck_resumes(&vg_learner_drex, &m.c.def, m.c.checkpoint, &m.c.stop_after, 2, "drex");
    unmake(&m);
}
END_TEST

START_TEST(same_bits_at_any_thread_count) {
    made m;
    make(&m);
    ranked_set(&m.c, "rounds", "2");
    ranked_at_any_thread_count(&m.c, "drex/reward");
    unmake(&m);
}
END_TEST

CK_MAIN("drex", learns_a_reward_from_noise, noise_is_the_share_of_random_actions,
        refuses_a_gap_that_no_levels_have, a_resumed_training_gives_the_same_reward,
        same_bits_at_any_thread_count)
