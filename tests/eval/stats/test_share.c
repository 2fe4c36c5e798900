#include <math.h>

#include "eval/stats/beta.h"
#include "eval/stats/share.h"
#include "tests/check.h"

static const double normal_975 = 1.959963984540054;

static double at_least(double p, double share, double n) {
    return vg_beta_cdf(p, share * n + 0.5, (1 - share) * n + 0.5);
}

// Cells that are all the same vary by counting alone: the ends are where the binomial's tails say so.
START_TEST(counting_alone) {
    double cells[20];
    for (int i = 0; i < 20; i++) cells[i] = 0.2;
    vg_crossed table = {cells, 1, 20, 10};
    vg_share_law law = vg_share_law_of(&table);
    ck_assert(law.episodes == 200 && law.effects == 0);
    ck_assert_double_eq_tol(law.trust, pow(normal_975 / 2.093024054408, 2), 1e-9); // 19 degrees of freedom
    double m = 200 * law.trust;
    vg_estimate e = vg_share_interval(&table);
    ck_assert_double_eq_tol(e.value, 0.2, 1e-15);
    ck_assert_double_eq_tol(at_least(e.low, 0.2, m), 0.025, 1e-7);
    ck_assert_double_eq_tol(at_least(e.high, 0.2, m), 0.975, 1e-7);
    for (int i = 0; i < 20; i++) cells[i] = 0.8;
    vg_estimate mirrored = vg_share_interval(&table);
    ck_assert_double_eq_tol(mirrored.low, 1 - e.high, 1e-9);
    ck_assert_double_eq_tol(mirrored.high, 1 - e.low, 1e-9);
}
END_TEST

// One departure in a hundred: a rate near the lower end could not be rejected by too few, so that end has 5
// %; the upper end has its 2.5 %.
START_TEST(few_events_give_one_end_all) {
    double cells[4] = {0.01, 0.01, 0.01, 0.01};
    vg_estimate e = vg_share_interval(&(vg_crossed){cells, 1, 4, 25});
    double m = 100 * pow(normal_975 / 3.182446305284, 2); // 3 degrees of freedom
    ck_assert_double_eq_tol(at_least(e.low, 0.01, m), 0.05, 1e-7);
    ck_assert_double_eq_tol(at_least(e.high, 0.01, m), 0.975, 1e-7);
}
END_TEST

START_TEST(without_an_event_the_rule_of_three) {
    double cells[12] = {0};
    vg_estimate e = vg_share_interval(&(vg_crossed){cells, 2, 6, 9});
    ck_assert(e.low == 0 && e.high == vg_rule_of_three(6));
    cells[0] = 0.5;
    e = vg_share_interval(&(vg_crossed){cells, 1, 1, 9});
    ck_assert(e.value == 0.5 && isnan(e.low) && isnan(e.high));
}
END_TEST

// The same share: of roads alike, of roads that differ, and of one road that has it all.
START_TEST(effects_widen) {
    double alike[16], apart[16], lone[16] = {0};
    for (int i = 0; i < 16; i++) alike[i] = 0.0625, apart[i] = 0.125 * (i % 2);
    lone[3] = 1;
    vg_crossed table = {alike, 1, 16, 100};
    vg_estimate a = vg_share_interval(&table);
    table.cells = apart;
    vg_share_law even = vg_share_law_of(&table);
    vg_estimate b = vg_share_interval(&table);
    table.cells = lone;
    vg_share_law odd = vg_share_law_of(&table);
    vg_estimate c = vg_share_interval(&table);
    ck_assert(a.value == 0.0625 && b.value == 0.0625 && c.value == 0.0625);
    ck_assert(c.low < b.low && b.low < a.low && a.high < b.high && b.high < c.high);
    ck_assert(even.effects > 0 && odd.effects > even.effects);
    // Degrees of freedom: 15 of sixteen lines without excess kurtosis, 2 / (2 / 15 + 16 / 16) of one that is
    // out.
    ck_assert_double_eq_tol(even.trust, pow(normal_975 / 2.131449545559, 2), 1e-9);
    ck_assert_double_lt(odd.trust, 0.2);
}
END_TEST

// One seed of ten leaves the road, always: however large the effects, ten seeds stand behind that share.
START_TEST(never_fewer_than_the_lines) {
    double cells[640] = {0};
    for (int i = 0; i < 64; i++) cells[i] = 1;
    vg_estimate a = vg_share_interval(&(vg_crossed){cells, 10, 64, 16});
    ck_assert_double_eq_tol(a.value, 0.1, 1e-12);
    ck_assert_double_eq_tol(at_least(a.high, 0.1, 10), 0.975, 1e-6);
}
END_TEST

// Seeds and units are ways alike: turned, the table says the same, but for the rule of three.
START_TEST(ways_are_alike) {
    double cells[12] = {0.1, 0.4, 0, 0.2, 0.3, 0.9, 0.5, 0.5, 0, 0.3, 0.2, 0.6}, turned[12];
    for (int i = 0; i < 12; i++) turned[i % 4 * 3 + i / 4] = cells[i];
    vg_estimate a = vg_share_interval(&(vg_crossed){cells, 3, 4, 10});
    vg_estimate b = vg_share_interval(&(vg_crossed){turned, 4, 3, 10});
    ck_assert_double_eq_tol(a.low, b.low, 1e-8);
    ck_assert_double_eq_tol(a.high, b.high, 1e-8);
}
END_TEST

// 40 values say not how large the 99th percentile may be; a thousand do.
START_TEST(shares_that_do_not_reject) {
    double least, most;
    vg_share_unrejected(&(vg_share_law){40, 0, 1, 0}, 0.99, &least, &most);
    ck_assert(isnan(most));
    ck_assert_double_eq_tol(at_least(0.99, least, 40), 0.95, 1e-9);
    vg_share_unrejected(&(vg_share_law){1000, 0, 1, 0}, 0.99, &least, &most);
    ck_assert_double_eq_tol(at_least(0.99, least, 1000), 0.975, 1e-9);
    ck_assert_double_eq_tol(at_least(0.99, most, 1000), 0.025, 1e-9);
    vg_share_unrejected(&(vg_share_law){1000, 5, 1, 0}, 0.99, &least,
                        &most); // m = 1 / (1 / 1000 + 5 * 0.0099)
    ck_assert_double_eq_tol(at_least(0.99, least, 1 / (0.001 + 0.0495)), 0.95, 1e-9);
    vg_share_unrejected(&(vg_share_law){1000, 0, 1, 0}, 0.01, &least, &most);
    ck_assert_double_eq_tol(at_least(0.01, most, 1000), 0.025, 1e-9);
}
END_TEST

CK_MAIN("share", counting_alone, few_events_give_one_end_all, without_an_event_the_rule_of_three,
        effects_widen, never_fewer_than_the_lines, ways_are_alike, shares_that_do_not_reject)
