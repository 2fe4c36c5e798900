#include "eval/gate/discordant.h"

#include <math.h>

#include "sim/base/random.h"
#include "tests/check.h"

static vg_diag diag;

static double exact_of(const vg_discordant *units, int32_t count) {
    double p = NAN;
    ck_ok(vg_discordant_exact(units, count, &p, &diag));
    return p;
}

// With one episode a road it is McNemar's exact test: 5 of 6 pairs are worse, and P(X >= 5 of 6) = 7 / 64.
START_TEST(is_mcnemars_test_without_clusters) {
    const vg_discordant units[] = {{1, 1, 0}, {1, 1, 0}, {1, 1, 0}, {1, 1, 0},
                                   {1, 1, 0}, {1, 0, 1}, {1, 0, 0}};
    ck_assert_double_eq_tol(exact_of(units, 7), 7.0 / 64, 1e-15);
    ck_assert_double_eq_tol(exact_of(units + 5, 1), 1, 1e-15);
    ck_assert_double_eq_tol(exact_of(units + 6, 1), 1, 1e-15);
}
END_TEST

// Two roads of 16 starts, all worse: there are two signs, not 32, so that the least p is 1/4.
START_TEST(a_road_is_one_voice) {
    const vg_discordant units[] = {{16, 16, 0}, {16, 16, 0}};
    ck_assert_double_eq_tol(exact_of(units, 2), 0.25, 1e-15);
    // By hand: sums 3, 2, -1; of the eight signs, totals of 4 or more are 6 and 4.
    const vg_discordant three[] = {{9, 3, 0}, {9, 4, 2}, {9, 0, 1}};
    ck_assert_double_eq_tol(exact_of(three, 3), 2.0 / 8, 1e-15);
}
END_TEST

// Tango (1998), table 1: 2 x 2 of 43, 0, 1 and 0. By its formula, computed separately: n = 44, b = 1, c = 0
// at d = 0.1 gives (1 - 4.4) / sqrt(44 (2 q + 0.09)), q = 0.
START_TEST(scores_against_a_margin) {
    const vg_discordant one = {44, 1, 0};
    vg_discordant_law law = vg_discordant_law_of(&one, 1);
    law.df = 1e9; // the normal
    double z = (1 - 4.4) / sqrt(44 * 0.09);
    ck_assert_double_eq_tol(vg_discordant_below(&law, 0.1), 0.5 * erfc(-z / sqrt(2)), 1e-6);
    ck_assert_double_eq_tol(vg_discordant_above(&law, 0.1), 0.5 * erfc(z / sqrt(2)), 1e-6);
}
END_TEST

START_TEST(bounds_are_where_the_tests_turn) {
    vg_discordant units[20];
    for (int i = 0; i < 20; i++) units[i] = (vg_discordant){16, i % 4 == 0 ? 9 : 0, i % 7 == 0};
    vg_discordant_law law = vg_discordant_law_of(units, 20);
    ck_assert_double_gt(law.spread, 1);
    for (double level = 0.001; level < 0.2; level *= 4) {
        double low = vg_discordant_low(&law, level), high = vg_discordant_high(&law, level);
        ck_assert_double_lt(low, (law.worse - law.better) / law.pairs);
        ck_assert_double_gt(high, (law.worse - law.better) / law.pairs);
        ck_assert_double_eq_tol(vg_discordant_above(&law, low), level, 1e-6);
        ck_assert_double_eq_tol(vg_discordant_below(&law, high), level, 1e-6);
    }
}
END_TEST

// No pair differs: the bound of n pairs is that of the rule of three, on either side.
START_TEST(of_no_pair_that_differs_little_is_known) {
    const vg_discordant units[] = {{500, 0, 0}, {524, 0, 0}};
    vg_discordant_law law = vg_discordant_law_of(units, 2);
    ck_assert_double_eq_tol(vg_discordant_high(&law, 0.05), 1 - pow(0.05, 1.0 / 1024), 1e-9);
    ck_assert_double_eq_tol(vg_discordant_low(&law, 0.05), pow(0.05, 1.0 / 1024) - 1, 1e-9);
    ck_assert_double_lt(vg_discordant_below(&law, 0.02), 1e-6);
    ck_assert_double_gt(vg_discordant_above(&law, 0.02), 0.9);
}
END_TEST

// Roads as clustered as possible (all or none of 16 episodes depart), and nothing changed. At 5 % the exact
// test is wrong in at most 5 % of cases; a test of single episodes would be wrong in most.
START_TEST(holds_its_level_with_clusters) {
    enum { STUDIES = 2000, ROADS = 30 };
    int wrong = 0, naive = 0;
    for (uint32_t s = 0; s < STUDIES; s++) {
        vg_discordant units[ROADS], all = {0, 0, 0};
        for (uint32_t r = 0; r < ROADS; r++) {
            double u = vg_random_uniform(
                &(vg_draw){.seed = s, .stream = VG_STREAM_CHAIN, .entity = 41, .episode = r});
            units[r] = (vg_discordant){16, u < 0.2 ? 16 : 0, u > 0.8 ? 16 : 0};
            all.pairs += 16, all.worse += units[r].worse, all.better += units[r].better;
        }
        wrong += exact_of(units, ROADS) <= 0.05;
        naive += (all.worse - all.better) > 1.645 * sqrt(all.worse + all.better);
    }
    ck_assert_int_le(wrong, (int)(STUDIES * 0.05 + 3 * sqrt(STUDIES * 0.0475)));
    ck_assert_int_gt(wrong, STUDIES / 100);
    ck_assert_int_gt(naive, STUDIES / 5);
}
END_TEST

START_TEST(out_of_memory_is_told) {
    const vg_discordant unit = {1, 1, 0};
    double p;
    vg_memory_fail_after(1);
    vg_err err = vg_discordant_exact(&unit, 1, &p, NULL);
    vg_memory_fail_never();
    ck_assert_int_eq(err, VG_ERR_MEMORY);
}
END_TEST

CK_MAIN("discordant", is_mcnemars_test_without_clusters, a_road_is_one_voice, scores_against_a_margin,
        bounds_are_where_the_tests_turn, of_no_pair_that_differs_little_is_known,
        holds_its_level_with_clusters, out_of_memory_is_told)
