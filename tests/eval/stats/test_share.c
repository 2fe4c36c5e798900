#include <math.h>

#include "eval/stats/logit_normal.h"
#include "eval/stats/share.h"
#include "tests/check.h"
#include "tests/out_of_memory.h"

static vg_diag diag;

static vg_estimate interval(const double *cells, int32_t seeds, int32_t units, int32_t episodes) {
    vg_estimate e;
    ck_ok(vg_share_interval(&(vg_crossed){cells, seeds, units, episodes}, &e, &diag));
    return e;
}

static void near(double found, double wanted, double part) {
    if (fabs(found - wanted) > part * wanted) ck_abort_msg("%.6g is not %.6g", found, wanted);
}

// The ends of seeds' counts, by the same integrals with 60 sigmas on dense grids in another program: within 3
// %. In brackets what a program with coarser grids says, within 10 %.
START_TEST(known_ends) {
    static const double ten[] = {300, 250, 400, 100, 333, 512, 290, 620, 180, 350};
    vg_logit_normal *m;
    vg_line lines[64];
    ck_ok(vg_logit_normal_create(&m, &diag));
    for (int i = 0; i < 10; i++) lines[i] = (vg_line){ten[i], 1024};
    vg_logit_normal_learn(m, lines, 10, (vg_shared_error){0, 63});
    near(vg_logit_normal_end(m, 0.025, false), 0.238712, 0.005); // (0.239667)
    near(vg_logit_normal_end(m, 0.025, true), 0.439862, 0.005);  // (0.446701)
    for (int i = 0; i < 10; i++) lines[i].events = i < 1;
    vg_logit_normal_learn(m, lines, 10, (vg_shared_error){0, 63});
    near(vg_logit_normal_end(m, 0.025, false), 6.4069e-6, 0.03); // (6.000e-6)
    near(vg_logit_normal_end(m, 0.025, true), 0.00590307, 0.03); // (0.006093)
    lines[0].events = 1024;
    vg_logit_normal_learn(m, lines, 10, (vg_shared_error){0, 63});
    near(vg_logit_normal_end(m, 0.025, false), 0.0162703, 0.05); // (0.019025)
    near(vg_logit_normal_end(m, 0.025, true), 0.358117, 0.03);   // (0.382416)
    for (int i = 0; i < 64; i++) lines[i] = (vg_line){0, 16};
    vg_logit_normal_learn(m, lines, 64, (vg_shared_error){0, 63});
    near(vg_logit_normal_end(m, 0.025, true), 0.002091, 0.02);
    vg_logit_normal_free(m);
}
END_TEST

// Tables of ten seeds on 64 roads with 16 episodes: no event, one, two of two seeds. The old method
// said 4.6, 21.7 and 0.09 %.
START_TEST(few_events) {
    double cells[640] = {0};
    vg_estimate none = interval(cells, 10, 64, 16);
    ck_assert(none.value == 0 && none.low == 0);
    near(none.high, 0.001246, 0.02);
    cells[0] = 1.0 / 16;
    vg_estimate one = interval(cells, 10, 64, 16);
    near(one.high, 0.006093, 0.05);
    cells[64 + 5] = 1.0 / 16;
    vg_estimate two = interval(cells, 10, 64, 16);
    near(two.high, 0.004112, 0.05);
    near(two.low, 3.3e-5, 0.05);
    ck_assert(none.high < two.high && one.low > 0 && one.low < one.value && two.value < two.high);
}
END_TEST

// A share and its complement say the same.
START_TEST(complements_mirror) {
    double cells[60], others[60];
    for (int k = 0; k < 3; k++) {
        for (int i = 0; i < 60; i++)
            cells[i] = k == 2 ? 0 : (k ? 0.05 : 0.5) * (i * 7 % 5) / 2.5, others[i] = 1 - cells[i];
        vg_estimate a = interval(cells, 5, 12, 10), b = interval(others, 5, 12, 10);
        ck_assert_double_eq_tol(a.low, 1 - b.high, 1e-9);
        ck_assert_double_eq_tol(a.high, 1 - b.low, 1e-9);
        ck_assert(a.low <= a.value && a.value <= a.high && a.high < 1 && a.low >= 0);
    }
}
END_TEST

