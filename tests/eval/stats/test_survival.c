#include <math.h>
#include <string.h>

#include "eval/stats/chain.h"
#include "eval/stats/survival.h"
#include "tests/check.h"
#include "tests/out_of_memory.h"

// Kaplan-Meier by hand: ends at 1, 2+, 3, 3, 4+, 5 (+: censored).
#define NONE    VG_CAUSE_NONE
#define OFF     VG_CAUSE_OFF_ROAD
#define STALLED VG_CAUSE_STALLED
static const vg_life six[] = {{1, OFF}, {2, NONE}, {3, OFF}, {3, OFF}, {4, NONE}, {5, OFF}};

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
    ck_assert(summary.stalled == 0 && summary.stall.value == 0);
}
END_TEST

// Who is censored at a time is at risk of leaving at that time, in whatever order they are given: 1 until 2,
// 3/4 until 3, 3/8 until 5.
START_TEST(ties_do_not_shorten_the_mean) {
    static const vg_life given[2][4] = {{{2, NONE}, {2, OFF}, {3, OFF}, {5, NONE}},
                                        {{5, NONE}, {3, OFF}, {2, OFF}, {2, NONE}}};
    vg_survival s[2];
    vg_diag diag;
    for (int k = 0; k < 2; k++) {
        ck_ok(vg_survival_summary(&(vg_lives){given[k], 1, 4, 1, 5}, 1, &s[k], &diag));
        ck_assert_double_eq_tol(s[k].restricted.value, 2 + 0.75 + 0.375 * 2, 1e-14);
    }
}
END_TEST

