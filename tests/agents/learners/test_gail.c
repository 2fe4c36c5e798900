#include "agents/learners/gail.h"

#include "agents/rewards/network_reward.h"
#include "tests/adversarial.h"

static vg_diag diag;

static void make(adversarial *m) {
    adversarial_make(m, &vg_learner_gail);
    m->def.policy = NULL; // it is what `out` is
    m->watched = "disc_acc_learner";
    adversarial_set(m, "disc.hidden_size", "10"), adversarial_set(m, "disc.n_updates", "3");
    adversarial_set(m, "disc.batch_size", "300"), adversarial_set(m, "disc.replay_rounds", "2");
}

START_TEST(same_bytes_at_any_thread_count) { adversarial_at_any_thread_count(make); }
END_TEST

START_TEST(same_bytes_at_any_level) { adversarial_at_any_level(make, "disc.batch_size", "40"); }
END_TEST

// With either update, either smoothing, and with or without actions in the discriminator's input.
START_TEST(resumes_to_the_same_bytes) {
    static const char *const settings[][2] = {{"algorithm", "ppo"},
                                              {"algorithm", "trpo"},
                                              {"disc.regularization", "spectral_norm"},
                                              {"disc.input", "sense-action"}};
    adversarial_resumes(make, settings, sizeof settings / sizeof *settings);
}
END_TEST

START_TEST(refuses_a_foreign_checkpoint) {
    adversarial m;
    vg_learner_report report;
    make(&m);
    m.def.checkpoint = m.checkpoint, m.stop_after = 2;
    ck_fails(adversarial_train(&m, &report, &diag), VG_ERR_INTERRUPTED, "round 2");
    m.def.resume = true, m.stop_after = 0, m.def.seed = 2;
    ck_fails(adversarial_train(&m, &report, &diag), VG_ERR_MISMATCH, "another training");
    m.def.seed = 1;
    adversarial_set(&m, "disc.gradient_penalty", "3");
    ck_fails(adversarial_train(&m, &report, &diag), VG_ERR_MISMATCH, "another training");
    adversarial_free(&m);
}
END_TEST

START_TEST(refuses_what_it_cannot_do) {
    adversarial m;
    vg_learner_report report;
    make(&m);
    vg_learner_def def = m.def;
    m.def.log_count = 0;
    ck_fails(adversarial_train(&m, &report, &diag), VG_ERR_ARGUMENT, "gail learns from logs");
    m.def = def, m.def.road_count = 0;
    ck_fails(adversarial_train(&m, &report, &diag), VG_ERR_ARGUMENT, "gail drives while it learns");
    m.def = def, ((vg_gail_config *)m.config)->disc.expert_label = 0.2;
    ck_fails(adversarial_train(&m, &report, &diag), VG_ERR_ARGUMENT, "label");
    adversarial_free(&m);
}
END_TEST

// A strong discriminator and a learner that may not change: the discriminator tells both sides apart, and the
// diagnosis says so. The same for a learner whose deviations have all shrunk to their minimum.
START_TEST(notices_a_collapse) {
    adversarial m;
    vg_learner_report report;
    make(&m);
    adversarial_set(&m, "rounds", "45"), adversarial_set(&m, "disc.regularization", "none"),
        adversarial_set(&m, "disc.expert_label", "1"), adversarial_set(&m, "disc.input", "sense-action");
    adversarial_set(&m, "disc.learning_rate", "0.02"), adversarial_set(&m, "disc.n_updates", "30"),
        adversarial_set(&m, "critic.warmup", "45"), adversarial_set(&m, "action_std_init", "2");
    adversarial_set(&m, "disc.replay_rounds", "1"), adversarial_set(&m, "validation.every", "45");
    ck_ok(adversarial_train(&m, &report, &diag));
    ck_assert_msg(m.collapsed[44] == VG_GAIL_PINNED, "right %g", m.watch_of[44]);
    ck_assert(m.collapsed[5] == VG_GAIL_SOUND);
    adversarial_free(&m);
    make(&m);
    adversarial_set(&m, "rounds", "20"), adversarial_set(&m, "action_std_init", "1"),
        adversarial_set(&m, "action_std_min", "0.98"), adversarial_set(&m, "ppo.learning_rate", "0.01");
    adversarial_set(&m, "bc_coef", "0"), adversarial_set(&m, "validation.every", "20"),
        adversarial_set(&m, "scaling_cap", "0");
    ck_ok(adversarial_train(&m, &report, &diag));
    bool frozen = false;
    for (int i = 0; i < 20; i++) frozen |= m.collapsed[i] == VG_GAIL_FROZEN;
    ck_assert(frozen);
    adversarial_free(&m);
}
END_TEST

