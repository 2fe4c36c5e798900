#include "eval/figures/hover.h"

#include <string.h>

#include "eval/figures/picture.h"
#include "tests/check.h"

static vg_diag diag;

static void tell(const void *context, int64_t at, char text[VG_HOVER_TEXT]) {
    const double *x = context;
    if (at != 2) snprintf(text, VG_HOVER_TEXT, "at %g s", x[at]);
}

static vg_err paint(vg_canvas *canvas, const void *context, vg_diag *error) {
    const double *x = context;
    (void)error;
    vg_axes axes = vg_axes_default(canvas);
    vg_axis_include(&axes.x, x, 4);
    axes.y = (vg_axis){.least = 0, .most = 1};
    axes.x.tight = true;
    vg_axes_begin(&axes, canvas);
    vg_hover(&axes, canvas, x, 4, tell, x);
    vg_axes_end(&axes, canvas);
    return VG_OK;
}

START_TEST(a_slice_for_each_point_that_says_something) {
    static const double x[] = {0, 10, 20, 30};
    vg_text svg = {0};
    vg_picture picture = vg_picture_default();
    picture.canvas.width = 400, picture.canvas.height = 300;
    ck_ok(vg_picture_svg(&picture, paint, x, &svg, &diag));
    ck_assert(strstr(svg.bytes, "<title>at 0 s</title>") && strstr(svg.bytes, "<title>at 10 s</title>"));
    ck_assert(!strstr(svg.bytes, "at 20 s") && strstr(svg.bytes, "<title>at 30 s</title>"));
    vg_text_free(&svg);
}
END_TEST

static int64_t said;
static void count_them(const void *context, int64_t at, char text[VG_HOVER_TEXT]) {
    (void)context;
    snprintf(text, VG_HOVER_TEXT, "%d", (int)at);
    said++;
}

static vg_err paint_many(vg_canvas *canvas, const void *context, vg_diag *error) {
    const double *x = context;
    (void)error;
    vg_axes axes = vg_axes_default(canvas);
    vg_axis_include(&axes.x, x, 1000);
    vg_axes_begin(&axes, canvas);
    vg_hover(&axes, canvas, x, 1000, count_them, NULL);
    vg_axes_end(&axes, canvas);
    return VG_OK;
}

START_TEST(many_points_share_slices) {
    static double x[1000];
    vg_text svg = {0};
    for (int i = 0; i < 1000; i++) x[i] = i;
    vg_picture picture = vg_picture_default();
    ck_ok(vg_picture_svg(&picture, paint_many, x, &svg, &diag));
    ck_assert_int_eq(said, VG_HOVER_SLICES);
    vg_text_free(&svg);
}
END_TEST

CK_MAIN("hover", a_slice_for_each_point_that_says_something, many_points_share_slices)
