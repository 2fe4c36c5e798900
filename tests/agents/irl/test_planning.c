// Values, soft values and occupancies against cases worked by hand and against all paths, one by one.
#include "agents/irl/planning.h"

#include <math.h>
#include <string.h>

#include "agents/irl/table_world.h"
#include "sim/base/exact.h"
#include "tests/check.h"

// States in a chain of `steps`, and at each step a choice of three states with rewards r[0], r[1], r[2].
enum { STEPS = 7, CHOICES = 3 };
static vg_mdp chain(double rewards[1 + STEPS * CHOICES]) {
    static const double r[CHOICES] = {0.3, -1.2, 2};
    vg_diag diag = {0};
    vg_mdp mdp;
    ck_ok(vg_mdp_begin(&mdp, 1 + STEPS * CHOICES, CHOICES, 1, &diag));
    for (int32_t s = 0; s < mdp.states; s++) {
        rewards[s] = s ? r[(s - 1) % CHOICES] : 0;
        int32_t column = s ? 1 + (s - 1) / CHOICES : 0;
        for (int32_t a = 0; a < CHOICES; a++) {
            if (column < STEPS) ck_ok(vg_mdp_add(&mdp, 1 + column * CHOICES + a, 1, &diag));
            vg_mdp_end_pair(&mdp);
        }
        mdp.start[s] = s == 0;
    }
    ck_ok(vg_mdp_check(&mdp, &diag));
    return mdp;
}

START_TEST(a_chain_has_the_log_partition_of_its_choices) {
    vg_diag diag = {0};
    double rewards[1 + STEPS * CHOICES], values[1 + STEPS * CHOICES] = {0},
                                                            policy[(1 + STEPS * CHOICES) * CHOICES];
    vg_mdp mdp = chain(rewards);
    double one = vg_ln(vg_exp(0.3) + vg_exp(-1.2) + vg_exp(2));
    for (vg_backup backup = VG_BACKUP_CAUSAL; backup <= VG_BACKUP_PATH; backup++) {
        memset(values, 0, sizeof values);
        ck_ok(vg_mdp_soft_values(&mdp, rewards, backup, 0, values, policy, &diag));
        ck_assert_double_eq_tol(values[0], STEPS * one, 1e-12);
        ck_assert_double_eq_tol(policy[2], vg_exp(2 - one), 1e-12);
    }
    vg_mdp_destroy(&mdp);
}
END_TEST

// A safe state of reward 0 against a coin for +1 or -1.
START_TEST(a_gamble_shows_how_the_backups_differ) {
    vg_diag diag = {0};
    vg_mdp mdp;
    ck_ok(vg_mdp_begin(&mdp, 4, 2, 1, &diag));
    ck_ok(vg_mdp_add(&mdp, 1, 0.5, &diag));
    ck_ok(vg_mdp_add(&mdp, 2, 0.5, &diag));
    vg_mdp_end_pair(&mdp);
    ck_ok(vg_mdp_add(&mdp, 3, 1, &diag));
    for (int i = 0; i < 7; i++) vg_mdp_end_pair(&mdp);
    ck_ok(vg_mdp_check(&mdp, &diag));
    const double rewards[] = {0, 1, -1, 0};
    double values[4] = {0}, policy[8];
    ck_ok(vg_mdp_soft_values(&mdp, rewards, VG_BACKUP_CAUSAL, 0, values, policy, &diag));
    ck_assert_double_eq_tol(policy[0], 0.5, 1e-15);
    ck_ok(vg_mdp_soft_values(&mdp, rewards, VG_BACKUP_PATH, 0, values, policy, &diag));
    ck_assert_double_eq_tol(policy[0], 0.606776, 5e-7);
    vg_mdp_destroy(&mdp);
}
END_TEST

// --- all paths of five steps on a grid of 4 x 4 ------------------------------------------------------------

