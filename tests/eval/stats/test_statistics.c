#include <math.h>
#include <string.h>

#include "eval/stats/statistics.h"
#include "sim/base/exact.h"
#include "sim/base/random.h"
#include "tests/check.h"
#include "tests/out_of_memory.h"

// Tables of Student's t (Abramowitz & Stegun, table 26.10; df 1 and 2 in closed form).
START_TEST(student_by_the_tables) {
    struct {
        double p, df, t;
    } rows[] = {{0.975, 1, 12.7062047362},  {0.975, 2, 4.30265272975},  {0.975, 9, 2.26215716280},
                {0.975, 30, 2.04227245630}, {0.975, 63, 1.99834054252}, {0.995, 5, 4.03214298356},
                {0.95, 10, 1.81246112281},  {0.9995, 3, 12.9239786366}, {0.975, 1e9, 1.95996398454}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ck_assert_double_eq_tol(vg_student_quantile(rows[i].p, rows[i].df), rows[i].t, 1e-9 * rows[i].t);
        ck_assert_double_eq_tol(vg_student_quantile(1 - rows[i].p, rows[i].df), -rows[i].t, 1e-9 * rows[i].t);
        ck_assert_double_eq_tol(vg_student_cdf(rows[i].t, rows[i].df), rows[i].p, 1e-11);
    }
    ck_assert_double_eq_tol(vg_student_cdf(1, 1), 0.75, 1e-14);
    ck_assert_double_eq_tol(vg_student_cdf(-2, 2), 0.5 - 1 / sqrt(6), 1e-14);
    ck_assert_double_eq(vg_student_cdf(0, 7), 0.5);
    ck_assert(isnan(vg_student_cdf(1, 0)) && isnan(vg_student_quantile(2, 3)));
    for (double df = 0.7; df < 5000; df *= 1.7)
        for (double p = 1e-6; p < 1; p += 0.0371)
            ck_assert_double_eq_tol(vg_student_cdf(vg_student_quantile(p, df), df), p, 1e-11);
}
END_TEST

// 2 seeds x 3 units, worked by hand: rows 2 and 4, columns 1.5, 3, 4.5.
static const double by_hand[] = {1, 2, 3, 2, 4, 6};

START_TEST(spread_by_hand) {
    vg_crossed table = {by_hand, 2, 3, 1};
    vg_spread s = vg_crossed_spread(&table);
    // sums of squares: seeds 3 (1 + 1) = 6, units 2 (2.25 + 0 + 2.25) = 9, all 16, so interaction 1;
    // (6 / 1 + 9 / 2 - 1 / 2) / 6
    ck_assert_double_eq_tol(s.mean, 3, 1e-15);
    ck_assert_double_eq_tol(s.variance, 10.0 / 6, 1e-14);
    ck_assert_double_eq_tol(s.interaction, 0.5 / 6, 1e-14);
    ck_assert_double_eq_tol(s.df, 100.0 / 36 / (1 + 0.75 * 0.75 / 2 + 0.25 / 36 / 2), 1e-12);
    table.seeds = 1, table.units = 6; // one way: sample variance 3.2 over 6
    s = vg_crossed_spread(&table);
    ck_assert_double_eq_tol(s.variance, 3.2 / 6, 1e-14);
    ck_assert_double_eq(s.df, 5);
    table.seeds = 6, table.units = 1;
    ck_assert_double_eq_tol(vg_crossed_spread(&table).variance, 3.2 / 6, 1e-14);
    table.seeds = 1;
    ck_assert(isnan(vg_crossed_spread(&table).variance));
}
END_TEST

