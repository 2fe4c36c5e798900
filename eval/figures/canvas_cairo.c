#include "eval/figures/canvas_private.h"

#include <math.h>
#include <pango/pangocairo.h>

// Cairo and Pango allocate memory themselves, and Pango aborts if memory runs out.
typedef struct vg_canvas_cairo_back {
    vg_canvas base;
    cairo_surface_t *surface;
    cairo_t *cairo;
    PangoFontMap *fonts;
    PangoLayout *layout;
    bool no_fonts;
} cairo_back;

static void set_colour(const cairo_back *back, vg_role role, double opacity) {
    uint32_t rgb = vg_role_colour(role, back->base.theme);
    cairo_set_source_rgba(back->cairo, (rgb >> 16 & 255) / 255.0, (rgb >> 8 & 255) / 255.0,
                          (rgb & 255) / 255.0, opacity);
}

static void put_path(const cairo_back *back) {
    const vg_canvas *canvas = &back->base;
    cairo_t *cairo = back->cairo;
    const double *p = canvas->points;
    cairo_new_path(cairo);
    for (int64_t i = 0; i < canvas->op_count; i++) {
        switch ((vg_path_op)canvas->path_ops[i]) {
        case VG_PATH_MOVE: cairo_move_to(cairo, p[0], p[1]), p += 2; break;
        case VG_PATH_LINE: cairo_line_to(cairo, p[0], p[1]), p += 2; break;
        case VG_PATH_CURVE: cairo_curve_to(cairo, p[0], p[1], p[2], p[3], p[4], p[5]), p += 6; break;
        case VG_PATH_CLOSE: cairo_close_path(cairo); break;
        }
    }
}

static void cairo_back_draw(vg_canvas *canvas, const vg_ink *ink) {
    cairo_back *back = (cairo_back *)canvas;
    cairo_t *cairo = back->cairo;
    put_path(back);
    if (ink->fill) {
        set_colour(back, ink->fill, ink->fill_opacity);
        cairo_fill_preserve(cairo);
    }
    if (ink->stroke) {
        set_colour(back, ink->stroke, ink->stroke_opacity);
        cairo_set_line_width(cairo, ink->width);
        cairo_set_line_cap(cairo, ink->cap == VG_CAP_ROUND ? CAIRO_LINE_CAP_ROUND : CAIRO_LINE_CAP_BUTT);
        cairo_set_line_join(cairo,
                            ink->join == VG_JOIN_MITER ? CAIRO_LINE_JOIN_MITER : CAIRO_LINE_JOIN_ROUND);
        bool dashed = ink->dash > 0 || ink->gap > 0;
        cairo_set_dash(cairo, (double[]){ink->dash, ink->gap}, dashed ? 2 : 0, 0);
        cairo_stroke(cairo);
    }
    cairo_new_path(cairo);
}

static void cairo_back_write(vg_canvas *canvas, double x, double y, const char *text, const vg_type *type) {
    cairo_back *back = (cairo_back *)canvas;
    cairo_t *cairo = back->cairo;
    if (back->no_fonts) return;
    PangoFontDescription *font = pango_font_description_copy(pango_layout_get_font_description(back->layout));
    pango_font_description_set_weight(font, type->bold ? PANGO_WEIGHT_SEMIBOLD : PANGO_WEIGHT_NORMAL);
    pango_font_description_set_absolute_size(font, type->size * PANGO_SCALE);
    pango_layout_set_font_description(back->layout, font);
    pango_font_description_free(font);
    pango_layout_set_text(back->layout, text, -1);
    PangoLayoutLine *line = pango_layout_get_line_readonly(back->layout, 0);
    PangoRectangle logical;
    pango_layout_line_get_extents(line, NULL, &logical);
    double width = (double)logical.width / PANGO_SCALE;

    cairo_save(cairo);
    cairo_translate(cairo, x, y);
    cairo_rotate(cairo, type->angle * (G_PI / 180));
    cairo_new_path(cairo);
    cairo_move_to(cairo,
                  type->anchor == VG_ANCHOR_START    ? 0
                  : type->anchor == VG_ANCHOR_MIDDLE ? -width / 2
                                                     : -width,
                  0);
    pango_cairo_layout_line_path(
        cairo, line); // outlines without hinting, so that text has the same position as in SVG
    if (type->halo) {
        set_colour(back, type->halo, 1);
        cairo_set_line_width(cairo, type->size * 0.3);
        cairo_set_line_join(cairo, CAIRO_LINE_JOIN_ROUND);
        cairo_set_dash(cairo, NULL, 0, 0);
        cairo_stroke_preserve(cairo);
    }
    set_colour(back, type->role, 1);
    cairo_fill(cairo);
    cairo_restore(cairo);
}

