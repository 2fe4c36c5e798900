#include "agents/learners/gcl.h"

#include "agents/rewards/network_reward.h"
#include "tests/adversarial.h"

static vg_diag diag;

static void make(adversarial *m) {
    adversarial_make(m, &vg_learner_gcl);
    adversarial_set(m, "cost.hidden_size", "10"), adversarial_set(m, "cost.n_updates", "3");
    adversarial_set(m, "cost.demo_batch_size", "4"), adversarial_set(m, "cost.sample_batch_size", "8");
    adversarial_set(m, "cost.replay_rounds", "2"), adversarial_set(m, "segment_steps", "10");
}

static vg_err train(adversarial *m) {
    vg_learner_report report;
    return adversarial_train(m, &report, &diag);
}

START_TEST(same_bytes_at_any_thread_count) { adversarial_at_any_thread_count(make); }
END_TEST

START_TEST(same_bytes_at_any_level) { adversarial_at_any_level(make, "cost.sample_batch_size", "2"); }
END_TEST

START_TEST(resumes_to_the_same_bytes) {
    static const char *const settings[][2] = {{"algorithm", "ppo"}, {"cost.input", "sense-action"}};
    adversarial_resumes(make, settings, sizeof settings / sizeof *settings);
}
END_TEST

START_TEST(refuses_what_it_cannot_do) {
    adversarial m;
    make(&m);
    vg_learner_def def = m.def;
    m.def.log_count = 0;
    ck_fails(train(&m), VG_ERR_ARGUMENT, "gcl learns from logs");
    m.def = def;
    adversarial_set(&m, "n_steps", "200"), adversarial_set(&m, "segment_steps", "150");
    ck_fails(train(&m), VG_ERR_FORMAT, "the longest demonstration has 140 actions, a segment has 150");
    adversarial_set(&m, "segment_steps", "140"), adversarial_set(&m, "n_steps", "100");
    ck_fails(train(&m), VG_ERR_ARGUMENT, "segment_steps: 140, but a round has 100");
    ck_assert(access(m.out, F_OK) != 0);
    adversarial_free(&m);
}
END_TEST

// A reward of the state, worth the most where the driver drove, and the least after an end.
START_TEST(writes_a_reward_of_the_state) {
    adversarial m;
    make(&m);
    m.watched = "absorbing";
    ck_ok(train(&m));
    vg_reward *reward = adversarial_reward(&m);
    ck_assert_str_eq(reward->kind, "network");
    ck_assert(!vg_network_reward_potential(reward) && !vg_network_reward_input(reward)->action);
    ck_assert(reward->absorbing == m.watch_of[4] && reward->discount == 0.99 && reward->stall > 1);
    vg_reward_destroy(reward);
    adversarial_set(&m, "reward", "constant");
    ck_ok(train(&m));
    ck_assert_double_eq_tol(m.reward, 1, 1e-9);
    adversarial_free(&m);
}
END_TEST

// The effective sample size: of one segment where the samples say little, which is diagnosed; of many where
// policy and prior are alike.
START_TEST(tells_how_many_segments_the_partition_rests_on) {
    double ess[2];
    for (int wide = 0; wide < 2; wide++) {
        adversarial m;
        make(&m);
        m.watched = "ess";
        adversarial_set(&m, "rounds", "22"), adversarial_set(&m, "critic.warmup", "22");
        adversarial_set(&m, "validation.every", "22"), adversarial_set(&m, "cost.n_updates", "12");
        adversarial_set(&m, "segment_steps", wide ? "5" : "30");
        adversarial_set(&m, "prior_std", wide ? "0.5" : "2");
        adversarial_set(&m, "action_std_init", wide ? "0.5" : "0.2");
        adversarial_set(&m, "demo_action_std", wide ? "0.5" : "0.2");
        adversarial_set(&m, "warm_start", wide ? "false" : "true");
        ck_ok(train(&m));
        ess[wide] = m.watch_of[21];
        ck_assert_msg((m.collapsed[21] == VG_GCL_THIN) == !wide, "ess %g", ess[wide]);
        ck_assert(m.collapsed[5] == VG_GCL_SOUND); // not at once
        int32_t state = 0;
        const char *name = "collapsed";
        vg_learner_round round = {.count = 1, .names = &name, .values = &m.collapsed[21]};
        const char *said = vg_learner_gcl.diagnose(&round, &state);
        ck_assert(wide ? !said : said && strstr(said, "fewer than two segments"));
        adversarial_free(&m);
    }
    ck_assert_msg(ess[0] < 2 && ess[1] > 2, "ess %g and %g", ess[0], ess[1]);
}
END_TEST

// From seven seconds of driving a clone does not stay on the road; the policy of guided cost learning does.
START_TEST(stays_on_where_a_clone_does_not) {
    adversarial m;
    make(&m);
    static const char *const settings[][2] = {{"hidden_sizes", "24,24"},
                                              {"rounds", "60"},
                                              {"n_envs", "16"},
                                              {"n_steps", "100"},
                                              {"critic.warmup", "5"},
                                              {"cost.n_updates", "10"},
                                              {"validation.every", "60"},
                                              {"bc.n_epochs", "300"},
                                              {"validation.seconds", "20"},
                                              {"cost.replay_rounds", "4"},
                                              {"validation.n_episodes", "16"}};
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
        adversarial_set(&m, settings[i][0], settings[i][1]);
    ck_ok(train(&m));
    double after = m.off_road;
    adversarial_set(&m, "rounds", "1"), adversarial_set(&m, "validation.every", "1");
    ck_ok(train(&m)); // settling: the clone
    ck_assert_msg(m.off_road > 0.3 && after < 0.1, "off the road: the clone %g, after %g", m.off_road, after);
    adversarial_free(&m);
}
END_TEST

CK_MAIN("gcl", same_bytes_at_any_thread_count, same_bytes_at_any_level, resumes_to_the_same_bytes,
        refuses_what_it_cannot_do, writes_a_reward_of_the_state,
        tells_how_many_segments_the_partition_rests_on, stays_on_where_a_clone_does_not)
