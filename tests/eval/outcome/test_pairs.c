#include "eval/outcome/pairs.h"

#include <math.h>

#include "sim/base/memory.h"
#include "tests/check.h"

enum { UNITS = 6 };

// Arm b leaves the road more often and stalls less often; a succeeds more often.
static double off[2][UNITS] = {{0, 0, 0.25, 0, 0, 0}, {0.5, 0.75, 1, 0.5, 0.75, 0.5}};
static double stalled[2][UNITS] = {{0.25, 0, 0, 0, 0, 0.25}, {0, 0, 0, 0, 0, 0}};
static double success[2][UNITS] = {{0.75, 1, 0.75, 1, 1, 0.75}, {0.5, 0.25, 0, 0.5, 0.25, 0.5}};
static double excess[2][UNITS] = {{0.1, 0.1, 0.2, 0.1, 0.1, 0.1}, {0.5, 0.6, 0.7, 0.5, 0.6, 0.5}};

static void make(vg_outcome_arm arms[2]) {
    for (int i = 0; i < 2; i++) {
        arms[i] = (vg_outcome_arm){.label = i ? "b" : "a"};
        arms[i].analysis = (vg_analysis){.seeds = 1, .units = UNITS, .each = 4, .has_b = true};
        arms[i].analysis.off_cells = off[i], arms[i].analysis.stalled_cells = stalled[i];
        arms[i].analysis.success_cells = success[i], arms[i].analysis.excess_cells = excess[i];
    }
}

START_TEST(success_counts_upwards_and_costs_downwards) {
    static const char *const names[VG_PAIR_METRICS] = {"success", "off_road", "stalled", "excess"};
    static const double means[VG_PAIR_METRICS] = {0.875 - 2.0 / 6, 0.25 / 6 - 4.0 / 6, 0.5 / 6,
                                                  0.7 / 6 - 3.4 / 6};
    vg_outcome_arm arms[2];
    vg_outcome_pair pairs[VG_PAIR_METRICS];
    int32_t count = 0;
    vg_diag diag;
    make(arms);
    ck_ok(vg_outcome_compare(arms, 0, 1, 1, pairs, &count, &diag));
    ck_assert_int_eq(count, VG_PAIR_METRICS);
    for (int m = 0; m < count; m++) {
        ck_assert_str_eq(pairs[m].metric, names[m]);
        ck_assert_double_eq_tol(pairs[m].result.difference.value, means[m], 1e-12);
        ck_assert(isnan(pairs[m].p_holm));
    }
    ck_assert_double_eq(pairs[0].result.improvement, 1); // more success is better
    ck_assert_double_eq(pairs[1].result.improvement, 1); // less off road is better
    ck_assert_double_lt(pairs[2].result.improvement, 0.5);
    ck_assert(pairs[0].result.improvement_interval.low <= pairs[0].result.improvement_interval.high);
    ck_assert(pairs[0].result.difference.low > 0 && pairs[1].result.difference.high < 0);
    ck_ok(vg_outcome_correct(pairs, count, &diag));
    double least = 1;
    for (int m = 0; m < count; m++) {
        ck_assert(pairs[m].p_holm >= pairs[m].result.p);
        least = fmin(least, pairs[m].result.p);
    }
    ck_assert_double_eq_tol(fmin(fmin(pairs[0].p_holm, pairs[1].p_holm), pairs[3].p_holm), fmin(1, 4 * least),
                            1e-12);
    arms[1].analysis.has_b = false; // only what both have
    count = 0;
    ck_ok(vg_outcome_compare(arms, 0, 1, 1, pairs, &count, &diag));
    ck_assert_int_eq(count, VG_PAIR_METRICS - 1);
    ck_ok(vg_outcome_correct(pairs, 0, &diag));
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

CK_MAIN("pairs", success_counts_upwards_and_costs_downwards)