static void cairo_back_begin(vg_canvas *canvas, const vg_group *group) {
    cairo_t *cairo = ((cairo_back *)canvas)->cairo;
    cairo_save(cairo);
    if (!group->clip) return;
    cairo_new_path(cairo);
    cairo_rectangle(cairo, group->x, group->y, group->clip_width, group->clip_height);
    cairo_clip(cairo);
}

static void cairo_back_end(vg_canvas *canvas) { cairo_restore(((cairo_back *)canvas)->cairo); }

static void cairo_back_destroy(vg_canvas *canvas) {
    cairo_back *back = (cairo_back *)canvas;
    if (back->layout) g_object_unref(back->layout);
    if (back->fonts) g_object_unref(back->fonts);
    if (back->cairo) cairo_destroy(back->cairo);
    if (back->surface) cairo_surface_destroy(back->surface);
    vg_canvas_teardown(canvas);
    vg_free(back);
}

static const vg_canvas_ops cairo_ops = {cairo_back_draw, cairo_back_write, cairo_back_begin, cairo_back_end,
                                        cairo_back_destroy};

// Text needs a layout that depends neither on the locale nor on the desktop's settings. Pango keeps one font
// map a thread, which is used here, because making one takes longer than a small picture.
static void open_text(cairo_back *back) {
    static const char *const families[] = {VG_FONT_FAMILIES};
    GString *list = g_string_new(NULL);
    for (size_t i = 0; i < sizeof families / sizeof *families; i++)
        g_string_append_printf(list, "%s%s", i ? "," : "", families[i]);
    PangoFontDescription *font = pango_font_description_new();
    pango_font_description_set_family(font, list->str);
    g_string_free(list, TRUE);

    cairo_font_options_t *options = cairo_font_options_create();
    cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    back->fonts = g_object_ref(pango_cairo_font_map_get_default());
    PangoContext *context = pango_font_map_create_context(back->fonts);
    pango_cairo_context_set_font_options(context, options);
    pango_context_set_language(context, pango_language_from_string("en"));
    pango_context_set_round_glyph_positions(context, FALSE);
    back->layout = pango_layout_new(context);
    pango_layout_set_font_description(back->layout, font);
    pango_layout_set_single_paragraph_mode(back->layout, TRUE);
    g_object_unref(context);
    cairo_font_options_destroy(options);
    pango_font_description_free(font);
    // Without any font Pango draws a box for every letter.
    pango_layout_set_text(back->layout, "Ag1", -1);
    back->no_fonts = pango_layout_get_unknown_glyphs_count(back->layout) > 0;
}

bool vg_canvas_has_fonts(void) {
    cairo_back back = {0};
    open_text(&back);
    bool has = !back.no_fonts;
    g_object_unref(back.layout);
    g_object_unref(back.fonts);
    return has;
}

vg_err vg_canvas_cairo(const vg_canvas_def *def, vg_canvas **out, vg_diag *diag) {
    *out = NULL;
    cairo_back *back = vg_new(cairo_back, 1);
    if (!back) return vg_fail_memory(diag);
    vg_err err = vg_canvas_setup(&back->base, &cairo_ops, def, diag);
    if (err) goto fail;
    double scale = def->scale, width = ceil(def->width * scale), height = ceil(def->height * scale);
    if (!(scale > 0 && scale <= 16 && width * height <= 0x1p26 && width <= 32767 && height <= 32767)) {
        err = vg_fail(diag, VG_ERR_ARGUMENT,
                      "a picture of %g x %g at scale %g: scale must be in (0, 16] and the "
                      "pixels 2^26 at most",
                      def->width, def->height, scale);
        goto fail;
    }
    back->surface = cairo_image_surface_create(CAIRO_FORMAT_ARGB32, (int)width, (int)height);
    back->cairo = cairo_create(back->surface);
    if (cairo_status(back->cairo)) {
        err = vg_fail_memory(diag);
        goto fail;
    }
    cairo_scale(back->cairo, scale, scale);
    open_text(back);
    *out = &back->base;
    return VG_OK;
fail:
    cairo_back_destroy(&back->base);
    return err;
}

vg_err vg_canvas_cairo_image(vg_canvas *canvas, vg_image *out, vg_diag *diag) {
    cairo_back *back = (cairo_back *)canvas;
    if (canvas->failed || cairo_status(back->cairo)) return vg_fail_memory(diag);
    cairo_surface_flush(back->surface);
    *out = (vg_image){.width = cairo_image_surface_get_width(back->surface),
                      .height = cairo_image_surface_get_height(back->surface),
                      .stride = cairo_image_surface_get_stride(back->surface) / 4,
                      .pixels = (const uint32_t *)cairo_image_surface_get_data(back->surface)};
    return VG_OK;
}
