#include "eval/gate/recipes.h"

#include <math.h>
#include <string.h>

#include "sim/base/file.h"
#include "sim/base/random.h"
#include "tests/check.h"
#include "tests/scratch.h"

static vg_diag diag;

enum { SEEDS = 10 };

// Off-road rates scattered about a mean.
static vg_recipe recipe_of(double mean, double spread, uint64_t salt) {
    vg_recipe r = {.label = "bc", .suite = "tiny", .suite_hash = "aa", .car_hash = "bb", .seeds = SEEDS};
    for (int32_t m = 0; m < VG_RECIPE_METRIC_COUNT; m++) {
        r.values[m] = vg_new(double, SEEDS);
        for (int32_t i = 0; i < SEEDS; i++) {
            double z[2];
            vg_random_normal2(&(vg_draw){.seed = salt,
                                         .stream = VG_STREAM_CHAIN,
                                         .entity = 44,
                                         .episode = (uint32_t)i,
                                         .step = (uint32_t)m},
                              z);
            r.values[m][i] = mean + spread * z[0];
        }
    }
    return r;
}

static vg_gate_config config_of(int32_t resamples) {
    vg_gate_config config;
    vg_config_default(&vg_gate_schema, &config);
    config.resamples = resamples;
    return config;
}

static vg_recipe_judgement judge(const vg_recipe *a, const vg_recipe *b) {
    vg_gate_config config = config_of(1000);
    vg_recipe_judgement j;
    ck_ok(vg_recipes_judge(a, b, &config, 1, &j, &diag));
    return j;
}

START_TEST(the_same_recipe_passes) {
    vg_recipe a = recipe_of(0.2, 0.01, 1), b = recipe_of(0.2, 0.01, 2);
    vg_recipe_judgement j = judge(&a, &b);
    ck_assert_int_eq(j.verdict, VG_PASS);
    for (int m = 0; m < VG_RECIPE_METRIC_COUNT; m++) {
        const vg_recipe_row *r = &j.rows[m];
        ck_assert(r->low < r->result - r->baseline && r->result - r->baseline < r->high);
        ck_assert(r->spread > 0.004 && r->spread < 0.02);
    }
    vg_recipe_free(&a), vg_recipe_free(&b);
}
END_TEST

START_TEST(a_worse_recipe_regresses) {
    vg_recipe a = recipe_of(0.2, 0.05, 1), b = recipe_of(0.4, 0.05, 2);
    vg_recipe_judgement j = judge(&a, &b);
    ck_assert_int_eq(j.verdict, VG_REGRESSED);
    ck_assert_double_gt(j.rows[0].low, 0.05);
    j = judge(&b, &a);
    ck_assert_int_eq(j.verdict, VG_PASS);
    vg_recipe_free(&a), vg_recipe_free(&b);
}
END_TEST

// No exchange of the labels is as far apart as two recipes that do not overlap; but the data are one
// themselves (Phipson & Smyth 2010).
START_TEST(the_data_count_as_an_exchange) {
    vg_recipe a = recipe_of(0.2, 0.01, 1), b = recipe_of(0.6, 0.01, 2);
    vg_recipe_judgement j = judge(&a, &b);
    for (int m = 0; m < VG_RECIPE_METRIC_COUNT; m++) ck_assert_double_eq(j.rows[m].p_change, 1.0 / 1001);
    vg_recipe_free(&a), vg_recipe_free(&b);
}
END_TEST

// Ten seeds with a spread of 25 points cannot show a change of 5 points.
START_TEST(scattered_seeds_are_inconclusive) {
    vg_recipe a = recipe_of(0.5, 0.25, 1), b = recipe_of(0.55, 0.25, 5);
    vg_recipe_judgement j = judge(&a, &b);
    ck_assert_int_eq(j.verdict, VG_INCONCLUSIVE);
    vg_recipe_free(&a), vg_recipe_free(&b);
}
END_TEST

START_TEST(equal_seeds_have_no_spread) {
    vg_recipe a = recipe_of(0.2, 0, 1), b = recipe_of(0.2, 0, 2);
    vg_recipe_judgement j = judge(&a, &b);
    ck_assert_int_eq(j.verdict, VG_PASS);
    ck_assert_double_eq_tol(j.rows[0].high, 0, 1e-12);
    vg_recipe_free(&a), vg_recipe_free(&b);
}
END_TEST

START_TEST(false_alarms_are_as_rare_as_declared) {
    enum { STUDIES = 300 };
    int regressed = 0, held = 0;
    vg_gate_config config = config_of(300);
    config.off_road_learner = config.drift_learner = 0; // only the exact test prevents a verdict here
    for (uint64_t s = 0; s < STUDIES; s++) {
        vg_recipe a = recipe_of(0.3, 0.1, 2 * s + 10), b = recipe_of(0.3, 0.1, 2 * s + 11);
        vg_recipe_judgement j;
        ck_ok(vg_recipes_judge(&a, &b, &config, s, &j, &diag));
        regressed += j.verdict == VG_REGRESSED;
        for (int m = 0; m < VG_RECIPE_METRIC_COUNT; m++) { // of several metrics none has a chance of its own
            const vg_recipe_row *r = &j.rows[m];
            held += r->p_change <= j.alpha && r->p_margin <= j.alpha && r->p_holm > j.alpha;
            ck_assert_int_eq(r->verdict == VG_REGRESSED, r->p_margin <= j.alpha && r->p_holm <= j.alpha);
        }
        vg_recipe_free(&a), vg_recipe_free(&b);
    }
    ck_assert_double_le(regressed, STUDIES * 0.05 + 3 * sqrt(STUDIES * 0.0475));
    ck_assert_int_gt(regressed, STUDIES / 100);
    ck_assert_int_gt(held, 3);
}
END_TEST

