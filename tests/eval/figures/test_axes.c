#include "eval/figures/axes.h"

#include <math.h>
#include <string.h>

#include "tests/check.h"
#include "tests/xml.h"

static vg_diag diag;

static int32_t ticks_of(double least, double most, bool log, double *ticks, int32_t *decimals) {
    vg_axis axis = {.least = least, .most = most, .log = log};
    return vg_axis_ticks(&axis, 500, 100, ticks, 24, decimals);
}

START_TEST(ticks_are_nice) {
    double t[24];
    int32_t decimals;
    ck_assert_int_eq(ticks_of(0, 60, false, t, &decimals), 4);
    ck_assert_double_eq(t[3], 60);
    ck_assert_int_eq(decimals, 0);
    ck_assert_int_eq(ticks_of(-0.31, 0.3, false, t, &decimals), 3);
    ck_assert_double_eq_tol(t[0], -0.2, 1e-12);
    ck_assert_int_eq(decimals, 1);
    ck_assert_int_eq(ticks_of(1e-3, 1e3, true, t, &decimals), 4);
    ck_assert_double_eq(t[1], 0.1);
    ck_assert_int_eq(ticks_of(0.1, 1, true, t, &decimals), 4);
    ck_assert_double_eq(t[1], 0.2);
    for (double size = 1e-9; size < 1e9; size *= 3.7) {
        int32_t count = ticks_of(-size, size * 1.3, false, t, &decimals);
        ck_assert_int_ge(count, 2);
        ck_assert_int_le(count, 8);
    }
}
END_TEST

START_TEST(numbers_are_plain) {
    char text[32];
    ck_assert_str_eq(vg_axes_number(0.3, 1, text), "0.3");
    ck_assert_str_eq(vg_axes_number(-0.05, 2, text), "\xe2\x88\x92"
                                                     "0.05");
    ck_assert_str_eq(vg_axes_number(-0.001, 2, text), "0.00");
    ck_assert_str_eq(vg_axes_number(1200, 0, text), "1200");
    ck_assert_str_eq(vg_axes_number(0, 0, text), "0");
    ck_assert_str_eq(vg_axes_number(NAN, 1, text), "?");
    ck_assert_double_eq(vg_nice_below(99), 50);
    ck_assert_double_eq(vg_nice_below(100), 100);
    ck_assert_double_eq(vg_nice_below(0.021), 0.02);
}
END_TEST

static vg_canvas *open_canvas(void) {
    vg_canvas *canvas;
    vg_canvas_def def = vg_canvas_default();
    ck_ok(vg_canvas_svg(&def, &canvas, &diag));
    return canvas;
}

START_TEST(ranges_hold_the_data) {
    vg_canvas *canvas = open_canvas();
    vg_axes axes = vg_axes_default(canvas);
    const double x[] = {0.5, NAN, 9.7, INFINITY}, y[] = {0, -3, 0.004, 70};
    axes.y.log = true;
    vg_axis_include(&axes.x, x, 4);
    vg_axis_include(&axes.y, y, 4);
    vg_axes_begin(&axes, canvas);
    ck_assert_double_eq(axes.x.least, 0);
    ck_assert_double_eq(axes.x.most, 10);
    ck_assert_double_eq(axes.y.least, 0.002);
    ck_assert_double_eq(axes.y.most, 100);
    ck_assert_double_eq(vg_axes_x(&axes, 0), axes.plot_x);
    ck_assert_double_eq(vg_axes_y(&axes, 100), axes.plot_y);
    ck_assert_double_eq_tol(vg_axes_y(&axes, 0.002), axes.plot_y + axes.plot_height, 1e-9);
    ck_assert(isnan(vg_axes_y(&axes, -1)));
    vg_axes_end(&axes, canvas);
    vg_canvas_destroy(canvas);
}
END_TEST

// No data, one point, and equal ends all give a plot.
START_TEST(poor_data_is_plotted) {
    const double one[] = {5};
    for (int32_t count = 0; count < 2; count++)
        for (int log = 0; log < 2; log++) {
            vg_canvas *canvas = open_canvas();
            vg_text svg = {0};
            vg_axes axes = vg_axes_default(canvas);
            axes.x.log = axes.y.log = log;
            axes.x.tight = true;
            vg_axis_include(&axes.x, one, count);
            vg_axis_include(&axes.y, one, count);
            vg_axes_begin(&axes, canvas);
            ck_assert_double_gt(axes.x.most, axes.x.least);
            vg_axes_line(&axes, canvas, one, one, count, (vg_ink){.stroke = VG_ROLE_TEXT, .width = 1});
            vg_axes_end(&axes, canvas);
            ck_ok(vg_canvas_svg_finish(canvas, NULL, 0, &svg, &diag));
            ck_assert(xml_is_well_formed(svg.bytes));
            ck_assert_ptr_null(strstr(svg.bytes, "nan"));
            vg_text_free(&svg);
            vg_canvas_destroy(canvas);
        }
}
END_TEST

// A band with a hole is two areas; steps hold each value until the next.
START_TEST(bands_part_and_steps_hold) {
    vg_canvas *canvas = open_canvas();
    vg_text svg = {0};
    vg_axes axes = vg_axes_default(canvas);
    axes.x.least = axes.y.least = 0;
    axes.x.most = axes.y.most = 10;
    axes.left = axes.top = 0;
    vg_axes_begin(&axes, canvas);
    axes.plot_x = axes.plot_y = 0;
    axes.plot_width = axes.plot_height = 100;
    const double x[] = {0, 1, 2, 3, 4}, low[] = {1, 1, NAN, 1, 1}, high[] = {2, 2, 2, 2, 3};
    vg_axes_band(&axes, canvas, x, low, high, 5, false, (vg_ink){.fill = VG_ROLE_EXIT});
    vg_axes_steps(&axes, canvas, x, high, 5, (vg_ink){.stroke = VG_ROLE_EXIT, .width = 1});
    vg_axes_end(&axes, canvas);
    ck_ok(vg_canvas_svg_finish(canvas, NULL, 0, &svg, &diag));
    ck_assert_msg(strstr(svg.bytes, "d=\"M0 80l10 0 0 10-10 0zm30 0l10-10 0 20-10 0z\"") != NULL, "%s",
                  svg.bytes);
    ck_assert_msg(strstr(svg.bytes, "d=\"M0 80l10 0 0 0 10 0 0 0 10 0 0 0 10 0 0-10\"") != NULL, "%s",
                  svg.bytes);
    vg_text_free(&svg);
    vg_canvas_destroy(canvas);
}
END_TEST

START_TEST(names_dont_overlap) {
    vg_canvas *canvas = open_canvas();
    vg_axes axes = vg_axes_default(canvas);
    axes.y.least = 0;
    axes.y.most = 1;
    vg_axes_begin(&axes, canvas);
    for (int i = 0; i < 20; i++) vg_axes_name(&axes, 0.01 * (i % 3), "name", VG_ROLE_TEXT);
    vg_axes_end(&axes, canvas);
    ck_assert_int_eq(axes.name_count, VG_AXES_NAMES);
    for (int i = 1; i < axes.name_count; i++)
        ck_assert_double_ge(axes.names[i].y, axes.names[i - 1].y + 13.99);
    ck_assert_double_lt(axes.names[axes.name_count - 1].y, axes.plot_y + axes.plot_height + 5);
    vg_canvas_destroy(canvas);
}
END_TEST

CK_MAIN("axes", ticks_are_nice, numbers_are_plain, ranges_hold_the_data, poor_data_is_plotted,
        bands_part_and_steps_hold, names_dont_overlap)