// The jackknife on a plain scale is the analysis of variance; on others it reaches a little farther.
START_TEST(intervals_by_hand) {
    vg_crossed table = {by_hand, 1, 6, 1};
    vg_spread s = vg_crossed_spread(&table);
    vg_estimate e = vg_crossed_interval(&table, &s, VG_SCALE_PLAIN, (vg_reach){2, 3});
    ck_assert_double_eq_tol(e.low, 3 - 2 * sqrt(3.2 / 6), 1e-14);
    ck_assert_double_eq_tol(e.high, 3 + 3 * sqrt(3.2 / 6), 1e-14);
    // means without each: 3.4, 3.2, 3, 3.2, 2.8, 2.4
    double rest[] = {3.4, 3.2, 3, 3.2, 2.8, 2.4}, sum = 0;
    for (int i = 0; i < 6; i++) sum += log(rest[i] / 3) * log(rest[i] / 3);
    e = vg_crossed_interval(&table, &s, VG_SCALE_LOG, (vg_reach){2, 2});
    ck_assert_double_eq_tol(e.high, 3 * exp(2 * sqrt(sum * 5 / 6)), 1e-12);
    ck_assert_double_eq_tol(e.low, 3 * exp(-2 * sqrt(sum * 5 / 6)), 1e-12);
    ck_assert_double_gt(sum * 5 / 6, 3.2 / 6 / 9);
}
END_TEST

START_TEST(a_rate_without_events_has_the_rule_of_three) {
    double cells[64] = {0};
    vg_estimate e;
    vg_diag diag;
    ck_assert_double_eq_tol(vg_rule_of_three(64), 1 - pow(0.05, 1 / 64.0), 1e-15);
    ck_assert_double_eq_tol(vg_rule_of_three(1000), 3.0 / 1000, 1e-5);
    ck_ok(vg_crossed_mean(&(vg_crossed){cells, 2, 32, 16}, VG_SCALE_RATE, 1, &e, &diag));
    ck_assert(e.value == 0 && e.low == 0);
    ck_assert_double_eq_tol(e.high, vg_rule_of_three(32), 1e-15);
    ck_ok(vg_crossed_mean(&(vg_crossed){cells, 1, 1, 100}, VG_SCALE_RATE, 1, &e, &diag));
    ck_assert_double_eq_tol(e.high, vg_rule_of_three(100), 1e-15);
    for (int i = 0; i < 64; i++) cells[i] = 1;
    ck_ok(vg_crossed_mean(&(vg_crossed){cells, 2, 32, 16}, VG_SCALE_RATE, 1, &e, &diag));
    ck_assert(e.value == 1 && e.high == 1);
    ck_assert_double_eq_tol(e.low, 1 - vg_rule_of_three(32), 1e-15);
    ck_ok(vg_crossed_mean(&(vg_crossed){cells, 2, 32, 16}, VG_SCALE_PLAIN, 1, &e, &diag));
    ck_assert(e.low == 1 && e.high == 1);
    ck_ok(vg_crossed_mean(&(vg_crossed){by_hand, 1, 1, 1}, VG_SCALE_PLAIN, 1, &e, &diag));
    ck_assert(e.value == 1 && isnan(e.low) && isnan(e.high));
}
END_TEST

static void normal_cells(double *cells, int seeds, int units, double seed_sd, double unit_sd) {
    for (int s = 0; s < seeds; s++)
        for (int u = 0; u < units; u++) {
            double a[2], b[2], c[2];
            vg_random_normal2(&(vg_draw){.seed = 3, .entity = 1, .episode = (uint32_t)s}, a);
            vg_random_normal2(&(vg_draw){.seed = 3, .entity = 2, .episode = (uint32_t)u}, b);
            vg_random_normal2(&(vg_draw){.seed = 3, .entity = 3, .episode = (uint32_t)(s * units + u)}, c);
            cells[s * units + u] = 10 + seed_sd * a[0] + unit_sd * b[0] + c[0];
        }
}

