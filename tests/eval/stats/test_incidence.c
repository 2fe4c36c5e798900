#include <math.h>

#include "eval/stats/chain.h"
#include "eval/stats/incidence.h"
#include "eval/stats/incidence_private.h"
#include "eval/stats/survival.h"
#include "tests/check.h"
#include "tests/out_of_memory.h"

#define NONE    VG_CAUSE_NONE
#define OFF     VG_CAUSE_OFF_ROAD
#define STALLED VG_CAUSE_STALLED

static vg_diag diag;

static void curve(const vg_lives *lives, vg_cause cause, const double *times, int32_t count,
                  vg_estimate *out) {
    ck_ok(vg_incidence_curve(lives, cause, times, count, out, &diag));
}

// Six lives: off at 1, censored at 2, stalled and off at 3, censored at 4, off at 5.
START_TEST(aalen_johansen_by_hand) {
    static const vg_life six[] = {{1, OFF}, {2, NONE}, {3, STALLED}, {3, OFF}, {4, NONE}, {5, OFF}};
    vg_lives lives = {six, 1, 6, 1, 6};
    double times[] = {0.5, 1, 2, 3, 4.5, 5};
    double off[] = {0, 1 / 6.0, 1 / 6.0, 1 / 6.0 + 5 / 24.0, 9 / 24.0, 9 / 24.0 + 5 / 12.0};
    double stalled[] = {0, 0, 0, 5 / 24.0, 5 / 24.0, 5 / 24.0};
    vg_estimate a[6], b[6], alive[6];
    curve(&lives, VG_CAUSE_OFF_ROAD, times, 6, a);
    curve(&lives, VG_CAUSE_STALLED, times, 6, b);
    ck_ok(vg_survival_curve(&lives, times, 6, alive, &diag));
    for (int k = 0; k < 6; k++) {
        ck_assert_double_eq_tol(a[k].value, off[k], 1e-14);
        ck_assert_double_eq_tol(b[k].value, stalled[k], 1e-14);
        ck_assert_double_eq_tol(a[k].value + b[k].value + alive[k].value, 1, 1e-14);
        ck_assert(a[k].low <= a[k].value + 1e-14 && a[k].high >= a[k].value - 1e-14);
    }
    // To take the stalled for censored says what would be if nobody could stall: by 5 s all have left.
    ck_assert_double_lt(a[5].value, 1);
}
END_TEST

// Who is censored at a time is at risk of leaving at that time: 1/4 of four, then half of the two that are
// left.
START_TEST(ties_leave_before_they_are_censored) {
    static const vg_life lives[] = {{2, NONE}, {2, OFF}, {3, OFF}, {4, NONE}};
    static const vg_life turned[] = {{2, OFF}, {2, NONE}, {4, NONE}, {3, OFF}};
    double times[] = {2, 3};
    vg_estimate f[2];
    for (int k = 0; k < 2; k++) {
        curve(&(vg_lives){k ? turned : lives, 1, 4, 1, 5}, VG_CAUSE_OFF_ROAD, times, 2, f);
        ck_assert_double_eq_tol(f[0].value, 1 / 4.0, 1e-15);
        ck_assert_double_eq_tol(f[1].value, 1 / 4.0 + 3 / 4.0 / 2, 1e-15);
    }
}
END_TEST

enum { N = 30 };

static vg_lives some(vg_life *lives) {
    for (int i = 0; i < N; i++) {
        int k = i * 7 % N;
        lives[i] = (vg_life){1 + k / 2, k % 5 == 0 ? NONE : k % 3 == 0 ? STALLED : OFF};
    }
    return (vg_lives){lives, 1, N, 1, 40};
}

// The influence values are n times the derivatives by each life's weight: a thousand copies of all lives, and
// one more of life i.
START_TEST(influence_is_the_derivative) {
    enum { COPIES = 1000 };
    vg_life lives[N], *many = vg_new(vg_life, N * COPIES + 1);
    vg_lives one = some(lives), more = {many, 1, N * COPIES + 1, 1, 40};
    static const double t = 11;
    for (vg_cause cause = VG_CAUSE_OFF_ROAD; cause <= VG_CAUSE_ANY; cause++) {
        vg_endings e;
        ck_ok(vg_endings_open(&one, &e, &diag));
        double value = vg_endings_incidence(&e, cause, t).value, sum = 0;
        for (int i = 0; i < N; i++) sum += e.cells[i] / N;
        ck_assert_double_eq_tol(sum, value, 1e-12);
        for (int i = 0; i < N; i += 4) {
            for (int k = 0; k <= N * COPIES; k++) many[k] = lives[k < N * COPIES ? k % N : i];
            vg_endings all;
            ck_ok(vg_endings_open(&more, &all, &diag));
            double moved = vg_endings_incidence(&all, cause, t).value - value;
            ck_assert_double_eq_tol(e.cells[i] - value, moved * N * COPIES, 0.01);
            vg_endings_close(&all);
        }
        vg_endings_close(&e);
    }
    vg_free(many);
}
END_TEST

