#include "app/scene/panel.h"

#include <math.h>
#include <pango/pangocairo.h>

void vg_panel_colour(cairo_t *cairo, uint32_t rgb, double opacity) {
    cairo_set_source_rgba(cairo, (rgb >> 16 & 255) / 255.0, (rgb >> 8 & 255) / 255.0, (rgb & 255) / 255.0,
                          opacity);
}

void vg_panel_round(cairo_t *cairo, double x, double y, double width, double height, double radius) {
    double r = fmin(radius, fmin(width, height) / 2);
    cairo_new_sub_path(cairo);
    cairo_arc(cairo, x + width - r, y + r, r, -M_PI / 2, 0);
    cairo_arc(cairo, x + width - r, y + height - r, r, 0, M_PI / 2);
    cairo_arc(cairo, x + r, y + height - r, r, M_PI / 2, M_PI);
    cairo_arc(cairo, x + r, y + r, r, M_PI, 3 * M_PI / 2);
    cairo_close_path(cairo);
}

void vg_panel_box(cairo_t *cairo, double x, double y, double width, double height, double radius,
                  double opacity) {
    vg_panel_round(cairo, x, y, width, height, radius);
    vg_panel_colour(cairo, 0x0e1316, opacity);
    cairo_fill_preserve(cairo);
    vg_panel_colour(cairo, 0xffffff, 0.10);
    cairo_set_line_width(cairo, 1);
    cairo_stroke(cairo);
}

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

void vg_panel_card(cairo_t *cairo, double area_width, double area_height, double width, double height) {
    const double margin = 8;
    double scale = fmin(1, fmin((area_width - 2 * margin) / width, (area_height - 2 * margin) / height));
    cairo_save(cairo);
    cairo_translate(cairo, (area_width - scale * width) / 2, (area_height - scale * height) / 2);
    cairo_scale(cairo, scale, scale);
}
