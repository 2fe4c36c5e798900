#include "eval/stats/growth_law.h"

#include <math.h>
#include <string.h>

#include "sim/base/random.h"
#include "tests/check.h"

enum { SEEDS = 5, UNITS = 8, CELLS = SEEDS * UNITS, COUNT = 12 };

static vg_diag diag;
static double horizons[COUNT], off[COUNT], costs[COUNT * CELLS];
static vg_growth_def def = {horizons, COUNT, costs, SEEDS, UNITS, off, 0};

static double normal(uint32_t study, uint32_t a, uint32_t b) {
    double two[2];
    vg_random_normal2(&(vg_draw){.seed = 11, .entity = study, .episode = a, .step = b}, two);
    return two[0];
}

// A study of known growth: each cell has its own size, and its own rate or order, around the law's.
static void study(uint32_t number, double rate, double order, double scatter) {
    for (int k = 0; k < COUNT; k++) horizons[k] = 10.0 * (k + 1) / COUNT, off[k] = 0;
    for (uint32_t c = 0; c < CELLS; c++) {
        double size = exp(0.5 * normal(number, 1, c / UNITS) + 0.3 * normal(number, 2, c));
        double own = 1 + scatter * (normal(number, 3, c / UNITS) + normal(number, 4, c % UNITS));
        for (int k = 0; k < COUNT; k++)
            costs[k * CELLS + (int)c] =
                0.001 * size *
                (rate > 0 ? expm1(rate * own * horizons[k]) / rate : pow(horizons[k], order * own));
    }
}

static vg_growth_law law_of(uint64_t seed) {
    vg_growth_law law;
    ck_ok(vg_growth_law_test(&def, seed, &law, &diag));
    return law;
}

START_TEST(finds_the_parameters_of_exact_laws) {
    study(1, 0.8, 0, 0);
    vg_growth_law law = law_of(1);
    ck_assert_str_eq(vg_growth_verdict_words(law.verdict), "exponential");
    ck_assert_double_eq_tol(law.rate.value, 0.8, 1e-3);
    ck_assert(law.rate.low <= law.rate.high && law.evidence.low > 0);
    ck_assert_double_eq_tol(law.to, 10, 1e-12);
    study(1, 0, 2.3, 0);
    law = law_of(1);
    ck_assert_str_eq(vg_growth_verdict_words(law.verdict), "polynomial");
    ck_assert_double_eq_tol(law.order.value, 2.3, 1e-9);
    ck_assert_double_lt(law.evidence.high, 0);
    study(1, 0, 1, 0); // in proportion: the exponential's own limit
    law = law_of(1);
    ck_assert_double_eq_tol(law.rate.value, 0, 1e-2);
    ck_assert_int_eq(law.verdict, VG_GROWTH_POLYNOMIAL);
    study(1, 0, 0.5, 0); // slower than in proportion
    law = law_of(1);
    ck_assert(law.rate.value == 0 && law.verdict == VG_GROWTH_POLYNOMIAL);
}
END_TEST

// Over many studies with scatter in both, the wrong law is named in at most one of twenty, the right one
// often.
START_TEST(names_the_right_law_and_seldom_the_wrong) {
    int right = 0, wrong = 0;
    enum { STUDIES = 20 };
    for (uint32_t n = 0; n < STUDIES; n++) {
        bool grows = n % 2;
        study(n + 1, grows ? 0.7 : 0, 2, 0.05);
        vg_growth_verdict found = law_of(n).verdict;
        right += found == (grows ? VG_GROWTH_EXPONENTIAL : VG_GROWTH_POLYNOMIAL);
        wrong += found == (grows ? VG_GROWTH_POLYNOMIAL : VG_GROWTH_EXPONENTIAL);
    }
    ck_assert_int_le(wrong, 1);
    ck_assert_int_ge(right, 15);
}
END_TEST

// Half of the cells by one law, half by another; a handful of horizons; a single cell: it cannot be told.
START_TEST(says_when_it_cannot_tell) {
    static double other[COUNT * CELLS];
    study(3, 0, 2, 0.02);
    memcpy(other, costs, sizeof other);
    study(3, 0.45, 0, 0.02);
    for (int k = 0; k < COUNT; k++)
        for (int c = 0; c < CELLS; c++)
            if (c / UNITS < 3) costs[k * CELLS + c] = other[k * CELLS + c];
    vg_growth_law law = law_of(1);
    ck_assert_str_eq(vg_growth_verdict_words(law.verdict), "cannot tell");
    ck_assert(law.evidence.low < 0 && law.evidence.high > 0 && law.rate.high * law.to > 1);
    study(1, 0.8, 0, 0);
    for (int k = 4; k < COUNT; k++) off[k] = 0.31; // four horizons are left
    law = law_of(1);
    ck_assert(law.verdict == VG_GROWTH_CANNOT_TELL && isnan(law.to) && isnan(law.order.value));
    off[4] = 0.3; // five
    law = law_of(1);
    ck_assert_double_eq_tol(law.to, horizons[4], 1e-12);
    study(1, 0.8, 0, 0);
    def.seeds = def.units = 1;
    law = law_of(1);
    ck_assert(law.verdict == VG_GROWTH_CANNOT_TELL && isfinite(law.rate.value) && isnan(law.rate.low));
    def.units = 0;
    ck_fails(vg_growth_law_test(&def, 1, &law, &diag), VG_ERR_ARGUMENT, "12 horizons of 1 seeds x 0 units");
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

// Horizons at which nothing has happened yet are passed over, and so are resamples without any cost.
START_TEST(a_cost_may_begin_late) {
    study(2, 0, 2, 0.05);
    for (int k = 0; k < 3; k++)
        for (int c = 0; c < CELLS; c++) costs[k * CELLS + c] = 0;
    vg_growth_law law = law_of(1);
    ck_assert_double_eq_tol(law.from, horizons[3], 1e-12);
    ck_assert_double_eq_tol(law.order.value, 2, 0.3);
    for (int c = 1; c < CELLS; c++) costs[3 * CELLS + c] = 0; // one cell alone begins earlier
    law = law_of(1);
    ck_assert(isfinite(law.order.value));
}
END_TEST

CK_MAIN("growth_law", finds_the_parameters_of_exact_laws, names_the_right_law_and_seldom_the_wrong,
        says_when_it_cannot_tell, a_cost_may_begin_late)
