#include <math.h>
#include <string.h>

#include "eval/stats/chain.h"
#include "eval/stats/survival.h"
#include "tests/check.h"

// Kaplan-Meier by hand: ends at 1, 2+, 3, 3, 4+, 5 (+: censored).
static const vg_life six[] = {{1, true}, {2, false}, {3, true}, {3, true}, {4, false}, {5, true}};

START_TEST(kaplan_meier_by_hand) {
    vg_lives lives = {six, 1, 6, 1, 6};
    double times[] = {0.5, 1, 2, 3, 4.5, 5}, wanted[] = {1, 5 / 6.0, 5 / 6.0, 5 / 12.0, 5 / 12.0, 0};
    vg_estimate s[6];
    vg_survival summary;
    vg_diag diag;
    ck_ok(vg_survival_curve(&lives, times, 6, s, &diag));
    for (int k = 0; k < 6; k++) {
        ck_assert_double_eq_tol(s[k].value, wanted[k], 1e-14);
        ck_assert(s[k].low <= s[k].value + 1e-14 && s[k].high >= s[k].value - 1e-14);
    }
    ck_ok(vg_survival_summary(&lives, 1, &summary, &diag));
    ck_assert_int_eq(summary.lives, 6);
    ck_assert_int_eq(summary.departed, 4);
    ck_assert_double_eq(summary.mean_time, 3);
    ck_assert_double_eq(summary.median.value, 3);
    // areas 1 + 5/6 2 + 5/12 2
    ck_assert_double_eq_tol(summary.restricted.value, 1 + 10 / 6.0 + 10 / 12.0, 1e-14);
    ck_assert(isnan(summary.hazard_ratio.value) && isnan(summary.rising_p)); // 4 departures
    ck_assert(isnan(summary.three_units));
}
END_TEST

// The spread of the influence values of independent lives is Greenwood's (times n / (n - 1)).
START_TEST(influence_gives_greenwood) {
    enum { N = 60 };
    vg_life many[N];
    vg_estimate s, hand;
    vg_diag diag;
    double t = 40, survival = 1, sum = 0;
    for (int i = 0; i < N; i++) many[i] = (vg_life){i + 1, i % 3 != 1};
    for (int i = 0; i < 40; i++) {
        double at_risk = N - i;
        if (!many[i].departed) continue;
        survival *= 1 - 1 / at_risk, sum += 1 / (at_risk * (at_risk - 1));
    }
    vg_lives lives = {many, 1, N, 1, 100};
    ck_ok(vg_survival_curve(&lives, &t, 1, &s, &diag));
    ck_assert_double_eq_tol(s.value, survival, 1e-13);
    // A logit's error is 1 / (S (1 - S)) times S's; the bootstrap and the jackknife add their little.
    double error = 2 * sqrt(sum * N / (N - 1.0)) / (1 - survival), logit = log(survival / (1 - survival));
    hand = (vg_estimate){0, 1 / (1 + exp(error - logit)), 1 / (1 + exp(-error - logit))};
    ck_assert_double_eq_tol(s.low, hand.low, 0.02);
    ck_assert_double_eq_tol(s.high, hand.high, 0.02);
}
END_TEST

enum { SEEDS = 5, UNITS = 12, EACH = 4, COUNT = SEEDS * UNITS * EACH };

static vg_lives drawn(vg_life *lives, double rate) {
    vg_synthetic_def d = vg_synthetic_def_default();
    vg_diag diag;
    d.seeds = SEEDS, d.units = UNITS, d.each = EACH, d.rate = rate, d.seed = 4;
    ck_ok(vg_synthetic_draw(&d, lives, NULL, &diag));
    return (vg_lives){lives, SEEDS, UNITS, EACH, d.horizon};
}

START_TEST(without_censoring_it_is_the_rate) {
    vg_life life[COUNT];
    vg_lives lives = drawn(life, 0.4);
    double times[] = {10, 30, 59, 60};
    vg_estimate band[4], rate;
    vg_survival summary;
    vg_diag diag;
    ck_ok(vg_survival_curve(&lives, times, 4, band, &diag));
    for (int k = 0; k < 4; k++) {
        double cells[SEEDS * UNITS] = {0};
        for (int i = 0; i < COUNT; i++) cells[i / EACH] += life[i].departed && life[i].time <= times[k];
        for (int c = 0; c < SEEDS * UNITS; c++) cells[c] /= EACH;
        ck_ok(vg_crossed_share(&(vg_crossed){cells, SEEDS, UNITS, EACH}, &rate, &diag));
        ck_assert(band[k].value == 1 - rate.value && band[k].low == 1 - rate.high &&
                  band[k].high == 1 - rate.low);
    }
    ck_ok(vg_survival_summary(&lives, 9, &summary, &diag));
    ck_assert(summary.off_road.low == rate.low && summary.off_road.high == rate.high);
    double mean = 0;
    for (int i = 0; i < COUNT; i++) mean += life[i].time / COUNT;
    ck_assert_double_eq_tol(summary.restricted.value, mean, 1e-10);
    ck_assert(summary.restricted.low < mean && mean < summary.restricted.high);
}
END_TEST