START_TEST(an_interval_is_scale_free_and_symmetric) {
    double cells[200], turned[200], mirrored[200];
    vg_estimate e, t, m;
    vg_diag diag;
    normal_cells(cells, 10, 20, 1, 1);
    for (int i = 0; i < 200; i++) turned[i] = cells[i] * 4 + 16, mirrored[i] = -cells[i];
    ck_ok(vg_crossed_mean(&(vg_crossed){cells, 10, 20, 1}, VG_SCALE_PLAIN, 1, &e, &diag));
    ck_ok(vg_crossed_mean(&(vg_crossed){turned, 10, 20, 1}, VG_SCALE_PLAIN, 1, &t, &diag));
    ck_ok(vg_crossed_mean(&(vg_crossed){mirrored, 10, 20, 1}, VG_SCALE_PLAIN, 1, &m, &diag));
    ck_assert_double_eq_tol(t.low, e.low * 4 + 16, 1e-9);
    ck_assert_double_eq_tol(t.high, e.high * 4 + 16, 1e-9);
    ck_assert_double_eq_tol(m.high, -e.low, 0.05 * (e.high - e.low)); // other order statistics of the draws
    // Never inside Student's t, and for normal cells not far outside.
    vg_spread s = vg_crossed_spread(&(vg_crossed){cells, 10, 20, 1});
    double half = vg_student_quantile(0.975, s.df) * sqrt(s.variance);
    ck_assert(e.low <= e.value - half + 1e-12 && e.high >= e.value + half - 1e-12);
    ck_assert_double_lt(e.high - e.low, 3 * half);
}
END_TEST

START_TEST(a_ratio_by_hand) {
    double top[] = {2, 4, 6, 9}, bottom[] = {1, 2, 3, 4}, none[4] = {0};
    vg_estimate e, mean;
    vg_diag diag;
    vg_crossed a = {top, 1, 4, 1}, b = {bottom, 1, 4, 1};
    ck_ok(vg_crossed_ratio(&a, &b, VG_SCALE_LOG, 1, &e, &diag));
    ck_assert_double_eq_tol(e.value, 2.1, 1e-15);
    ck_assert(e.low > 1 && e.low < 2 && e.high > 2.2 && e.high < 4);
    double ones[] = {1, 1, 1, 1}; // over a constant it is the mean's
    b.cells = ones;
    ck_ok(vg_crossed_ratio(&a, &b, VG_SCALE_LOG, 1, &e, &diag));
    ck_ok(vg_crossed_mean(&a, VG_SCALE_LOG, 1, &mean, &diag));
    ck_assert_double_eq_tol(e.high, mean.high, 1e-12);
    b.cells = none;
    ck_ok(vg_crossed_ratio(&a, &b, VG_SCALE_LOG, 1, &e, &diag));
    ck_assert(isnan(e.value));
    const double six[] = {2, 3, 1, 7, 100, 100},
                 three[] = {1, 1, 1, 2}; // a seed too many counts on neither side
    vg_crossed longer = {six, 3, 2, 1}, shorter = {six, 2, 2, 1}, under = {three, 2, 2, 1};
    vg_estimate same;
    ck_ok(vg_crossed_ratio(&shorter, &under, VG_SCALE_LOG, 1, &same, &diag));
    ck_ok(vg_crossed_ratio(&longer, &under, VG_SCALE_LOG, 1, &e, &diag));
    ck_assert_double_eq_tol(e.value, 13. / 5, 1e-12);
    ck_assert_mem_eq(&e, &same, sizeof e);
    b.units = 3;
    ck_fails(vg_crossed_ratio(&a, &b, VG_SCALE_LOG, 1, &e, &diag), VG_ERR_ARGUMENT, "same shape");
}
END_TEST

