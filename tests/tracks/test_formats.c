// The table of road formats: what each row must be, and that reading and writing use it.
#include <string.h>
#include <unistd.h>

#include "tests/scratch.h"
#include "tracks/formats.h"

static vg_diag diag;

#define TUM   "# x_m,y_m,w_tr_right_m,w_tr_left_m\n0,0,2,3\n50,0,2,3\n50,50,2,3\n"
#define PLAIN "# a square\nx_m,y_m,w_right_m,w_left_m\n0,0,2,3\n50,0,2,3\n50,50,2,3\n"

static const char *format_of(const char *path, const char *text) {
    const vg_format *format = vg_format_of(vg_track_formats, path, text, (int64_t)strlen(text));
    return format ? format->name : "";
}

START_TEST(rows_are_whole) {
    const vg_track_format *format;
    int32_t count = 0;
    for (; (format = vg_track_format_at(count)); count++) {
        ck_assert_ptr_eq(vg_track_formats[count], &format->about);
        ck_assert_ptr_eq(vg_format_named(vg_track_formats, format->about.name), &format->about);
        ck_assert(format->about.endings && format->about.summary && format->about.sniff);
        ck_assert(format->read || format->write);
    }
    ck_assert_int_ge(count, 2);
    ck_assert_ptr_null(vg_track_formats[count]);
    ck_assert_ptr_null(vg_track_format_at(-1));
}
END_TEST

// docs/roads.md lists every row.
START_TEST(rows_are_documented) {
    char *page, row[80];
    int64_t size;
    ck_ok(vg_file_read(VG_ROOT "/docs/roads.md", 0, &page, &size, &diag));
    const vg_track_format *format;
    for (int32_t i = 0; (format = vg_track_format_at(i)); i++) {
        snprintf(row, sizeof row, "\n| `%s` | .%.*s", format->about.name,
                 (int)strcspn(format->about.endings, " "), format->about.endings);
        ck_assert_msg(strstr(page, row), "docs/roads.md lacks the format '%s'", format->about.name);
    }
    vg_free(page);
}
END_TEST

START_TEST(a_file_is_known_by_what_it_holds) {
    ck_assert_str_eq(format_of("a.csv", TUM), "tum");
    ck_assert_str_eq(format_of("a.csv", PLAIN), "plain");
    ck_assert_str_eq(format_of("a.txt", PLAIN), "plain");
    ck_assert_str_eq(format_of("a.csv", "1,2\n"), "points");
    ck_assert_str_eq(format_of("a.csv", "X;Y\n"), "points");
    ck_assert_str_eq(format_of("a.csv", "word\n"), "tum");
    ck_assert_str_eq(format_of("a.doc", "t_s,x_m,y_m,heading_rad,speed_mps\n"), ""); // a drive
    ck_assert_str_eq(format_of("a.doc", "word,2\n"), "");
    static const char zero[] = "x_m,w_right_m\0";
    ck_assert_ptr_null(vg_format_of(vg_track_formats, "a.bin", zero, sizeof zero));
}
END_TEST

// What each format writes is read back to the last bit, and is detected as that format.
START_TEST(what_is_written_reads_back) {
    const vg_track_format *format;
    vg_track track, again;
    ck_ok(vg_track_parse(PLAIN, sizeof PLAIN - 1, "roads/square.csv", NULL, &track, &diag));
    ck_assert_str_eq(track.name, "square");
    ck_assert_str_eq(track.file, "roads/square.csv");
    track.x[1] = 50 + 1.0 / 3;
    for (int32_t i = 0; (format = vg_track_format_at(i)); i++) {
        if (!format->write || format->approximate) continue;
        char path[600];
        snprintf(path, sizeof path, "%s.%.*s", scratch("written"), (int)strcspn(format->about.endings, " "),
                 format->about.endings);
        ck_ok(vg_track_write_file(&track, format, path, VG_KEEP, &diag));
        ck_fails(vg_track_write_file(&track, format, path, VG_KEEP, &diag), VG_ERR_EXISTS, path);
        ck_ok(vg_track_read_file(path, NULL, &again, &diag));
        ck_assert(again.count == 3 && again.closed && again.x[1] == track.x[1] && again.left[2] == 3);
        vg_track_free(&again);
        unlink(path);
    }
    vg_track_free(&track);
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

// Two borders so far apart make no road, whatever the format.
START_TEST(absurd_roads_are_refused) {
    static const char far[] =
        "left_x,left_y,right_x,right_y\n0,0,0,9000\n5000,0,5000,9000\n9000,0,9000,9000\n";
    vg_track track;
    ck_fails(vg_track_parse(far, sizeof far - 1, "a.csv", NULL, &track, &diag), VG_ERR_FORMAT,
             "is over 1000 m from an edge");
    ck_assert_ptr_null(track.x);
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

START_TEST(what_no_row_knows_is_refused) {
    vg_track track;
    const vg_track_format *format;
    ck_fails(vg_track_parse("<what>", 6, "a.xyz", NULL, &track, &diag), VG_ERR_FORMAT,
             "a.xyz: is not a road in a format that verge reads: tum (.csv), plain (.csv)");
    ck_assert_ptr_null(track.x);
    ck_ok(vg_track_format_to_write("a/b.CSV", &format, &diag));
    ck_assert_str_eq(format->about.name, "tum");
    ck_fails(vg_track_format_to_write("a.csv/b", &format, &diag), VG_ERR_ARGUMENT,
             "a.csv/b: does not end like a road format that verge writes: tum (.csv), plain (.csv), borders "
             "(.csv), geojson (.geojson .json), xodr (.xodr)");
    ck_assert_ptr_null(format);
    vg_memory_fail_after(1);
    ck_assert_int_eq(vg_track_format_to_write("a", &format, &diag), VG_ERR_MEMORY);
    vg_memory_fail_never();
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

CK_MAIN("formats", rows_are_whole, rows_are_documented, a_file_is_known_by_what_it_holds,
        what_is_written_reads_back, absurd_roads_are_refused, what_no_row_knows_is_refused)