// One life censored early moves the estimate and its band a little, not to another formula's.
START_TEST(a_little_censoring_changes_little) {
    vg_life life[COUNT];
    vg_lives lives = drawn(life, 0.4);
    double t = 60;
    vg_estimate before, after;
    vg_survival plain, censored;
    vg_diag diag;
    ck_ok(vg_survival_curve(&lives, &t, 1, &before, &diag));
    ck_ok(vg_survival_summary(&lives, 9, &plain, &diag));
    int first = 0;
    while (life[first].departed) first++;
    life[first] = (vg_life){1e-3, false};
    ck_ok(vg_survival_curve(&lives, &t, 1, &after, &diag));
    ck_ok(vg_survival_summary(&lives, 9, &censored, &diag));
    ck_assert_double_ne(before.value, after.value);
    ck_assert_double_eq_tol(after.value, before.value, 0.005);
    ck_assert_double_eq_tol(after.low, before.low, 0.03);
    ck_assert_double_eq_tol(after.high, before.high, 0.03);
    ck_assert_double_eq_tol(censored.restricted.low, plain.restricted.low, 1);
    ck_assert_double_eq_tol(censored.restricted.high, plain.restricted.high, 1);
}
END_TEST

START_TEST(hazards_by_hand) {
    vg_lives lives = {six, 1, 6, 1, 6};
    vg_estimate h[3];
    vg_diag diag;
    ck_ok(vg_survival_hazard(&lives, 3, 1, h, &diag));
    // [0, 2): one departs, driven 1 + 5 2; [2, 4): two, 1 + 1 + 2 + 2; [4, 6]: one, 1
    double wanted[] = {1 / 11.0, 2 / 6.0, 1};
    for (int k = 0; k < 3; k++) ck_assert_double_eq_tol(h[k].value, wanted[k], 1e-14);
    ck_assert(h[1].low > 0 && h[1].low < h[1].value && h[1].high > h[1].value);
    vg_life early[] = {{1, true}, {1.5, true}, {3, false}, {3.5, false}};
    lives = (vg_lives){early, 1, 4, 1, 6};
    ck_ok(vg_survival_hazard(&lives, 3, 1, h, &diag));
    ck_assert(h[1].value == 0 && h[1].low == 0 && isnan(h[2].value));
    ck_assert_double_eq_tol(h[1].high, -log(0.05) / (1 + 1.5), 1e-12);
    ck_fails(vg_survival_hazard(&lives, 0, 1, h, &diag), VG_ERR_ARGUMENT, "at least one");
}
END_TEST

START_TEST(a_rising_hazard_is_told_from_a_constant_one) {
    enum { N = 400 };
    vg_life constant[N], rising[N];
    vg_survival s;
    vg_diag diag;
    for (int i = 0; i < N; i++) { // quantiles of exponential and of Weibull times of shape 2
        double e = -log((i * 251 % N + 0.5) / N), a = 100 * e, b = 100 * sqrt(e);
        constant[i] = (vg_life){fmin(a, 60), a <= 60};
        rising[i] = (vg_life){fmin(b, 60), b <= 60};
    }
    ck_ok(vg_survival_summary(&(vg_lives){constant, 4, 50, 2, 60}, 1, &s, &diag));
    ck_assert_double_eq_tol(s.hazard_ratio.value, 1, 0.05);
    ck_assert(s.hazard_ratio.low < 1 && s.hazard_ratio.high > 1);
    ck_assert(s.rising_p > 0.2 && s.rising_p < 0.8);
    ck_ok(vg_survival_summary(&(vg_lives){rising, 4, 50, 2, 60}, 1, &s, &diag));
    ck_assert_double_eq_tol(s.hazard_ratio.value, 3, 0.15); // 30 to 60 over 0 to 30, of a hazard like t
    ck_assert_double_gt(s.hazard_ratio.low, 1);
    ck_assert_double_lt(s.rising_p, 0.001);
}
END_TEST

START_TEST(nobody_departs) {
    vg_life life[24];
    vg_survival s;
    vg_diag diag;
    for (int i = 0; i < 24; i++) life[i] = (vg_life){60, false};
    ck_ok(vg_survival_summary(&(vg_lives){life, 2, 4, 3, 60}, 1, &s, &diag));
    ck_assert(s.off_road.value == 0 && s.off_road.low == 0 && s.off_road.high == vg_rule_of_three(4));
    ck_assert(s.three_episodes == vg_rule_of_three(24) && s.three_units == vg_rule_of_three(4) &&
              s.three_seeds == vg_rule_of_three(2));
    ck_assert(isnan(s.median.value) && isnan(s.mean_time) && s.restricted.value == 60);
    ck_ok(vg_survival_summary(&(vg_lives){life, 1, 8, 3, 60}, 1, &s, &diag));
    ck_assert(isnan(s.three_seeds));
    life[3].time = 0;
    ck_fails(vg_survival_summary(&(vg_lives){life, 1, 8, 3, 60}, 1, &s, &diag), VG_ERR_ARGUMENT, "life 3");
    ck_fails(vg_survival_summary(&(vg_lives){life, 0, 8, 3, 60}, 1, &s, &diag), VG_ERR_ARGUMENT, "horizon");
}
END_TEST

START_TEST(survives_every_failed_allocation) {
    vg_life life[COUNT];
    vg_lives lives = drawn(life, 0.4);
    int64_t live = vg_memory_live(), n = 0;
    vg_survival s;
    vg_err err;
    do {
        vg_memory_fail_after(++n);
        err = vg_survival_summary(&lives, 1, &s, NULL);
        vg_memory_fail_never();
        ck_assert(err == VG_OK || err == VG_ERR_MEMORY);
        ck_assert_int_eq(vg_memory_live(), live);
    } while (err);
    ck_assert_int_gt(n, 5);
}
END_TEST

CK_MAIN("survival", kaplan_meier_by_hand, influence_gives_greenwood, without_censoring_it_is_the_rate,
        a_little_censoring_changes_little, hazards_by_hand, a_rising_hazard_is_told_from_a_constant_one,
        nobody_departs, survives_every_failed_allocation)
