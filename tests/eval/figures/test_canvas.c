#include "eval/figures/canvas.h"

#include <math.h>
#include <string.h>

#include "sim/base/file.h"
#include "tests/check.h"
#include "tests/out_of_memory.h"
#include "tests/xml.h"

static vg_diag diag;

// Draws one of every kind of element.
static void scribble(vg_canvas *canvas) {
    double x[200], y[200];
    for (int i = 0; i < 200; i++) x[i] = i, y[i] = 50 + 30 * sin(i * 0.1);
    vg_rect(canvas, 0, 0, 200, 100);
    vg_draw(canvas, (vg_ink){.fill = VG_ROLE_PAPER});
    vg_group_begin(canvas, (vg_group){.name = "a b<",
                                      .title = "<&>",
                                      .clip = true,
                                      .x = 10,
                                      .y = 10,
                                      .clip_width = 100,
                                      .clip_height = 60});
    vg_polyline(canvas, x, y, 200, false);
    vg_draw(
        canvas,
        (vg_ink){.stroke = VG_ROLE_SERIES_1, .width = 1.25, .dash = 3, .gap = 2.5, .stroke_opacity = 0.5});
    vg_circle(canvas, 50, 50, 4);
    vg_draw(canvas, (vg_ink){.fill = VG_ROLE_EXIT, .stroke = VG_ROLE_PAPER, .width = 2, .cap = VG_CAP_ROUND});
    vg_group_end(canvas);
    vg_write(canvas, 20, 90, "a < b & \"c\" > d \xc3\xa9",
             (vg_type){.size = 10, .bold = true, .angle = -30, .halo = VG_ROLE_PAPER});
    vg_write(canvas, 20, 30, "bad \xff\xc3 \x01 end", (vg_type){.size = 10, .anchor = VG_ANCHOR_MIDDLE});
}

static vg_canvas_def small(void) {
    vg_canvas_def def = vg_canvas_default();
    def.width = 200;
    def.height = 100;
    return def;
}

static void as_svg(const vg_canvas_def *def, vg_text *out) {
    vg_canvas *canvas;
    ck_ok(vg_canvas_svg(def, &canvas, &diag));
    scribble(canvas);
    const vg_png_text texts[] = {{"Software", "verge <1>"}};
    ck_ok(vg_canvas_svg_finish(canvas, texts, 1, out, &diag));
    vg_canvas_destroy(canvas);
}

START_TEST(svg_is_well_formed) {
    vg_text svg = {0};
    vg_canvas_def def = small();
    def.title = "Tom & Jerry <3>";
    def.desc = "tab\there, bad \xfe byte";
    def.theme = VG_THEME_AUTO;
    def.id = "fig 1";
    as_svg(&def, &svg);
    ck_assert_msg(xml_is_well_formed(svg.bytes), "%s", svg.bytes);
    ck_assert_ptr_nonnull(strstr(svg.bytes, "<title id=\"fig-1-title\">Tom &amp; Jerry &lt;3&gt;</title>"));
    ck_assert_ptr_nonnull(strstr(svg.bytes, "a &lt; b &amp; &quot;c&quot; &gt; d \xc3\xa9</text>"));
    ck_assert_ptr_nonnull(strstr(svg.bytes, "bad \xef\xbf\xbd\xef\xbf\xbd \xef\xbf\xbd end</text>"));
    ck_assert_ptr_nonnull(strstr(svg.bytes, "clip-path=\"url(#fig-1-clip1)\""));
    ck_assert_ptr_nonnull(strstr(svg.bytes, "<vg:text key=\"Software\">verge &lt;1&gt;</vg:text>"));
    ck_assert_ptr_nonnull(strstr(svg.bytes, "prefers-color-scheme:dark"));
    vg_text_free(&svg);
}
END_TEST

START_TEST(the_checker_of_xml_checks) {
    ck_assert(xml_is_well_formed("<a b=\"c\"><d/>t&amp;</a>\n"));
    static const char *const broken[] = {"",         "<a>",      "<a></b>",      "<a b=c/>",
                                         "<a>&</a>", "<a/><a/>", "<a b=\"<\"/>", "<a>\x01</a>"};
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++)
        ck_assert_msg(!xml_is_well_formed(broken[i]), "%s", broken[i]);
}
END_TEST

