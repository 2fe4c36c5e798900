#include "eval/figures/hazard.h"

#include <math.h>

#include "tests/figure.h"

static const double edges[] = {0, 5, 10, 15, 20}, rate[] = {1, NAN, 2, 1.5}, low[] = {0.5, 0.1, 1, NAN},
                    high[] = {2, 3, 200, NAN};

static vg_hazard_figure example(const vg_hazard_series *series, int32_t count) {
    vg_hazard_figure figure = vg_hazard_default();
    figure.title = "a & b";
    figure.subtitle = "<64> roads";
    figure.series = series;
    figure.series_count = count;
    figure.interval = "95 % interval";
    return figure;
}

START_TEST(bins_are_levels_parted_by_what_is_unknown) {
    const vg_hazard_series series = {"bc & co", edges, rate, low, high, 4, 0};
    vg_hazard_figure figure = example(&series, 1);
    figure_shows(
        vg_hazard_paint, &figure,
        (const char *[]){"a &amp; b", "&lt;64&gt;", ">bc &amp; co<", ">95 % interval<", ">time (s)<"}, 5);
    ck_assert_int_eq(figure_pieces(vg_hazard_paint, &figure, "vg-s-series-0"), 2);
    ck_assert_int_eq(figure_pieces(vg_hazard_paint, &figure, "vg-f-series-0"), 2);
    ck_assert_int_eq(figure_count(vg_hazard_paint, &figure, ">constant hazard<"), 0);
}
END_TEST

START_TEST(a_wide_interval_does_not_set_the_scale) {
    const vg_hazard_series series = {"a", edges, rate, low, high, 4, 0};
    vg_hazard_figure figure = example(&series, 1);
    ck_assert_int_eq(figure_count(vg_hazard_paint, &figure, ">6<"), 2); // of both axes
    ck_assert_int_eq(figure_count(vg_hazard_paint, &figure, ">100<"), 0);
    ck_assert_int_eq(figure_count(vg_hazard_paint, &figure, ">200<"), 0);
}
END_TEST

START_TEST(eight_series_each_with_its_name_and_its_constant) {
    vg_hazard_series series[8];
    for (int32_t i = 0; i < 8; i++)
        series[i] =
            (vg_hazard_series){"HG-DAgger with three rounds of labels", edges, rate, NULL, NULL, 4, 1};
    vg_hazard_figure figure = example(series, 8);
    ck_assert_int_eq(figure_count(vg_hazard_paint, &figure, ">HG-DAgger with three rounds of labels<"), 8);
    ck_assert_int_eq(figure_count(vg_hazard_paint, &figure, ">constant hazard<"), 1);
    ck_assert_int_eq(figure_pieces(vg_hazard_paint, &figure, "vg-s-series-7"), 3);
}
END_TEST

START_TEST(nothing_and_a_single_bin_are_drawn) {
    const vg_hazard_series none = {"none", NULL, NULL, NULL, NULL, 0, 0},
                           one = {"one", edges, rate, low, high, 1, 0};
    vg_hazard_figure figure = example(&none, 1);
    figure_shows(vg_hazard_paint, &figure, (const char *[]){">none<", ">no data<"}, 2);
    figure = example(&one, 1);
    figure_shows(vg_hazard_paint, &figure, (const char *[]){">one<"}, 1);
    ck_assert_int_eq(figure_count(vg_hazard_paint, &figure, ">no data<"), 0);
}
END_TEST

START_TEST(wrong_counts_are_refused) {
    vg_hazard_figure figure = example(NULL, 0);
    ck_fails(vg_hazard_write(&figure, "/nonexistent/a.svg", NULL, &diag), VG_ERR_ARGUMENT, "0 series");
    figure.series_count = 9;
    ck_fails(vg_hazard_write(&figure, "/nonexistent/a.png", NULL, &diag), VG_ERR_ARGUMENT, "9 series");
    ck_fails(vg_hazard_write(&figure, "/nonexistent/a.gif", NULL, &diag), VG_ERR_ARGUMENT, ".png or .svg");
}
END_TEST

START_TEST(no_leak_when_memory_ends) {
    const vg_hazard_series series = {"a", edges, rate, low, high, 4, 1};
    vg_hazard_figure figure = example(&series, 1);
    figure_frees_all(vg_hazard_paint, &figure);
}
END_TEST

CK_MAIN("hazard", bins_are_levels_parted_by_what_is_unknown, a_wide_interval_does_not_set_the_scale,
        eight_series_each_with_its_name_and_its_constant, nothing_and_a_single_bin_are_drawn,
        wrong_counts_are_refused, no_leak_when_memory_ends)
