#include <math.h>
#include <string.h>

#include "eval/stats/coverage.h"
#include "tests/check.h"
#include "tests/out_of_memory.h"

static vg_coverage_def shape(int32_t seeds, int32_t units, int32_t each, double rate, int32_t studies) {
    vg_coverage_def def = vg_coverage_def_default();
    def.study.seeds = seeds, def.study.units = units, def.study.each = each, def.study.rate = rate;
    def.study.seed = 5;
    def.studies = studies;
    return def;
}

// Of n studies' count of what has chance p, 99 in 100 draws of the studies are no farther off than this, as a
// share.
static double by_chance(double p, int32_t n) { return 2.33 * sqrt(p * (1 - p) / n); }

// Of `studies` studies so many at least hold the truth that 92 % or more may: what is promised, in 99 of 100
// draws of the studies. Widths are within `widest` oracle's. VERGE_THOROUGH: 2,000 studies.
static void covers(vg_coverage_def def, double widest) {
    vg_coverage c;
    vg_diag diag;
    def.compare = false;
    if (getenv("VERGE_THOROUGH"))
        def.studies = 2000;
    else if (CK_SANITIZED)
        def.studies = 5;
    double least = 0.92 - by_chance(0.92, def.studies);
    ck_ok(vg_coverage_run(&def, &c, &diag));
    ck_long(); // so few studies tell nothing of shares
    for (int kind = 0; kind < VG_COVERAGE_CROSSED; kind++) {
        const struct vg_coverage_kind *k = &c.kinds[kind];
        if (isnan(k->held.value)) continue;
        if (k->held.value < least) ck_abort_msg("%s: %.4g hold the truth", k->name, k->held.value);
        ck_assert(k->held.low <= k->held.value && k->held.value <= k->held.high);
        ck_assert_double_eq_tol(k->held.value + k->below + k->above, 1, 1e-12);
        if (kind != VG_COVERAGE_RATE) continue;
        ck_assert(k->oracle > 0 && k->width > 0);
        if (k->width > widest * k->oracle)
            ck_abort_msg("%s: %.4g wide, an oracle's is %.4g", k->name, k->width, k->oracle);
        ck_assert_double_gt(k->width, k->oracle / 2);
    }
    ck_assert(def.drift != isnan(c.kinds[VG_COVERAGE_DRIFT_50].held.value));
}

#define COVERS(name, seeds, units, each, rate, studies, widest)                                              \
    START_TEST(name) { covers(shape(seeds, units, each, rate, studies), widest); }                           \
    END_TEST

COVERS(demo_at_30_percent, 10, 16, 8, 0.3, 100, 1.6)
COVERS(demo_at_2_percent, 10, 16, 8, 0.02, 100, 2.5)
COVERS(standard_at_30_percent, 10, 64, 16, 0.3, 60, 1.6)
COVERS(standard_at_2_percent, 10, 64, 16, 0.02, 60, 2.2)
COVERS(one_policy_at_30_percent, 1, 64, 16, 0.3, 100, 1.4)
COVERS(one_policy_at_2_percent, 1, 64, 16, 0.02, 100, 1.6)

// 20 against 2 %: found in four of five studies at least. And where there is no difference, one is found in
// no more than the 8 % whose interval may miss the truth.
START_TEST(differences_are_found_where_there_are_any) {
    ck_long();
    vg_coverage_def def = shape(10, 16, 16, 0.2, 60);
    vg_coverage c;
    vg_diag diag;
    def.drift = def.compare = false, def.other_rate = 0.02;
    ck_ok(vg_coverage_run(&def, &c, &diag));
    ck_assert_double_gt(c.kinds[VG_COVERAGE_DIFFERENCE].found, 0.8 - by_chance(0.8, def.studies));
    ck_assert_double_lt(c.kinds[VG_COVERAGE_DIFFERENCE].width, 0.35);
    def.other_rate = 0.2;
    ck_ok(vg_coverage_run(&def, &c, &diag));
    ck_assert_double_lt(c.kinds[VG_COVERAGE_DIFFERENCE].found, 0.08 + by_chance(0.08, def.studies));
}
END_TEST

