#include <math.h>
#include <string.h>

#include "sim/base/hash.h"
#include "tests/golden.h"
#include "tests/out_of_memory.h"
#include "tracks/formats/csv.h"
#include "tracks/generator.h"
#include "tracks/survey.h"

// VERGE_SEEDS widens the search: `VERGE_SEEDS=10000 tests/test_generator`.
static int32_t seeds(int32_t fewest) {
    const char *set = getenv("VERGE_SEEDS");
    return set && *set ? atoi(set) : fewest;
}

static vg_road *make(const vg_generator *settings, vg_survey *survey) {
    vg_diag diag;
    vg_track track;
    vg_road *road = NULL;
    ck_ok(vg_track_generate(settings, &track, &diag));
    ck_ok(vg_track_road(&track, &road, &diag));
    ck_ok(vg_survey_road(road, survey, &diag));
    for (int32_t i = 0; i < track.count; i++) {
        ck_assert_double_ge(track.left[i], settings->width - settings->width_change - 1e-4);
        ck_assert_double_le(track.left[i], settings->width + settings->width_change + 1e-4);
    }
    vg_track_free(&track);
    return road;
}

// Every seed gives a road, and the road keeps the guarantees.
static void keeps_promises(vg_generator settings, int32_t count) {
    int32_t with_hairpins = 0;
    double straight_least = 1, straight_most = 0;
    for (int32_t seed = 1; seed <= count; seed++) {
        vg_survey s;
        settings.seed = (uint64_t)seed;
        vg_road_destroy(make(&settings, &s));
        ck_assert_double_ge(s.radius_least, settings.radius_least);
        ck_assert_double_ge(s.length, settings.length_least);
        ck_assert_double_le(s.length, settings.length_most);
        ck_assert_int_eq(s.folds, 0);
        ck_assert_int_eq(s.crossings, 0);
        ck_assert_double_ge(s.gap, fmin(settings.gap, VG_SURVEY_SIGHT));
        with_hairpins += s.hairpins > 0;
        straight_least = fmin(straight_least, s.straight);
        straight_most = fmax(straight_most, s.straight);
    }
    if (count < 60) return;
    // The roads differ: many have hairpins, but not all; some are straighter than others.
    ck_assert_int_gt(with_hairpins, count / 2);
    ck_assert_double_gt(straight_most - straight_least, 0.2);
}

START_TEST(any_seed_gives_a_sound_road) { keeps_promises(vg_generator_default(), seeds(60)); }
END_TEST

START_TEST(so_it_does_at_other_settings) {
    vg_generator s = vg_generator_default();
    s.width_change = 2;
    s.ease = 0.1;
    keeps_promises(s, 8);
    s = vg_generator_default();
    s.length_least = 10000;
    s.length_most = 11000;
    keeps_promises(s, 2);
    s = vg_generator_default();
    s.length_least = 240;
    s.length_most = 280;
    s.radius_least = 6;
    s.width = 2;
    s.gap = 2;
    keeps_promises(s, 20);
    s = vg_generator_default();
    s.hairpins = s.straights = 1;
    s.sweepers = s.chicanes = 0;
    keeps_promises(s, 8);
    s = vg_generator_default();
    s.radius_least = 60;
    s.gap = 30;
    s.width = 8;
    keeps_promises(s, 6);
}
END_TEST

START_TEST(same_seed_same_bits) {
    vg_generator settings = vg_generator_default();
    uint64_t hash = 0;
    for (uint64_t seed = 1; seed <= 20; seed++) {
        vg_survey survey;
        settings.seed = seed;
        settings.width_change = seed % 2 ? 0 : 1;
        vg_road *road = make(&settings, &survey);
        int64_t bits = (int64_t)vg_road_hash(road);
        hash = vg_hash_int(hash, &bits, 1);
        vg_road_destroy(road);
    }
    ck_golden("generator/roads", hash);
}
END_TEST

// A CSV of the points is the very same road.
START_TEST(survives_a_file) {
    vg_generator settings = vg_generator_default();
    vg_diag diag;
    vg_track track, again;
    vg_road *a, *b, *straight;
    vg_text text = {0};
    ck_ok(vg_track_generate(&settings, &track, &diag));
    ck_ok(vg_road_generate(&settings, &straight, &diag));
    vg_csv_format(&track, VG_CSV_TUM, &text);
    ck_ok(vg_csv_parse(text.bytes, text.size, "r.csv", &again, &diag));
    ck_ok(vg_track_road(&track, &a, &diag));
    ck_ok(vg_track_road(&again, &b, &diag));
    ck_assert_uint_eq(vg_road_hash(a), vg_road_hash(b));
    ck_assert_uint_eq(vg_road_hash(straight), vg_road_hash(a));
    ck_assert_str_eq(vg_road_get(straight).name, "generated-1");
    ck_assert_int_lt(text.size, track.count * 30); // and the CSV is short
    vg_road_destroy(straight);
    vg_road_destroy(a);
    vg_road_destroy(b);
    vg_track_free(&track);
    vg_track_free(&again);
    vg_text_free(&text);
}
END_TEST

START_TEST(refuses_what_cannot_be) {
    vg_generator good = vg_generator_default(), s;
    vg_diag diag;
    vg_track track;
    s = good, s.radius_least = NAN;
    ck_fails(vg_track_generate(&s, &track, &diag), VG_ERR_ARGUMENT,
             "radius_least: nan is not between 3 and 1000");
    s = good, s.width = 14;
    ck_fails(vg_track_generate(&s, &track, &diag), VG_ERR_ARGUMENT,
             "edges would fold; expected at least 16.8");
    s = good, s.length_most = 2000;
    ck_fails(vg_track_generate(&s, &track, &diag), VG_ERR_ARGUMENT, "length_most");
    s = good, s.width_change = 4;
    ck_fails(vg_track_generate(&s, &track, &diag), VG_ERR_ARGUMENT, "width_change");
    s = good, s.length_least = 300, s.length_most = 400, s.radius_least = 100;
    ck_fails(vg_track_generate(&s, &track, &diag), VG_ERR_ARGUMENT, "too short");
    ck_assert_ptr_null(track.x);
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

START_TEST(survives_every_failed_allocation) {
    vg_generator settings = vg_generator_default();
    settings.length_least = 400;
    settings.length_most = 500;
    vg_diag diag;
    for (oom turn = {.least = 5, .diag = &diag}; oom_next(&turn);) {
        vg_track track;
        turn.err = vg_track_generate(&settings, &track, &diag);
        if (!turn.err) vg_track_free(&track);
    }
}
END_TEST

CK_MAIN("generator", any_seed_gives_a_sound_road, so_it_does_at_other_settings, same_seed_same_bits,
        survives_a_file, refuses_what_cannot_be, survives_every_failed_allocation)