// The same share, over seeds and over roads: alike, apart, and all of it in one place.
START_TEST(scatter_widens) {
    double alike[80], seeds[80], roads[80], lone[80] = {0};
    for (int i = 0; i < 80; i++)
        alike[i] = 0.25, seeds[i] = i / 8 % 2 ? 0.5 : 0, roads[i] = i % 8 % 2 ? 0.5 : 0;
    for (int i = 0; i < 20; i++) lone[i] = 1;
    vg_estimate a = interval(alike, 10, 8, 20), s = interval(seeds, 10, 8, 20);
    vg_estimate r = interval(roads, 10, 8, 20), l = interval(lone, 10, 8, 20);
    ck_assert(a.value == 0.25 && s.value == 0.25 && r.value == 0.25 && l.value == 0.25);
    ck_assert_double_lt(a.high - a.low, 0.08);
    ck_assert_double_gt(s.high - s.low, 3 * (a.high - a.low));
    ck_assert_double_gt(r.high - r.low, 3 * (a.high - a.low)); // roads that all seeds share
    ck_assert_double_gt(l.high - l.low, s.high - s.low);
}
END_TEST

// Events in clumps of roads within a seed are worth less than as many apart.
START_TEST(clumps_are_worth_less) {
    double apart[640] = {0}, clumped[640] = {0};
    for (int s = 0; s < 10; s++) {
        for (int u = 0; u < 16; u++) apart[s * 64 + 4 * u] = 1.0 / 16;
        clumped[s * 64 + 6 * s] = 1; // each seed on a road of its own
    }
    vg_estimate a = interval(apart, 10, 64, 16), c = interval(clumped, 10, 64, 16);
    ck_assert_double_eq_tol(a.value, c.value, 1e-15);
    ck_assert(c.low < a.low && c.high > a.high);
}
END_TEST

// With one seed roads are the lines; with one road seeds are; with one of each there is no interval.
START_TEST(one_line_a_way) {
    double cells[6] = {0.1, 0.3, 0.2, 0, 0.4, 0.2};
    vg_estimate roads = interval(cells, 1, 6, 10), seeds = interval(cells, 6, 1, 10);
    ck_assert(roads.low == seeds.low && roads.high == seeds.high);
    ck_assert(roads.low > 0.05 && roads.low < 0.15 && roads.high > 0.25 && roads.high < 0.45);
    vg_estimate single = interval(cells, 1, 1, 10);
    ck_assert(single.value == 0.1 && isnan(single.low) && isnan(single.high));
}
END_TEST

// The ends move out as less is left out, and never past 0 and 1.
START_TEST(ends_nest) {
    double cells[40];
    vg_share *share;
    for (int i = 0; i < 40; i++) cells[i] = i % 9 == 0 ? 0.25 : 0;
    ck_ok(vg_share_create(4, 10, &share, &diag));
    vg_share_learn(share, &(vg_crossed){cells, 4, 10, 4});
    vg_estimate before = vg_share_ends(share, 0.5);
    for (double tail = 0.4; tail > 1e-9; tail /= 3) {
        vg_estimate e = vg_share_ends(share, tail);
        ck_assert(e.low <= before.low && e.high >= before.high && e.low > 0 && e.high < 1);
        before = e;
    }
    vg_share_free(share);
}
END_TEST

START_TEST(same_table_same_bits) {
    double cells[40];
    for (int i = 0; i < 40; i++) cells[i] = (i * 13 % 8) / 8.0;
    vg_estimate a = interval(cells, 4, 10, 8), b = interval(cells, 4, 10, 8);
    ck_assert(a.low == b.low && a.high == b.high);
    for (oom turn = {.least = 3}; oom_next(&turn);) {
        turn.err = vg_share_interval(&(vg_crossed){cells, 4, 10, 8}, &a, NULL);
        ck_assert(!turn.err == !isnan(a.value));
    }
}
END_TEST

CK_MAIN("share", known_ends, few_events, complements_mirror, scatter_widens, clumps_are_worth_less,
        one_line_a_way, ends_nest, same_table_same_bits)
