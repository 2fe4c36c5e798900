// app/scene/panel_text.c -- text over the scene, by Pango. app/web has another, by a browser's own text.
#include "app/scene/panel.h"

#include <pango/pangocairo.h>

// A layout with the text set. Pango keeps the font map of each thread; a description is cheap to make.
static PangoLayout *lay_out(cairo_t *cairo, const char *text, vg_panel_type type) {
    PangoLayout *layout = pango_cairo_create_layout(cairo);
    PangoFontDescription *font = pango_font_description_new();
    pango_font_description_set_family_static(font, "Inter,Helvetica Neue,Arial,DejaVu Sans,sans-serif");
    pango_font_description_set_weight(font, type.bold ? PANGO_WEIGHT_SEMIBOLD : PANGO_WEIGHT_MEDIUM);
    pango_font_description_set_absolute_size(font, type.size * PANGO_SCALE);
    pango_layout_set_font_description(layout, font);
    pango_font_description_free(font);
    pango_layout_set_single_paragraph_mode(layout, TRUE);
    if (type.digits) {
        PangoAttrList *list = pango_attr_list_new();
        pango_attr_list_insert(list, pango_attr_font_features_new("tnum"));
        pango_layout_set_attributes(layout, list);
        pango_attr_list_unref(list);
    }
    pango_layout_set_text(layout, text, -1);
    return layout;
}

static double width_of(PangoLayout *layout) {
    PangoRectangle logical;
    pango_layout_line_get_extents(pango_layout_get_line_readonly(layout, 0), NULL, &logical);
    return (double)logical.width / PANGO_SCALE;
}

double vg_panel_text(cairo_t *cairo, double x, double y, const char *text, vg_panel_type type) {
    PangoLayout *layout = lay_out(cairo, text, type);
    double width = width_of(layout);
    if (type.align == VG_PANEL_MIDDLE) x -= width / 2;
    if (type.align == VG_PANEL_RIGHT) x -= width;
    vg_panel_colour(cairo, type.colour ? type.colour : 0xffffff, type.opacity > 0 ? type.opacity : 1);
    cairo_move_to(cairo, x, y);
    pango_cairo_show_layout_line(cairo, pango_layout_get_line_readonly(layout, 0));
    cairo_new_path(cairo);
    g_object_unref(layout);
    return width;
}

double vg_panel_text_width(cairo_t *cairo, const char *text, vg_panel_type type) {
    PangoLayout *layout = lay_out(cairo, text, type);
    double width = width_of(layout);
    g_object_unref(layout);
    return width;
}
