#include <math.h>
#include <string.h>

#include "eval/stats/coverage.h"
#include "tests/check.h"

static vg_coverage_def shape(int32_t seeds, int32_t units, int32_t each, double rate, int32_t studies) {
    vg_coverage_def def = vg_coverage_def_default();
    def.study.seeds = seeds, def.study.units = units, def.study.each = each, def.study.rate = rate;
    def.study.seed = 5;
    def.studies = studies;
    return def;
}

// How many intervals of `few` studies hold the truth, one of each kind but four of the band, is known
// exactly: a change of method shows, and is a decision. VERGE_THOROUGH: the aim itself, by as many studies as
// the program takes.
static void covers(vg_coverage_def def, const int32_t wanted[VG_COVERAGE_CROSSED]) {
    vg_coverage c;
    vg_diag diag;
    bool thorough = getenv("VERGE_THOROUGH");
    def.compare = false;
    if (thorough) def.studies = 2000;
    ck_ok(vg_coverage_run(&def, &c, &diag));
    for (int kind = 0; kind < VG_COVERAGE_CROSSED; kind++) {
        const struct vg_coverage_kind *k = &c.kinds[kind];
        double held = k->held.value * def.studies * (kind == VG_COVERAGE_SURVIVAL ? 4 : 1);
        bool fine =
            thorough ? k->held.value >= 0.93 && k->held.value <= 0.97 : fabs(held - wanted[kind]) < 1e-6;
        if (!fine) ck_abort_msg("%s: %.4g intervals hold the truth, not %d", k->name, held, wanted[kind]);
        ck_assert(k->held.low <= k->held.value && k->held.value <= k->held.high);
        ck_assert_double_eq_tol(k->held.value + k->below + k->above, 1, 1e-12);
        ck_assert(kind == VG_COVERAGE_DRIFT_99 || k->width > 0); // of which none may have an upper end
    }
}

#define COVERS(name, seeds, units, each, rate, studies, ...)                                                 \
    START_TEST(name) { covers(shape(seeds, units, each, rate, studies), (const int32_t[]){__VA_ARGS__}); }   \
    END_TEST

// rate, difference, drift 50, 90 and 99, survival
COVERS(demo_at_30_percent, 10, 16, 8, 0.3, 60, 59, 56, 57, 58, 55, 232)
COVERS(demo_at_2_percent, 10, 16, 8, 0.02, 60, 59, 60, 57, 58, 55, 237)
COVERS(standard_at_30_percent, 10, 64, 16, 0.3, 20, 20, 20, 19, 19, 18, 80)
COVERS(standard_at_2_percent, 10, 64, 16, 0.02, 20, 20, 18, 19, 19, 18, 77)
COVERS(one_policy_at_30_percent, 1, 64, 16, 0.3, 60, 58, 59, 58, 57, 58, 233)
COVERS(one_policy_at_2_percent, 1, 64, 16, 0.02, 60, 58, 57, 58, 57, 58, 230)

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