START_TEST(svg_numbers_are_short) {
    vg_canvas *canvas;
    vg_text svg = {0};
    vg_canvas_def def = small();
    def.embedded = true;
    ck_ok(vg_canvas_svg(&def, &canvas, &diag));
    vg_canvas_set_transform(canvas, (vg_transform){2, -2, 10, 50});
    vg_move(canvas, 0, 0);
    vg_line(canvas, 1.25, 0.5);
    vg_line(canvas, 1.25, 0.501);
    vg_line(canvas, NAN, 1);
    vg_line(canvas, -0.005, 0);
    vg_close(canvas);
    vg_draw(canvas, (vg_ink){.fill = VG_ROLE_ROAD, .stroke = VG_ROLE_EDGE, .width = 1});
    ck_ok(vg_canvas_svg_finish(canvas, NULL, 0, &svg, &diag));
    ck_assert_ptr_nonnull(strstr(svg.bytes, "d=\"M10 50l2.5-1 0 0-2.51 1z\""));
    ck_assert_ptr_nonnull(
        strstr(svg.bytes, "class=\"vg-f-road vg-s-edge\" fill=\"#e9ebee\" stroke=\"#9aa3ab\""));
    ck_assert_int_eq(strncmp(svg.bytes, "<svg ", 5), 0);
    vg_text_free(&svg);
    vg_canvas_destroy(canvas);
}
END_TEST

// Every point of a spiral stays within the tolerance of the simplified line, which has far fewer points.
START_TEST(polyline_is_simplified_truly) {
    enum { N = 20000 };
    static double x[N], y[N];
    for (int i = 0; i < N; i++) {
        double a = i * 0.003;
        x[i] = 100 + (10 + a) * cos(a), y[i] = 100 + (10 + a) * sin(a);
    }
    vg_canvas *canvas;
    vg_text svg = {0};
    vg_canvas_def def = small();
    ck_ok(vg_canvas_svg(&def, &canvas, &diag));
    vg_polyline(canvas, x, y, N, false);
    vg_draw(canvas, (vg_ink){.stroke = VG_ROLE_TEXT, .width = 1});
    ck_ok(vg_canvas_svg_finish(canvas, NULL, 0, &svg, &diag));
    char *at = strstr(svg.bytes, " d=\"M") + 5;
    static double px[N], py[N];
    int count = 0;
    for (double dx, dy; *at != '"';) {
        if (*at == 'l') at++;
        dx = strtod(at, &at), dy = strtod(at, &at);
        px[count] = dx + (count ? px[count - 1] : 0), py[count] = dy + (count ? py[count - 1] : 0);
        count++;
    }
    ck_assert_int_lt(count, N / 20);
    ck_assert_int_gt(count, 100);
    for (int i = 0, k = 0; i < N; i++) {
        double best = INFINITY;
        for (int j = k; j < k + 3 && j + 1 < count; j++) {
            double ux = px[j + 1] - px[j], uy = py[j + 1] - py[j], wx = x[i] - px[j], wy = y[i] - py[j];
            double t = fmin(1, fmax(0, (ux * wx + uy * wy) / (ux * ux + uy * uy)));
            double d = hypot(wx - t * ux, wy - t * uy);
            if (d < best) best = d, k = j;
        }
        ck_assert_double_lt(best, 0.075);
    }
    vg_text_free(&svg);
    vg_canvas_destroy(canvas);
}
END_TEST

START_TEST(polyline_keeps_what_turns_back) {
    vg_canvas *canvas;
    vg_text svg = {0};
    vg_canvas_def def = small();
    ck_ok(vg_canvas_svg(&def, &canvas, &diag));
    double x[] = {0, 5, 10, 7, 2, NAN, 30, 31, 32}, y[] = {0, 0, 0, 0, 0, 0, 0, 0, 0};
    vg_polyline(canvas, x, y, 9, false);
    vg_draw(canvas, (vg_ink){.stroke = VG_ROLE_TEXT, .width = 1});
    ck_ok(vg_canvas_svg_finish(canvas, NULL, 0, &svg, &diag));
    ck_assert_msg(strstr(svg.bytes, "d=\"M0 0l10 0-8 0m28 0l2 0\"") != NULL, "%s", svg.bytes);
    vg_text_free(&svg);
    vg_canvas_destroy(canvas);
}
END_TEST

