#include <string.h>

#include "sim/base/random.h"
#include "tests/scratch.h"
#include "tracks/formats.h"
#include "tracks/formats/csv.h"

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
        {"0,0,2,2\n", "r.csv:1: '0,0,2,2' before any header"},
        {"x_m,y_m,w_right_m\n", "r.csv:1: a header of 3 columns"},
        {"x_m,y_m,w_right_m,w_right_m\n", "r.csv:1: the header"},
        {"x_m,y_m,z_m,w_left_m\n", "expected x_m,y_m,w_right_m,w_left_m or"},
        {"x_m,y_m,w_tr_right_m,w_left_m\n", "r.csv:1: the header"},
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
    for (int64_t n = 1;; n++) {
        vg_track track;
        vg_diag diag;
        vg_memory_fail_after(n);
        vg_err err = parse(square, &track, &diag);
        vg_memory_fail_never();
        if (!err) {
            ck_assert_int_gt(n, 1);
            vg_track_free(&track);
            break;
        }
        ck_assert_int_eq(err, VG_ERR_MEMORY);
        ck_assert_int_eq(vg_memory_live(), 0);
    }
}
END_TEST

CK_MAIN("csv", reads_every_spelling, says_when_open, refuses_what_is_no_road, writes_what_it_reads,
        reads_and_writes_files, survives_damage, survives_every_failed_allocation)
