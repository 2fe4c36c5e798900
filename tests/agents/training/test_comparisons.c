#include "agents/training/comparisons.h"

#include <math.h>
#include <string.h>

#include "tests/check.h"

static vg_diag diag;

enum { LAPS = 12, ROWS = 40 };

// Laps of 40 rows, a metre apart, lap l from place 7 l on, on a road of 100 m; lap 11 has 5 rows.
static void make(vg_laps *laps, vg_sense **sense) {
    float inputs[ROWS] = {0}, actions[ROWS * VG_CAR_ACTIONS] = {0};
    const vg_car car = vg_car_default();
    vg_dataset_def def = vg_dataset_default();
    ck_ok(vg_sense_create("offset", sense, &diag));
    def.sense = *sense;
    *laps = (vg_laps){0};
    ck_ok(vg_dataset_create(&def, &car, &laps->data, &diag));
    for (int32_t l = 0; l < LAPS; l++) {
        double place[ROWS];
        vg_lap lap = {.road = 1, .round = 100, .whole = true, .distance = 40, .count = l == 11 ? 5 : ROWS};
        for (int32_t r = 0; r < ROWS; r++) place[r] = fmod(7.0 * l + r, 100);
        ck_ok(vg_laps_add(laps, &lap, inputs, actions, place, &diag));
    }
}

static void all_pairs(vg_lap_pairs *pairs) {
    for (int32_t a = 0; a < LAPS; a++)
        for (int32_t b = a + 1; b < LAPS; b++)
            ck_ok(vg_lap_pairs_add(pairs, &(vg_lap_pair){.a = a, .b = b, .a_better = 1}, &diag));
}

START_TEST(holds_out_whole_laps) {
    for (uint64_t seed = 1; seed < 20; seed++) {
        vg_lap_pairs pairs = {0};
        bool held[LAPS] = {0}, trained[LAPS] = {0};
        all_pairs(&pairs);
        ck_ok(vg_lap_pairs_split_laps(&pairs, LAPS, 0.25, seed, &diag));
        ck_assert_int_eq(pairs.training, 9 * 8 / 2);
        ck_assert_int_eq(pairs.count - pairs.training, 3);
        for (int64_t i = 0; i < pairs.count; i++) {
            const vg_lap_pair *p = &pairs.pairs[i];
            ck_assert(p->held_out == (i >= pairs.training));
            bool *side = p->held_out ? held : trained;
            side[p->a] = side[p->b] = true;
        }
        for (int32_t l = 0; l < LAPS; l++) ck_assert(held[l] != trained[l]);
        vg_lap_pairs_free(&pairs);
    }
}
END_TEST

START_TEST(holds_out_pairs_of_people) {
    static const struct {
        int32_t pairs;
        double share;
        int64_t held;
    } cases[] = {{4, 0.5, 0}, {5, 0.01, 1}, {5, 0, 0}, {10, 0.2, 2}, {66, 0.5, 33}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        vg_lap_pairs pairs = {0};
        all_pairs(&pairs);
        pairs.count = cases[i].pairs;
        ck_ok(vg_lap_pairs_split_pairs(&pairs, cases[i].share, 3, &diag));
        ck_assert_int_eq(pairs.count, cases[i].pairs); // none is dropped
        ck_assert_int_eq(pairs.count - pairs.training, cases[i].held);
        vg_lap_pairs_free(&pairs);
    }
}
END_TEST

START_TEST(few_laps_are_all_trained_on) {
    vg_lap_pairs pairs = {0};
    ck_ok(vg_lap_pairs_add(&pairs, &(vg_lap_pair){.a = 0, .b = 1, .a_better = 1}, &diag));
    ck_ok(vg_lap_pairs_split_laps(&pairs, 4, 0.5, 1, &diag));
    ck_assert(pairs.count == 1 && pairs.training == 1);
    vg_lap_pairs_free(&pairs);
}
END_TEST

static void check_snippet(const vg_laps *laps, int32_t lap, int64_t first, int32_t length) {
    const vg_lap *l = &laps->laps[lap];
    ck_assert(first >= l->first && first + length <= l->first + l->count);
    ck_assert_int_ge(laps->ahead[first], length);
}

// Snippets lie within their laps, all starts are drawn, and at the same place they differ by half a row.
START_TEST(draws_snippets_of_equal_length) {
    vg_laps laps;
    vg_sense *sense;
    make(&laps, &sense);
    for (int k = 0; k < 2; k++) {
        bool seen[ROWS] = {0};
        const vg_lap_pair pair = {.a = 1, .b = 2, .a_better = 0.5};
        for (uint32_t i = 0; i < 2000; i++) {
            const vg_draw at = {.seed = 4, .stream = VG_STREAM_SNIPPET, .step = i};
            vg_comparison c =
                vg_lap_pair_draw(&laps, &pair, 10, k ? VG_ALIGN_ANYWHERE : VG_ALIGN_SAME_PLACE, at);
            ck_assert(c.length == 10 && c.a_better == 0.5);
            check_snippet(&laps, 1, c.a, 10);
            check_snippet(&laps, 2, c.b, 10);
            seen[c.a - laps.laps[1].first] = true;
            // Lap 2 begins 7 m further on.
            double wanted = fmax(laps.place[c.a], 14);
            if (!k) ck_assert_double_eq_tol(laps.place[c.b], wanted, 1e-9);
        }
        for (int32_t r = 0; r <= 30; r++) ck_assert(seen[r]);
        ck_assert(!seen[31]);
    }
    vg_laps_free(&laps);
    vg_sense_destroy(sense);
}
END_TEST

// Of a lap shorter than a snippet as much as there is, in both.
START_TEST(trims_both_to_the_shorter_lap) {
    vg_laps laps;
    vg_sense *sense;
    make(&laps, &sense);
    for (uint32_t i = 0; i < 50; i++) {
        const vg_lap_pair pair = {.a = 11, .b = 10, .a_better = 0};
        const vg_draw at = {.seed = 4, .stream = VG_STREAM_SNIPPET, .step = i};
        vg_comparison c = vg_lap_pair_draw(&laps, &pair, 10, VG_ALIGN_SAME_PLACE, at);
        ck_assert_int_eq(c.length, 5);
        check_snippet(&laps, 11, c.a, 5);
        check_snippet(&laps, 10, c.b, 5);
    }
    vg_laps_free(&laps);
    vg_sense_destroy(sense);
}
END_TEST

// Places are equal modulo the length of a closed road.
START_TEST(finds_the_place_across_the_start) {
    vg_laps laps;
    vg_sense *sense;
    make(&laps, &sense);
    // Lap 8 covers 56 to 95, lap 10 covers 70 to 99 and 0 to 9: from 9 it is 14 to 95, and 47 to 56.
    const vg_lap_pair pair = {.a = 10, .b = 8, .a_better = 1};
    for (uint32_t i = 0; i < 200; i++) {
        const vg_draw at = {.seed = 4, .stream = VG_STREAM_SNIPPET, .step = i};
        vg_comparison c = vg_lap_pair_draw(&laps, &pair, 2, VG_ALIGN_SAME_PLACE, at);
        double apart = fabs(laps.place[c.a] - laps.place[c.b]);
        ck_assert_double_le(fmin(apart, 100 - apart), 16);
    }
    vg_laps_free(&laps);
    vg_sense_destroy(sense);
}
END_TEST

CK_MAIN("comparisons", holds_out_whole_laps, holds_out_pairs_of_people, few_laps_are_all_trained_on,
        draws_snippets_of_equal_length, trims_both_to_the_shorter_lap, finds_the_place_across_the_start)
