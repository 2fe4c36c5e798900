#include <math.h>

#include "eval/stats/beta.h"
#include "eval/stats/woodruff.h"
#include "tests/check.h"

static const double normal_975 = 1.959963984540054;

static double at_least(double p, double share, double n) {
    return vg_beta_cdf(p, share * n + 0.5, (1 - share) * n + 0.5);
}

// Cells that are all the same vary by counting alone.
START_TEST(counting_alone) {
    double cells[20];
    for (int i = 0; i < 20; i++) cells[i] = 0.2;
    vg_woodruff_law law = vg_woodruff_law_of(&(vg_crossed){cells, 1, 20, 10});
    ck_assert(law.episodes == 200 && law.effects == 0 && law.least == 20);
    ck_assert_double_eq_tol(law.trust, pow(normal_975 / 2.093024054408, 2), 1e-9); // 19 degrees of freedom
}
END_TEST

// The same share: of roads alike, of roads that differ, and of one road that has it all.
START_TEST(effects_widen) {
    double alike[16], apart[16], lone[16] = {0};
    for (int i = 0; i < 16; i++) alike[i] = 0.0625, apart[i] = 0.125 * (i % 2);
    lone[3] = 1;
    vg_crossed table = {alike, 1, 16, 100};
    vg_woodruff_law none = vg_woodruff_law_of(&table);
    table.cells = apart;
    vg_woodruff_law even = vg_woodruff_law_of(&table);
    table.cells = lone;
    vg_woodruff_law odd = vg_woodruff_law_of(&table);
    ck_assert(none.effects == 0 && even.effects > 0 && odd.effects > even.effects);
    // Degrees of freedom: 15 of sixteen lines without excess kurtosis, 2 / (2 / 15 + 16 / 16) of one that is
    // out.
    ck_assert_double_eq_tol(even.trust, pow(normal_975 / 2.131449545559, 2), 1e-9);
    ck_assert_double_lt(odd.trust, 0.2);
}
END_TEST

// One seed of ten leaves the road, always: however large the effects, ten seeds stand behind that share.
START_TEST(never_fewer_than_the_lines) {
    double cells[640] = {0}, least, most;
    for (int i = 0; i < 64; i++) cells[i] = 1;
    vg_woodruff_law law = vg_woodruff_law_of(&(vg_crossed){cells, 10, 64, 16});
    ck_assert_double_eq(law.least, 10);
    vg_woodruff_unrejected(&law, 0.5, &least, &most);
    ck_assert_double_eq_tol(at_least(0.5, most, 10), 0.025, 1e-6);
}
END_TEST

// Seeds and units are ways alike: turned, the table says the same.
START_TEST(ways_are_alike) {
    double cells[12] = {0.1, 0.4, 0, 0.2, 0.3, 0.9, 0.5, 0.5, 0, 0.3, 0.2, 0.6}, turned[12];
    for (int i = 0; i < 12; i++) turned[i % 4 * 3 + i / 4] = cells[i];
    vg_woodruff_law a = vg_woodruff_law_of(&(vg_crossed){cells, 3, 4, 10});
    vg_woodruff_law b = vg_woodruff_law_of(&(vg_crossed){turned, 4, 3, 10});
    ck_assert_double_eq_tol(a.effects, b.effects, 1e-9);
    ck_assert_double_eq_tol(a.trust, b.trust, 1e-9);
}
END_TEST

// 40 values say not how large the 99th percentile may be; a thousand do.
START_TEST(shares_that_do_not_reject) {
    double least, most;
    vg_woodruff_unrejected(&(vg_woodruff_law){40, 0, 1, 0}, 0.99, &least, &most);
    ck_assert(isnan(most));
    ck_assert_double_eq_tol(at_least(0.99, least, 40), 0.95, 1e-9);
    vg_woodruff_unrejected(&(vg_woodruff_law){1000, 0, 1, 0}, 0.99, &least, &most);
    ck_assert_double_eq_tol(at_least(0.99, least, 1000), 0.975, 1e-9);
    ck_assert_double_eq_tol(at_least(0.99, most, 1000), 0.025, 1e-9);
    vg_woodruff_unrejected(&(vg_woodruff_law){1000, 5, 1, 0}, 0.99, &least,
                           &most); // m = 1 / (1 / 1000 + 5 * 0.0099)
    ck_assert_double_eq_tol(at_least(0.99, least, 1 / (0.001 + 0.0495)), 0.95, 1e-9);
    vg_woodruff_unrejected(&(vg_woodruff_law){1000, 0, 1, 0}, 0.01, &least, &most);
    ck_assert_double_eq_tol(at_least(0.01, most, 1000), 0.025, 1e-9);
}
END_TEST

CK_MAIN("woodruff", counting_alone, effects_widen, never_fewer_than_the_lines, ways_are_alike,
        shares_that_do_not_reject)
