#include <math.h>
#include <string.h>

#include "sim/base/random.h"
#include "tests/scratch.h"
#include "tests/tracks/formats/format_test.h"
#include "tracks/formats.h"
#include "tracks/formats/csv.h"
#include "tracks/library.h"

#define SIXTY  "a road whose name has just sixty bytes, to the last of them."
#define HEADER "x_m,y_m,w_right_m,w_left_m\n"
static const char square[] = HEADER "0,0,2,3\n50,0,2,3\n50,50,2,3\n0,50,2,3\n";

static vg_err parse(const char *text, vg_track *track, vg_diag *diag) {
    return vg_csv_parse(text, (int64_t)strlen(text), "r.csv", track, diag);
}

// Every spelling of the square gives the square.
START_TEST(reads_every_spelling) {
    static const char *const same[] = {
        square,
        "# x_m,y_m,w_tr_right_m,w_tr_left_m\n0,0,2,3\n50,0,2,3\n50,50,2,3\n0,50,2,3\n",
        "#x_m;y_m;w_tr_right_m;w_tr_left_m\n0;0;2;3\n50;0;2;3\n50;50;2;3\n0;50;2;3",
        "\xEF\xBB\xBF" HEADER "0,0,2,3\r\n50,0,2,3\r\n\r\n50,50,2,3\r\n0,50,2,3\r\n",
        "# a square\n\n  x_m , y_m,w_right_m,\tw_left_m\n 0, 0 ,2,3\n5e1,0,2,3\n\n# half "
        "way\n50,50.0,2,3\n0,50,2,3\n\n",
        "y_m,x_m,w_left_m,w_right_m\n0,0,3,2\n0,50,3,2\n50,50,3,2\n50,0,3,2\n",
        HEADER "0,0,2,3\n50,0,2,3\n50,50,2,3\n0,50,2,3\n0,0,2,3\n", // the first point again, at the end
    };
    for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
        vg_diag diag;
        vg_track track;
        ck_ok(parse(same[i], &track, &diag));
        ck_assert_msg(track.count == 4, "spelling %zu has %d points", i, track.count);
        ck_assert(track.closed);
        ck_assert_double_eq(track.x[1], 50);
        ck_assert_double_eq(track.y[2], 50);
        ck_assert_double_eq(track.right[3], 2);
        ck_assert_double_eq(track.left[3], 3);
        vg_track_free(&track);
    }
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

// Files as other programs write them; the road is the same in each, but for one that is a line alone.
START_TEST(reads_what_others_write) {
    static const struct {
        const char *file;
        double width; // asked for
    } same[] = {{"tabs", 0},
                {"quoted", 0},
                {"no_header", 0},
                {"extra_columns", 0},
                {"centre_only", 12},
                {"raceline", 12},
                {"closing_point_1_cm_off", 0}};
    vg_diag diag;
    vg_track first = {0}, track;
    for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
        char path[300];
        snprintf(path, sizeof path, VG_FIXTURES "/roads/%s.csv", same[i].file);
        const vg_track_options options = {.width = same[i].width};
        if (same[i].width > 0)
            ck_fails(vg_track_read_file(path, NULL, &track, &diag), VG_ERR_FORMAT,
                     "a line without widths; say how wide the road is");
        ck_ok(vg_track_read_file_as(&options, path, NULL, &track, &diag));
        ck_assert_msg(track.count == 192 && track.closed, "%s: %d points", same[i].file, track.count);
        if (!first.x) {
            first = track;
            continue;
        }
        for (int32_t k = 0; k < track.count; k++)
            ck_assert_msg(track.x[k] == first.x[k] && track.y[k] == first.y[k] && track.left[k] == 6 &&
                              track.right[k] == 6,
                          "%s: point %d", same[i].file, k);
        vg_track_free(&track);
    }
    vg_track_free(&first);
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