// While nobody is censored early it is a plain share, and has that share's interval.
START_TEST(without_censoring_it_is_the_share) {
    vg_life lives[40];
    double cells[20] = {0}, t = 8;
    vg_estimate f, share;
    for (int i = 0; i < 40; i++)
        lives[i] = i % 4 == 0   ? (vg_life){1 + i % 7, OFF}
                   : i % 4 == 1 ? (vg_life){3, STALLED}
                                : (vg_life){20, NONE};
    for (int i = 0; i < 40; i++) cells[i / 2] += lives[i].cause == VG_CAUSE_OFF_ROAD ? 0.5 : 0;
    curve(&(vg_lives){lives, 4, 5, 2, 20}, VG_CAUSE_OFF_ROAD, &t, 1, &f);
    ck_ok(vg_crossed_share(&(vg_crossed){cells, 4, 5, 2}, &share, &diag));
    ck_assert(f.value == share.value && f.low == share.low && f.high == share.high);
}
END_TEST

// Bands rise as incidence does, hold it, and go up in small steps: with and without early censoring, from no
// event to many.
START_TEST(bands_rise_without_jumps) {
    enum { SEEDS = 10, UNITS = 16, EACH = 8, LIVES = SEEDS * UNITS * EACH, TIMES = 121 };
    static vg_life lives[LIVES];
    double times[TIMES];
    vg_estimate band[TIMES];
    vg_synthetic_def d = vg_synthetic_def_default();
    d.seeds = SEEDS, d.units = UNITS, d.each = EACH, d.rate = 0.6, d.seed_sd = 1.5, d.seed = 3;
    for (int k = 0; k < TIMES; k++) times[k] = 0.5 * k;
    for (int censored = 0; censored < 2; censored++) {
        ck_ok(vg_synthetic_draw(&d, lives, NULL, &diag));
        for (int i = 0; censored && i < LIVES; i += 3) // a road that ends
            if (lives[i].time > 20 + i % 30) lives[i] = (vg_life){20 + i % 30, NONE};
        curve(&(vg_lives){lives, SEEDS, UNITS, EACH, 60}, VG_CAUSE_OFF_ROAD, times, TIMES, band);
        for (int k = 0; k < TIMES; k++) {
            ck_assert(band[k].low >= 0 && band[k].low <= band[k].value && band[k].value <= band[k].high);
            ck_assert(band[k].high < 1);
            if (k == 0) continue;
            ck_assert(band[k].low >= band[k - 1].low && band[k].high >= band[k - 1].high);
            if (k == 1) continue; // 28 depart in the first half second, 22 of two seeds
            double step = band[k].value - band[k - 1].value;
            ck_assert_double_lt(band[k].high - band[k - 1].high, 0.03 + 2 * step);
            ck_assert_double_lt(band[k].low - band[k - 1].low, 0.01 + 2 * step);
        }
        ck_assert_double_gt(band[TIMES - 1].low, 0.2);
    }
}
END_TEST

// Half of every cell leaves by 1 s, all of one seed by 2 s: that seed shows that seeds may differ, and the
// share's own low end falls. What holds at 2 s cannot be less than what held at 1 s, so the band's does not.
START_TEST(a_band_never_falls) {
    static vg_life lives[10 * 8 * 8];
    double times[] = {1, 2}, cells[80];
    vg_estimate band[2], before, after;
    for (int i = 0; i < 640; i++)
        lives[i] = i % 2 ? (vg_life){1, OFF} : i < 64 ? (vg_life){2, OFF} : (vg_life){9, NONE};
    for (int i = 0; i < 80; i++) cells[i] = 0.5;
    ck_ok(vg_crossed_share(&(vg_crossed){cells, 10, 8, 8}, &before, &diag));
    for (int i = 0; i < 8; i++) cells[i] = 1;
    ck_ok(vg_crossed_share(&(vg_crossed){cells, 10, 8, 8}, &after, &diag));
    ck_assert_double_gt(before.low, after.low + 0.02);
    curve(&(vg_lives){lives, 10, 8, 8, 9}, VG_CAUSE_OFF_ROAD, times, 2, band);
    ck_assert(band[0].low == after.low && band[1].low == after.low);
    ck_assert(band[0].high == before.high && band[1].high == after.high);
}
END_TEST

START_TEST(wrong_questions_are_refused) {
    vg_life lives[N];
    vg_lives all = some(lives);
    vg_estimate f;
    double t = 3;
    ck_fails(vg_incidence_curve(&all, VG_CAUSE_OFF_ROAD, &t, 0, &f, &diag), VG_ERR_ARGUMENT, "0 times");
    for (oom turn = {.least = 6, .diag = &diag}; oom_next(&turn);)
        turn.err = vg_incidence_curve(&all, VG_CAUSE_OFF_ROAD, &t, 1, &f, &diag);
    lives[4].cause = (vg_cause)-1;
    ck_fails(vg_incidence_curve(&all, VG_CAUSE_OFF_ROAD, &t, 1, &f, &diag), VG_ERR_ARGUMENT, "cause -1");
}
END_TEST

CK_MAIN("incidence", aalen_johansen_by_hand, ties_leave_before_they_are_censored, influence_is_the_derivative,
        without_censoring_it_is_the_share, bands_rise_without_jumps, a_band_never_falls,
        wrong_questions_are_refused)