START_TEST(differences_are_paired) {
    double a[200], b[200], one[20];
    vg_difference d;
    vg_diag diag;
    normal_cells(a, 10, 20, 0, 5);
    for (int i = 0; i < 200; i++) b[i] = a[i] + 0.3 + 0.1 * (i % 7);
    ck_ok(vg_crossed_difference(&(vg_crossed){a, 10, 20, 1}, &(vg_crossed){b, 10, 20, 1}, VG_SCALE_PLAIN, 1,
                                &d, &diag));
    ck_assert_double_lt(d.difference.high, -0.5); // told apart, though roads differ by 5
    ck_assert_double_gt(d.correlation, 0.99);
    ck_assert(d.p < 1e-6 && d.p >= 1e-9);
    ck_assert_double_eq(d.improvement, 1);
    ck_assert_double_eq(d.improvement_interval.high, 1);
    for (int i = 0; i < 20; i++) one[i] = a[i];
    ck_ok(vg_crossed_difference(&(vg_crossed){a, 10, 20, 1}, &(vg_crossed){one, 1, 20, 1}, VG_SCALE_PLAIN, 1,
                                &d, &diag));
    double sum = 0;
    for (int i = 0; i < 200; i++) sum += (a[i] - one[i % 20]) / 200;
    ck_assert_double_eq_tol(d.difference.value, sum, 1e-12);
    ck_ok(vg_crossed_difference(&(vg_crossed){a, 10, 20, 1}, &(vg_crossed){a, 10, 20, 1}, VG_SCALE_PLAIN, 1,
                                &d, &diag));
    ck_assert(d.difference.low == 0 && d.difference.high == 0 && d.p == 1 && d.improvement == 0.5);
    vg_difference common, reversed; // of ten seeds and five, the five that both have
    ck_ok(vg_crossed_difference(&(vg_crossed){a, 5, 20, 1}, &(vg_crossed){b, 5, 20, 1}, VG_SCALE_PLAIN, 1,
                                &common, &diag));
    ck_ok(vg_crossed_difference(&(vg_crossed){a, 10, 20, 1}, &(vg_crossed){b, 5, 20, 1}, VG_SCALE_PLAIN, 1,
                                &d, &diag));
    ck_assert_mem_eq(&d, &common, sizeof d);
    ck_ok(vg_crossed_difference(&(vg_crossed){b, 5, 20, 1}, &(vg_crossed){a, 10, 20, 1}, VG_SCALE_PLAIN, 1,
                                &reversed, &diag));
    ck_assert_double_eq_tol(reversed.difference.value, -d.difference.value, 1e-12);
    ck_fails(vg_crossed_difference(&(vg_crossed){a, 10, 20, 1}, &(vg_crossed){b, 10, 10, 1}, VG_SCALE_PLAIN,
                                   1, &d, &diag),
             VG_ERR_ARGUMENT, "the same units");
}
END_TEST

static vg_err one_quantile(const float *values, int32_t seeds, int32_t units, int64_t each, double q,
                           vg_estimate *out, vg_diag *diag) {
    return vg_crossed_quantiles(values, seeds, units, each, &q, 1, out, diag);
}

START_TEST(quantiles_of_one_policy) {
    float values[1001];
    vg_estimate e;
    vg_diag diag;
    for (int i = 0; i < 1001; i++) values[i] = (float)((i * 389) % 1001); // 0 to 1000, shuffled
    ck_ok(one_quantile(values, 1, 1001, 1, 0.9, &e, &diag));
    ck_assert_double_eq(e.value, 900);
    // Binomial: 900 +- 1.96 sqrt(1001 0.09) = 18.6, a little more above than below
    ck_assert(e.low > 878 && e.low < 884 && e.high > 915 && e.high < 922);
    ck_ok(one_quantile(values, 1, 40, 1, 0.99, &e, &diag));
    ck_assert(isnan(e.high) && e.low < e.value);    // 40 values say not how large the largest one may be
    for (int i = 0; i < 500; i++) values[i] = 2000; // half at the edge
    ck_ok(one_quantile(values, 1, 1001, 1, 0.9, &e, &diag));
    ck_assert(e.value == 2000 && e.high == 2000 && e.low == 2000);
    values[1000] = NAN, values[3] = NAN;
    ck_ok(one_quantile(values, 1, 1001, 1, 0.9, &e, &diag));
    ck_assert_double_eq(e.value, 2000);
    for (int i = 0; i < 1001; i++) values[i] = NAN;
    ck_ok(one_quantile(values, 1, 1001, 1, 0.9, &e, &diag));
    ck_assert(isnan(e.value) && isnan(e.low));
    ck_fails(one_quantile(values, 1, 1001, 1, 1, &e, &diag), VG_ERR_ARGUMENT, "0 < q < 1");
}
END_TEST

