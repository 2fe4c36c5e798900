#include "logs/store/held_out.h"

#include "sim/base/memory.h"
#include "tests/check.h"
#include "tests/out_of_memory.h"

static vg_diag diag;

// The stretches cover all rows in order; returns the rows that are held out.
static int64_t ck_covers(const int64_t *rows, int32_t episodes, const vg_stretch *all, int32_t count) {
    int64_t next = 0, held = 0;
    int32_t episode = 0;
    for (int32_t i = 0; i < count; i++) {
        if (next == rows[episode]) episode++, next = 0;
        ck_assert(all[i].episode == episode && all[i].first == next && all[i].rows >= 1);
        next += all[i].rows;
        held += all[i].held_out ? all[i].rows : 0;
    }
    ck_assert(episode == episodes - 1 && next == rows[episode]);
    return held;
}

// Episodes that are not longer than `longest` are held out whole, or not at all; others by a fifth of all
// rows.
START_TEST(holds_out_a_fifth) {
    static const struct {
        int64_t rows[5];
        int32_t episodes, stretches;
        int64_t least, most; // rows held out
    } cases[] = {{{400}, 1, 1, 0, 0},
                 {{401}, 1, 6, 66, 67},
                 {{1200}, 1, 5, 240, 240},
                 {{1000, 1000}, 2, 6, 333, 334},
                 {{400, 400}, 2, 2, 400, 400},
                 {{400, 4000}, 2, 11, 800, 800},
                 {{400, 300, 200, 100, 50}, 5, 5, 50, 400}};
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++)
        for (uint64_t seed = 0; seed < 8; seed++) {
            vg_stretch *all;
            int32_t count;
            ck_ok(vg_hold_out(cases[c].rows, cases[c].episodes, 400, 0.2, seed, &all, &count, &diag));
            ck_assert_int_eq(count, cases[c].stretches);
            int64_t held = ck_covers(cases[c].rows, cases[c].episodes, all, count);
            ck_assert_msg(held >= cases[c].least && held <= cases[c].most, "case %zu: %lld rows", c,
                          (long long)held);
            vg_free(all);
        }
}
END_TEST

START_TEST(leaves_one_to_train_on) {
    static const int64_t rows[] = {300, 2000};
    vg_stretch *all;
    int32_t count, held = 0;
    ck_ok(vg_hold_out(rows, 2, 400, 0.999, 1, &all, &count, &diag));
    for (int32_t i = 0; i < count; i++) held += all[i].held_out;
    ck_assert_int_eq(held, count - 1);
    vg_free(all);
    ck_ok(vg_hold_out(rows, 2, 400, 0, 1, &all, &count, &diag));
    ck_assert(count == 2 && ck_covers(rows, 2, all, count) == 0);
    vg_free(all);
    // A share so small that it is less than a row divides into single rows.
    ck_ok(vg_hold_out(rows, 2, 400, 0.0001, 1, &all, &count, &diag));
    ck_assert(count == 2001 && ck_covers(rows, 2, all, count) == 1);
    vg_free(all);
}
END_TEST

// All stretches are held out by some seed.
START_TEST(draws_by_seed) {
    static const int64_t rows[] = {2000};
    bool drawn[5] = {false};
    for (uint64_t seed = 0; seed < 64; seed++) {
        vg_stretch *all;
        int32_t count;
        ck_ok(vg_hold_out(rows, 1, 400, 0.2, seed, &all, &count, &diag));
        ck_assert_int_eq(count, 5);
        for (int32_t i = 0; i < count; i++) drawn[i] |= all[i].held_out;
        vg_free(all);
    }
    for (int i = 0; i < 5; i++) ck_assert(drawn[i]);
}
END_TEST

START_TEST(out_of_memory_leaves_nothing) {
    static const int64_t rows[] = {2000};
    for (oom turn = {.least = 2, .diag = &diag}; oom_next(&turn);) {
        vg_stretch *all;
        int32_t count;
        turn.err = vg_hold_out(rows, 1, 400, 0.2, 1, &all, &count, &diag);
        ck_assert(!turn.err == !!all);
        vg_free(all);
    }
}
END_TEST

CK_MAIN("held_out", holds_out_a_fifth, leaves_one_to_train_on, draws_by_seed, out_of_memory_leaves_nothing)
