#include "app/view/rank.h"

#include <string.h>
#include <unistd.h>

#include "tests/out_of_memory.h"
#include "tests/recorded.h"
#include "tests/roads.h"
#include "tests/scratch.h"

static vg_diag diag;

// Two logs on one road, with three and one laps, and one on another road.
typedef struct made {
    char logs[3][300], path[300];
    const char *items[3];
    vg_list files, none;
} made;

static void record(const char *path, const char *expert, double size, int32_t laps) {
    vg_road *road = stadium_road(size, 20, 4);
    vg_record_def def = vg_record_default();
    def.road = road, def.laps = laps;
    ck_record_expert(path, expert, def);
    vg_road_destroy(road);
}

static void make(made *m) {
    *m = (made){0};
    for (int i = 0; i < 3; i++) {
        char name[32];
        snprintf(name, sizeof name, "rank%d.vlog", i);
        snprintf(m->logs[i], sizeof m->logs[i], "%s", scratch(name));
        m->items[i] = m->logs[i];
    }
    snprintf(m->path, sizeof m->path, "%s", scratch("rank.jsonl"));
    unlink(m->path);
    record(m->logs[0], "pursuit-noisy", 60, 3);
    record(m->logs[1], "pursuit", 60, 1);
    record(m->logs[2], "pursuit", 80, 1);
    m->files = (vg_list){.items = m->items, .count = 3};
}

START_TEST(shows_each_pair_once_and_writes_each_judgement) {
    made m;
    vg_rank r = {0};
    vg_preferences file;
    make(&m);
    ck_ok(vg_rank_open(&r, &m.files, &m.none, NULL, m.path, 1, &diag));
    ck_assert_int_eq(r.lap_count, 5);
    ck_assert_int_eq(r.count, 6); // of four laps on one road; the fifth is on its own
    ck_assert(access(m.path, F_OK) != 0);
    for (int i = 0; i < 6; i++) {
        const vg_rank_pair pair = r.pairs[i];
        ck_assert(r.view.group_count == 2 && r.view.car_count == 2);
        ck_assert_str_eq(r.view.cars[0].label, "left");
        ck_assert_str_eq(r.view.cars[1].label, "right");
        ck_assert_str_eq(r.view.groups[1].label, "right"); // the driver's name would tell
        ck_ok(vg_rank_judge(&r, (vg_preferred)(i % 3), &diag));
        ck_ok(vg_preferences_read(m.path, &file, &diag));
        ck_assert_int_eq(file.count, i + 1);
        ck_assert(file.rows[i].left == r.laps[pair.left].hash &&
                  file.rows[i].right == r.laps[pair.right].hash);
        ck_assert_int_eq(file.rows[i].preferred, i % 3);
        char name[64];
        snprintf(name, sizeof name, "rank%d.vlog:%d", r.laps[pair.left].file, r.laps[pair.left].episode);
        ck_assert_str_eq(strstr(file.rows[i].left_lap, "rank"), name);
        vg_preferences_free(&file);
    }
    ck_assert_int_eq(r.at, 6);
    ck_ok(vg_rank_judge(&r, VG_PREFERRED_LEFT, &diag)); // there is nothing left to judge
    ck_assert_int_eq(r.preferences.count, 6);
    vg_rank_free(&r);
    ck_fails(vg_rank_open(&r, &m.files, &m.none, NULL, m.path, 1, &diag), VG_ERR_ARGUMENT,
             "rank.jsonl: all 6 pairs of these laps are judged");
    vg_rank_free(&r);
}
END_TEST

START_TEST(goes_on_where_it_was_left_and_goes_back) {
    made m;
    vg_rank r = {0};
    vg_preferences file;
    make(&m);
    ck_ok(vg_rank_open(&r, &m.files, &m.none, NULL, m.path, 1, &diag));
    ck_ok(vg_rank_back(&r, &diag)); // nothing to take back
    ck_ok(vg_rank_judge(&r, VG_PREFERRED_LEFT, &diag));
    ck_ok(vg_rank_judge(&r, VG_PREFERRED_RIGHT, &diag));
    ck_ok(vg_rank_back(&r, &diag));
    ck_assert_int_eq(r.at, 1);
    ck_ok(vg_preferences_read(m.path, &file, &diag));
    ck_assert_int_eq(file.count, 1);
    vg_preferences_free(&file);
    vg_rank_free(&r);
    ck_ok(vg_rank_open(&r, &m.files, &m.none, NULL, m.path, 2, &diag));
    ck_assert(r.count == 5 && r.at == 0);
    ck_ok(vg_rank_back(&r, &diag)); // only what was judged here can be taken back
    ck_assert_int_eq(r.preferences.count, 1);
    vg_rank_free(&r);
}
END_TEST

