#include "eval/figures/funnel.h"

#include <math.h>

#include "tests/figure.h"

static const double distance[] = {0, 10, 20, 30, 40}, q50[] = {0.1, 0.1, 0.2, 0.2, 0.3},
                    q90[] = {0.2, 0.3, NAN, 0.5, 0.6}, q99[] = {0.3, 0.6, 0.8, 1, 1}, exits[] = {25, 33, NAN};

static vg_funnel_figure example(void) {
    vg_funnel_figure figure = vg_funnel_default();
    figure.title = "funnel & co";
    figure.distance = distance;
    figure.q50 = q50, figure.q90 = q90, figure.q99 = q99;
    figure.count = 5;
    return figure;
}

START_TEST(bands_and_exits_are_drawn) {
    vg_funnel_figure figure = example();
    int32_t without = figure_count(vg_funnel_paint, &figure, "vg-f-exit");
    figure.exits = exits;
    figure.exit_count = 3;
    figure_shows(vg_funnel_paint, &figure,
                 (const char *[]){"funnel &amp; co", "99 %: at edge", ">90 %<", "edge of the road",
                                  ">left the road (3)<", ">distance driven (m)<", ">100 %<"},
                 7);
    ck_assert_int_eq(figure_count(vg_funnel_paint, &figure, "vg-f-exit"),
                     without + 3); // the key and two dots
}
END_TEST

// Each driver's in its own colour, bands, points and names.
START_TEST(the_colour_is_the_drivers) {
    vg_funnel_figure figure = example();
    int32_t first = figure_count(vg_funnel_paint, &figure, "-series-0");
    ck_assert_int_gt(first, 0);
    figure.colour = 2;
    ck_assert_int_eq(figure_count(vg_funnel_paint, &figure, "-series-0"), 0);
    ck_assert_int_eq(figure_count(vg_funnel_paint, &figure, "-series-2"), first);
    figure.count = 1;
    ck_assert_int_eq(figure_count(vg_funnel_paint, &figure, "-series-0"), 0);
}
END_TEST

START_TEST(metres_without_an_edge) {
    vg_funnel_figure figure = example();
    figure.share = false;
    figure.edge = 0;
    figure.exits = exits;
    figure.exit_count = 3;
    ck_assert_int_eq(figure_count(vg_funnel_paint, &figure, ">100 %<"), 0);
    ck_assert_int_eq(figure_count(vg_funnel_paint, &figure, "at edge"), 0);
    ck_assert_int_eq(figure_count(vg_funnel_paint, &figure, "left the road"), 0);
}
END_TEST

START_TEST(nothing_and_a_single_place_are_drawn) {
    vg_funnel_figure figure = vg_funnel_default();
    figure_shows(vg_funnel_paint, &figure, (const char *[]){"edge of the road"}, 1);
    figure = example();
    figure.count = 1;
    figure_shows(vg_funnel_paint, &figure, (const char *[]){">50 %<"}, 1);
}
END_TEST

START_TEST(negative_counts_are_refused) {
    vg_funnel_figure figure = example();
    figure.exit_count = -1;
    ck_fails(vg_funnel_write(&figure, "/nonexistent/a.svg", NULL, &diag), VG_ERR_ARGUMENT, "-1 exits");
    figure.count = -2;
    ck_fails(vg_funnel_write(&figure, "/nonexistent/a.png", NULL, &diag), VG_ERR_ARGUMENT, "-2 places");
}
END_TEST

START_TEST(no_leak_when_memory_ends) {
    vg_funnel_figure figure = example();
    figure_frees_all(vg_funnel_paint, &figure);
}
END_TEST

CK_MAIN("funnel", bands_and_exits_are_drawn, the_colour_is_the_drivers, metres_without_an_edge,
        nothing_and_a_single_place_are_drawn, negative_counts_are_refused, no_leak_when_memory_ends)