enum { SIDE = 4, SQUARES = SIDE * SIDE, LONG = 5 };
static vg_mdp grid(void) {
    vg_diag diag = {0};
    vg_mdp mdp;
    ck_ok(vg_mdp_begin(&mdp, SQUARES, 4, 1, &diag));
    for (int32_t s = 0; s < SQUARES; s++)
        for (int32_t a = 0; a < 4; a++) {
            ck_ok(vg_mdp_add(&mdp, vg_grid_step(SIDE, SIDE, s, a), 1, &diag));
            vg_mdp_end_pair(&mdp);
        }
    ck_ok(vg_mdp_check(&mdp, &diag));
    return mdp;
}

// The partition function of all paths from a state, and the weight of those that begin with the action
// `first`.
static double paths(const double *rewards, int32_t s, int32_t left, double weight) {
    weight *= exp(rewards[s]);
    if (!left) return weight;
    double sum = 0;
    for (int32_t a = 0; a < 4; a++) sum += paths(rewards, vg_grid_step(SIDE, SIDE, s, a), left - 1, weight);
    return sum;
}

START_TEST(soft_values_are_those_of_all_paths) {
    vg_mdp mdp = grid();
    double rewards[SQUARES], values[(LONG + 1) * SQUARES], policy[LONG * SQUARES * 4];
    for (int32_t s = 0; s < SQUARES; s++) rewards[s] = 0.1 * s - 0.02 * s * s;
    vg_mdp_soft_horizon(&mdp, rewards, VG_BACKUP_CAUSAL, LONG, values, policy);
    for (int32_t s = 0; s < SQUARES; s++) {
        double all = paths(rewards, s, LONG, 1);
        ck_assert_double_eq_tol(values[s], log(all), 1e-12);
        for (int32_t a = 0; a < 4; a++) {
            double those = exp(rewards[s]) * paths(rewards, vg_grid_step(SIDE, SIDE, s, a), LONG - 1, 1);
            ck_assert_double_eq_tol(policy[s * 4 + a], those / all, 1e-12);
        }
    }
    vg_mdp_destroy(&mdp);
}
END_TEST

START_TEST(soft_values_do_not_overflow) {
    vg_mdp mdp = grid();
    double rewards[SQUARES], values[(LONG + 1) * SQUARES];
    for (int32_t s = 0; s < SQUARES; s++) rewards[s] = 5000;
    vg_mdp_soft_horizon(&mdp, rewards, VG_BACKUP_PATH, LONG, values, NULL);
    ck_assert_double_eq_tol(values[0], 5000 * (LONG + 1) + LONG * log(4), 1e-9);
    vg_mdp_destroy(&mdp);
}
END_TEST

// --- values and occupancy agree --------------------------------------------------------------------------

START_TEST(occupancy_gives_the_value_of_the_policy) {
    vg_diag diag = {0};
    vg_mdp mdp = grid();
    double rewards[SQUARES], values[SQUARES] = {0}, policy[SQUARES * 4], occupancy[SQUARES],
                             again[SQUARES] = {0};
    int32_t best[SQUARES];
    mdp.discount = 0.9;
    for (int32_t s = 0; s < SQUARES; s++) rewards[s] = s == 6 ? 1 : -0.01 * s;
    ck_ok(vg_mdp_values(&mdp, rewards, 1e-13, values, best, &diag));
    vg_mdp_policy_of(&mdp, best, policy);
    ck_ok(vg_mdp_occupancy(&mdp, policy, NULL, 1e-14, occupancy, &diag));
    double sum = 0;
    for (int32_t s = 0; s < SQUARES; s++) sum += occupancy[s];
    ck_assert_double_eq_tol(sum, 10, 1e-11); // 1 / (1 - discount)
    ck_assert_double_eq_tol(vg_dot(occupancy, rewards, SQUARES), vg_dot(mdp.start, values, SQUARES), 1e-11);
    ck_ok(vg_mdp_policy_values(&mdp, policy, rewards, 1e-13, again, &diag));
    for (int32_t s = 0; s < SQUARES; s++) ck_assert_double_eq_tol(again[s], values[s], 1e-11);
    vg_mdp_destroy(&mdp);
}
END_TEST