// Seeds that are skewed or broken make another truth than normal ones.
START_TEST(kinds_of_seeds_differ) {
    vg_synthetic_def d = vg_synthetic_def_default();
    d.rate = 0.02;
    ck_assert_double_eq_tol(vg_synthetic_departed(&d, d.horizon), 0.02, 1e-9);
    d.kind = VG_SEEDS_SKEWED;
    ck_assert_double_eq_tol(vg_synthetic_departed(&d, d.horizon), 0.02, 1e-6);
    d.kind = VG_SEEDS_BROKEN; // a tenth leaves in some 85 %
    double broken = (vg_synthetic_departed(&d, d.horizon) - 0.9 * 0.02) / 0.1;
    ck_assert(broken > 0.8 && broken < 0.95);
    static vg_life lives[400 * 4 * 4]; // and studies come near their truths
    vg_diag diag;
    d.seeds = 400, d.units = d.each = 4, d.seed = 6;
    for (d.kind = 0; d.kind < VG_SEED_KIND_COUNT; d.kind++) {
        double left = 0, truth = vg_synthetic_departed(&d, d.horizon);
        ck_ok(vg_synthetic_draw(&d, lives, NULL, &diag));
        for (int i = 0; i < 6400; i++) left += lives[i].cause == VG_CAUSE_OFF_ROAD;
        ck_assert_double_eq_tol(left / 6400, truth, 0.2 * truth + 0.005);
        ck_assert(vg_seed_kind_name(d.kind)[0]);
    }
}
END_TEST

// What the plain ways do: if these covered, the studies would be too easy to prove anything.
START_TEST(plain_resampling_does_not_cover) {
    vg_coverage_def def = shape(5, 16, 8, 0.3, 100);
    def.study.seed_sd = 1.2;
    vg_coverage c;
    vg_diag diag;
    ck_ok(vg_coverage_run(&def, &c, &diag));
    ck_assert_double_lt(c.kinds[VG_COVERAGE_NESTED].held.high, 0.92); // not by chance
    ck_assert_double_lt(c.kinds[VG_COVERAGE_CROSSED].held.high, 0.95);
    ck_assert_double_lt(c.kinds[VG_COVERAGE_CROSSED].held.value, c.kinds[VG_COVERAGE_RATE].held.value);
    ck_assert_str_eq(c.kinds[VG_COVERAGE_NESTED].name, "nested_percentile");
}
END_TEST

START_TEST(same_bits_at_any_thread_count) {
    vg_coverage_def def = shape(4, 8, 4, 0.3, 23);
    vg_coverage one, other;
    vg_diag diag;
    def.threads = 1;
    ck_ok(vg_coverage_run(&def, &one, &diag));
    for (def.threads = 2; def.threads <= 3; def.threads++) {
        ck_ok(vg_coverage_run(&def, &other, &diag));
        for (int k = 0; k < VG_COVERAGE_COUNT; k++) {
            const struct vg_coverage_kind *a = &one.kinds[k], *b = &other.kinds[k];
            ck_assert(a->held.value == b->held.value && a->below == b->below);
            ck_assert(a->width == b->width || (isnan(a->width) && isnan(b->width)));
        }
    }
    def.study.seed++;
    ck_ok(vg_coverage_run(&def, &other, &diag));
    ck_assert(one.kinds[0].width != other.kinds[0].width);
}
END_TEST

START_TEST(wrong_definitions_are_refused) {
    vg_coverage_def def = shape(4, 8, 4, 0.3, 0);
    vg_coverage c;
    vg_diag diag;
    ck_fails(vg_coverage_run(&def, &c, &diag), VG_ERR_ARGUMENT, "0 studies");
    def.studies = 1, def.study.rate = 0;
    ck_fails(vg_coverage_run(&def, &c, &diag), VG_ERR_ARGUMENT, "rate");
    def.study.rate = 0.3, def.study.units = 0;
    ck_fails(vg_coverage_run(&def, &c, &diag), VG_ERR_ARGUMENT, "x 0 x");
    def.study.units = 2;
    for (oom turn = {.least = 7, .diag = &diag}; oom_next(&turn);)
        turn.err = vg_coverage_run(&def, &c, &diag);
}
END_TEST

CK_MAIN("coverage", demo_at_30_percent, demo_at_2_percent, standard_at_30_percent, standard_at_2_percent,
        one_policy_at_30_percent, one_policy_at_2_percent, differences_are_found_where_there_are_any,
        kinds_of_seeds_differ, plain_resampling_does_not_cover, same_bits_at_any_thread_count,
        wrong_definitions_are_refused)
