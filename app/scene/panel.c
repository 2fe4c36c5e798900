#include "app/scene/panel.h"

#include <cairo.h>
#include <math.h>

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

void vg_panel_card(cairo_t *cairo, double area_width, double area_height, double width, double height) {
    const double margin = 8;
    double scale = fmin(vg_panel_grown(area_width, area_height),
                        fmin((area_width - 2 * margin) / width, (area_height - 2 * margin) / height));
    cairo_save(cairo);
    cairo_translate(cairo, (area_width - scale * width) / 2, (area_height - scale * height) / 2);
    cairo_scale(cairo, scale, scale);
}
