#include "eval/figures/drift.h"

#include <math.h>
#include <string.h>

#include "tests/check.h"
#include "tests/out_of_memory.h"
#include "tests/xml.h"

static vg_diag diag;

enum { COUNT = 50 };
static double t[COUNT], q50[COUNT], q90[COUNT], q99[COUNT];

static vg_drift_series example(void) {
    for (int i = 0; i < COUNT; i++) {
        t[i] = i * 0.5;
        q50[i] = 0.01 * i;
        q90[i] = 0.03 * i;
        q99[i] = fmin(2, 0.08 * i);
    }
    q50[10] = NAN;
    return (vg_drift_series){"bc & co", t, q50, q90, q99, COUNT};
}

static vg_text svg_of(vg_paint_fn paint, const void *figure) {
    vg_text svg = {0};
    vg_picture picture = vg_picture_default();
    ck_ok(vg_picture_svg(&picture, paint, figure, &svg, &diag));
    ck_assert_msg(xml_is_well_formed(svg.bytes), "%s", svg.bytes);
    ck_assert_ptr_null(strstr(svg.bytes, "nan"));
    return svg;
}

START_TEST(a_pinned_quantile_says_so) {
    vg_drift_series series[] = {example(), example()};
    vg_drift_figure figure = vg_drift_default();
    figure.series = series;
    figure.series_count = 1;
    figure.edge = 2;
    vg_text svg = svg_of(vg_drift_paint, &figure);
    ck_assert_ptr_nonnull(strstr(svg.bytes, "99 %: at edge"));
    ck_assert_ptr_nonnull(strstr(svg.bytes, ">90 %<"));
    ck_assert_ptr_nonnull(strstr(svg.bytes, "edge of the road"));
    vg_text_free(&svg);
    figure.edge = 0;
    svg = svg_of(vg_drift_paint, &figure);
    ck_assert_ptr_null(strstr(svg.bytes, "at edge"));
    vg_text_free(&svg);
    figure.series_count = 2;
    svg = svg_of(vg_drift_paint, &figure);
    ck_assert_ptr_nonnull(strstr(svg.bytes, "bc &amp; co"));
    vg_text_free(&svg);
}
END_TEST

// The places where a quantile reaches the edge, and where it comes back.
START_TEST(a_quantile_may_come_back) {
    enum { FEW = 6 };
    vg_drift_series series[] = {example(), example()};
    vg_drift_figure figure = vg_drift_default();
    series[0].count = series[1].count = FEW;
    figure.series = series;
    figure.series_count = 2;
    figure.edge = 2;
    for (int pattern = 0; pattern < 1 << FEW; pattern++) {
        for (int i = 0; i < FEW; i++) q99[i] = pattern >> i & 1 ? 2 : 0.5;
        vg_text svg = svg_of(vg_drift_paint, &figure);
        vg_text_free(&svg);
    }
}
END_TEST

START_TEST(survival_is_drawn) {
    static double alive[COUNT], low[COUNT];
    (void)example();
    for (int i = 0; i < COUNT; i++) alive[i] = 1 - 0.01 * i, low[i] = alive[i] - 0.1;
    const vg_alive_series series[] = {{"one", t, alive, low, alive, COUNT},
                                      {"two", t, alive, NULL, NULL, COUNT}};
    vg_alive_figure figure = {
        .title = "alive", .series = series, .series_count = 2, .interval = "95 % interval"};
    vg_text svg = svg_of(vg_alive_paint, &figure);
    ck_assert_ptr_nonnull(strstr(svg.bytes, ">100 %<"));
    ck_assert_ptr_nonnull(strstr(svg.bytes, ">two<"));
    vg_text_free(&svg);
}
END_TEST

START_TEST(no_series_is_refused) {
    vg_drift_figure drift = vg_drift_default();
    vg_alive_figure alive = {.series_count = 9};
    ck_fails(vg_drift_write(&drift, "/nonexistent/a.svg", NULL, &diag), VG_ERR_ARGUMENT, "0 series");
    ck_fails(vg_alive_write(&alive, "/nonexistent/a.svg", NULL, &diag), VG_ERR_ARGUMENT, "9 series");
}
END_TEST

START_TEST(no_leak_when_memory_ends) {
    vg_drift_series series = example();
    vg_drift_figure figure = vg_drift_default();
    figure.series = &series;
    figure.series_count = 1;
    vg_picture picture = vg_picture_default();
    for (oom turn = {0}; oom_next(&turn);) {
        vg_text svg = {0};
        turn.err = vg_picture_svg(&picture, vg_drift_paint, &figure, &svg, NULL);
        vg_text_free(&svg);
    }
}
END_TEST

CK_MAIN("drift", a_pinned_quantile_says_so, a_quantile_may_come_back, survival_is_drawn, no_series_is_refused,
        no_leak_when_memory_ends)