START_TEST(another_suite_is_refused) {
    vg_recipe a = recipe_of(0.2, 0.01, 1), b = recipe_of(0.2, 0.01, 2);
    vg_gate_config config = config_of(300);
    vg_recipe_judgement j;
    snprintf(b.suite_hash, 17, "cc");
    ck_fails(vg_recipes_judge(&a, &b, &config, 1, &j, &diag), VG_ERR_MISMATCH, "the suite is 'tiny' aa");
    snprintf(b.suite_hash, 17, "aa"), snprintf(b.car_hash, 17, "cc");
    ck_fails(vg_recipes_judge(&a, &b, &config, 1, &j, &diag), VG_ERR_MISMATCH, "the car is bb");
    vg_recipe_free(&a), vg_recipe_free(&b);
}
END_TEST

// In the limit n = 2 (z + z)^2 spread^2 / effect^2; and the effect that this n shows is the one requested.
START_TEST(power_is_what_is_known) {
    double z = 1.6448536269514722 + 1.2815515655446004;
    ck_assert_double_eq_tol(vg_recipe_seeds_needed(0.05, 0.25, 0.05, 0.9), 2 * z * z * 25, 3);
    ck_assert_int_eq(vg_recipe_seeds_needed(0.05, 0.0001, 0.05, 0.9), 2);
    for (int32_t n = 2; n < 200; n *= 3) {
        double seen = vg_recipe_seen(n, 0.1, 0.05, 0.9);
        ck_assert_int_eq(vg_recipe_seeds_needed(seen * 1.0001, 0.1, 0.05, 0.9), n);
    }
}
END_TEST

static const char result[] =
    "{\"kind\": \"verge result\", \"schema_version\": 2, \"suite\": {\"name\": \"tiny\", \"hash\": "
    "\"aa\"}, \"car\": {\"hash\": \"bb\"}, \"arms\": ["
    "{\"label\": \"pursuit\", \"seeds\": [{\"off_road\": 0, \"stalled\": 0, \"drift_share\": 0}]},"
    "{\"label\": \"bc 2\", \"seeds\": [{\"off_road\": 0.25, \"stalled\": 0, \"drift_share\": 0.5}, "
    "{\"off_road\": 0.5, \"stalled\": 0, \"drift_share\": 0.5}]},"
    "{\"label\": \"bc 9\", \"seeds\": [{\"off_road\": 0.25, \"stalled\": 0, \"drift_share\": null}, "
    "{\"off_road\": 1, \"stalled\": 0, \"drift_share\": 1}]}]}";

START_TEST(reads_a_studys_result) {
    vg_recipe r;
    const char *path = scratch("r.json");
    ck_ok(vg_file_write(path, result, sizeof result - 1, VG_REPLACE, &diag));
    ck_fails(vg_recipe_read(path, "bc 2", &r, &diag), VG_ERR_FORMAT, "content_hash: is missing");
    json_t *root = json_loads(result, 0, NULL);
    ck_ok(vg_json_seal(root, &diag));
    ck_assert_int_eq(json_dump_file(root, path, 0), 0);
    json_decref(root);
    ck_ok(vg_recipe_read(path, "bc 2", &r, &diag));
    ck_assert(r.seeds == 2 && r.values[0][0] == 0.25 && r.values[0][1] == 0.5 && r.values[1][1] == 0 &&
              r.values[2][1] == 0.5);
    vg_recipe_free(&r);
    int64_t live = vg_memory_live();
    ck_fails(vg_recipe_read(path, "bc 9", &r, &diag), VG_ERR_FORMAT,
             "training seed 1 of 'bc 9' has no score");
    ck_fails(vg_recipe_read(path, NULL, &r, &diag), VG_ERR_ARGUMENT, "'bc 2', 'bc 9'");
    ck_fails(vg_recipe_read(path, "pursuit", &r, &diag), VG_ERR_NOT_FOUND, "no recipe 'pursuit'");
    ck_fails(vg_recipe_read("none.json", NULL, &r, &diag), VG_ERR_NOT_FOUND, "none.json");
    ck_assert_int_eq(vg_memory_live(), live);
}
END_TEST

CK_MAIN("recipes", the_same_recipe_passes, a_worse_recipe_regresses, the_data_count_as_an_exchange,
        scattered_seeds_are_inconclusive, equal_seeds_have_no_spread, false_alarms_are_as_rare_as_declared,
        another_suite_is_refused, power_is_what_is_known, reads_a_studys_result)
