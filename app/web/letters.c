// app/web/letters.c -- text of panels and of the canvas, by the browser: what app/scene/panel_text.c and
// eval/figures/canvas_text.c do by Pango.
#include "app/web/letters.h"

#include <math.h>

#include "app/scene/panel.h"
#include "eval/figures/canvas_text_private.h"

double vg_panel_text_width(cairo_t *cairo, const char *text, vg_panel_type type) {
    return vg_web_text_width(cairo, text, type.size, type.bold);
}

double vg_panel_text(cairo_t *cairo, double x, double y, const char *text, vg_panel_type type) {
    double width = vg_panel_text_width(cairo, text, type);
    if (type.align == VG_PANEL_MIDDLE) x -= width / 2;
    if (type.align == VG_PANEL_RIGHT) x -= width;
    vg_panel_colour(cairo, type.colour ? type.colour : 0xffffff, type.opacity > 0 ? type.opacity : 1);
    vg_web_text(cairo, x, y, text, type.size, type.bold, 0);
    cairo_new_path(cairo);
    return width;
}

// A browser has letters; nothing is kept.
struct vg_canvas_letters {
    char unused;
};
static const vg_canvas_letters letters_of_browser = {0};

vg_canvas_letters *vg_canvas_letters_open(void) { return (vg_canvas_letters *)&letters_of_browser; }
void vg_canvas_letters_close(vg_canvas_letters *letters) { (void)letters; }
bool vg_canvas_has_fonts(void) { return true; }

void vg_canvas_letters_write(const vg_canvas_letters *letters, cairo_t *cairo, vg_theme theme, double x,
                             double y, const char *text, const vg_type *type) {
    (void)letters;
    double width = vg_web_text_width(cairo, text, type->size, type->bold);
    double at = type->anchor == VG_ANCHOR_START ? 0 : type->anchor == VG_ANCHOR_MIDDLE ? -width / 2 : -width;
    cairo_save(cairo);
    cairo_translate(cairo, x, y);
    cairo_rotate(cairo, type->angle * (M_PI / 180));
    if (type->halo) {
        vg_canvas_cairo_colour(cairo, theme, type->halo, 1);
        cairo_set_line_width(cairo, type->size * 0.3);
        cairo_set_line_join(cairo, CAIRO_LINE_JOIN_ROUND);
        cairo_set_dash(cairo, NULL, 0, 0);
        vg_web_text(cairo, at, 0, text, type->size, type->bold, 1);
    }
    vg_canvas_cairo_colour(cairo, theme, type->role, 1);
    vg_web_text(cairo, at, 0, text, type->size, type->bold, 0);
    cairo_restore(cairo);
    cairo_new_path(cairo);
}