// The same square once more, as tables of other kinds.
START_TEST(reads_other_tables) {
    static const char *const same[] = {
        "0,0\n50,0\n50,50\n0,50\n",                   // numbers alone
        "x,y;\n0,0;\n50,0;\n50,50;\n0,50;\n",         // a separator behind each line
        "sep=;\nX;Y\n0,0;0,0\n50,0;0\n50;50\n0;50\n", // decimal commas
        "0 1.5 0\n50 1.5 0\n50 1.5 50\n0 1.5 50\n",   // the height in the middle
        "x_cm\ty_cm\twidth_cm\n0\t0\t400\n5000\t0\t400\n5000\t5000\t400\n0\t5000\t400\n",
        "name,x,y\na,0,0\nb,50,0\n\"c,d\",50,50\n,0,50\n", // a column of words
    };
    vg_diag diag;
    for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
        const vg_track_options options = {.width = 4};
        vg_track track;
        ck_ok(vg_track_parse_as(&options, same[i], (int64_t)strlen(same[i]), "r.txt", NULL, &track, &diag));
        ck_assert_msg(track.count == 4 && track.x[2] == 50 && track.y[3] == 50 && track.x[3] == 0 &&
                          track.left[1] == 2 && track.right[1] == 2,
                      "table %zu", i);
        vg_track_free(&track);
    }
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

