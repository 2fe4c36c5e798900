#include "eval/figures/growth.h"

#include <math.h>

#include "tests/figure.h"

static const double t[] = {1, 2, 4, 8, 16}, cost[] = {0, 0.1, NAN, 0.5, 1.2}, low[] = {0, 0, NAN, 0.3, 1},
                    high[] = {0, 0.2, NAN, 0.7, NAN};

static vg_growth_figure example(const vg_growth_series *series, int32_t count) {
    vg_growth_figure figure = vg_growth_default();
    figure.title = "cost";
    figure.series = series;
    figure.series_count = count;
    return figure;
}

START_TEST(a_series_has_label_note_and_guides) {
    const vg_growth_series series = {"bc & co", "b 0.012 (0.008 to 0.016)", t, cost, low, high, 5};
    vg_growth_figure figure = example(&series, 1);
    figure_shows(
        vg_growth_paint, &figure,
        (const char *[]){">bc &amp; co<", ">b 0.012 (0.008 to 0.016)<", ">∝ T<", ">∝ T²<", ">cost J(T)<"}, 5);
    figure.guides = false;
    ck_assert_int_eq(figure_count(vg_growth_paint, &figure, "∝"), 0);
}
END_TEST

START_TEST(zero_and_unknown_costs_part_the_line) {
    const vg_growth_series series = {"a", NULL, t, cost, NULL, NULL, 5};
    const vg_growth_series barred = {"a", NULL, t, cost, low, high, 5};
    vg_growth_figure figure = example(&series, 1);
    ck_assert_int_eq(figure_pieces(vg_growth_paint, &figure, "vg-s-series-0"), 2);
    figure = example(&barred, 1); // 2 bars, each with 2 feet; a single high or low gives no bar
    ck_assert_int_eq(figure_pieces(vg_growth_paint, &figure, "vg-s-series-0"), 2 + 2 * 3);
}
END_TEST

START_TEST(eight_series_are_named_inside_the_canvas) {
    vg_growth_series series[8];
    for (int32_t i = 0; i < 8; i++)
        series[i] = (vg_growth_series){"a policy whose name is as long as a sentence, and so is cut short",
                                       "no fit",
                                       t,
                                       cost,
                                       low,
                                       high,
                                       5};
    vg_growth_figure figure = example(series, 8);
    ck_assert_int_eq(figure_count(vg_growth_paint, &figure, ">no fit<"), 8);
    ck_assert_int_eq(figure_count(vg_growth_paint, &figure, "…<"), 8);
}
END_TEST

START_TEST(nothing_and_a_single_point_are_drawn) {
    const vg_growth_series none = {"none", NULL, NULL, NULL, NULL, NULL, 0},
                           one = {"one", NULL, t + 1, cost + 1, low + 1, high + 1, 1};
    vg_growth_figure figure = example(&none, 1);
    figure_shows(vg_growth_paint, &figure, (const char *[]){">none<", ">no data<"}, 2);
    figure = example(&one, 1);
    figure_shows(vg_growth_paint, &figure, (const char *[]){">one<", "∝ T²"}, 2);
}
END_TEST

START_TEST(wrong_counts_are_refused) {
    vg_growth_figure figure = example(NULL, 0);
    ck_fails(vg_growth_write(&figure, "/nonexistent/a.svg", NULL, &diag), VG_ERR_ARGUMENT, "0 series");
    figure.series_count = 9;
    ck_fails(vg_growth_write(&figure, "/nonexistent/a.png", NULL, &diag), VG_ERR_ARGUMENT, "9 series");
}
END_TEST

START_TEST(no_leak_when_memory_ends) {
    const vg_growth_series series = {"a", "no fit", t, cost, low, high, 5};
    vg_growth_figure figure = example(&series, 1);
    figure_frees_all(vg_growth_paint, &figure);
}
END_TEST

CK_MAIN("growth", a_series_has_label_note_and_guides, zero_and_unknown_costs_part_the_line,
        eight_series_are_named_inside_the_canvas, nothing_and_a_single_point_are_drawn,
        wrong_counts_are_refused, no_leak_when_memory_ends)
