#include "agents/learners/airl.h"

#include "agents/rewards/network_reward.h"
#include "tests/adversarial.h"

static vg_diag diag;

static void make(adversarial *m) {
    adversarial_make(m, &vg_learner_airl);
    adversarial_set(m, "disc.hidden_size", "10"), adversarial_set(m, "disc.n_updates", "3");
    adversarial_set(m, "disc.batch_size", "300"), adversarial_set(m, "disc.replay_rounds", "2");
}

static vg_err train(adversarial *m) {
    vg_learner_report report;
    return adversarial_train(m, &report, &diag);
}

START_TEST(same_bytes_at_any_thread_count) { adversarial_at_any_thread_count(make); }
END_TEST

START_TEST(same_bytes_at_any_level) { adversarial_at_any_level(make, "disc.batch_size", "40"); }
END_TEST

START_TEST(resumes_to_the_same_bytes) {
    static const char *const settings[][2] = {
        {"algorithm", "ppo"}, {"algorithm", "trpo"}, {"disc.input", "sense-action"}};
    adversarial_resumes(make, settings, sizeof settings / sizeof *settings);
}
END_TEST

START_TEST(refuses_what_it_cannot_do) {
    adversarial m;
    make(&m);
    vg_learner_def def = m.def;
    m.def.log_count = 0;
    ck_fails(train(&m), VG_ERR_ARGUMENT, "airl learns from logs");
    m.def = def, m.def.road_count = 0;
    ck_fails(train(&m), VG_ERR_ARGUMENT, "airl drives while it learns");
    m.def = def, ((vg_airl_config *)m.config)->demo_action_std = -1;
    ck_fails(train(&m), VG_ERR_ARGUMENT, "demo_action_std");
    ((vg_airl_config *)m.config)->demo_action_std = 0;
    ck_ok(train(&m));
    m.def.overwrite = VG_KEEP;
    unlink(m.out);
    ck_fails(train(&m), VG_ERR_EXISTS, m.policy); // before anything is driven
    adversarial_free(&m);
}
END_TEST

// The file: g of the state, and the potential on demand; no policy where none is asked for.
START_TEST(writes_a_reward_of_the_state) {
    adversarial m;
    make(&m);
    m.def.policy = NULL;
    ck_ok(train(&m));
    ck_assert(access(m.policy, F_OK) != 0);
    vg_reward *reward = adversarial_reward(&m);
    ck_assert_str_eq(reward->kind, "network");
    ck_assert(!vg_network_reward_potential(reward) && !vg_network_reward_input(reward)->action);
    ck_assert(reward->discount == 0.99 && reward->terminal == 0 && reward->absorbing < 0);
    adversarial_set(&m, "write_potential", "true"), adversarial_set(&m, "disc.input", "sense-action");
    ck_ok(train(&m));
    vg_reward *shaped = adversarial_reward(&m);
    ck_assert(vg_network_reward_potential(shaped) && vg_network_reward_input(shaped)->action);
    ck_assert(shaped->looks_after);
    vg_reward_destroy(reward), vg_reward_destroy(shaped);
    adversarial_free(&m);
}
END_TEST

// A driver that repeats its actions exactly, and a policy with hardly any noise that did not learn from it:
// log pi is far below everything else, and the diagnosis says why. Noise on the demonstrated actions alone
// does not help a policy that is elsewhere; more noise of the policy does.
START_TEST(notices_actions_without_density) {
    for (int wide = 0; wide < 2; wide++) {
        adversarial m;
        make(&m);
        m.watched = "log_prob_expert";
        adversarial_set(&m, "warm_start", "false"), adversarial_set(&m, "critic.warmup", "5");
        adversarial_set(&m, "action_std_min", wide ? "0.5" : "0.01");
        adversarial_set(&m, "action_std_init", wide ? "0.5" : "0.01");
        ck_ok(train(&m));
        ck_assert_msg(wide ? m.watch_of[0] > -5 : m.watch_of[0] < -25, "log pi %g", m.watch_of[0]);
        ck_assert((m.collapsed[0] == VG_AIRL_UNLIKELY) == !wide);
        int32_t state = 0;
        const char *name = "collapsed";
        vg_learner_round round = {.count = 1, .names = &name, .values = &m.collapsed[0]};
        const char *said = vg_learner_airl.diagnose(&round, &state);
        ck_assert(wide ? !said : said && strstr(said, "demonstrate with noise on the actions"));
        ck_assert_ptr_null(vg_learner_airl.diagnose(&round, &state)); // once
        adversarial_free(&m);
    }
}
END_TEST

// Noise on the demonstrated actions is new in each round, and as large as it is asked for.
START_TEST(draws_noise_for_the_demonstrated_actions) {
    double likely[2];
    for (int noisy = 0; noisy < 2; noisy++) {
        adversarial m;
        make(&m);
        m.watched = "log_prob_expert";
        adversarial_set(&m, "demo_action_std", noisy ? "0.4" : "0"),
            adversarial_set(&m, "critic.warmup", "5");
        adversarial_set(&m, "action_std_init", "0.2");
        ck_ok(train(&m));
        // The policy does not change: without noise neither does log pi.
        ck_assert((m.watch_of[0] == m.watch_of[4]) == !noisy);
        likely[noisy] = m.watch_of[0];
        adversarial_free(&m);
    }
    // Two actions, each with (0.4 / 0.2)^2 / 2 more: 4 nats.
    ck_assert_double_eq_tol(likely[0] - likely[1], 4, 0.6);
}
END_TEST

START_TEST(a_constant_reward_is_worth_one_an_action) {
    adversarial m;
    make(&m);
    adversarial_set(&m, "reward", "constant");
    ck_ok(train(&m));
    ck_assert_double_eq_tol(m.reward, 1, 1e-9);
    adversarial_free(&m);
}
END_TEST

// From seven seconds of driving a clone does not stay on the road; the policy of AIRL does.
START_TEST(stays_on_where_a_clone_does_not) {
    adversarial m;
    make(&m);
    static const char *const settings[][2] = {{"hidden_sizes", "24,24"},  {"rounds", "60"},
                                              {"n_envs", "16"},           {"n_steps", "100"},
                                              {"critic.warmup", "5"},     {"disc.n_updates", "10"},
                                              {"disc.batch_size", "128"}, {"validation.seconds", "20"},
                                              {"validation.every", "60"}, {"validation.n_episodes", "16"},
                                              {"bc.n_epochs", "300"},     {"disc.replay_rounds", "4"}};
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
        adversarial_set(&m, settings[i][0], settings[i][1]);
    ck_ok(train(&m));
    double after = m.off_road;
    adversarial_set(&m, "rounds", "1"), adversarial_set(&m, "validation.every", "1");
    ck_ok(train(&m)); // settling: the clone
    ck_assert_msg(m.off_road > 0.3 && after < 0.05, "off the road: the clone %g, after %g", m.off_road,
                  after);
    adversarial_free(&m);
}
END_TEST

CK_MAIN("airl", same_bytes_at_any_thread_count, same_bytes_at_any_level, resumes_to_the_same_bytes,
        refuses_what_it_cannot_do, writes_a_reward_of_the_state, notices_actions_without_density,
        draws_noise_for_the_demonstrated_actions, a_constant_reward_is_worth_one_an_action,
        stays_on_where_a_clone_does_not)
