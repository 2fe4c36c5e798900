#include <math.h>
#include <string.h>

#include "eval/stats/chain.h"
#include "eval/stats/compounding.h"
#include "tests/check.h"

static double slope_of(double leave, double back) {
    double horizons[7], costs[7];
    for (int k = 0; k < 7; k++) {
        horizons[k] = 50 << k;
        costs[k] = vg_chain_cost(leave, back, 50 << k);
    }
    return vg_growth_slope(horizons, costs, 7);
}

START_TEST(slopes_of_exact_chains) {
    ck_assert_double_eq_tol(slope_of(1e-5, 0), 1.994, 0.0005);
    ck_assert_double_eq_tol(slope_of(1e-2, 0), 1.35, 0.005);
    ck_assert_double_eq_tol(slope_of(1e-3, 0.5), 1.00, 0.005);
}
END_TEST

START_TEST(chain_costs_by_hand) {
    ck_assert_double_eq_tol(vg_chain_cost(0.5, 0, 3), 0.5 + 0.75 + 0.875, 1e-14);
    // off after one step 0.1; after two 0.1 0.4 + 0.9 0.1
    ck_assert_double_eq_tol(vg_chain_cost(0.1, 0.6, 2), 0.1 + 0.13, 1e-14);
    ck_assert_double_eq(vg_chain_cost(0, 0, 100), 0);
}
END_TEST

START_TEST(truths_of_a_study) {
    vg_synthetic_def d = vg_synthetic_def_default();
    ck_assert_double_eq_tol(vg_synthetic_departed(&d, d.horizon), 0.3, 1e-9);
    d.seed_sd = d.unit_sd = d.cell_sd = 0; // plain exponential times, plain normals
    ck_assert_double_eq_tol(vg_synthetic_departed(&d, 30), 1 - sqrt(0.7), 1e-9);
    ck_assert_double_eq_tol(vg_synthetic_quantile(&d, 0.9), exp(1.2815515655446004), 1e-9);
    d.unit_sd = 3, d.seeds = 1, d.seed_sd = 9; // one policy is what is asked about
    ck_assert_double_eq_tol(vg_synthetic_quantile(&d, 0.9), exp(1.2815515655446004 * sqrt(10)), 1e-6);
}
END_TEST

// A large study comes near its truths.
START_TEST(draws_follow_the_truth) {
    enum { SEEDS = 300, UNITS = 300 };
    vg_synthetic_def d = vg_synthetic_def_default();
    vg_diag diag;
    d.seeds = SEEDS, d.units = UNITS, d.each = 1, d.seed = 11;
    vg_life *lives = vg_new(vg_life, SEEDS * UNITS), *others = vg_new(vg_life, SEEDS * UNITS);
    float *drift = vg_new(float, SEEDS *UNITS);
    ck_ok(vg_synthetic_draw(&d, lives, drift, &diag));
    d.arm = 1;
    ck_ok(vg_synthetic_draw(&d, others, NULL, &diag));
    double early = 0, late = 0, above = 0, tenth = vg_synthetic_quantile(&d, 0.9);
    int differ = 0;
    for (int i = 0; i < SEEDS * UNITS; i++) {
        early += lives[i].cause && lives[i].time <= 15, late += lives[i].cause != VG_CAUSE_NONE;
        above += (double)drift[i] > tenth;
        differ += lives[i].time != others[i].time;
        ck_assert(lives[i].time > 0 && lives[i].time <= 60);
    }
    double n = SEEDS * UNITS;
    ck_assert_double_eq_tol(late / n, 0.3, 0.03); // a seed's effect on the rate is 0.15: 3 sd of 300
    ck_assert_double_eq_tol(early / n, vg_synthetic_departed(&d, 15), 0.02);
    ck_assert_double_eq_tol(above / n, 0.1, 0.02);
    ck_assert_int_gt(differ, SEEDS * UNITS / 4);
    d.rate = 1;
    ck_fails(vg_synthetic_draw(&d, lives, drift, &diag), VG_ERR_ARGUMENT, "rate");
    vg_free(lives), vg_free(others), vg_free(drift);
}
END_TEST

// Drives of 3,200 steps at a hazard of 1e-2 a step: all leave, long before the last horizon.
START_TEST(a_sampled_hazard_of_1e_2_has_no_fit) {
    enum { SEEDS = 4, UNITS = 16, EACH = 8, COUNT = 7 };
    vg_synthetic_def d = {SEEDS, UNITS, EACH, .rate = 0.999999999999987, .horizon = 3200, .seed = 2};
    static vg_life lives[SEEDS * UNITS * EACH];
    static double costs[COUNT][SEEDS * UNITS];
    double horizons[COUNT], off[COUNT];
    vg_growth growth;
    vg_diag diag;
    ck_ok(vg_synthetic_draw(&d, lives, NULL, &diag));
    for (int k = 0; k < COUNT; k++) {
        horizons[k] = 50 << k, off[k] = 0;
        for (int i = 0; i < SEEDS * UNITS * EACH; i++)
            if (lives[i].time <= horizons[k]) {
                off[k] += 1.0 / (SEEDS * UNITS * EACH);
                costs[k][i / EACH] += (horizons[k] - lives[i].time) / EACH;
            }
    }
    vg_growth_def def = {horizons, COUNT, costs[0], SEEDS, UNITS, off, SEEDS * UNITS * EACH};
    ck_ok(vg_growth_fit(&def, 1, &growth, &diag));
    for (int k = 0; k + 1 < COUNT; k++) ck_assert(!growth.fit[k]);
    ck_assert(isnan(growth.overall.value));
    // Without the rules it is what the exact chain's would be.
    double means[COUNT];
    for (int k = 0; k < COUNT; k++) means[k] = growth.cost[k].value;
    ck_assert_double_eq_tol(vg_growth_slope(horizons, means, COUNT), 1.35, 0.03);
}
END_TEST

CK_MAIN("chain", slopes_of_exact_chains, chain_costs_by_hand, truths_of_a_study, draws_follow_the_truth,
        a_sampled_hazard_of_1e_2_has_no_fit)