// Another seed, another order and other sides.
START_TEST(draws_order_and_sides_by_the_seed) {
    made m;
    vg_rank a = {0}, b = {0}, c = {0};
    make(&m);
    ck_ok(vg_rank_open(&a, &m.files, &m.none, NULL, m.path, 1, &diag));
    ck_ok(vg_rank_open(&b, &m.files, &m.none, NULL, m.path, 1, &diag));
    ck_ok(vg_rank_open(&c, &m.files, &m.none, NULL, m.path, 2, &diag));
    int turned = 0;
    for (int i = 0; i < 6; i++) turned += a.pairs[i].left > a.pairs[i].right;
    ck_assert(turned > 0 && turned < 6);
    ck_assert(!memcmp(a.pairs, b.pairs, 6 * sizeof *a.pairs) &&
              memcmp(a.pairs, c.pairs, 6 * sizeof *a.pairs));
    vg_rank_free(&a), vg_rank_free(&b), vg_rank_free(&c);
}
END_TEST

START_TEST(says_what_cannot_be_compared) {
    made m;
    vg_rank r = {0};
    make(&m);
    const vg_list one = {.items = m.items + 1, .count = 1},
                  zero = {.items = (const char *[]){"0"}, .count = 1},
                  seven = {.items = (const char *[]){"7"}, .count = 1};
    ck_fails(vg_rank_open(&r, &one, &m.none, NULL, m.path, 1, &diag), VG_ERR_ARGUMENT, "1 lap to compare");
    vg_rank_free(&r);
    ck_fails(vg_rank_open(&r, &m.files, &m.none, "spa", m.path, 1, &diag), VG_ERR_ARGUMENT,
             "0 laps to compare");
    vg_rank_free(&r);
    ck_fails(vg_rank_open(&r, &m.files, &seven, NULL, m.path, 1, &diag), VG_ERR_NOT_FOUND,
             "--episode 7: expected a number from 0 to 2");
    vg_rank_free(&r);
    ck_ok(vg_rank_open(&r, &m.files, &zero, NULL, m.path, 1, &diag)); // the first lap of each log
    ck_assert_int_eq(r.count, 1);
    vg_rank_free(&r);
    FILE *bad = fopen(m.path, "w");
    fputs("{}\n", bad);
    fclose(bad);
    ck_fails(vg_rank_open(&r, &m.files, &m.none, NULL, m.path, 1, &diag), VG_ERR_FORMAT,
             "rank.jsonl:1: format");
    vg_rank_free(&r);
}
END_TEST

START_TEST(a_judgement_that_cannot_be_written_is_not_noted) {
    made m;
    vg_rank r = {0};
    make(&m);
    ck_ok(vg_rank_open(&r, &m.files, &m.none, NULL, m.path, 1, &diag));
    vg_file_fail_after(1);
    vg_err err = vg_rank_judge(&r, VG_PREFERRED_LEFT, &diag);
    vg_file_fail_never();
    ck_assert_int_eq(err, VG_ERR_IO);
    ck_assert(r.at == 0 && r.preferences.count == 0 && access(m.path, F_OK) != 0);
    ck_ok(vg_rank_judge(&r, VG_PREFERRED_LEFT, &diag));
    ck_assert(r.at == 1 && r.preferences.count == 1);
    vg_rank_free(&r);
    for (oom turn = {.share = 20, .diag = &diag}; oom_next(&turn);) {
        turn.err = vg_rank_open(&r, &m.files, &m.none, NULL, m.path, 1, &diag);
        vg_rank_free(&r);
    }
}
END_TEST

CK_MAIN("rank", shows_each_pair_once_and_writes_each_judgement, goes_on_where_it_was_left_and_goes_back,
        draws_order_and_sides_by_the_seed, says_what_cannot_be_compared,
        a_judgement_that_cannot_be_written_is_not_noted)