// MOVER: by hand from the two shares' intervals; of tables without correlation, and of one against itself.
START_TEST(differences_of_shares) {
    double a[] = {0.5, 0.3, 0.5, 0.3}, b[] = {0.1, 0.1, 0.3, 0.3}, p;
    vg_estimate x, y, d;
    vg_diag diag;
    vg_crossed left = {a, 1, 4, 50}, right = {b, 1, 4, 50};
    ck_ok(vg_crossed_share(&left, &x, &diag));
    ck_ok(vg_crossed_share(&right, &y, &diag));
    ck_ok(vg_crossed_share_difference(&left, &right, &d, &p, &diag));
    ck_assert_double_eq_tol(d.value, 0.2, 1e-15);
    ck_assert_double_eq_tol(d.low, 0.2 - hypot(x.value - x.low, y.high - y.value), 1e-9);
    ck_assert_double_eq_tol(d.high, 0.2 + hypot(x.high - x.value, y.value - y.low), 1e-9);
    double hard[] = {0.2, 0.1, 0.4,
                     0.3}; // roads that both find hard: off the mean by 0.1 and -0.1, and by this
    right.cells = hard;
    double of_left[] = {0.1, -0.1, 0.1, -0.1}, of_hard[] = {-0.05, -0.15, 0.15, 0.05}, ab = 0, aa = 0, bb = 0;
    for (int i = 0; i < 4; i++)
        ab += of_left[i] * of_hard[i], aa += of_left[i] * of_left[i], bb += of_hard[i] * of_hard[i];
    double r = ab / sqrt(aa * bb);
    ck_ok(vg_crossed_share(&right, &y, &diag));
    ck_ok(vg_crossed_share_difference(&left, &right, &d, &p, &diag));
    double down = x.value - x.low, up = y.high - y.value;
    ck_assert_double_gt(r, 0.4);
    ck_assert_double_eq_tol(d.low, d.value - sqrt(down * down + up * up - 2 * r * down * up), 1e-9);
    ck_ok(vg_crossed_share_difference(&left, &left, &d, &p, &diag));
    ck_assert(d.value == 0 && d.low == 0 && d.high == 0 && p == 1);
    double none[4] = {0}, all[] = {1, 1, 1, 1};
    left.cells = all, right.cells = none; // no cell differs from its table's others: nothing is sure for that
    ck_ok(vg_crossed_share(&left, &x, &diag));
    ck_ok(vg_crossed_share(&right, &y, &diag));
    ck_ok(vg_crossed_share_difference(&left, &right, &d, &p, &diag));
    ck_assert(d.value == 1 && x.low < 1 && y.high > 0);
    ck_assert_double_eq_tol(d.low, 1 - hypot(1 - x.low, y.high), 1e-9);
    ck_assert_double_eq(d.high, 1);
    ck_ok(vg_crossed_share_difference(&right, &right, &d, &p, &diag));
    ck_assert(d.value == 0 && d.low == -y.high && d.high == y.high);
    right.units = 2;
    ck_fails(vg_crossed_share_difference(&left, &right, &d, &p, &diag), VG_ERR_ARGUMENT, "the same units");
    right.units = 4;
    vg_memory_fail_after(1);
    ck_assert_int_eq(vg_crossed_share_difference(&left, &right, &d, &p, NULL), VG_ERR_MEMORY);
    vg_memory_fail_never();
}
END_TEST

// A share of each cell, with effects of seeds and units.
static void shares(double *cells, int seeds, int units, int each, double level, uint64_t seed) {
    for (int i = 0; i < seeds * units; i++) {
        double of_seed[2], of_unit[2], events = 0;
        vg_random_normal2(&(vg_draw){.seed = seed, .entity = 11, .episode = (uint32_t)(i / units)}, of_seed);
        vg_random_normal2(&(vg_draw){.seed = 9, .entity = 12, .episode = (uint32_t)(i % units)}, of_unit);
        double chance = 1 / (1 + exp(-level - 0.8 * of_seed[0] - 0.6 * of_unit[0]));
        for (int k = 0; k < each; k++)
            events += vg_random_uniform(&(vg_draw){
                          .seed = seed, .entity = 13, .episode = (uint32_t)i, .draw = (uint32_t)k}) < chance;
        cells[i] = events / each;
    }
}

