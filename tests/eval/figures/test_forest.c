#include "eval/figures/forest.h"

#include <math.h>

#include "tests/figure.h"

static const double seeds[] = {0.1, 0.13, NAN, 0.2};

static vg_forest_figure example(const vg_forest_row *rows, int32_t count) {
    vg_forest_figure figure = vg_forest_default();
    figure.title = "off the road";
    figure.rows = rows;
    figure.row_count = count;
    return figure;
}

START_TEST(a_row_shows_its_numbers_and_seeds) {
    const vg_forest_row row = {"bc & co", 0.1234, 0.081, 0.17, seeds, 4, VG_ROLE_NONE};
    vg_forest_figure figure = example(&row, 1);
    figure.floor = 0.02;
    figure.floor_label = "human 2 %";
    figure.x_label = "share of episodes";
    figure_shows(vg_forest_paint, &figure,
                 (const char *[]){">bc &amp; co<", ">12.3 %<", ">(8.1 to 17.0)<", ">human 2 %<",
                                  ">share of episodes<"},
                 5);
    ck_assert_int_eq(figure_pieces(vg_forest_paint, &figure, "vg-s-series-0"), 3 + 1);
    figure.percent = false;
    figure_shows(vg_forest_paint, &figure, (const char *[]){">0.123<", ">(0.081 to 0.170)<"}, 2);
}
END_TEST

START_TEST(what_is_unknown_is_left_out) {
    const vg_forest_row rows[] = {{"none", NAN, 0.1, 0.2, NULL, 0, VG_ROLE_NONE},
                                  {"bare", 0.5, NAN, 0.6, NULL, 0, VG_ROLE_SERIES_3}};
    vg_forest_figure figure = example(rows, 2);
    figure_shows(vg_forest_paint, &figure, (const char *[]){">no data<", ">50.0 %<"}, 2);
    ck_assert_int_eq(figure_count(vg_forest_paint, &figure, " to "), 0);
    ck_assert_int_eq(figure_count(vg_forest_paint, &figure, "vg-f-series-0"), 0);
    ck_assert_int_eq(figure_count(vg_forest_paint, &figure, "vg-s-series"), 0);
}
END_TEST

START_TEST(the_picture_grows_with_its_rows) {
    vg_forest_row rows[VG_FOREST_ROWS];
    for (int32_t i = 0; i < VG_FOREST_ROWS; i++)
        rows[i] =
            (vg_forest_row){"a recipe whose name is as long as a whole sentence, so that it is cut short",
                            -0.1,
                            -0.2,
                            0.1,
                            NULL,
                            0,
                            VG_ROLE_NONE};
    vg_forest_figure figure = example(rows, VG_FOREST_ROWS);
    double all = vg_forest_height(&figure);
    ck_assert_int_eq(figure_count(vg_forest_paint, &figure, "…<"), VG_FOREST_ROWS);
    ck_assert_int_eq(figure_count(vg_forest_paint, &figure, ">(−20.0 to 10.0)<"), VG_FOREST_ROWS);
    figure.row_count = 4;
    ck_assert_double_lt(vg_forest_height(&figure), all - 600);
}
END_TEST

START_TEST(wrong_counts_are_refused) {
    vg_forest_figure figure = example(NULL, 0);
    ck_fails(vg_forest_write(&figure, "/nonexistent/a.svg", NULL, &diag), VG_ERR_ARGUMENT, "0 rows");
    figure.row_count = 65;
    ck_fails(vg_forest_write(&figure, "/nonexistent/a.png", NULL, &diag), VG_ERR_ARGUMENT, "65 rows");
}
END_TEST

START_TEST(no_leak_when_memory_ends) {
    const vg_forest_row row = {"a", 0.1, 0.05, 0.2, seeds, 4, VG_ROLE_NONE};
    vg_forest_figure figure = example(&row, 1);
    figure_frees_all(vg_forest_paint, &figure);
}
END_TEST

CK_MAIN("forest", a_row_shows_its_numbers_and_seeds, what_is_unknown_is_left_out,
        the_picture_grows_with_its_rows, wrong_counts_are_refused, no_leak_when_memory_ends)
