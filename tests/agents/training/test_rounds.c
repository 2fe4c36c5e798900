#include "agents/training/rounds.h"

#include <string.h>

#include "tests/check.h"
#include "tests/scratch.h"

static const char *const names[] = {"off_road", "labels"};

static void tell(vg_rounds *rounds, int32_t round, double off_road, double labels) {
    vg_learner_round row = {round, 2, names, (const double[]){off_road, labels}};
    vg_rounds_write(rounds, &row);
}

static void assert_file(const char *path, const char *expected) {
    char *bytes;
    int64_t size;
    vg_diag diag;
    ck_ok(vg_file_read(path, 0, &bytes, &size, &diag));
    ck_assert_str_eq(bytes, expected);
    vg_free(bytes);
}

START_TEST(a_line_a_round_whole_at_any_moment) {
    const char *path = scratch("p.rounds");
    vg_rounds rounds = {.path = path};
    tell(&rounds, 0, 0.25, 800);
    assert_file(path, "{\"round\": 1, \"off_road\": 0.25, \"labels\": 800}\n");
    tell(&rounds, 1, __builtin_nan(""), 1600);
    assert_file(path, "{\"round\": 1, \"off_road\": 0.25, \"labels\": 800}\n"
                      "{\"round\": 2, \"off_road\": null, \"labels\": 1600}\n");
    ck_assert_int_eq(vg_rounds_end(&rounds), VG_OK);

    // Resumed at the second round: that one is done again, and the first one stays.
    rounds = (vg_rounds){.path = path};
    tell(&rounds, 1, 0.5, 1600);
    assert_file(path, "{\"round\": 1, \"off_road\": 0.25, \"labels\": 800}\n"
                      "{\"round\": 2, \"off_road\": 0.5, \"labels\": 1600}\n");
    ck_assert_int_eq(vg_rounds_end(&rounds), VG_OK);

    // Started again.
    rounds = (vg_rounds){.path = path};
    tell(&rounds, 0, 1, 1);
    assert_file(path, "{\"round\": 1, \"off_road\": 1, \"labels\": 1}\n");
    ck_assert_int_eq(vg_rounds_end(&rounds), VG_OK);
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

START_TEST(an_error_sticks) {
    vg_diag diag = {0};
    vg_rounds rounds = {.path = "/dev/null/x.rounds", .diag = &diag};
    tell(&rounds, 0, 0, 0);
    tell(&rounds, 1, 0, 0);
    ck_assert(vg_rounds_end(&rounds) != VG_OK);
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

CK_MAIN("rounds", a_line_a_round_whole_at_any_moment, an_error_sticks)
