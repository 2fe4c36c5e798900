#include "agents/learners/filtered_bc.h"

#include "agents/rewards/reward_open.h"
#include "tests/interactive.h"

// A log of three drives on one road: slow, fast, slow.
static const char *mixed(interactive_case *c) {
    static const char *const drivers[] = {"pursuit:speed_most=4", "pursuit", "pursuit:speed_most=5"};
    const char *path = scratch("mixed.vlog");
    vg_log *log;
    ck_ok(vg_log_create(path, VG_REPLACE, &log, &diag));
    for (int i = 0; i < 3; i++) {
        vg_policy *driver;
        ck_ok(vg_expert_create(drivers[i], &driver, &diag));
        vg_record_def def = vg_record_default();
        def.policy = driver, def.road = c->road[0], def.longest = 6;
        ck_ok(vg_record_run(&def, log, NULL, NULL, &diag));
        vg_policy_destroy(driver);
    }
    ck_ok(vg_log_close(log, &diag));
    return path;
}

START_TEST(ranks_episodes_by_their_return) {
    interactive_case *c = interactive_begin(&vg_learner_filtered_bc);
    const char *log = mixed(c);
    const char *logs[] = {log, log};
    vg_sense *sense;
    vg_reward *reward;
    vg_episode_returns returns = {0};
    ck_ok(vg_sense_create("offset,speed", &sense, &diag));
    ck_ok(vg_reward_open("progress", 0.99, &reward, &diag));
    ck_ok(vg_episode_returns_read(logs, 2, sense, reward, &returns, &diag));
    ck_assert_int_eq(returns.count, 6);
    for (int i = 0; i < 6; i++) ck_assert(returns.log[i] == i / 3 && returns.number[i] == i % 3);
    ck_assert(returns.value[1] > returns.value[2] && returns.value[2] > returns.value[0]);
    ck_assert(returns.value[1] == returns.value[4]);
    static const struct {
        double share;
        uint8_t best[6];
    } cases[] = {{0.001, {0, 1}},
                 {0.1, {0, 1}},
                 {0.34, {0, 1, 0, 0, 1}},
                 {0.5, {0, 1, 1, 0, 1}},
                 {1, {1, 1, 1, 1, 1, 1}}};
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        vg_episode_returns_choose(&returns, cases[k].share);
        ck_assert(!memcmp(returns.best, cases[k].best, 6));
    }
    vg_episode_returns_free(&returns);
    vg_sense_destroy(sense), vg_reward_destroy(reward);
    interactive_end(c);
}
END_TEST

// One of the three is cloned: the same bytes at any number of threads, stopped or not.
START_TEST(clones_the_best_alone) {
    interactive_case *c = interactive_begin(&vg_learner_filtered_bc);
    const char *log = mixed(c);
    c->def.logs = &log, c->def.log_count = 1;
    interactive_set(c, "bc.n_epochs", "6");
    interactive_set(c, "best_fraction", "0.3");
    interactive_is_one_path(c, "filtered_bc/policy", 12);
    ck_assert_int_eq(c->report.episodes, 1);
    ck_assert_int_eq(c->report.labels + c->report.held_out_rows, 120);
    interactive_set(c, "best_fraction", "1");
    ck_ok(interactive_train(c));
    ck_assert_int_eq(c->report.episodes, 3);
    interactive_end(c);
}
END_TEST

CK_MAIN("filtered_bc", ranks_episodes_by_their_return, clones_the_best_alone)