// Ten seeds against three of the same recipe: every seed counts in the difference of shares, the first three
// of each in that of costs, and intervals hold the difference, 0, about as often as they promise. Against
// fewer seeds an interval is wider.
START_TEST(arms_of_different_seeds) {
    enum { DRAWS = 60 };
    double a[120], b[120], p, wide = 0, narrow = 0;
    vg_diag diag;
    int missed = 0, missed_mean = 0;
    for (int i = 0; i < DRAWS; i++) {
        vg_estimate d, ten;
        vg_difference mean;
        vg_crossed left = {a, 10, 12, 8}, right = {b, 3, 12, 8}, all = {b, 10, 12, 8};
        shares(a, 10, 12, 8, -1, (uint64_t)i + 1);
        shares(b, 10, 12, 8, -1, (uint64_t)i + 1000);
        ck_ok(vg_crossed_share_difference(&left, &right, &d, &p, &diag));
        ck_ok(vg_crossed_share_difference(&left, &all, &ten, &p, &diag));
        double value = vg_crossed_spread(&left).mean - vg_crossed_spread(&right).mean;
        ck_assert_double_eq_tol(d.value, value, 1e-12);
        wide += (d.high - d.low) / DRAWS, narrow += (ten.high - ten.low) / DRAWS;
        missed += d.low > 0 || d.high < 0;
        ck_ok(vg_crossed_difference(&right, &left, VG_SCALE_RATE, 1, &mean, &diag));
        left.seeds = 3;
        ck_assert_double_eq_tol(mean.difference.value,
                                vg_crossed_spread(&right).mean - vg_crossed_spread(&left).mean, 1e-12);
        missed_mean += mean.difference.low > 0 || mean.difference.high < 0;
    }
    ck_assert_double_gt(wide, 1.1 * narrow);
    ck_assert(missed <= DRAWS / 8 && missed_mean <= DRAWS / 8);
}
END_TEST

// p < 0.05 exactly where the 95 % interval does not hold 0; over differences large and small, of many seeds,
// few and one.
START_TEST(an_interval_and_its_p_agree) {
    double a[120], b[120];
    vg_diag diag;
    int found = 0, asked = 0;
    for (int i = 0; i < 60; i++) {
        int seeds = i % 3 == 0 ? 1 : i % 3 == 1 ? 3 : 10;
        double p, level = -4 + i % 5;
        vg_estimate d;
        vg_difference mean;
        vg_crossed left = {a, seeds, 12, 8}, right = {b, i % 2 ? seeds : i % 4 ? 3 : 1, 12, 8};
        shares(a, seeds, 12, 8, level, (uint64_t)i + 1);
        shares(b, right.seeds, 12, 8, level - 0.25 * (i % 7), (uint64_t)i + 100);
        ck_ok(vg_crossed_share_difference(&left, &right, &d, &p, &diag));
        ck_assert((p < 0.05) == (d.low > 0 || d.high < 0));
        ck_assert(p >= 1e-9 && p <= 1 && d.low >= -1 && d.high <= 1);
        found += p < 0.05, asked++;
        ck_ok(vg_crossed_difference(&left, &right, i % 4 < 2 ? VG_SCALE_RATE : VG_SCALE_PLAIN, 1, &mean,
                                    &diag));
        ck_assert((mean.p < 0.05) == (mean.difference.low > 0 || mean.difference.high < 0));
        ck_assert(mean.p >= 1e-9 && mean.p <= 1);
    }
    ck_assert(found > asked / 10 && found < asked * 9 / 10); // both verdicts were seen
}
END_TEST

// A lone cell far out: resamples with hardly any of it left have next to no error, and the cap holds.
START_TEST(a_bootstrap_reaches_at_most_half_as_far_again) {
    double cells[30] = {0};
    vg_bootstrap b;
    vg_diag diag;
    cells[7] = 1;
    for (int i = 0; i < 30; i++) cells[i] += 1e-3 * (i % 5);
    vg_crossed table = {cells, 1, 30, 1};
    double t = vg_student_quantile(0.975, 29);
    ck_ok(vg_bootstrap_create(&table, VG_SCALE_PLAIN, 1, &b, &diag));
    vg_reach reach = vg_bootstrap_reach(&b, 0.025);
    ck_assert_double_eq_tol(reach.above, 1.5 * t, 1e-12);
    ck_assert_double_eq_tol(reach.below, t, 1e-12);
    vg_reach farther = vg_bootstrap_reach(&b, 0.005);
    ck_assert(farther.above > reach.above && farther.below > reach.below);
    vg_bootstrap_free(&b);
}
END_TEST

