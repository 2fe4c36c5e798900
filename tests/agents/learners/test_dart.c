#include "agents/learners/dart.h"

#include <math.h>

#include "tests/interactive.h"

// By hand: errors of (0.1, -0.2) and (-0.3, 0.4) have [0.05 -0.07; -0.07 0.1] on average.
START_TEST(covariance_by_hand) {
    const float actions[] = {0.3f, 0.1f, 0, 1.7f}, labels[] = {0.2f, 0.3f, 0.3f, 0.6f};
    double found[2][2];
    vg_dart_covariance(actions, labels, 2, found); // 1.7 is driven as 1
    ck_assert_double_eq_tol(found[0][0], 0.05, 1e-7);
    ck_assert_double_eq_tol(found[0][1], -0.07, 1e-7);
    ck_assert(found[1][0] == found[0][1]);
    ck_assert_double_eq_tol(found[1][1], 0.1, 1e-7);
    vg_dart_covariance(actions, actions, 2, found);
    ck_assert(found[0][0] == 0 && found[0][1] == 0 && found[1][1] == 0);
}
END_TEST

// A linear learner whose weights are off by known amounts: over symmetric states its error's covariance is
// known too, D E[x x'] D'.
START_TEST(covariance_of_a_linear_learner) {
    enum { N = 41 };
    float actions[2 * N * N], labels[2 * N * N];
    const double off[2][2] = {{0.1, 0.05}, {-0.2, 0.1}}; // of the gains on two inputs
    double second = 0;
    for (int i = 0; i < N; i++) second += pow((i - 20) / 20.0, 2) / N; // E[x^2] of each input
    for (int i = 0; i < N * N; i++) {
        double x[] = {(i % N - 20) / 20.0, (i / N - 20) / 20.0};
        for (int k = 0; k < 2; k++) {
            labels[2 * i + k] = (float)(0.3 * x[k]);
            actions[2 * i + k] = (float)(0.3 * x[k] + off[k][0] * x[0] + off[k][1] * x[1]);
        }
    }
    double found[2][2];
    vg_dart_covariance(actions, labels, N * N, found);
    for (int i = 0; i < 2; i++)
        for (int k = 0; k < 2; k++)
            ck_assert_double_eq_tol(found[i][k], second * (off[i][0] * off[k][0] + off[i][1] * off[k][1]),
                                    1e-6);
}
END_TEST

START_TEST(scale_by_hand) {
    double c[2][2] = {{0.05, -0.07}, {-0.07, 0.1}};
    vg_dart_scale(c, 18, 400); // trace 0.15 to 0.045
    ck_assert_double_eq_tol(c[0][0], 0.015, 1e-12);
    ck_assert_double_eq_tol(c[0][1], -0.021, 1e-12);
    ck_assert_double_eq_tol(c[1][1], 0.03, 1e-12);
    double none[2][2] = {{0}};
    vg_dart_scale(none, 18, 400);
    ck_assert(none[0][0] == 0 && none[1][1] == 0);
}
END_TEST

// Half of 18 / 400 each, and the correlation of the errors: -0.07 / sqrt(0.05 * 0.1).
START_TEST(scale_each_by_hand) {
    double c[2][2] = {{0.05, -0.07}, {-0.07, 0.1}}, share = 0.0225;
    vg_dart_scale_each(c, 18, 400);
    ck_assert_double_eq_tol(c[0][0], share, 1e-12);
    ck_assert_double_eq_tol(c[1][1], share, 1e-12);
    ck_assert_double_eq_tol(c[0][1], share * -0.07 / sqrt(0.005), 1e-12);
    ck_assert(c[0][1] == c[1][0]);
    double one[2][2] = {{0, 0}, {0, 0.4}}; // no errors of the steering: no noise on it
    vg_dart_scale_each(one, 18, 400);
    ck_assert(one[0][0] == 0 && one[0][1] == 0 && one[1][0] == 0);
    ck_assert_double_eq_tol(one[1][1], share, 1e-12);
}
END_TEST

// Over T = 80 steps alpha 4 is a trace of 0.05: a deviation of sqrt(0.025) for each action.
START_TEST(gives_each_action_its_share) {
    interactive_case *c = interactive_begin(&vg_learner_dart);
    interactive_set(c, "alpha", "4");
    ck_ok(interactive_train(c));
    for (int round = 1; round < 3; round++) {
        double steer = interactive_value(c, round, "noise_steer"),
               accel = interactive_value(c, round, "noise_accel"),
               both = interactive_value(c, round, "noise_covariance");
        ck_assert_double_eq_tol(steer, sqrt(0.025), 1e-9);
        ck_assert_double_eq_tol(accel, steer, 1e-9);
        ck_assert(both != 0 && fabs(both) <= steer * accel);
    }
    interactive_end(c);
}
END_TEST

