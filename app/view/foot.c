#include "app/view/foot.h"

#include <cairo.h>
#include <math.h>
#include <stdio.h>

#include "app/scene/panel.h"
#include "app/view/colours.h"
#include "app/view/legend.h"

static void colour(cairo_t *cairo, vg_role role, vg_theme theme) {
    vg_panel_colour(cairo, vg_role_colour(role, theme), 1);
}

// Two bars while it plays, a triangle while it is paused: the symbol of what a click does.
static void draw_button(cairo_t *cairo, const vg_view_box *box, bool playing, vg_theme theme) {
    double x = box->x + box->width / 2, y = box->y + box->height / 2;
    cairo_new_path(cairo);
    cairo_arc(cairo, x, y, 15, 0, 2 * M_PI);
    colour(cairo, VG_ROLE_TEXT, theme);
    cairo_fill(cairo);
    if (playing) {
        cairo_rectangle(cairo, x - 5, y - 6, 3.5, 12);
        cairo_rectangle(cairo, x + 1.5, y - 6, 3.5, 12);
    } else {
        cairo_move_to(cairo, x - 4, y - 7);
        cairo_line_to(cairo, x + 7, y);
        cairo_line_to(cairo, x - 4, y + 7);
        cairo_close_path(cairo);
    }
    colour(cairo, VG_ROLE_PAPER, theme);
    cairo_fill(cairo);
}

static void bar(cairo_t *cairo, double x, double y, double width, vg_role role, vg_theme theme) {
    vg_panel_round(cairo, x, y - 2.5, width, 5, 2.5);
    colour(cairo, role, theme);
    cairo_fill(cairo);
}

static void draw_track(const vg_view *view, cairo_t *cairo, const vg_view_box *box,
                       const vg_timeline *timeline, vg_theme theme) {
    double y = box->y + box->height / 2, all = timeline->duration > 0 ? timeline->duration : 1;
    double at = box->width * timeline->t / all;
    bar(cairo, box->x, y, box->width, VG_ROLE_GRID, theme);
    bar(cairo, box->x, y, fmax(at, 5), VG_ROLE_AXIS, theme);
    for (int32_t i = 0; i < view->departure_count; i++) { // in the driver's colour
        const vg_view_departure *d = &view->departures[i];
        double x = box->x + box->width * d->t / all;
        cairo_rectangle(cairo, x - 1, y - 11, 2, 7);
        colour(cairo, vg_view_role(view, d->car), theme);
        cairo_fill(cairo);
    }
    cairo_new_path(cairo);
    cairo_arc(cairo, box->x + at, y, 7, 0, 2 * M_PI);
    colour(cairo, VG_ROLE_TEXT, theme);
    cairo_fill_preserve(cairo);
    colour(cairo, VG_ROLE_PAPER, theme);
    cairo_set_line_width(cairo, 2);
    cairo_stroke(cairo);
}

void vg_foot_draw(const vg_view *view, cairo_t *cairo, const vg_layout *layout, const vg_timeline *timeline,
                  vg_theme theme) {
    const vg_view_box *box = &layout->bar;
    char now[32], end[32], text[80];
    cairo_rectangle(cairo, box->x, box->y, box->width, box->height);
    colour(cairo, VG_ROLE_PAPER, theme);
    cairo_fill(cairo);
    draw_button(cairo, &layout->button, timeline->playing, theme);
    double base = box->y + box->height / 2 + 4.5;
    vg_panel_type type = {.size = 12.5, .digits = true, .colour = vg_role_colour(VG_ROLE_TEXT, theme)};
    snprintf(text, sizeof text, "%s / %s", vg_legend_time(timeline->t, now),
             vg_legend_time(timeline->duration, end));
    vg_panel_text(cairo, layout->button.x + layout->button.width + 8, base, text, type);
    draw_track(view, cairo, &layout->track, timeline, theme);
    double speed = timeline->speed;
    snprintf(text, sizeof text, speed < 1 ? "1/%.3g×" : "%.3g×", speed < 1 ? 1 / speed : speed);
    type.align = VG_PANEL_RIGHT, type.bold = true;
    vg_panel_text(cairo, box->x + box->width - 18, base, text, type);
}
