#include "eval/figures/strip.h"

#include <math.h>

#include "tests/figure.h"

static const double drift[] = {0.01, 0.02, 0.99, NAN, 0.99, 1.7}, exits[] = {10, 55, NAN};

static vg_strip_figure example(const vg_strip_row *rows, int32_t count) {
    vg_strip_figure figure = vg_strip_default();
    figure.title = "strips";
    figure.rows = rows;
    figure.row_count = count;
    return figure;
}

START_TEST(equal_bins_are_one_rectangle) {
    const vg_strip_row row = {"road & co", "2 of 16 left", 60, drift, 6, exits, 3};
    const vg_strip_row undriven = {"road", NULL, 60, drift + 3, 1, NULL, 0};
    vg_strip_figure figure = example(&row, 1), bare = example(&undriven, 1);
    figure_shows(vg_strip_paint, &figure,
                 (const char *[]){">road &amp; co<", ">2 of 16 left<", ">centre<", ">edge<",
                                  ">3 left the road<", ">not driven<", ">100 %<"},
                 7);
    // The key has each colour once.
    ck_assert_int_eq(figure_pieces(vg_strip_paint, &bare, "vg-f-ramp-0"), 1);
    ck_assert_int_eq(figure_pieces(vg_strip_paint, &figure, "vg-f-ramp-0"), 1 + 1);
    ck_assert_int_eq(figure_pieces(vg_strip_paint, &figure, "vg-f-ramp-9"), 1 + 2);
    ck_assert_int_eq(figure_pieces(vg_strip_paint, &figure, "vg-f-ramp-5"), 1);
    ck_assert_int_eq(figure_pieces(vg_strip_paint, &figure, "vg-s-exit"), 1 + 2);
}
END_TEST

START_TEST(the_picture_grows_with_its_rows) {
    vg_strip_row rows[VG_STRIP_ROWS];
    for (int32_t i = 0; i < VG_STRIP_ROWS; i++)
        rows[i] = (vg_strip_row){"r", NULL, 100 + i, drift, 6, NULL, 0};
    vg_strip_figure figure = example(rows, VG_STRIP_ROWS);
    double all = vg_strip_height(&figure);
    figure.metres = true;
    ck_assert_int_eq(figure_count(vg_strip_paint, &figure, ">r<"), 2 * VG_STRIP_ROWS);
    figure.row_count = 12;
    ck_assert_double_lt(vg_strip_height(&figure), all - 300);
    figure_shows(vg_strip_paint, &figure, (const char *[]){">distance along the road (m)<"}, 1);
}
END_TEST

START_TEST(wrong_rows_are_refused) {
    const vg_strip_row row = {"short", NULL, 0, drift, 6, NULL, 0};
    vg_strip_figure figure = example(&row, 0);
    ck_fails(vg_strip_write(&figure, "/nonexistent/a.svg", NULL, &diag), VG_ERR_ARGUMENT, "0 rows");
    figure.row_count = 65;
    ck_fails(vg_strip_write(&figure, "/nonexistent/a.svg", NULL, &diag), VG_ERR_ARGUMENT, "65 rows");
    figure.row_count = 1;
    ck_fails(vg_strip_write(&figure, "/nonexistent/a.png", NULL, &diag), VG_ERR_ARGUMENT, "short, is 0 m");
}
END_TEST

START_TEST(no_leak_when_memory_ends) {
    const vg_strip_row row = {"a", "b", 60, drift, 6, exits, 2};
    vg_strip_figure figure = example(&row, 1);
    figure_frees_all(vg_strip_paint, &figure);
}
END_TEST

CK_MAIN("strip", equal_bins_are_one_rectangle, the_picture_grows_with_its_rows, wrong_rows_are_refused,
        no_leak_when_memory_ends)
