#include <pango/pangocairo.h>

#include "eval/figures/canvas_text_private.h"

// Pango allocates memory itself, and aborts if memory runs out.
struct vg_canvas_letters {
    PangoFontMap *fonts;
    PangoLayout *layout;
};

static void set_font(PangoLayout *layout, const vg_type *type) {
    PangoFontDescription *font = pango_font_description_copy(pango_layout_get_font_description(layout));
    pango_font_description_set_weight(font, type->bold ? PANGO_WEIGHT_SEMIBOLD : PANGO_WEIGHT_NORMAL);
    pango_font_description_set_absolute_size(font, type->size * PANGO_SCALE);
    pango_layout_set_font_description(layout, font);
    pango_font_description_free(font);
}

void vg_canvas_letters_write(const vg_canvas_letters *letters, cairo_t *cairo, vg_theme theme, double x,
                             double y, const char *text, const vg_type *type) {
    set_font(letters->layout, type);
    pango_layout_set_text(letters->layout, text, -1);
    PangoLayoutLine *line = pango_layout_get_line_readonly(letters->layout, 0);
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
        vg_canvas_cairo_colour(cairo, theme, type->halo, 1);
        cairo_set_line_width(cairo, type->size * 0.3);
        cairo_set_line_join(cairo, CAIRO_LINE_JOIN_ROUND);
        cairo_set_dash(cairo, NULL, 0, 0);
        cairo_stroke_preserve(cairo);
    }
    vg_canvas_cairo_colour(cairo, theme, type->role, 1);
    cairo_fill(cairo);
    cairo_restore(cairo);
}

void vg_canvas_letters_close(vg_canvas_letters *letters) {
    if (!letters) return;
    if (letters->layout) g_object_unref(letters->layout);
    if (letters->fonts) g_object_unref(letters->fonts);
    g_free(letters);
}

static PangoFontDescription *families(void) {
    static const char *const names[] = {VG_FONT_FAMILIES};
    GString *list = g_string_new(NULL);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        g_string_append_printf(list, "%s%s", i ? "," : "", names[i]);
    PangoFontDescription *font = pango_font_description_new();
    pango_font_description_set_family(font, list->str);
    g_string_free(list, TRUE);
    return font;
}

// Text needs a layout that depends neither on the locale nor on the desktop's settings. Pango keeps one font
// map a thread, which is used here, because making one takes longer than a small picture.
vg_canvas_letters *vg_canvas_letters_open(void) {
    vg_canvas_letters *letters = g_new0(vg_canvas_letters, 1);
    PangoFontDescription *font = families();
    cairo_font_options_t *options = cairo_font_options_create();
    cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    letters->fonts = g_object_ref(pango_cairo_font_map_get_default());
    PangoContext *context = pango_font_map_create_context(letters->fonts);
    pango_cairo_context_set_font_options(context, options);
    pango_context_set_language(context, pango_language_from_string("en"));
    pango_context_set_round_glyph_positions(context, FALSE);
    letters->layout = pango_layout_new(context);
    pango_layout_set_font_description(letters->layout, font);
    pango_layout_set_single_paragraph_mode(letters->layout, TRUE);
    g_object_unref(context);
    cairo_font_options_destroy(options);
    pango_font_description_free(font);
    // Without any font Pango draws a box for every letter.
    pango_layout_set_text(letters->layout, "Ag1", -1);
    if (pango_layout_get_unknown_glyphs_count(letters->layout) == 0) return letters;
    vg_canvas_letters_close(letters);
    return NULL;
}

bool vg_canvas_has_fonts(void) {
    vg_canvas_letters *letters = vg_canvas_letters_open();
    bool has = letters;
    vg_canvas_letters_close(letters);
    return has;
}