// The slope of the expected soft value by the reward of a state is the occupancy of that state, with either
// backup; a process with chance, so that the tilt matters.
START_TEST(occupancy_is_the_gradient_of_the_soft_value) {
    vg_diag diag = {0};
    vg_mdp mdp;
    enum { N = 6 };
    ck_ok(vg_mdp_begin(&mdp, N, 2, 0.8, &diag));
    for (int32_t s = 0; s < N; s++)
        for (int32_t a = 0; a < 2; a++) {
            if (s < N - 1) ck_ok(vg_mdp_add(&mdp, (s * 2 + a) % N, a ? 0.3 : 0.6, &diag));
            if (s < N - 1) ck_ok(vg_mdp_add(&mdp, (s + 1 + a) % N, a ? 0.7 : 0.4, &diag));
            vg_mdp_end_pair(&mdp);
        }
    ck_ok(vg_mdp_check(&mdp, &diag));
    for (vg_backup backup = VG_BACKUP_CAUSAL; backup <= VG_BACKUP_PATH; backup++) {
        double rewards[N] = {0.2, -1, 0.7, 0, 1.1, -0.4}, values[N] = {0}, policy[2 * N], occupancy[N],
               soft[2];
        ck_ok(vg_mdp_soft_values(&mdp, rewards, backup, 1e-14, values, policy, &diag));
        const double *tilt = backup == VG_BACKUP_PATH ? values : NULL;
        ck_ok(vg_mdp_occupancy(&mdp, policy, tilt, 1e-14, occupancy, &diag));
        for (int32_t s = 0; s < N; s++) {
            double moved[N], other[2 * N];
            for (int side = 0; side < 2; side++) {
                memcpy(moved, values, sizeof moved);
                rewards[s] += side ? -2e-5 : 1e-5;
                ck_ok(vg_mdp_soft_values(&mdp, rewards, backup, 1e-14, moved, other, &diag));
                soft[side] = vg_dot(mdp.start, moved, N);
            }
            rewards[s] += 1e-5;
            ck_assert_double_eq_tol((soft[0] - soft[1]) / 2e-5, occupancy[s], 1e-8);
        }
    }
    vg_mdp_destroy(&mdp);
}
END_TEST

START_TEST(of_equal_actions_the_first_is_taken) {
    vg_diag diag = {0};
    vg_mdp mdp = grid();
    double rewards[SQUARES] = {0}, values[SQUARES] = {0};
    int32_t best[SQUARES];
    mdp.discount = 0.9;
    ck_ok(vg_mdp_values(&mdp, rewards, 1e-12, values, best, &diag));
    for (int32_t s = 0; s < SQUARES; s++) ck_assert_int_eq(best[s], 0);
    vg_mdp_destroy(&mdp);
}
END_TEST

START_TEST(an_unbounded_reward_is_refused) {
    vg_diag diag = {0};
    vg_mdp mdp = grid();
    double rewards[SQUARES], values[SQUARES] = {0}, policy[SQUARES * 4];
    int32_t best[SQUARES] = {0};
    for (int32_t s = 0; s < SQUARES; s++) rewards[s] = 1e8;
    ck_fails(vg_mdp_values(&mdp, rewards, 1e-9, values, best, &diag), VG_ERR_ARGUMENT, "grows without bound");
    memset(values, 0, sizeof values);
    ck_fails(vg_mdp_soft_values(&mdp, rewards, VG_BACKUP_CAUSAL, 1e-9, values, policy, &diag),
             VG_ERR_ARGUMENT, "grows without bound");
    rewards[3] = NAN;
    ck_fails(vg_mdp_values(&mdp, rewards, 1e-9, values, best, &diag), VG_ERR_ARGUMENT,
             "reward of state 3 is nan");
    vg_mdp_policy_of(&mdp, best, policy);
    ck_fails(vg_mdp_occupancy(&mdp, policy, NULL, 1e-9, values, &diag), VG_ERR_ARGUMENT, "still on the way");
    vg_mdp_destroy(&mdp);
}
END_TEST

CK_MAIN("planning", a_chain_has_the_log_partition_of_its_choices, a_gamble_shows_how_the_backups_differ,
        soft_values_are_those_of_all_paths, soft_values_do_not_overflow,
        occupancy_gives_the_value_of_the_policy, occupancy_is_the_gradient_of_the_soft_value,
        of_equal_actions_the_first_is_taken, an_unbounded_reward_is_refused)