// Costs of which one road has nearly all: a hundred times more or less are no ends.
START_TEST(an_end_without_meaning_is_none) {
    double cells[3] = {1e-9, 1e-9, 1};
    vg_estimate e;
    vg_diag diag;
    ck_ok(vg_crossed_mean(&(vg_crossed){cells, 1, 3, 1}, VG_SCALE_LOG, 1, &e, &diag));
    ck_assert(e.value > 0.3 && isnan(e.low) && isnan(e.high));
}
END_TEST

// Three seeds that are apart: a difference of costs in [0, 1] stays within [-1, 1].
START_TEST(a_bounded_difference_stays_within_its_bounds) {
    double a[12], b[12];
    vg_difference d, plain;
    vg_diag diag;
    for (int i = 0; i < 12; i++) a[i] = i / 4 == 1 ? 0.2 : 0.99, b[i] = 0.02 * (i % 4);
    vg_crossed left = {a, 3, 4, 1}, right = {b, 3, 4, 1};
    ck_ok(vg_crossed_difference(&left, &right, VG_SCALE_PLAIN, 1, &plain, &diag));
    ck_assert_double_gt(plain.difference.high, 1);
    ck_ok(vg_crossed_difference(&left, &right, VG_SCALE_RATE, 1, &d, &diag));
    ck_assert_double_eq_tol(d.difference.value, plain.difference.value, 1e-12);
    ck_assert(d.difference.low >= -1 && d.difference.low < d.difference.value);
    ck_assert(d.difference.high > d.difference.value && d.difference.high <= 1);
    ck_ok(vg_crossed_difference(&left, &left, VG_SCALE_RATE, 1, &d, &diag));
    ck_assert(d.difference.value == 0 && d.p == 1);
}
END_TEST

START_TEST(rates_have_both_ends) {
    double events[20] = {0}, km[20];
    vg_estimate e;
    vg_diag diag;
    for (int i = 0; i < 20; i++) km[i] = 2;
    vg_crossed top = {events, 2, 10, 4}, bottom = {km, 2, 10, 4};
    ck_ok(vg_crossed_rate(&top, &bottom, 50, &e, &diag));
    ck_assert(e.value == 0 && e.low == 0 && e.high > 0 && e.high < 50);
    events[3] = 0.25; // one in 160 km
    ck_ok(vg_crossed_rate(&top, &bottom, 50, &e, &diag));
    ck_assert_double_eq_tol(e.value, 1 / 160.0, 1e-15);
    ck_assert(e.low > 0 && e.low < e.value && e.high > e.value && e.high < 50);
    for (int i = 0; i < 20; i++) events[i] = 6 + (i % 3 - 1); // many, and evenly: near 3 a km
    ck_ok(vg_crossed_rate(&top, &bottom, 50, &e, &diag));
    ck_assert(e.value > 2.9 && e.value < 3.1 && e.low > 1.5 && e.high > 4 && e.high < 20);
    ck_ok(vg_crossed_rate(&top, &bottom, 2, &e, &diag)); // more than the most: the estimate stays what it is
    ck_assert(e.value > 2.9 && e.value < 3.1 && e.low <= e.value && e.high == e.value);
    for (int i = 0; i < 20; i++) km[i] = 0;
    ck_ok(vg_crossed_rate(&top, &bottom, 50, &e, &diag));
    ck_assert(isnan(e.value) && isnan(e.low) && isnan(e.high));
    bottom.units = 9;
    ck_fails(vg_crossed_rate(&top, &bottom, 50, &e, &diag), VG_ERR_ARGUMENT, "same shape");
}
END_TEST