START_TEST(same_calls_same_bytes) {
    vg_canvas_def def = small();
    vg_text svg[2] = {{0}, {0}};
    for (int i = 0; i < 2; i++) as_svg(&def, &svg[i]);
    ck_assert_int_eq(svg[0].size, svg[1].size);
    ck_assert_mem_eq(svg[0].bytes, svg[1].bytes, (size_t)svg[0].size);
    vg_canvas *canvas[2];
    vg_image image[2];
    for (int i = 0; i < 2; i++) {
        vg_text_free(&svg[i]);
        ck_ok(vg_canvas_cairo(&def, &canvas[i], &diag));
        scribble(canvas[i]);
        ck_ok(vg_canvas_cairo_image(canvas[i], &image[i], &diag));
    }
    ck_assert_mem_eq(image[0].pixels, image[1].pixels, (size_t)(image[0].stride * image[0].height) * 4);
    for (int i = 0; i < 2; i++) vg_canvas_destroy(canvas[i]);
}
END_TEST

static uint32_t pixel(const vg_image *image, double x, double y) {
    return image->pixels[(int64_t)(y * 2) * image->stride + (int64_t)(x * 2)];
}

START_TEST(pixels_are_where_they_belong) {
    vg_canvas *canvas;
    vg_image image;
    vg_canvas_def def = small();
    def.theme = VG_THEME_DARK;
    ck_ok(vg_canvas_cairo(&def, &canvas, &diag));
    vg_rect(canvas, 0, 0, 200, 100);
    vg_draw(canvas, (vg_ink){.fill = VG_ROLE_PAPER});
    vg_group_begin(canvas, (vg_group){.clip = true, .x = 50, .y = 20, .clip_width = 20, .clip_height = 20});
    vg_rect(canvas, 0, 0, 200, 100);
    vg_draw(canvas, (vg_ink){.fill = VG_ROLE_EXIT});
    vg_group_end(canvas);
    vg_write(canvas, 120, 60, "MMM", (vg_type){.size = 30});
    ck_ok(vg_canvas_cairo_image(canvas, &image, &diag));
    ck_assert_int_eq(image.width, 400);
    ck_assert_int_eq(image.height, 200);
    uint32_t paper = 0xff000000 | vg_role_colour(VG_ROLE_PAPER, VG_THEME_DARK);
    ck_assert_uint_eq(pixel(&image, 5, 5), paper);
    ck_assert_uint_eq(pixel(&image, 49, 30), paper);
    ck_assert_uint_eq(pixel(&image, 51, 30), 0xff000000 | vg_role_colour(VG_ROLE_EXIT, VG_THEME_DARK));
    int inked = 0, below = 0;
    for (int x = 120; x < 190; x++)
        inked += pixel(&image, x, 50) != paper, below += pixel(&image, x, 62) != paper;
    ck_assert_int_gt(inked, 5); // whatever the font
    ck_assert_int_eq(below, 0); // the baseline is at 60
    vg_canvas_destroy(canvas);
}
END_TEST

START_TEST(a_place_far_away_is_drawn_at_the_end_of_all_canvases) {
    vg_text svg = {0};
    vg_canvas_def def = small();
    vg_canvas *canvas;
    ck_ok(vg_canvas_svg(&def, &canvas, &diag));
    for (int i = 0; i < 100; i++) {
        vg_move(canvas, 0, i);
        vg_line(canvas, 9e8, -9e8);
    }
    vg_draw(canvas, (vg_ink){.stroke = VG_ROLE_TEXT, .width = 1, .dash = 3, .gap = 2}); // ends
    ck_ok(vg_canvas_svg_finish(canvas, NULL, 0, &svg, &diag));
    vg_canvas_destroy(canvas);
    ck_assert_ptr_nonnull(strstr(svg.bytes, "40000"));
    ck_assert_ptr_null(strstr(svg.bytes, "900000000"));
    vg_text_free(&svg);
}
END_TEST

