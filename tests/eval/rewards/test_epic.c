#include "eval/rewards/epic.h"

#include <math.h>

#include "sim/base/random.h"
#include "tests/check.h"

enum { N = 12, PAIRS = N * N };

static double draw(uint32_t table, uint32_t i) {
    vg_draw at = {7, VG_STREAM_TABLE, table, i, 0, 0};
    return vg_random_uniform(&at) - 0.5;
}

// a: any table; b: scale * a + constant + g Phi(s') - Phi(s).
static void make(double scale, double constant, double shaping, double discount, double *a, double *b) {
    for (uint32_t i = 0; i < PAIRS; i++) {
        double here = 3 * draw(1, i / N), there = 3 * draw(1, i % N);
        a[i] = draw(0, i);
        b[i] = scale * a[i] + constant + shaping * (discount * there - here);
    }
}

static double distance(double *a, double *b, double discount) {
    double means[N];
    vg_epic_canonicalise(a, N, discount, means);
    vg_epic_canonicalise(b, N, discount, means);
    return vg_pearson_distance(vg_pearson(a, b, PAIRS));
}

START_TEST(shaping_scale_and_constant_do_not_count) {
    double a[PAIRS], b[PAIRS];
    for (int k = 0; k < 3; k++) {
        double discount = (double[]){0.9, 1, 0.3}[k];
        make(4, -3, 20, discount, a, b);
        ck_assert_double_le(distance(a, b, discount), 1e-7);
        make(-0.1, 2, -20, discount, a, b);
        ck_assert_double_ge(distance(a, b, discount), 1 - 1e-12);
    }
    // Shaping by another discount does count, as does shaping without the canonical form.
    make(1, 0, 20, 0.5, a, b);
    ck_assert_double_ge(distance(a, b, 0.99), 0.1);
    make(1, 0, 20, 0.9, a, b);
    ck_assert_double_ge(vg_pearson_distance(vg_pearson(a, b, PAIRS)), 0.3);
}
END_TEST

// On two states, by hand: R = [[1, 2], [3, 5]], g = 1/2. Row means 1.5, 4, over all 2.75:
// C_ij = R_ij + mean_j / 2 - mean_i - 1.375.
START_TEST(canonical_by_hand) {
    double table[] = {1, 2, 3, 5}, means[2];
    vg_epic_canonicalise(table, 2, 0.5, means);
    double wanted[] = {1 + 0.75 - 1.5 - 1.375, 2 + 2 - 1.5 - 1.375, 3 + 0.75 - 4 - 1.375, 5 + 2 - 4 - 1.375};
    for (int i = 0; i < 4; i++) ck_assert_double_eq_tol(table[i], wanted[i], 1e-15);
}
END_TEST

START_TEST(pearson_of_known_columns) {
    double a[] = {1, 2, 3, 4}, up[] = {10, 20, 30, 40}, down[] = {4, 3, 2, 1}, flat[] = {0.1, 0.1, 0.1, 0.1},
           cross[] = {1, -1, -1, 1}, huge[] = {1e200, 2e200, 3e200, 4e200};
    ck_assert_double_eq(vg_pearson_distance(vg_pearson(a, up, 4)), 0);
    ck_assert_double_eq(vg_pearson_distance(vg_pearson(a, down, 4)), 1);
    ck_assert_double_eq_tol(vg_pearson_distance(vg_pearson(a, cross, 4)), sqrt(0.5), 1e-15);
    ck_assert_double_eq(vg_pearson(a, huge, 4), 1);
    ck_assert(isnan(vg_pearson(a, flat, 4)) && isnan(vg_pearson_distance(vg_pearson(flat, a, 4))));
}
END_TEST

CK_MAIN("epic", shaping_scale_and_constant_do_not_count, canonical_by_hand, pearson_of_known_columns)
