#include "eval/figures/scatter.h"

#include <math.h>

#include "tests/figure.h"

static const double x[] = {0, 500, 1000, 2000, 4000}, y[] = {0.9, 0.5, NAN, 0.2, 0.1},
                    low[] = {0.8, 0.4, NAN, NAN, 0}, high[] = {1, 0.6, NAN, 0.3, 0.2};

static vg_scatter_figure example(const vg_scatter_series *series, int32_t count) {
    vg_scatter_figure figure = vg_scatter_default();
    figure.title = "off the road";
    figure.x_label = "labels";
    figure.y_label = "off the road";
    figure.series = series;
    figure.series_count = count;
    figure.percent_y = true;
    return figure;
}

START_TEST(joined_series_are_parted_by_gaps_and_named) {
    const vg_scatter_series series = {"bc & co", x, y, low, high, 5};
    vg_scatter_figure figure = example(&series, 1);
    figure.joined = true;
    figure.level = 0.05;
    figure.level_label = "human";
    figure_shows(vg_scatter_paint, &figure,
                 (const char *[]){">bc &amp; co<", ">human<", ">labels<", ">50 %<"}, 4);
    // Two bars of three strokes, a single point, and a line. The first point has no position on a log axis.
    ck_assert_int_eq(figure_pieces(vg_scatter_paint, &figure, "vg-s-series-0"), 2 * 3 + 2);
    figure.log_x = false;
    ck_assert_int_eq(figure_pieces(vg_scatter_paint, &figure, "vg-s-series-0"), 3 * 3 + 2);
    figure.log_y = true;
    figure_shows(vg_scatter_paint, &figure, (const char *[]){">bc &amp; co<"}, 1);
}
END_TEST

START_TEST(loose_dots_have_a_legend_that_wraps) {
    vg_scatter_series series[8];
    for (int32_t i = 0; i < 8; i++)
        series[i] = (vg_scatter_series){"HG-DAgger with three rounds", x, y, NULL, NULL, 5};
    vg_scatter_figure figure = example(series, 8);
    ck_assert_int_eq(figure_count(vg_scatter_paint, &figure, ">HG-DAgger with three rounds<"), 8);
    ck_assert_int_eq(figure_count(vg_scatter_paint, &figure, "class=\"vg-f-series-7"), 3 + 1);
    vg_text svg = figure_svg(vg_scatter_paint, &figure, VG_THEME_LIGHT);
    const char *at = strstr(svg.bytes, "HG-DAgger");
    double left = 1e9;
    for (; at; at = strstr(at + 1, "HG-DAgger")) {
        const char *text = at;
        while (*text != '<') text--;
        left = fmin(left, atof(strstr(text, "x=\"") + 3));
        ck_assert_double_lt(atof(strstr(text, "x=\"") + 3), 700);
    }
    ck_assert_double_eq_tol(left, 40, 0.5);
    vg_text_free(&svg);
}
END_TEST

START_TEST(small_shares_are_percent_on_a_log_axis) {
    static const double small[] = {NAN, 1e-4, 2e-4, 5e-2, 1e-6};
    const vg_scatter_series series = {"a", x, small, NULL, NULL, 5};
    vg_scatter_figure figure = example(&series, 1);
    figure.log_y = true;
    figure_shows(vg_scatter_paint, &figure, (const char *[]){">0.01 %<", ">1 %<", ">10⁻⁴ %<"}, 3);
}
END_TEST

START_TEST(nothing_and_a_single_point_are_drawn) {
    const vg_scatter_series none = {"none", NULL, NULL, NULL, NULL, 0},
                            one = {"one", x + 1, y + 1, NULL, NULL, 1};
    vg_scatter_figure figure = example(&none, 1);
    figure_shows(vg_scatter_paint, &figure, (const char *[]){">none<"}, 1);
    figure.joined = true;
    figure_shows(vg_scatter_paint, &figure, (const char *[]){">none<", ">no data<"}, 2);
    figure.series = &one;
    figure_shows(vg_scatter_paint, &figure, (const char *[]){">one<", ">500<"}, 2);
}
END_TEST

START_TEST(wrong_counts_are_refused) {
    vg_scatter_figure figure = example(NULL, 0);
    ck_fails(vg_scatter_write(&figure, "/nonexistent/a.svg", NULL, &diag), VG_ERR_ARGUMENT, "0 series");
    figure.series_count = 9;
    ck_fails(vg_scatter_write(&figure, "/nonexistent/a.png", NULL, &diag), VG_ERR_ARGUMENT, "9 series");
}
END_TEST

START_TEST(no_leak_when_memory_ends) {
    const vg_scatter_series series = {"a", x, y, low, high, 5};
    vg_scatter_figure figure = example(&series, 1);
    figure_frees_all(vg_scatter_paint, &figure);
}
END_TEST

CK_MAIN("scatter", joined_series_are_parted_by_gaps_and_named, loose_dots_have_a_legend_that_wraps,
        small_shares_are_percent_on_a_log_axis, nothing_and_a_single_point_are_drawn,
        wrong_counts_are_refused, no_leak_when_memory_ends)