START_TEST(long_text_is_cut) {
    vg_canvas *canvas;
    vg_text svg = {0};
    vg_canvas_def def = small();
    ck_ok(vg_canvas_svg(&def, &canvas, &diag));
    vg_write_within(canvas, 0, 10, 60, "caf\xc3\xa9 caf\xc3\xa9 caf\xc3\xa9", (vg_type){.size = 10});
    vg_write_within(canvas, 0, 20, 60, "short", (vg_type){.size = 10});
    ck_ok(vg_canvas_svg_finish(canvas, NULL, 0, &svg, &diag));
    ck_assert_ptr_nonnull(strstr(svg.bytes, "\xe2\x80\xa6</text>"));
    ck_assert_ptr_nonnull(strstr(svg.bytes, ">short</text>"));
    ck_assert_ptr_null(strstr(svg.bytes, "\xef\xbf\xbd"));
    vg_text_free(&svg);
    vg_canvas_destroy(canvas);
}
END_TEST

START_TEST(palette_serves_pages) {
    vg_text css = {0};
    vg_palette_css(&css);
    ck_assert_ptr_nonnull(strstr(css.bytes, ":root{--vg-paper:#ffffff;"));
    ck_assert_ptr_nonnull(strstr(css.bytes, ".vg-f-exit{fill:var(--vg-exit)}"));
    vg_text_free(&css);
    ck_assert_int_eq(vg_role_ramp(-1), VG_ROLE_RAMP_0);
    ck_assert_int_eq(vg_role_ramp(0.999), VG_ROLE_RAMP_9);
    ck_assert_int_eq(vg_role_ramp(1e9), VG_ROLE_RAMP_9);
    ck_assert_int_eq(vg_role_ramp(NAN), VG_ROLE_RAMP_9);
    ck_assert_int_eq(vg_role_series(9), VG_ROLE_SERIES_1);
}
END_TEST

START_TEST(bad_sizes_are_refused) {
    vg_canvas *canvas;
    vg_canvas_def def = small();
    def.width = NAN;
    ck_fails(vg_canvas_svg(&def, &canvas, &diag), VG_ERR_ARGUMENT, "must be in [1, 10000]");
    ck_assert_ptr_null(canvas);
    def = small();
    def.scale = 0;
    ck_fails(vg_canvas_cairo(&def, &canvas, &diag), VG_ERR_ARGUMENT, "scale");
    def = (vg_canvas_def){.width = 10000, .height = 10000, .scale = 2};
    ck_fails(vg_canvas_cairo(&def, &canvas, &diag), VG_ERR_ARGUMENT, "2^26");
}
END_TEST

START_TEST(no_leak_when_memory_ends) {
    vg_canvas_def def = small();
    def.title = "title";
    for (int pixels = 0; pixels < 2; pixels++)
        for (oom turn = {0}; oom_next(&turn);) {
            vg_canvas *canvas = NULL;
            vg_text svg = {0};
            vg_image image;
            turn.err = pixels ? vg_canvas_cairo(&def, &canvas, NULL) : vg_canvas_svg(&def, &canvas, NULL);
            if (!turn.err) scribble(canvas);
            if (!turn.err)
                turn.err = pixels ? vg_canvas_cairo_image(canvas, &image, NULL)
                                  : vg_canvas_svg_finish(canvas, NULL, 0, &svg, NULL);
            vg_canvas_destroy(canvas);
            vg_text_free(&svg);
        }
}
END_TEST

CK_MAIN("canvas", svg_is_well_formed, the_checker_of_xml_checks, svg_numbers_are_short,
        polyline_is_simplified_truly, polyline_keeps_what_turns_back, same_calls_same_bytes,
        pixels_are_where_they_belong, a_place_far_away_is_drawn_at_the_end_of_all_canvases, long_text_is_cut,
        palette_serves_pages, bad_sizes_are_refused, no_leak_when_memory_ends)
