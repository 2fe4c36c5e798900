#include "agents/learners/hg_dagger.h"

#include <math.h>

#include "agents/nets/mlp.h"
#include "tests/interactive.h"

START_TEST(threshold_by_hand) {
    const float uncertainties[] = {9, 9, 9, 9, 9, 9, 1, 3}; // the last quarter of eight
    ck_assert_double_eq(vg_hg_dagger_threshold(uncertainties, 8), 2);
    ck_assert_double_eq(vg_hg_dagger_threshold(uncertainties, 1), 9);
    ck_assert_double_eq(vg_hg_dagger_threshold(uncertainties + 4, 3), 1);
    ck_assert(isnan(vg_hg_dagger_threshold(NULL, 0)));
}
END_TEST

START_TEST(labels_only_what_the_expert_drives) {
    interactive_case *c = interactive_begin(&vg_learner_hg_dagger);
    interactive_set(c, "labels", "2000");
    interactive_set(c, "rollouts", "6");
    interactive_set(c, "takeover.edge_time", "2");
    interactive_from_demo(c, 2, 2);
    ck_ok(interactive_train(c));
    double driven = 0;
    for (int round = 1; round < 3; round++) {
        double more = interactive_value(c, round, "labels") - interactive_value(c, round - 1, "labels");
        driven = interactive_value(c, round, "actions") - (round > 1 ? driven : 0);
        ck_assert_double_eq(driven, 480); // six rollouts of 80
        ck_assert_double_eq_tol(more / driven, interactive_value(c, round, "expert_share"), 1e-12);
        ck_assert(more > 0 && more < 480);
        ck_assert(interactive_value(c, round, "takeovers") > 0);
        ck_assert(interactive_value(c, round, "uncertainty_threshold") > 0);
    }
    ck_assert(isnan(interactive_value(c, 0, "uncertainty_threshold")));
    vg_policy *policy;
    ck_ok(vg_policy_load(c->out, &policy, &diag));
    ck_assert_int_eq(vg_mlp_shape(vg_policy_file_network(policy))->hidden[0], 24); // three side by side
    vg_policy_destroy(policy);
    interactive_end(c);
}
END_TEST

START_TEST(stops_asking_when_the_budget_is_spent) {
    interactive_case *c = interactive_begin(&vg_learner_hg_dagger);
    interactive_set(c, "labels", "250");
    interactive_set(c, "takeover.edge_time", "60");
    interactive_set(c, "ensemble_size", "1");
    ck_ok(interactive_train(c));
    ck_assert_double_eq(interactive_value(c, 2, "labels"), 250);
    ck_assert_double_eq(interactive_value(c, 1, "labels"), 250);
    ck_assert_int_eq(c->report.labels + c->report.held_out_rows, 250);
    interactive_end(c);
}
END_TEST

// A log in which a person takes over from a policy now and then.
static const char *takeovers(interactive_case *c, vg_who who) {
    const char *path = scratch("taken.vlog");
    vg_log *from, *log;
    vg_log_episode episode;
    vg_log_step *steps;
    vg_road *road;
    vg_car car;
    int64_t count;
    ck_ok(vg_log_open(interactive_demo(c, "whole.vlog", "sedan", 1, 6), &from, &diag));
    ck_ok(vg_log_create(path, VG_REPLACE, &log, &diag));
    ck_ok(vg_log_episode_at(from, 0, &episode, &diag));
    ck_ok(vg_log_steps(from, episode.id, &steps, &count, &diag));
    ck_ok(vg_log_road(from, episode.road, &road, &diag));
    ck_ok(vg_log_car(from, episode.car, &car, &diag));
    ck_ok(vg_log_add_road(log, road, &episode.road, &diag));
    ck_ok(vg_log_add_car(log, &car, &episode.car, &diag));
    ck_ok(vg_log_begin(log, &episode, &diag));
    for (int64_t t = 0; t < count; t++) steps[t].who = t < 150 ? VG_WHO_POLICY : who;
    ck_ok(vg_log_append(log, steps, count, &diag));
    ck_ok(vg_log_end(log, episode.end, &episode.final, &diag));
    ck_ok(vg_log_close(log, &diag));
    vg_log_discard(from);
    vg_free(steps);
    vg_road_destroy(road);
    return path;
}

START_TEST(learns_a_persons_takeovers_from_logs) {
    interactive_case *c = interactive_begin(&vg_learner_hg_dagger);
    const char *logs[] = {takeovers(c, VG_WHO_HUMAN)};
    c->def.logs = logs, c->def.log_count = 1;
    c->def.expert = NULL, c->def.road_count = 0;
    ck_ok(interactive_train(c));
    ck_assert_int_eq(c->report.labels, (360 - 150) / 3);
    ck_assert_int_eq(c->report.rounds, 1);
    ck_assert_int_eq(c->report.actions, 0);
    logs[0] = takeovers(c, VG_WHO_EXPERT);
    ck_fails(interactive_train(c), VG_ERR_FORMAT, "no rows to learn from by the driver human");
    c->def.log_count = 0;
    ck_fails(interactive_train(c), VG_ERR_ARGUMENT, "needs an expert and roads, or logs");
    c->def.expert = c->expert;
    ck_fails(interactive_train(c), VG_ERR_ARGUMENT, "give roads to drive on");
    interactive_end(c);
}
END_TEST

START_TEST(one_path) {
    interactive_case *c = interactive_begin(&vg_learner_hg_dagger);
    interactive_set(c, "takeover.edge_time", "2");
    interactive_set(c, "rollouts", "3");
    interactive_is_one_path(c, "hg-dagger/policy", 540);
    interactive_end(c);
}
END_TEST

CK_MAIN("hg_dagger", threshold_by_hand, labels_only_what_the_expert_drives,
        stops_asking_when_the_budget_is_spent, learns_a_persons_takeovers_from_logs, one_path)
