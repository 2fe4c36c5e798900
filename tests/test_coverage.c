#include <math.h>
#include <string.h>

#include "eval/coverage.h"
#include "tests/check.h"

static vg_coverage_def shape(int32_t seeds, int32_t units, int32_t each, double rate, int32_t studies) {
    vg_coverage_def def = vg_coverage_def_default();
    def.study.seeds = seeds, def.study.units = units, def.study.each = each, def.study.rate = rate;
    def.study.seed = 5;
    def.studies = studies;
    return def;
}

static int32_t studies(int32_t few) { return getenv("VERGE_THOROUGH") ? 2000 : few; }

// Of the rate, between 93 and 97.5 % (26 departures in a study are told with some caution), give or take two
// standard errors of that many studies.
static void covers(vg_coverage_def def) {
    vg_coverage c;
    vg_diag diag;
    def.compare = false;
    ck_ok(vg_coverage_run(&def, &c, &diag));
    double error = 2 * sqrt(0.95 * 0.05 / def.studies);
    for (int kind = 0; kind < VG_COVERAGE_CROSSED; kind++) {
        const struct vg_coverage_kind *k = &c.kinds[kind];
        double least = kind == VG_COVERAGE_RATE ? 0.93 : 0.91, most = kind == VG_COVERAGE_RATE ? 0.975 : 1;
        if (!(k->held.value >= least - error && k->held.value <= most + error))
            ck_abort_msg("%s: %.3f of %d intervals hold the truth", k->name, k->held.value, def.studies);
        ck_assert(k->held.low <= k->held.value && k->held.value <= k->held.high);
        ck_assert_double_eq_tol(k->held.value + k->below + k->above, 1, 1e-12);
        // The largest of so few drifts does not bound their quantile 99.
        ck_assert(kind == VG_COVERAGE_DRIFT_99 || k->width > 0);
    }
}

START_TEST(demo_at_30_percent) { covers(shape(10, 16, 8, 0.3, studies(60))); }
END_TEST

START_TEST(demo_at_2_percent) { covers(shape(10, 16, 8, 0.02, studies(60))); }
END_TEST

START_TEST(standard_at_30_percent) { covers(shape(10, 64, 16, 0.3, studies(16))); }
END_TEST

START_TEST(standard_at_2_percent) { covers(shape(10, 64, 16, 0.02, studies(16))); }
END_TEST

START_TEST(one_policy_at_30_percent) { covers(shape(1, 64, 16, 0.3, studies(60))); }
END_TEST

START_TEST(one_policy_at_2_percent) { covers(shape(1, 64, 16, 0.02, studies(60))); }
END_TEST

// What the plain ways do: if these covered, the studies would be too easy to prove anything.
START_TEST(plain_resampling_does_not_cover) {
    vg_coverage_def def = shape(10, 16, 8, 0.3, 100);
    def.study.seed_sd = 1.2;
    vg_coverage c;
    vg_diag diag;
    ck_ok(vg_coverage_run(&def, &c, &diag));
    ck_assert_double_lt(c.kinds[VG_COVERAGE_NESTED].held.value, 0.92);
    ck_assert_double_lt(c.kinds[VG_COVERAGE_CROSSED].held.value, 0.94);
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
    int64_t live = vg_memory_live();
    for (int64_t n = 1; n < 6; n++) {
        vg_memory_fail_after(n);
        ck_assert_int_eq(vg_coverage_run(&def, &c, &diag), VG_ERR_MEMORY);
        vg_memory_fail_never();
        ck_assert_int_eq(vg_memory_live(), live);
    }
}
END_TEST

CK_MAIN("coverage", demo_at_30_percent, demo_at_2_percent, standard_at_30_percent, standard_at_2_percent,
        one_policy_at_30_percent, one_policy_at_2_percent, plain_resampling_does_not_cover,
        same_bits_at_any_thread_count, wrong_definitions_are_refused)
