#include "eval/rewards/regret.h"

#include <math.h>

#include "tests/check.h"

static vg_diag diag;

enum { UNITS = 2, EACH = 2, DRIVES = UNITS * EACH };

static vg_driving_reward_def reward_of_time(void) {
    vg_driving_reward_def def = {.temperature = 1, .car_scale = 1, .off_road = 10, .absorbing = -0.5};
    def.theta[VG_DRIVING_time] = 1;
    def.theta[VG_DRIVING_edge] = 2;
    return def;
}

static vg_drive_features drive(double metres, double seconds, double edge, bool left) {
    vg_drive_features d = {.metres = metres, .seconds = seconds, .left = left};
    d.f[VG_DRIVING_time] = seconds, d.f[VG_DRIVING_edge] = edge;
    return d;
}

static vg_drive_table table_of(const vg_drive_features *const *drives, int32_t seeds) {
    return (vg_drive_table){drives, seeds, UNITS, EACH, 60, 0.05};
}

// The best goes 600 m and 300 m in 60 s. Standing still costs 60 s of it, leaving far more.
START_TEST(the_best_has_0_and_the_worst_has_1) {
    vg_driving_reward_def reward = reward_of_time();
    vg_drive_features good[DRIVES], bad[DRIVES];
    for (int i = 0; i < DRIVES; i++) {
        good[i] = drive(i < EACH ? 600 : 300, 60, 0, false);
        bad[i] = drive(10, 20, 0, true);
    }
    const vg_drive_features *best_drives[] = {good}, *worst_drives[] = {bad}, *both[] = {good, bad};
    vg_drive_table best = table_of(best_drives, 1), worst = table_of(worst_drives, 1),
                   arm = table_of(both, 2);
    double cells[2 * UNITS];
    ck_assert_double_eq_tol(vg_best_pay(&reward, &best, 0), 0.1, 1e-15);
    ck_assert_double_eq_tol(vg_best_pay(&reward, &best, 1), 0.2, 1e-15);
    ck_ok(vg_regret_cells(&reward, &best, &worst, &arm, cells, &diag));
    for (int u = 0; u < UNITS; u++) ck_assert_double_eq_tol(cells[u], 0, 1e-12);
    ck_assert_double_eq_tol((cells[UNITS] + cells[UNITS + 1]) / 2, 1, 1e-12);
    ck_ok(vg_regret_cells(&reward, &best, &best, &arm, cells, &diag)); // nothing between best and worst
    for (int i = 0; i < 2 * UNITS; i++) ck_assert(isnan(cells[i]));
}
END_TEST

// By hand. Pay 0.1: 10 m in 20 s and then off for 40 s = 800 actions: 1 - 20 - 10 - 400 = -429. Half as far
// as the best, with edges of 5: 30 - 60 - 10 = -40. Standing still: -60.
START_TEST(values_by_hand) {
    vg_driving_reward_def reward = reward_of_time();
    vg_drive_features off = drive(10, 20, 0, true), half = drive(300, 60, 5, false),
                      still = drive(0, 60, 0, 0);
    ck_assert_double_eq_tol(vg_drive_value(&reward, 0.1, &off, 60, 0.05), -429, 1e-9);
    ck_assert_double_eq_tol(vg_drive_value(&reward, 0.1, &half, 60, 0.05), -40, 1e-9);
    ck_assert_double_eq_tol(vg_drive_value(&reward, 0.1, &still, 60, 0.05), -60, 1e-9);
    ck_assert_double_eq(vg_drive_cost(&reward, &half), 70);
}
END_TEST

// 600 m at 0.1 a metre against 300 m at 70 / 300 a metre.
START_TEST(excess_cost_is_by_the_metre) {
    vg_driving_reward_def reward = reward_of_time();
    vg_drive_features good[DRIVES], other[DRIVES];
    for (int i = 0; i < DRIVES; i++) {
        good[i] = drive(600, 60, 0, false);
        other[i] = i < EACH ? drive(300, 60, 5, false) : drive(0, 60, 0, false);
    }
    const vg_drive_features *best_drives[] = {good}, *arm_drives[] = {other};
    vg_drive_table best = table_of(best_drives, 1), arm = table_of(arm_drives, 1);
    double cells[UNITS];
    vg_excess_cost_cells(&reward, &best, &arm, cells);
    ck_assert_double_eq_tol(cells[0], 70.0 / 30 - 1, 1e-12);
    ck_assert(isnan(cells[1]));
    vg_excess_cost_cells(&reward, &best, &best, cells);
    ck_assert_double_eq_tol(cells[0], 0, 1e-12);
}
END_TEST

START_TEST(feature_errors) {
    vg_drive_features a = drive(600, 60, 6, false), twice = drive(1200, 120, 12, true),
                      b = drive(600, 30, 0, 0);
    ck_assert_double_eq(vg_drive_feature_error(&a, &twice), 0);
    ck_assert_double_eq_tol(vg_drive_feature_error(&a, &b), (0.5 + 1) / VG_DRIVING_COUNT, 1e-12);
    vg_drive_features none = {0};
    ck_assert(isnan(vg_drive_feature_error(&a, &none)));
}
END_TEST

CK_MAIN("regret", the_best_has_0_and_the_worst_has_1, values_by_hand, excess_cost_is_by_the_metre,
        feature_errors)