// The last discriminator as a reward: as it was shown its rows, for the training's discount; also after a
// resume.
START_TEST(writes_its_discriminator_as_a_reward) {
    adversarial m;
    vg_learner_report report;
    vg_reward *reward;
    char path[300];
    uint64_t hashes[2];
    snprintf(path, sizeof path, "%s", scratch("reward.safetensors"));
    for (int stopped = 0; stopped < 2; stopped++) {
        make(&m);
        adversarial_set(&m, "reward", "softplus");
        m.def.reward_out = path, m.def.checkpoint = m.checkpoint, m.stop_after = stopped ? 3 : 0;
        vg_err err = adversarial_train(&m, &report, &diag);
        ck_assert_int_eq(err, stopped ? VG_ERR_INTERRUPTED : VG_OK);
        m.def.resume = true, m.stop_after = 0;
        if (stopped) ck_ok(adversarial_train(&m, &report, &diag));
        ck_ok(vg_reward_load(path, &reward, &diag));
        ck_assert_str_eq(reward->kind, "network");
        ck_assert(vg_network_reward_input(reward)->lateral && !vg_network_reward_input(reward)->action);
        ck_assert(reward->discount == 0.99 && !reward->looks_after && reward->absorbing > 0);
        hashes[stopped] = reward->hash;
        vg_reward_destroy(reward);
        adversarial_free(&m);
    }
    ck_assert(hashes[0] == hashes[1]);
    unlink(path);
}
END_TEST

// The control: the same training, every action worth the same until an end.
START_TEST(a_constant_reward_is_worth_one_an_action) {
    adversarial m;
    vg_learner_report report;
    make(&m);
    adversarial_set(&m, "reward", "constant");
    ck_ok(adversarial_train(&m, &report, &diag));
    ck_assert_double_eq_tol(m.reward, 1, 1e-9);
    adversarial_set(&m, "reward", "logit");
    ck_ok(adversarial_train(&m, &report, &diag));
    ck_assert(fabs(m.reward - 1) > 1e-3);
    adversarial_free(&m);
}
END_TEST

// The purpose of GAIL: from seven seconds of driving a clone does not stay on the road; GAIL does.
START_TEST(stays_on_where_a_clone_does_not) {
    adversarial m;
    vg_learner_report report;
    make(&m);
    adversarial_set(&m, "hidden_sizes", "24,24"), adversarial_set(&m, "rounds", "60"),
        adversarial_set(&m, "n_envs", "16"), adversarial_set(&m, "n_steps", "100");
    adversarial_set(&m, "critic.warmup", "5"), adversarial_set(&m, "disc.n_updates", "10"),
        adversarial_set(&m, "disc.batch_size", "128"), adversarial_set(&m, "validation.seconds", "20");
    adversarial_set(&m, "validation.every", "60"), adversarial_set(&m, "validation.n_episodes", "16"),
        adversarial_set(&m, "bc.n_epochs", "300"), adversarial_set(&m, "ppo.learning_rate", "0.001");
    ck_ok(adversarial_train(&m, &report, &diag));
    double after = m.off_road;
    adversarial_set(&m, "rounds", "1");
    adversarial_set(&m, "validation.every", "1");
    ck_ok(adversarial_train(&m, &report, &diag)); // settling: the clone
    ck_assert_msg(m.off_road > 0.3 && after < 0.05, "off the road: the clone %g, after %g", m.off_road,
                  after);
    adversarial_free(&m);
}
END_TEST

CK_MAIN("gail", same_bytes_at_any_thread_count, same_bytes_at_any_level, resumes_to_the_same_bytes,
        refuses_a_foreign_checkpoint, refuses_what_it_cannot_do, notices_a_collapse,
        writes_its_discriminator_as_a_reward, a_constant_reward_is_worth_one_an_action,
        stays_on_where_a_clone_does_not)