START_TEST(interquartile_means) {
    double eight[] = {8, 1, 7, 2, 6, 3, 5, 100}, three[] = {1, 2, 6}, one[] = {4};
    ck_assert_double_eq_tol(vg_interquartile_mean(eight, 8), (3 + 5 + 6 + 7) / 4.0, 1e-14);
    // [0.75, 2.25] of values 1, 2, 6: a quarter, one, a quarter
    ck_assert_double_eq_tol(vg_interquartile_mean(three, 3), (0.25 + 2 + 1.5) / 1.5, 1e-14);
    ck_assert_double_eq(vg_interquartile_mean(one, 1), 4);
    ck_assert(isnan(vg_interquartile_mean(one, 0)));
}
END_TEST

// Holm (1979), a worked example: 0.01, 0.04, 0.03, 0.005.
START_TEST(holm_by_hand) {
    double p[] = {0.01, NAN, 0.04, 0.03, 0.005}, adjusted[5], wanted[] = {0.03, NAN, 0.06, 0.06, 0.02};
    vg_diag diag;
    ck_ok(vg_holm(p, 5, adjusted, &diag));
    for (int i = 0; i < 5; i++)
        if (i != 1) ck_assert_double_eq_tol(adjusted[i], wanted[i], 1e-15);
    ck_assert(isnan(adjusted[1]));
    double large[] = {0.7, 0.8};
    ck_ok(vg_holm(large, 2, adjusted, &diag));
    ck_assert(adjusted[0] == 1 && adjusted[1] == 1);
    ck_ok(vg_holm(NULL, 0, NULL, &diag));
}
END_TEST

START_TEST(same_seed_same_interval) {
    double cells[200];
    vg_estimate e, again, other;
    vg_diag diag;
    normal_cells(cells, 10, 20, 3, 1);
    vg_crossed table = {cells, 10, 20, 1};
    ck_ok(vg_crossed_mean(&table, VG_SCALE_PLAIN, 1, &e, &diag));
    ck_ok(vg_crossed_mean(&table, VG_SCALE_PLAIN, 1, &again, &diag));
    ck_ok(vg_crossed_mean(&table, VG_SCALE_PLAIN, 2, &other, &diag));
    ck_assert(e.low == again.low && e.high == again.high);
    ck_assert(e.low != other.low || e.high != other.high);
    cells[7] = NAN;
    ck_fails(vg_crossed_mean(&table, VG_SCALE_PLAIN, 1, &e, &diag), VG_ERR_ARGUMENT, "cell 7 of seed 0");
    table.units = 0;
    ck_fails(vg_crossed_mean(&table, VG_SCALE_PLAIN, 1, &e, &diag), VG_ERR_ARGUMENT, "at least 1");
}
END_TEST

START_TEST(survives_every_failed_allocation) {
    float values[] = {1, 2, 3, 4, 5, 6};
    double adjusted[6];
    vg_crossed t = {by_hand, 2, 3, 1};
    vg_estimate e;
    vg_difference d;
    for (oom turn = {0}; oom_next(&turn);) turn.err = vg_crossed_mean(&t, VG_SCALE_LOG, 1, &e, NULL);
    for (oom turn = {0}; oom_next(&turn);) turn.err = vg_crossed_ratio(&t, &t, VG_SCALE_LOG, 1, &e, NULL);
    for (oom turn = {0}; oom_next(&turn);)
        turn.err = vg_crossed_difference(&t, &t, VG_SCALE_PLAIN, 1, &d, NULL);
    for (oom turn = {.least = 2}; oom_next(&turn);) turn.err = one_quantile(values, 2, 3, 1, 0.5, &e, NULL);
    for (oom turn = {0}; oom_next(&turn);) turn.err = vg_holm(by_hand, 6, adjusted, NULL);
}
END_TEST

CK_MAIN("statistics", student_by_the_tables, spread_by_hand, intervals_by_hand,
        a_rate_without_events_has_the_rule_of_three, an_interval_is_scale_free_and_symmetric, a_ratio_by_hand,
        differences_are_paired, quantiles_of_one_policy, differences_of_shares, arms_of_different_seeds,
        an_interval_and_its_p_agree, a_bootstrap_reaches_at_most_half_as_far_again,
        an_end_without_meaning_is_none, a_bounded_difference_stays_within_its_bounds, rates_have_both_ends,
        interquartile_means, holm_by_hand, same_seed_same_interval, survives_every_failed_allocation)
