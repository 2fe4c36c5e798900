#include "tracks/formats/lines.h"

#include <math.h>
#include <string.h>

#include "tests/check.h"

static vg_diag diag;
static const vg_track_source source = {.file = "f"};

static void add(vg_lines *lines, const char *name, double y, bool ring) {
    ck_ok(vg_lines_begin(lines, name, ring, &diag));
    for (int i = 0; i <= 10; i++) ck_ok(vg_lines_add(lines, 10 * i, y, i, &diag));
}

START_TEST(names_tell_the_sides) {
    static const char *const names[][3] = {{"Left border", "rightBound", "start line"},
                                           {"outer", "b", "inner"},
                                           {"a", "b", NULL},
                                           {"x", NULL, NULL}};
    for (int n = 0; n < 4; n++) {
        vg_lines lines = {.source = &source};
        vg_track track;
        for (int i = 0; i < 3 && names[n][i]; i++) add(&lines, names[n][i], 4 - 8 * i, false);
        ck_ok(vg_lines_begin(&lines, "empty", false, &diag));
        ck_ok(vg_lines_track(&lines, &track, &diag));
        ck_assert(!track.closed && strcmp(track.file, "f") == 0);
        // Left and right run along y = 4 and -4; outer and inner along 4 and -12.
        ck_assert_double_eq_tol(track.y[3], n == 1 ? -4 : n == 3 ? 4 : 0, 0.05);
        ck_assert_double_eq_tol(track.left[3], n == 1 ? 8 : n == 3 ? 0 : 4, 0.05);
        ck_assert(track.x[1] > track.x[0]);
        if (n == 3) ck_assert_str_eq(track.name, "x");
        vg_track_free(&track);
        vg_lines_free(&lines);
    }
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

START_TEST(refuses_what_is_no_road) {
    vg_lines lines = {.source = &source};
    vg_track track;
    ck_fails(vg_lines_track(&lines, &track, &diag), VG_ERR_FORMAT, "f: no line; expected");
    for (int i = 0; i < 3; i++) add(&lines, i == 1 ? "left" : "?", i, false);
    ck_fails(vg_lines_track(&lines, &track, &diag), VG_ERR_FORMAT, "more than two lines");
    ck_fails(vg_lines_add(&lines, 1e8, 0, 7, &diag), VG_ERR_FORMAT, "f:7: (1e+08, 0); expected metres");
    vg_lines_free(&lines);
    lines = (vg_lines){.source = &source, .geodetic = true};
    ck_ok(vg_lines_begin(&lines, "", false, &diag));
    ck_ok(vg_lines_add(&lines, 10, 50, 1, &diag));
    ck_fails(vg_lines_add(&lines, 10, 91, 2, &diag), VG_ERR_FORMAT, "f:2: (10, 91); expected a longitude");
    ck_fails(vg_lines_add(&lines, 40, 50, 3, &diag), VG_ERR_FORMAT, "over 1000 km from the first");
    vg_lines_free(&lines);
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

// A ring is closed; its repeated point is dropped. Degrees begin at the first point, or where it is said.
START_TEST(degrees_become_metres) {
    for (int n = 0; n < 2; n++) {
        vg_track_source there = source;
        there.options = (vg_track_options){.at_origin = n, .latitude = 45, .longitude = 9};
        vg_lines lines = {.source = &there, .geodetic = true};
        vg_track track;
        ck_ok(vg_lines_begin(&lines, "", true, &diag));
        static const double places[][2] = {
            {9.001, 45}, {9.002, 45}, {9.002, 45.001}, {9.001, 45.001}, {9.001, 45}};
        for (int i = 0; i < 5; i++) ck_ok(vg_lines_add(&lines, places[i][0], places[i][1], 0, &diag));
        ck_ok(vg_lines_track(&lines, &track, &diag));
        ck_assert(track.closed && track.count == 4 && track.geodetic);
        ck_assert_double_eq_tol(track.x[0], n ? 78.85 : 0, 0.01);
        ck_assert_double_eq_tol(track.y[2] - track.y[1], 111.13, 0.01);
        ck_assert_double_eq_tol(track.longitude, n ? 9 : 9.001, 1e-12);
        vg_track_free(&track);
        vg_lines_free(&lines);
    }
}
END_TEST

CK_MAIN("lines", names_tell_the_sides, refuses_what_is_no_road, degrees_become_metres)