// Both edges in one table; the outer one has a point more.
START_TEST(reads_borders) {
    static const char text[] = "inner_x,inner_y,outer_x,outer_y\n10,10,0,0\n90,10,100,0\n90,90,100,100\n"
                               "10,90,0,100\n,,0,50\n";
    vg_diag diag;
    vg_track track;
    ck_ok(vg_track_parse(text, sizeof text - 1, "r.csv", NULL, &track, &diag));
    ck_assert(track.closed);
    for (int32_t i = 0; i < track.count; i++) {
        // It runs to the left, so the inner edge is to its left.
        double x = track.x[i], y = track.y[i];
        if (x < 30 || x > 70 || y > 50) continue;
        ck_assert_double_eq_tol(y + track.left[i], 10, 0.05);
        ck_assert_double_eq_tol(y - track.right[i], 0, 0.05);
    }
    vg_track_free(&track);
    static const char word[] = "left_x,left_y,right_x,right_y\n1,2,3,a\n";
    ck_fails(vg_track_parse(word, sizeof word - 1, "r.csv", NULL, &track, &diag), VG_ERR_FORMAT,
             "r.csv:2: right_y: 'a'");
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

// A track of model cars is kept as drawn: no point lies farther from it than a hundredth of the half width.
START_TEST(keeps_a_small_road) {
    vg_diag diag;
    vg_track track;
    vg_road *road;
    ck_ok(vg_track_read_file(VG_FIXTURES "/roads/road_of_a_1_43_car.csv", NULL, &track, &diag));
    ck_ok(vg_track_road(&track, &road, &diag));
    for (int32_t i = 0; i < track.count; i++)
        ck_assert_double_le(fabs(vg_road_locate(road, track.x[i], track.y[i]).offset), 0.01 * track.left[i]);
    vg_road_destroy(road);
    vg_track_free(&track);
}
END_TEST

// A point within 5 cm of the first is the first again, unless the points are as near as that.
START_TEST(drops_a_repeated_end) {
    vg_diag diag;
    vg_track track;
    for (int n = 0; n < 3; n++) {
        double off = n == 0 ? 0.049 : 0.051, scale = n == 2 ? 0.002 : 1;
        ck_ok(vg_track_alloc(5, &track, &diag));
        vg_track_add(&track, 0, 0, 1, 1);
        vg_track_add(&track, 50 * scale, 0, 1, 1);
        vg_track_add(&track, 50 * scale, 50 * scale, 1, 1);
        vg_track_add(&track, 0, 50 * scale, 1, 1);
        vg_track_add(&track, 0, n == 2 ? 0.04 : off, 1, 1);
        vg_track_drop_repeat(&track);
        ck_assert_int_eq(track.count, n == 0 ? 4 : 5);
        vg_track_free(&track);
    }
}
END_TEST

START_TEST(says_when_open) {
    static const char *const opens[] = {"# open\n" HEADER "0,0,2,2\n50,0,2,2\n99,9,2,2\n",
                                        HEADER "# closed: no\n# name: lane\n0,0,2,2\n50,0,2,2\n99,9,2,2\n"};
    vg_diag diag;
    vg_track track;
    for (int i = 0; i < 2; i++) {
        ck_ok(parse(opens[i], &track, &diag));
        ck_assert(!track.closed);
        ck_assert_str_eq(track.name, i ? "lane" : "");
        vg_track_free(&track);
    }
}
END_TEST

START_TEST(refuses_what_is_no_road) {
    // The content of the file, and what the message must say.
    static const char *const bad[][2] = {
        {"", "r.csv: the file is empty; expected the header"},
        {"\n\n# nothing\n", "r.csv: no header"},
        {HEADER, "r.csv:1: 0 points; expected at least 3"},
        {HEADER "0,0,2,2\n50,0,2,2\n", "r.csv:3: 2 points"},
        {HEADER "0,0,2,2\n50,0,2,2\n0,0,2,2\n", "2 points"}, // two and the first again
        {"nothing here\n", "r.csv:1: 'nothing here' before any header; expected x_m,y_m,w_right_m"},
        {"0,0,2,2\n", "r.csv:1: 1 points; expected at least 3"},
        {"x_m,y_m,w_right_m\n", "r.csv:1: the header 'x_m,y_m,w_right_m' has one side's width"},
        {"x_m,y_m,w_right_m,w_right_m\n", "r.csv:1: w_right_m: a second such column in the header"},
        {"x_m,y_m,z_m,w_left_m\n", "expected x_m,y_m,w_right_m,w_left_m or"},
        {HEADER "0,0,2,2\n50,0,2\n", "r.csv:3: w_left_m: 3 fields; expected 4"},
        {HEADER "0,0,2,2\n50\n", "r.csv:3: y_m: 1 fields"},
        {HEADER "0,0,2,2,2\n", "r.csv:2: 5 fields"},
        {HEADER "0;0;2;2\n", "separated by ','"},
        {HEADER "0,0,2,2\n50,zero,2,2\n", "r.csv:3: y_m: 'zero' is not a finite number"},
        {HEADER "0,,2,2\n", "r.csv:2: y_m: ''"},
        {HEADER "nan,0,2,2\n", "r.csv:2: x_m: 'nan'"},
        {HEADER "0,inf,2,2\n", "r.csv:2: y_m: 'inf'"},
        {HEADER "0,1e999,2,2\n", "r.csv:2: y_m: '1e999'"},
        {HEADER "0,0x10,2,2\n", "r.csv:2: y_m: '0x10'"},
        {HEADER "2e7,0,2,2\n", "r.csv:2: x_m: 2e+07 m; expected at most"},
        {HEADER "0,0,-2,2\n", "r.csv:2: w_right_m: -2 m; expected above 0"},
        {HEADER "0,0,2,0\n", "r.csv:2: w_left_m: 0 m; expected above 0"},
        {HEADER "0,0,2,2\n0,0,2,2\n", "r.csv:3: x_m: the point (0, 0) again, as in line 2"},
        {HEADER "0,0,2,2\n" HEADER, "r.csv:3: x_m: 'x_m'"},
        {"# name: " SIXTY "abcd\n" HEADER,
         "r.csv:1: name: the road's name has 64 bytes, expected at most 63"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        vg_diag diag;
        vg_track track;
        ck_fails(parse(bad[i][0], &track, &diag), VG_ERR_FORMAT, bad[i][1]);
        ck_assert_ptr_null(track.x);
    }
    vg_diag diag;
    vg_track track;
    ck_ok(parse("# name: " SIXTY "abc\n" HEADER "0,0,2,2\n50,0,2,2\n99,9,2,2\n", &track, &diag));
    ck_assert_str_eq(track.name, SIXTY "abc"); // the longest that is taken
    vg_track_free(&track);
    ck_fails(vg_csv_parse("x\0y", 3, "r.csv", &track, &diag), VG_ERR_FORMAT, "r.csv:1: a zero byte");
    char longest[4000];
    memset(longest, '1', sizeof longest);
    ck_fails(vg_csv_parse(longest, sizeof longest, "r.csv", &track, &diag), VG_ERR_FORMAT, "a line of 4000");
    ck_fails(vg_track_read_file("no/such.csv", NULL, &track, &diag), VG_ERR_NOT_FOUND, "no/such.csv");
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

START_TEST(writes_what_it_reads) {
    vg_diag diag;
    vg_track track, again;
    ck_ok(parse(square, &track, &diag));
    track.x[1] = 50.1 + 1e-14;
    track.y[1] = -1.0 / 3;
    for (int i = 0; i < 4; i++) {
        vg_text text = {0};
        track.closed = i & 1;
        vg_csv_format(&track, i & 2 ? VG_CSV_TUM : VG_CSV_PLAIN, &text);
        ck_assert_int_eq(strncmp(text.bytes, i & 2 ? "# x_m,y_m,w_tr_right_m,w_tr_left_m\n" : HEADER, 26), 0);
        ck_ok(parse(text.bytes, &again, &diag));
        ck_assert_int_eq(again.closed, track.closed);
        ck_assert_int_eq(again.count, track.count);
        ck_assert_int_eq(memcmp(again.x, track.x, 4 * sizeof(double)), 0);
        ck_assert_int_eq(memcmp(again.y, track.y, 4 * sizeof(double)), 0);
        ck_assert_int_eq(memcmp(again.right, track.right, 4 * sizeof(double)), 0);
        ck_assert_int_eq(memcmp(again.left, track.left, 4 * sizeof(double)), 0);
        vg_track_free(&again);
        vg_text_free(&text);
    }
    vg_track_free(&track);
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

START_TEST(reads_and_writes_files) {
    vg_diag diag;
    vg_track track, again;
    const char *path = scratch("road.csv");
    ck_ok(parse(square, &track, &diag));
    ck_ok(vg_track_write_file(&track, &vg_track_format_tum, path, VG_KEEP, &diag));
    ck_fails(vg_track_write_file(&track, &vg_track_format_tum, path, VG_KEEP, &diag), VG_ERR_EXISTS, path);
    ck_ok(vg_track_read_file(path, NULL, &again, &diag));
    ck_assert_str_eq(again.name, "road"); // the file's name, without its end
    ck_assert_int_eq(again.count, 4);
    vg_track_free(&track);
    vg_track_free(&again);
}
END_TEST

// Bytes changed, cut and doubled at random: the reader must give a result or an error, never crash (the
// sanitizers check).
START_TEST(survives_damage) {
    for (uint32_t round = 0; round < 20000; round++) {
        char text[256];
        int64_t size = (int64_t)sizeof square - 1;
        memcpy(text, square, sizeof square);
        vg_draw at = {.seed = 5, .stream = VG_STREAM_SHUFFLE, .step = round};
        for (int changes = 0; changes < 3; changes++) {
            static const char bytes[] = "\0\n\r,;#-.e 019nx\xEF\xFF";
            uint64_t where = vg_random_below(&at, (uint64_t)size);
            at.draw++;
            uint64_t what = vg_random_below(&at, sizeof bytes + 1);
            at.draw++;
            if (what < sizeof bytes)
                text[where] = bytes[what];
            else
                size = (int64_t)where + 1;
        }
        vg_track track;
        vg_diag diag = {0};
        char *exact = malloc((size_t)size); // an exact allocation, so that reading behind the end is detected
        memcpy(exact, text, (size_t)size);
        vg_err err = vg_csv_parse(exact, size, "r.csv", &track, &diag);
        ck_assert(err == VG_OK || (err == VG_ERR_FORMAT && diag.text[0]));
        vg_track_free(&track);
        free(exact);
    }
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

START_TEST(survives_every_failed_allocation) {
    vg_diag diag;
    for (oom turn = {.diag = &diag}; oom_next(&turn);) {
        vg_track track;
        turn.err = parse(square, &track, &diag);
        if (!turn.err) vg_track_free(&track);
    }
}
END_TEST

// Both edges as a table: read again, they lie within 10 cm of the road's own.
START_TEST(writes_borders) {
    vg_diag diag;
    for (int n = 0; n < 2; n++) {
        vg_track track, again;
        vg_text text = {0};
        ck_ok(vg_track_read("chicane", NULL, &track, &diag));
        track.closed = n == 0;
        vg_track_format_borders.write(&track, &text);
        ck_ok(vg_track_parse(text.bytes, text.size, "b.csv", NULL, &again, &diag));
        ck_edges_come_back(&track, &again, 1, 0.1);
        vg_track_free(&again);
        vg_track_free(&track);
        vg_text_free(&text);
    }
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

CK_MAIN("csv", writes_borders, reads_every_spelling, reads_what_others_write, reads_other_tables,
        reads_borders, keeps_a_small_road, drops_a_repeated_end, says_when_open, refuses_what_is_no_road,
        writes_what_it_reads, reads_and_writes_files, survives_damage, survives_every_failed_allocation)
