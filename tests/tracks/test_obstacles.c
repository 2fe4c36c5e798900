#include <math.h>
#include <string.h>

#include "sim/base/file.h"
#include "tests/check.h"
#include "tests/out_of_memory.h"
#include "tracks/formats.h"
#include "tracks/formats/csv.h"
#include "tracks/obstacles.h"

#define HEADER "x_m,y_m,w_right_m,w_left_m\n"
#define SQUARE "0,0,4,4\n100,0,4,4\n100,100,4,4\n0,100,4,4\n"

static vg_err parse(const char *text, vg_track *track, vg_diag *diag) {
    return vg_track_parse(text, (int64_t)strlen(text), "r.csv", NULL, track, diag);
}

START_TEST(reads_what_it_wrote) {
    static const char text[] = HEADER "# obstacle: disc x=50 y=-25.5 radius=0.75\n"
                                      "# obstacle: box x=120 y=50 heading=1.25 length=4 width=1.5\n" SQUARE;
    vg_diag diag = {0};
    vg_track track, again;
    vg_text out = {0};
    ck_ok(parse(text, &track, &diag));
    ck_assert_int_eq(track.obstacle_count, 2);
    ck_assert_int_eq(track.obstacles[1].line, 3);
    for (vg_csv_header header = VG_CSV_TUM; header <= VG_CSV_PLAIN; header++) {
        vg_csv_format(&track, header, &out);
        ck_ok(parse(out.bytes, &again, &diag));
        ck_assert_int_eq(again.obstacle_count, 2);
        ck_assert_mem_eq(&again.obstacles[0].shape, &track.obstacles[0].shape, sizeof(vg_obstacle));
        ck_assert_mem_eq(&again.obstacles[1].shape, &track.obstacles[1].shape, sizeof(vg_obstacle));
        vg_track_free(&again);
        vg_text_free(&out);
    }
    vg_track_free(&track);
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

// By s and offset: the place is that of the road, and a box stands along it.
START_TEST(places_by_arc_length) {
    static const char text[] = HEADER "# obstacle: disc s=120 offset=-1.5 radius=1\n" SQUARE
                                      "# obstacle: box s=300, offset=2, length=5, width=1\n";
    vg_diag diag = {0};
    vg_track track;
    vg_road *road;
    int32_t count;
    ck_ok(parse(text, &track, &diag));
    ck_ok(vg_track_road(&track, &road, &diag));
    const vg_road_obstacle *o = vg_road_get(road).obstacles;
    count = vg_road_get(road).obstacle_count;
    ck_assert_int_eq(count, 2);
    ck_assert_double_eq_tol(o[0].s, 120, 1e-3);
    ck_assert_double_eq_tol(o[0].offset, -1.5, 1e-3);
    ck_assert_double_eq_tol(o[1].s, 300, 1e-3);
    ck_assert_double_eq_tol(o[1].left - o[1].right, 1, 0.1);
    // A road's own points bring its obstacles along; so do both borders.
    vg_track sampled;
    ck_ok(vg_track_sample(road, 5, &sampled, &diag));
    ck_assert_int_eq(sampled.obstacle_count, 2);
    vg_text out = {0};
    vg_track_format_borders.write(&sampled, &out);
    vg_track_free(&track);
    ck_ok(parse(out.bytes, &track, &diag));
    ck_assert_int_eq(track.obstacle_count, 2);
    vg_text_free(&out);
    vg_track_free(&sampled);
    vg_track_free(&track);
    vg_road_destroy(road);
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

static void refuses(const char *line, const char *says) {
    char text[1200];
    vg_diag diag = {0};
    vg_track track;
    vg_road *road = NULL;
    snprintf(text, sizeof text, HEADER "# obstacle: %s\n" SQUARE, line);
    vg_err err = parse(text, &track, &diag);
    if (!err) err = vg_track_road(&track, &road, &diag);
    ck_assert_msg(err, "'%s' is taken", line);
    ck_assert_msg(strstr(diag.text, says) || strstr(diag.field, says), "'%s' for '%s'", diag.text, line);
    ck_assert_msg(diag.line == 2 && strcmp(diag.file, "r.csv") == 0, "'%s' at %s:%lld", line, diag.file,
                  (long long)diag.line);
    vg_track_free(&track);
}

START_TEST(names_line_and_field) {
    static const char *const bad[][2] = {
        {"", "expected disc or box"},
        {"ball x=1 y=1 radius=1", "'ball'; expected disc or box"},
        {"disc x=50 y=-25 radius=0", "expected 0.01 to 50 m"},
        {"disc x=50 y=-25 radius=nan", "'nan' is not a finite number"},
        {"disc x=50 y=-25 radius=1e400", "is not a finite number"},
        {"disc x=50 y=-25 radius=-1", "expected 0.01 to 50 m"},
        {"disc x=50 y=-25", "obstacle.radius"},
        {"disc y=-25 radius=1", "obstacle.x"},
        {"disc s=10 radius=1", "obstacle.offset"},
        {"disc s=10 offset=1 x=2 radius=1", "has no place in a line with s and offset"},
        {"disc x=50 y=-25 radius=1 width=2", "has no place in a disc"},
        {"box x=50 y=-25 length=2 width=1 radius=2", "has no place in a box"},
        {"box x=50 y=-25 length=2", "obstacle.width"},
        {"disc x=50 x=50 y=-25 radius=1", "given twice"},
        {"disc x=50 y=-25 radius", "expected key=value"},
        {"disc x=50 y=-25 size=2", "unknown key 'size'"},
        {"disc s=4000 offset=0 radius=1", "expected 0 to"},
        {"disc s=-1 offset=0 radius=1", "expected 0 to"},
        {"disc x=50 y=50 radius=1", "lies off the road"},
        {"disc x=3 y=0 radius=0.5", "from the road's start"},
        {"disc s=100 offset=0 radius=9", "blocks the whole road"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) refuses(bad[i][0], bad[i][1]);
    char longest[600];
    memset(longest, ' ', sizeof longest - 1), longest[599] = 0;
    refuses(longest, "expected disc or box");
    memcpy(longest, "disc", 4), longest[598] = 'x';
    refuses(longest, "over 511 characters");
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

START_TEST(takes_so_many_and_no_more) {
    vg_track track = {0};
    vg_diag diag = {0};
    for (int i = 0; i < VG_OBSTACLES_MOST; i++)
        ck_ok(vg_track_take_obstacle(&track, "disc x=1 y=1 radius=1", "r.csv", i, &diag));
    ck_fails(vg_track_take_obstacle(&track, "disc x=1 y=1 radius=1", "r.csv", 2000, &diag), VG_ERR_FORMAT,
             "one more than the 1024");
    ck_assert_int_eq(diag.line, 2000);
    vg_track_free(&track);
}
END_TEST

START_TEST(survives_every_failed_allocation) {
    static const char text[] = HEADER "# obstacle: disc s=120 offset=-1.5 radius=1\n" SQUARE;
    vg_diag diag;
    for (oom turn = {.diag = &diag}; oom_next(&turn);) {
        vg_track track;
        turn.err = parse(text, &track, &diag);
        vg_track_free(&track);
    }
}
END_TEST

CK_MAIN("obstacles", reads_what_it_wrote, places_by_arc_length, names_line_and_field,
        takes_so_many_and_no_more, survives_every_failed_allocation)
