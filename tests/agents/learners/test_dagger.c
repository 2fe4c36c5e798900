#include "agents/learners/dagger.h"
#include "agents/learners/dart.h"

#include <math.h>

#include "tests/interactive.h"

START_TEST(schedules_by_hand) {
    vg_dagger_config config;
    vg_config_default(&vg_dagger_schema, &config);
    static const double wanted[][5] = {
        {1, 0, 0, 0, 0}, {1, 0.5, 0.25, 0.125, 0.0625}, {1, 0.75, 0.5, 0.25, 0}};
    config.beta_rampdown_rounds = 4;
    for (int s = 0; s < 3; s++)
        for (int round = 0; round < 5; round++) {
            config.beta_schedule = s;
            ck_assert_double_eq(vg_dagger_beta(&config, round), wanted[s][round]);
        }
    ck_assert_double_eq(vg_dagger_beta(&config, 9), 0);
    ck_fails(vg_config_set(&vg_dagger_schema, &config, "beta_decay", "1.5", "--set", 0, &diag), VG_ERR_FORMAT,
             "beta_decay: '1.5' is out of range");
}
END_TEST

START_TEST(aggregates_up_to_the_budget) {
    interactive_case *c = interactive_begin(&vg_learner_dagger);
    interactive_set(c, "beta_schedule", "exponential");
    ck_ok(interactive_train(c));
    ck_assert_int_eq(c->log.rounds, 3);
    for (int round = 0; round < 3; round++) {
        ck_assert_double_eq(interactive_value(c, round, "labels"), 140 * (round + 1));
        ck_assert_double_eq(interactive_value(c, round, "queries"), 140 * (round + 1));
        ck_assert_double_eq(interactive_value(c, round, "beta"), 1.0 / (1 << round));
        ck_assert(interactive_value(c, round, "off_road") >= 0);
        ck_assert(isfinite(interactive_value(c, round, "held_out_loss")));
    }
    ck_assert_int_eq(c->report.labels + c->report.held_out_rows, 420);
    ck_assert(c->report.held_out_rows > 0);
    ck_assert_int_eq(c->report.steps, 180);
    ck_assert_int_eq(c->report.rounds, 3);
    ck_assert_int_eq(c->report.episodes, 6); // 140 rows are two rollouts of at most 80
    interactive_end(c);
}
END_TEST

// From the second round on the learner drives: one that has hardly learned leaves the road, where the expert
// never does.
START_TEST(the_learner_drives) {
    interactive_case *c = interactive_begin(&vg_learner_dagger);
    interactive_set(c, "gradient_steps", "1");
    ck_ok(interactive_train(c));
    ck_assert_double_eq(interactive_value(c, 0, "seconds_off"), 0);
    ck_assert_double_gt(interactive_value(c, 1, "seconds_off"), 0);
    interactive_end(c);
}
END_TEST

START_TEST(goes_on_from_logs) {
    interactive_case *c = interactive_begin(&vg_learner_dagger);
    interactive_from_demo(c, 2, 4);
    ck_ok(interactive_train(c));
    ck_assert_double_eq(interactive_value(c, 0, "labels"), 160); // nothing was driven for the first round
    ck_assert_double_eq(interactive_value(c, 0, "queries"), 0);
    ck_assert_double_eq(interactive_value(c, 1, "labels"), 290);
    ck_assert_double_eq(interactive_value(c, 2, "labels"), 420);
    ck_assert_int_eq(c->report.queries, 260);
    interactive_end(c);
}
END_TEST

START_TEST(one_path_from_nothing) {
    interactive_case *c = interactive_begin(&vg_learner_dagger);
    interactive_is_one_path(c, "dagger/policy", 180);
    interactive_end(c);
}
END_TEST

START_TEST(one_path_from_logs_warm) {
    interactive_case *c = interactive_begin(&vg_learner_dagger);
    interactive_from_demo(c, 2, 4);
    interactive_set(c, "retrain", "warm");
    interactive_set(c, "beta_schedule", "linear");
    interactive_set(c, "selection", "last");
    interactive_is_one_path(c, "dagger/policy-warm", 180);
    interactive_end(c);
}
END_TEST

// By epochs rather than by steps, and with nothing held out.
START_TEST(trains_by_epochs) {
    interactive_case *c = interactive_begin(&vg_learner_dagger);
    interactive_set(c, "gradient_steps", "0");
    interactive_set(c, "bc.n_epochs", "5");
    interactive_set(c, "bc.validation_fraction", "0");
    ck_ok(interactive_train(c));
    ck_assert_int_eq(c->report.steps, 5 * (3 + 5 + 7)); // batches of 64 of 140, 280 and 420
    ck_assert_int_eq(c->report.labels, 420);
    ck_assert(isnan(c->report.held_out_loss));
    interactive_end(c);
}
END_TEST

// DAgger's own number of steps a round; the others with an expert have fewer.
START_TEST(has_its_own_steps) {
    vg_dagger_config dagger = {0};
    vg_dart_config dart = {0};
    vg_config_default(&vg_dagger_schema, &dagger);
    vg_config_default(&vg_dart_schema, &dart);
    ck_assert_int_eq(dagger.common.gradient_steps, 10000);
    ck_assert_int_eq(dart.common.gradient_steps, 3000);
}
END_TEST

CK_MAIN("dagger", schedules_by_hand, aggregates_up_to_the_budget, the_learner_drives, goes_on_from_logs,
        one_path_from_nothing, one_path_from_logs_warm, trains_by_epochs, has_its_own_steps)
