#include "agents/learners/dril.h"

#include <math.h>

#include "tests/interactive.h"
#include "tests/levels.h"

// --- the tightrope -----------------------------------------------------------------------------------------
//
// States: on the rope, where the expert was `VISITS` times and always went on; beside it, where it never was.
// Two actions: go on, go aside. On the rope a policy errs with probability E and is then beside it, which
// costs 1 a step. Beside it, "go on" leads back, "go aside" stays. The members of an ensemble are draws from
// the posterior of the probability of "go on", Beta(1 + times it was seen, 1 + times the other was).

enum { ON, ASIDE, STATES };
enum { VISITS = 10 };

static double beta_variance(double a, double b) { return a * b / ((a + b) * (a + b) * (a + b + 1)); }

// The expected number of steps beside the rope within T, of a policy that goes back with this probability.
static double cost_of(double error, double back, int horizon) {
    double on = 1, aside = 0, cost = 0;
    for (int t = 0; t < horizon; t++) {
        double next = on * error + aside * (1 - back);
        on = on * (1 - error) + aside * back;
        aside = next;
        cost += aside;
    }
    return cost;
}

// Go back, or stay? What costs less in all, when a state costs what the ensemble says and an error is as
// likely as on the rope.
static double best_back(double error, const double cost[STATES], double discount) {
    double value[STATES] = {0}; // cost to go
    double back = 0;
    for (int i = 0; i < 2000; i++) {
        double home = cost[ON] + discount * value[ON], away = cost[ASIDE] + discount * value[ASIDE];
        back = home < away ? 1 - error : error;
        value[ON] = (1 - error) * home + error * away;
        value[ASIDE] = home < away ? (1 - error) * home + error * away : (1 - error) * away + error * home;
    }
    return back;
}

START_TEST(the_tightrope) {
    const double seen = beta_variance(1 + VISITS, 1), unseen = beta_variance(1, 1);
    ck_assert_double_eq_tol(unseen, 1.0 / 12, 1e-15);
    ck_assert_double_eq_tol(seen, 11.0 / 1872, 1e-15);
    double demonstrated[VISITS];
    for (int i = 0; i < VISITS; i++) demonstrated[i] = seen;
    const double threshold = vg_dril_threshold(demonstrated, VISITS, 0.98);
    const double cost[STATES] = {vg_dril_cost(seen, threshold), vg_dril_cost(unseen, threshold)};
    ck_assert(cost[ON] == -1 && cost[ASIDE] == 1);
    const double error = 1e-5;
    static const int horizons[] = {100, 400, 1600};
    for (size_t i = 0; i < 3; i++) {
        double t = horizons[i], cloned = cost_of(error, 0, horizons[i]);
        double back = best_back(error, cost, 0.99), kept = cost_of(error, back, horizons[i]);
        ck_assert_double_eq_tol(cloned / (error * t * t / 2), 1, 0.02); // never goes back: quadratic
        ck_assert_double_eq_tol(kept / (error * t), 1, 0.02);           // goes back at once: linear
    }
    const double same[STATES] = {-1, -1}; // a constant cost teaches nothing
    ck_assert_double_lt(best_back(error, same, 0.99), 0.5);
}
END_TEST

START_TEST(the_threshold_is_passed_by_two_in_a_hundred) {
    double values[100];
    for (int i = 0; i < 100; i++) values[i] = (double)(i * 37 % 100);
    double threshold = vg_dril_threshold(values, 100, 0.98);
    int beyond = 0;
    for (int i = 0; i < 100; i++) beyond += vg_dril_cost(values[i], threshold) > 0;
    ck_assert_int_eq(beyond, 2);
    ck_assert(vg_dril_threshold(values, 100, 1) == 99 && vg_dril_threshold(values, 100, 0) == 0);
    ck_assert(vg_dril_threshold((double[]){3}, 1, 0.5) == 3);
}
END_TEST

// --- as a learner ------------------------------------------------------------------------------------------

static interactive_case *on_logs(int32_t runs, double seconds) {
    static const char *const settings[][2] = {{"rounds", "8"},
                                              {"n_envs", "4"},
                                              {"n_steps", "20"},
                                              {"critic.warmup", "1"},
                                              {"ppo.batch_size", "40"},
                                              {"ensemble_size", "3"},
                                              {"bc.n_epochs", "20"},
                                              {"bc.validation_fraction", "0"},
                                              {"bootstrap_block", "20"},
                                              {"validation.every", "3"},
                                              {"validation.n_episodes", "4"},
                                              {"validation.seconds", "4"}};
    interactive_case *c = interactive_begin(&vg_learner_dril);
    interactive_from_demo(c, runs, seconds);
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
        interactive_set(c, settings[i][0], settings[i][1]);
    return c;
}

START_TEST(same_bytes_at_any_thread_count_resumed_or_not) {
    interactive_case *c = on_logs(2, 6);
    interactive_is_one_path(c, "dril/policy", 7);
    ck_assert_int_eq(c->log.rounds, 8);
    double threshold = interactive_value(c, 0, "uncertainty_threshold");
    ck_assert(threshold > 0 && threshold == interactive_value(c, 7, "uncertainty_threshold"));
    interactive_end(c);
}
END_TEST

START_TEST(same_bytes_at_any_level) {
    for (vg_level level = VG_LEVEL_BASE; ck_level(level); level++) {
        interactive_case *c = on_logs(2, 4);
        interactive_set(c, "rounds", "2");
        ck_ok(interactive_train(c));
        ck_golden("dril/policy-short", interactive_hash(c));
        interactive_end(c);
    }
}
END_TEST

// Members are cloned from samples of their own: they differ, and so most where nobody drove. The constant
// cost leaves the ensemble out.
START_TEST(the_ensemble_decides) {
    interactive_case *c = on_logs(2, 6);
    ck_ok(interactive_train(c));
    uint64_t hash = interactive_hash(c);
    double uncertain = interactive_value(c, 0, "uncertain"), reward = interactive_value(c, 0, "reward");
    ck_assert_double_eq_tol(reward, 1 - 2 * uncertain, 1e-6);
    // Rows alone are seen by members all over the demonstrations, which then agree on them.
    double threshold = interactive_value(c, 0, "uncertainty_threshold");
    interactive_set(c, "bootstrap_block", "1");
    ck_ok(interactive_train(c));
    ck_assert_double_lt(interactive_value(c, 0, "uncertainty_threshold"), threshold / 2);
    interactive_set(c, "bootstrap_block", "20");
    interactive_set(c, "cost", "constant");
    ck_ok(interactive_train(c));
    ck_assert(hash != interactive_hash(c));
    ck_assert_double_eq_tol(interactive_value(c, 0, "reward"), 1, 1e-9);
    interactive_end(c);
}
END_TEST

CK_MAIN("dril", the_tightrope, the_threshold_is_passed_by_two_in_a_hundred,
        same_bytes_at_any_thread_count_resumed_or_not, same_bytes_at_any_level, the_ensemble_decides)
