#include "eval/score/suite.h"

#include <stdio.h>
#include <string.h>

#include "sim/base/memory.h"
#include "tests/check.h"
#include "tests/out_of_memory.h"

static vg_diag diag;

typedef vg_err (*build_fn)(const vg_suite_config *, const char *, const char *, int32_t, vg_suite *,
                           vg_diag *);

// Makes a suite from text, over the defaults.
static vg_err build_by(build_fn fn, const char *yaml, vg_suite *suite) {
    vg_suite_config config;
    vg_config_default(&vg_suite_schema, &config);
    vg_err err = vg_config_parse(&vg_suite_schema, &config, yaml, (int64_t)strlen(yaml), "s.yaml", &diag);
    *suite = (vg_suite){0};
    return err ? err : fn(&config, "s", VG_FIXTURES, 0, suite, &diag);
}

static vg_err build(const char *yaml, vg_suite *suite) { return build_by(vg_suite_build, yaml, suite); }

START_TEST(builds_what_ships) {
    static const char *const known[] = {"compounding-roads",
                                        "demo-roads",
                                        "disturbed",
                                        "gail-roads",
                                        "human-unseen",
                                        "human",
                                        "irl-laps",
                                        "irl-roads",
                                        "irl-transfer",
                                        "islands-tuning",
                                        "islands",
                                        "long",
                                        "smoke",
                                        "standard",
                                        "tuning-roads"};
    char name[64], title[VG_KEY_TEXT_SIZE];
    for (int32_t i = 0; i < 15; i++) ck_assert_str_eq(vg_suite_name(i, name), known[i]);
    ck_assert_ptr_null(vg_suite_name(15, name)); // shipped studies lie beside suites and are not suites
    for (int32_t i = 0; i < 15; i++) {
        vg_suite_config config;
        vg_suite suite;
        ck_ok(vg_suite_read(known[i], &config, title, &diag));
        ck_assert_str_eq(title, known[i]);
        if (strcmp(known[i], "long") == 0) continue; // a second of roads
        ck_ok(vg_suite_build(&config, title, NULL, 0, &suite, &diag));
        ck_assert_int_ge(suite.test.count, 1);
        vg_suite_free(&suite);
    }
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

START_TEST(no_car_drives_a_place_of_the_standard_suite_twice) {
    static const char *const names[] = {"standard", "disturbed", "long"};
    for (int i = 0; i < 3; i++) {
        vg_suite_config config;
        char title[VG_KEY_TEXT_SIZE];
        vg_car car;
        ck_ok(vg_suite_read(names[i], &config, title, &diag));
        ck_ok(vg_car_load(config.car, &car, &diag));
        ck_assert_double_ge(0.98 * config.road_length, config.horizon * car.speed_max);
    }
}
END_TEST

START_TEST(mixes_kinds_of_roads) {
    vg_suite suite;
    ck_fails(build("test: [test-1, roads/none.csv]\n", &suite), VG_ERR_NOT_FOUND,
             VG_FIXTURES "/roads/none.csv");
    ck_ok(build("train: seeds 5\ntest: [test-1, seeds 7..9]\nroad_length: 1200\n", &suite));
    ck_assert_int_eq(suite.train.count, 1);
    ck_assert_int_eq(suite.validation.count, 0);
    ck_assert_int_eq(suite.test.count, 4);
    ck_assert_str_eq(suite.test.names[0], "test-1");
    ck_assert_str_eq(suite.test.names[3], "seed 9");
    double length = vg_road_get(suite.test.roads[3]).length;
    ck_assert(length > 0.97 * 1200 && length < 1.03 * 1200);
    vg_rollout_def def = vg_suite_rollout(&suite);
    ck_assert_int_eq(def.road_count, 4);
    ck_assert_int_eq(def.starts, 16);
    ck_assert(def.disturbance.gust == 0 && def.costs == VG_COSTS_ALL && !def.corners);
    vg_suite_free(&suite);
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

START_TEST(refuses_bad_suites) {
    static const struct {
        const char *yaml, *text;
        vg_err err;
    } bad[] = {{"test: []\n", "is empty", VG_ERR_FORMAT},
               {"horizon: 60\n", "is empty", VG_ERR_FORMAT},
               {"test: test-1\nhorizon: -3\n", "out of range", VG_ERR_FORMAT},
               {"test: test-1\nhorzon: 60\n", "did you mean 'horizon'", VG_ERR_FORMAT},
               {"test: test-1\nspread: 1\n", "did you mean 'start_spread'", VG_ERR_FORMAT},
               {"test: seeds 9..7\n", "expected a library road", VG_ERR_FORMAT},
               {"test: seeds x..7\n", "expected a library road", VG_ERR_FORMAT},
               {"test: seeds 1..99999999\n", "expected a library road", VG_ERR_FORMAT},
               {"test: [test-1, '']\n", "has an empty item", VG_ERR_FORMAT},
               {"test: [test-1, test-1]\n", "the same road", VG_ERR_MISMATCH},
               {"train: [test-2]\ntest: [test-1, test-2]\n", "'test-2' is the same road as 'test-2' of train",
                VG_ERR_MISMATCH},
               {"train: seeds 3..5\ntest: seeds 5..6\nroad_length: 1200\n", "the same road", VG_ERR_MISMATCH},
               {"test: test-1\ncar: lorry\n", "no car", VG_ERR_NOT_FOUND}};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        vg_suite suite;
        ck_fails(build(bad[i].yaml, &suite), bad[i].err, bad[i].text);
        ck_assert_ptr_null(suite.test.roads);
        ck_fails(build_by(vg_suite_build_scored, bad[i].yaml, &suite), bad[i].err, bad[i].text);
    }
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

// A caller that only scores does not make roads of the other splits, because their seeds distinguish them.
START_TEST(makes_only_what_is_scored) {
    vg_suite all, scored;
    const char *generated = "train: [test-2, seeds 1..2]\ntest: seeds 8..9\nroad_length: 1200\n";
    ck_ok(build(generated, &all));
    ck_ok(build_by(vg_suite_build_scored, generated, &scored));
    ck_assert_uint_eq(vg_suite_hash(&all), vg_suite_hash(&scored));
    ck_assert_ptr_nonnull(all.train.roads[1]);
    ck_assert(scored.train.count == 3 && scored.train.roads[0] && !scored.train.roads[1]);
    vg_suite_free(&scored);
    // A file might hold the same road as a seed.
    ck_ok(build_by(vg_suite_build_scored, "train: seeds 1..2\ntest: test-1\nroad_length: 1200\n", &scored));
    ck_assert_ptr_nonnull(scored.train.roads[0]);
    vg_suite_free(&scored);
    vg_suite_free(&all);
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

START_TEST(hashes_what_decides_a_score) {
    static const char *const other[] = {"test: test-2\n",
                                        "test: test-1\nhorizon: 61\n",
                                        "test: test-1\nstarts: 15\n",
                                        "test: test-1\nseed: 2\n",
                                        "test: test-1\ngust: 0.1\n",
                                        "test: test-1\ncosts: departures\n",
                                        "test: test-1\nstart_states: recorded\n",
                                        "test: test-1\noff_road_point: corners\n",
                                        "test: test-1\nreference: ''\n",
                                        "test: test-1\ncar: kart\n"};
    vg_suite suite, same;
    ck_ok(build("test: test-1\n", &suite));
    ck_ok(build("test: test-1\nversion: 7\nabout: another name\n", &same));
    ck_assert_uint_eq(vg_suite_hash(&suite), vg_suite_hash(&same));
    for (size_t i = 0; i < sizeof other / sizeof *other; i++) {
        vg_suite changed;
        ck_ok(build(other[i], &changed));
        ck_assert_uint_ne(vg_suite_hash(&suite), vg_suite_hash(&changed));
        vg_suite_free(&changed);
    }
    vg_suite_free(&suite);
    vg_suite_free(&same);
}
END_TEST

START_TEST(survives_missing_memory) {
    for (oom turn = {.diag = &diag}; oom_next(&turn);) {
        vg_suite suite;
        turn.err = build("test: [test-1, seeds 1..2]\nroad_length: 800\n", &suite);
        if (!turn.err) vg_suite_free(&suite);
    }
}
END_TEST

// Each item of a list, built alone, is the road that the whole list has there.
START_TEST(an_item_is_a_road_of_the_list) {
    static const char list[] = "hairpins, seeds 7..9, test-1, seeds 3";
    vg_suite all, one;
    char text[400], item[VG_KEY_TEXT_SIZE], name[VG_KEY_TEXT_SIZE];
    snprintf(text, sizeof text, "test: [%s]\nroad_length: 800\n", list);
    ck_ok(build(text, &all));
    int32_t n = 0;
    for (; vg_suite_item(list, n, item, name); n++) {
        snprintf(text, sizeof text, "test: [%s]\nroad_length: 800\n", item);
        ck_ok(build(text, &one));
        ck_assert_int_eq(one.test.count, 1);
        ck_assert_str_eq(name, all.test.names[n]);
        ck_assert_str_eq(name, one.test.names[0]);
        ck_assert_uint_eq(vg_road_hash(one.test.roads[0]), vg_road_hash(all.test.roads[n]));
        vg_suite_free(&one);
    }
    ck_assert_int_eq(n, 6);
    ck_assert(vg_suite_item("seeds 9..1", 0, item, name)); // not a range: building it reports the error
    ck_assert_str_eq(item, "seeds 9..1");
    ck_assert(
        vg_suite_item("seeds -9223372036854775807..9223372036854775807", 0, item, name)); // nor is this one
    ck_assert_str_eq(item, name);
    ck_assert(!vg_suite_item("", 0, item, name));
    vg_suite_free(&all);
}
END_TEST

// One table of disturbances gives a suite's keys, the disturbance read from a suite, and the page of suites.
START_TEST(disturbances_are_one_table) {
    char *page, row[400];
    int64_t size;
    ck_ok(vg_file_read(VG_ROOT "/docs/suites.md", 1 << 20, &page, &size, &diag));
    vg_suite_config *config = vg_new(vg_suite_config, 1);
    for (int32_t i = 0; i < vg_disturbance_schema.count; i++) {
        const vg_key *key = &vg_disturbance_schema.keys[i];
        snprintf(row, sizeof row, "| `%s` | %s | %g to %g | `%s` | %s |\n", key->name, key->unit, key->least,
                 key->most, key->standard, key->help);
        if (!strstr(page, row)) ck_abort_msg("docs/suites.md has no row %s", row);
        vg_config_default(&vg_suite_schema, config);
        ck_ok(vg_config_set(&vg_suite_schema, config, key->name, "0.125", "test", 0, &diag));
        const vg_disturbance read = vg_suite_disturbance(config);
        ck_assert(*(const float *)((const char *)&read + key->at) == 0.125f);
    }
    vg_disturbance shipped;
    ck_ok(vg_suite_read_disturbance("disturbed", &shipped, &diag));
    ck_assert(shipped.actuation_noise == 0.05f && shipped.observation_noise == 0.01f);
    ck_fails(vg_suite_read_disturbance("nosuch", &shipped, &diag), VG_ERR_NOT_FOUND, "disturbed");
    vg_free(config);
    vg_free(page);
}
END_TEST

START_TEST(recorded_starts_need_a_study) {
    vg_suite_config config;
    vg_config_default(&vg_suite_schema, &config);
    ck_ok(vg_suite_check_starts(&config, "s.yaml", &diag));
    config.start_states = 1;
    ck_fails(vg_suite_check_starts(&config, "s.yaml", &diag), VG_ERR_FORMAT,
             "s.yaml: start_states: is 'recorded'");
}
END_TEST

START_TEST(starts_of_a_road_do_not_depend_on_the_other_roads) {
    vg_suite alone, both;
    ck_ok(build("test: seeds 7\nroad_length: 1200\nstarts: 5\n", &alone));
    ck_ok(build("test: [test-1, seeds 7]\nroad_length: 1200\nstarts: 5\n", &both));
    vg_rollout_def one = vg_suite_rollout(&alone), two = vg_suite_rollout(&both);
    vg_start starts[5], of_both[10];
    vg_rollout_starts(&one, starts);
    vg_rollout_starts(&two, of_both);
    for (int32_t k = 0; k < 5; k++) {
        ck_assert(starts[k].s == of_both[5 + k].s && starts[k].offset == of_both[5 + k].offset);
        ck_assert(starts[k].heading == of_both[5 + k].heading && starts[k].speed == of_both[5 + k].speed);
    }
    vg_suite_free(&alone);
    vg_suite_free(&both);
}
END_TEST

CK_MAIN("suite", recorded_starts_need_a_study, starts_of_a_road_do_not_depend_on_the_other_roads,
        makes_only_what_is_scored, an_item_is_a_road_of_the_list, builds_what_ships,
        no_car_drives_a_place_of_the_standard_suite_twice, mixes_kinds_of_roads, refuses_bad_suites,
        hashes_what_decides_a_score, survives_missing_memory, disturbances_are_one_table)