// The spread of the influence values of independent lives is Greenwood's (times n / (n - 1)).
START_TEST(influence_gives_greenwood) {
    enum { N = 60 };
    vg_life many[N];
    vg_estimate s, hand;
    vg_diag diag;
    double t = 40, survival = 1, sum = 0;
    for (int i = 0; i < N; i++) many[i] = (vg_life){i + 1, i % 3 == 1 ? NONE : OFF};
    for (int i = 0; i < 40; i++) {
        double at_risk = N - i;
        if (!many[i].cause) continue;
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
        for (int i = 0; i < COUNT; i++) cells[i / EACH] += life[i].cause && life[i].time <= times[k];
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
    while (life[first].cause) first++;
    life[first] = (vg_life){1e-3, NONE};
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
    ck_ok(vg_survival_hazard(&lives, VG_CAUSE_OFF_ROAD, 3, h, &diag));
    // [0, 2): one departs, driven 1 + 5 2; [2, 4): two, 1 + 1 + 2 + 2; [4, 6]: one, 1
    double wanted[] = {1 / 11.0, 2 / 6.0, 1};
    for (int k = 0; k < 3; k++) {
        ck_assert_double_eq_tol(h[k].value, wanted[k], 1e-14);
        ck_assert(h[k].low > 0 && h[k].low < h[k].value && h[k].high > h[k].value && h[k].high < 4);
    }
    vg_life early[] = {{1, OFF}, {1.5, OFF}, {3, NONE}, {3.5, NONE}};
    lives = (vg_lives){early, 1, 4, 1, 6};
    ck_ok(vg_survival_hazard(&lives, VG_CAUSE_OFF_ROAD, 3, h, &diag));
    ck_assert(h[1].value == 0 && h[1].low == 0 && isnan(h[2].value) && isnan(h[2].high));
    ck_assert(h[1].high > 0.2 && h[1].high < 4); // none in 2.5 s of two lives
    ck_fails(vg_survival_hazard(&lives, VG_CAUSE_OFF_ROAD, 0, h, &diag), VG_ERR_ARGUMENT, "at least one");
}
END_TEST

// Hazards are by cause: who stalls drives until then, and departs not.
START_TEST(hazards_by_cause) {
    vg_life lives[] = {{1, OFF}, {2, STALLED}, {3, STALLED}, {4, NONE}};
    vg_estimate off, stalled;
    vg_diag diag;
    ck_ok(vg_survival_hazard(&(vg_lives){lives, 1, 4, 1, 4}, VG_CAUSE_OFF_ROAD, 1, &off, &diag));
    ck_ok(vg_survival_hazard(&(vg_lives){lives, 1, 4, 1, 4}, VG_CAUSE_STALLED, 1, &stalled, &diag));
    ck_assert_double_eq_tol(off.value, 1 / 10.0, 1e-14);
    ck_assert_double_eq_tol(stalled.value, 2 / 10.0, 1e-14);
}
END_TEST

// The last bin has its end: who leaves at the horizon leaves in it.
START_TEST(the_last_bin_has_its_end) {
    vg_life lives[] = {{4, OFF}, {4, OFF}, {4, NONE}, {2, OFF}};
    vg_estimate h[2];
    vg_diag diag;
    ck_ok(vg_survival_hazard(&(vg_lives){lives, 1, 4, 1, 4}, VG_CAUSE_OFF_ROAD, 2, h, &diag));
    ck_assert_double_eq_tol(h[0].value, 0, 1e-14);       // who leaves at 2 s leaves in the second bin
    ck_assert_double_eq_tol(h[1].value, 3 / 6.0, 1e-14); // three, in 3 times 2 s
}
END_TEST

START_TEST(a_rising_hazard_is_told_from_a_constant_one) {
    enum { N = 400 };
    vg_life constant[N], rising[N];
    vg_survival s;
    vg_diag diag;
    for (int i = 0; i < N; i++) { // quantiles of exponential and of Weibull times of shape 2
        double e = -log((i * 251 % N + 0.5) / N), a = 200 * e, b = 100 * sqrt(e);
        constant[i] = (vg_life){fmin(a, 60), a <= 60 ? OFF : NONE};
        rising[i] = (vg_life){fmin(b, 60), b <= 60 ? OFF : NONE};
    }
    ck_ok(vg_survival_summary(&(vg_lives){constant, 4, 50, 2, 60}, 1, &s, &diag));
    ck_assert_double_eq(s.rising_until, 60); // 26 % have left by then
    ck_assert_double_eq_tol(s.hazard_ratio.value, 1, 0.1);
    ck_assert(s.hazard_ratio.low < 1 && s.hazard_ratio.high > 1);
    ck_assert(s.rising_p > 0.2 && s.rising_p < 0.8);
    ck_ok(vg_survival_summary(&(vg_lives){rising, 4, 50, 2, 60}, 1, &s, &diag));
    ck_assert_double_eq_tol(s.hazard_ratio.value, 3,
                            0.3); // the second half over the first, of a hazard like t
    ck_assert_double_gt(s.hazard_ratio.low, 1);
    ck_assert_double_lt(s.rising_p, 0.001);
}
END_TEST

// The test ends when 30 % have departed. Here the hazard rises until then and is next to nothing after: over
// the whole horizon it falls.
START_TEST(the_test_ends_at_30_percent) {
    enum { N = 400 };
    vg_life lives[N];
    vg_survival s;
    vg_diag diag;
    for (int i = 0; i < N; i++) {
        int k = i * 251 % N;
        double early = 10 * sqrt((k + 1) / 120.0); // 120 of 400 by 10 s
        lives[i] = k < 120   ? (vg_life){early, OFF}
                   : k < 130 ? (vg_life){15 + k % 40, OFF}
                             : (vg_life){60, NONE};
    }
    ck_ok(vg_survival_summary(&(vg_lives){lives, 4, 50, 2, 60}, 1, &s, &diag));
    ck_assert_double_eq_tol(s.rising_until, 10, 1e-9);
    ck_assert_double_gt(s.hazard_ratio.low, 1.5);
    ck_assert_double_lt(s.rising_p, 0.001);
}
END_TEST

// Each seed's hazard is constant, but the seeds differ fortyfold: mixed, the hazard falls, as the bad ones
// leave first. Stratified by seed it is what it is.
START_TEST(bad_and_good_seeds_mixed_make_no_fall) {
    enum { N = 1000 };
    vg_life lives[N];
    vg_survival mixed, apart;
    vg_diag diag;
    for (int i = 0; i < N; i++) {
        int k = i % 250 * 61 % 250;
        double time = -log((k + 0.5) / 250) * (i < 250 ? 40 : 1600);
        lives[i] = time < 60 ? (vg_life){time, OFF} : (vg_life){60, NONE};
    }
    ck_ok(vg_survival_summary(&(vg_lives){lives, 4, 50, 5, 60}, 1, &apart, &diag));
    ck_assert_double_eq_tol(apart.hazard_ratio.value, 1, 0.15);
    ck_assert(apart.rising_p > 0.15 && apart.rising_p < 0.85);
    ck_ok(vg_survival_summary(&(vg_lives){lives, 1, 200, 5, 60}, 1, &mixed, &diag)); // as if one seed
    ck_assert_double_lt(mixed.hazard_ratio.value, 0.8);
    ck_assert_double_gt(mixed.rising_p, 0.95);
}
END_TEST

START_TEST(nobody_departs) {
    vg_life life[24];
    vg_survival s;
    vg_diag diag;
    for (int i = 0; i < 24; i++) life[i] = (vg_life){60, NONE};
    ck_ok(vg_survival_summary(&(vg_lives){life, 2, 4, 3, 60}, 1, &s, &diag));
    ck_assert(s.off_road.value == 0 && s.off_road.low == 0 && s.off_road.high > 0.01 && s.off_road.high < 1);
    ck_assert(isnan(s.median.value) && isnan(s.mean_time) && s.restricted.value == 60);
    life[3].time = 0;
    ck_fails(vg_survival_summary(&(vg_lives){life, 1, 8, 3, 60}, 1, &s, &diag), VG_ERR_ARGUMENT, "life 3");
    ck_fails(vg_survival_summary(&(vg_lives){life, 0, 8, 3, 60}, 1, &s, &diag), VG_ERR_ARGUMENT, "horizon");
    life[3] = (vg_life){1, VG_CAUSE_ANY}; // a question, no ending
    ck_fails(vg_survival_summary(&(vg_lives){life, 1, 8, 3, 60}, 1, &s, &diag), VG_ERR_ARGUMENT, "cause 4");
}
END_TEST

START_TEST(survives_every_failed_allocation) {
    vg_life life[COUNT];
    vg_lives lives = drawn(life, 0.4);
    vg_survival s;
    for (oom turn = {.least = 5}; oom_next(&turn);) turn.err = vg_survival_summary(&lives, 1, &s, NULL);
}
END_TEST

CK_MAIN("survival", kaplan_meier_by_hand, ties_do_not_shorten_the_mean, influence_gives_greenwood,
        without_censoring_it_is_the_rate, a_little_censoring_changes_little, hazards_by_hand,
        hazards_by_cause, the_last_bin_has_its_end, a_rising_hazard_is_told_from_a_constant_one,
        the_test_ends_at_30_percent, bad_and_good_seeds_mixed_make_no_fall, nobody_departs,
        survives_every_failed_allocation)