START_TEST(alternates) {
    interactive_case *c = interactive_begin(&vg_learner_dart);
    interactive_set(c, "noise_scaling", "trace");
    interactive_set(c, "alpha", "4"); // over T = 80 steps: trace 0.05
    ck_ok(interactive_train(c));
    ck_assert_double_eq(interactive_value(c, 0, "noise_steer"), 0); // nothing is known yet
    ck_assert_double_eq(interactive_value(c, 0, "progress_kept"), 1);
    for (int round = 1; round < 3; round++) {
        double steer = interactive_value(c, round, "noise_steer"),
               accel = interactive_value(c, round, "noise_accel");
        ck_assert_double_eq_tol(steer * steer + accel * accel, 0.05, 1e-9);
        ck_assert(fabs(interactive_value(c, round, "noise_covariance")) <= steer * accel);
        ck_assert(interactive_value(c, round, "progress_kept") > 0.5);
        ck_assert(interactive_value(c, round, "progress_kept") != 1);
        ck_assert_double_eq(interactive_value(c, round, "labels"), 140 * (round + 1));
    }
    ck_assert(interactive_value(c, 1, "noise_steer") != interactive_value(c, 2, "noise_steer"));
    interactive_end(c);
}
END_TEST

START_TEST(isotropic_in_one_go) {
    interactive_case *c = interactive_begin(&vg_learner_dart);
    interactive_set(c, "noise_injection", "isotropic");
    ck_ok(interactive_train(c));
    ck_assert_int_eq(c->log.rounds, 1);
    ck_assert_double_eq_tol(interactive_value(c, 0, "noise_steer"), 0.15, 1e-12);
    ck_assert_double_eq_tol(interactive_value(c, 0, "noise_accel"), 0.15, 1e-12);
    ck_assert_double_eq(interactive_value(c, 0, "noise_covariance"), 0);
    ck_assert_double_eq(interactive_value(c, 0, "labels"), 420);
    ck_assert_int_eq(c->report.steps, 60);
    interactive_from_demo(c, 2, 4);
    ck_ok(interactive_train(c)); // logs first; one fit all the same
    ck_assert_int_eq(c->log.rounds, 2);
    ck_assert_int_eq(c->report.steps, 60);
    ck_assert_int_eq(c->report.best_round, 2);
    ck_assert_double_eq(interactive_value(c, 1, "labels"), 420);
    interactive_set(c, "noise_injection", "none");
    ck_ok(interactive_train(c));
    ck_assert_double_eq(interactive_value(c, 1, "noise_steer"), 0);
    ck_assert_double_eq(interactive_value(c, 1, "progress_kept"), 1);
    interactive_end(c);
}
END_TEST

START_TEST(needs_something_held_out) {
    interactive_case *c = interactive_begin(&vg_learner_dart);
    interactive_set(c, "bc.validation_fraction", "0");
    ck_fails(interactive_train(c), VG_ERR_ARGUMENT,
             "bc.validation_fraction: is 0, but noise_injection=dart is estimated on");
    ck_assert(access(c->out, F_OK) != 0);
    interactive_end(c);
}
END_TEST

START_TEST(one_path) {
    interactive_case *c = interactive_begin(&vg_learner_dart);
    interactive_is_one_path(c, "dart/policy", 180);
    interactive_end(c);
}
END_TEST

// With setpoints both the labels and the noise are on what the controller beneath is told.
START_TEST(one_path_of_setpoints) {
    interactive_case *c = interactive_begin(&vg_learner_dart);
    interactive_set(c, "action_space", "setpoint");
    c->def.on_round = NULL;
    for (int32_t threads = 1; threads <= 3; threads += 2) {
        c->def.threads = threads;
        ck_ok(interactive_train(c));
        ck_golden("dart/policy-setpoint", interactive_hash(c));
    }
    vg_policy *policy;
    ck_ok(vg_policy_load(c->out, &policy, &diag));
    ck_assert(policy->needs_world);
    ck_assert_ptr_nonnull(strstr(vg_policy_file_info(policy)->config, "action_space: setpoint"));
    vg_policy_destroy(policy);
    interactive_end(c);
}
END_TEST

CK_MAIN("dart", covariance_by_hand, covariance_of_a_linear_learner, scale_by_hand, scale_each_by_hand,
        gives_each_action_its_share, alternates, isotropic_in_one_go, needs_something_held_out, one_path,
        one_path_of_setpoints)
