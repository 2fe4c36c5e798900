#include "app/view/panels.h"

#include <cairo.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "app/scene/panel.h"
#include "app/view/colours.h"
#include "app/view/curves.h"
#include "eval/figures/axes.h"
#include "sim/base/memory.h"

static const double LEVEL = 1.3; // largest offset shown, share of the half width

struct vg_panels {
    const vg_view *view;
    vg_canvas *canvas; // the stored picture; NULL: none yet
    vg_image image;
    vg_axes axes[VG_PANEL_COUNT];
    // What the stored picture was drawn for.
    vg_layout layout;
    double scale;
    vg_theme theme;
    int32_t followed;
    double *x, *y; // [longest drive] memory for a line
    int64_t room;
};

vg_err vg_panels_create(const vg_view *view, vg_panels **out, vg_diag *diag) {
    vg_panels *p = *out = vg_new(vg_panels, 1);
    if (!p) return vg_fail_memory(diag);
    p->view = view;
    p->room = 1;
    for (int32_t c = 0; c < view->car_count; c++)
        if (vg_view_drive_of(view, c)->count > p->room) p->room = vg_view_drive_of(view, c)->count;
    for (int32_t g = 0; g < view->group_count; g++)
        if (view->groups[g].curves.count > p->room) p->room = view->groups[g].curves.count;
    p->x = vg_new(double, p->room);
    p->y = vg_new(double, p->room);
    if (p->x && p->y) return VG_OK;
    vg_panels_destroy(p);
    *out = NULL;
    return vg_fail_memory(diag);
}

void vg_panels_destroy(vg_panels *p) {
    if (!p) return;
    vg_canvas_destroy(p->canvas);
    vg_free(p->x);
    vg_free(p->y);
    vg_free(p);
}

// --- the stored picture ----------------------------------------------------------------------------------

static int32_t followed_group(const vg_panels *p) { return p->view->cars[p->followed].group; }

// The unit of time, behind its axis.
static void end_axes(const vg_panels *p, vg_axes *axes) {
    vg_axes_end(axes, p->canvas);
    vg_write(p->canvas, axes->plot_x + axes->plot_width + 9, axes->plot_y + axes->plot_height + 17, "s",
             (vg_type){.size = 10.5, .role = VG_ROLE_MUTED});
}

// Axes in a panel's box, below its title.
static vg_axes axes_in(const vg_panels *p, vg_view_panel panel, const char *title, const char *about) {
    static const vg_type head = {.size = 13, .bold = true}, note = {.size = 10.5, .role = VG_ROLE_MUTED};
    const vg_view_box *box = &p->layout.panels[panel];
    double y = box->y - p->layout.strip.y, after = vg_write_width(title, head.size, true) + 10;
    vg_write_within(p->canvas, box->x, y + 10, box->width, title, head);
    if (after < box->width)
        vg_write_within(p->canvas, box->x + after, y + 10, box->width - after, about, note);
    vg_axes axes = vg_axes_default(p->canvas);
    axes.left = box->x, axes.top = y + 18, axes.width = box->width, axes.height = box->height - 18;
    axes.x.least = 0, axes.x.most = p->view->duration > 0 ? p->view->duration : 1;
    axes.y.percent = true;
    axes.name_room = 16;
    return axes;
}

static void draw_offset_of(const vg_panels *p, vg_axes *axes, int32_t car) {
    const vg_view_drive *drive = vg_view_drive_of(p->view, car);
    for (int64_t i = 0; i < drive->count; i++) {
        const vg_moment *m = &drive->moments[i];
        bool jump = m->put_back && i > 0;
        p->x[i] = jump ? NAN : m->t;
        p->y[i] = fmax(-LEVEL, fmin(LEVEL, (double)drive->level[i]));
    }
    bool followed = car == p->followed;
    vg_role role = vg_view_role(p->view, car);
    vg_axes_line(axes, p->canvas, p->x, p->y, drive->count,
                 (vg_ink){.stroke = role,
                          .width = followed ? 2 : 1.2,
                          .stroke_opacity = followed ? 1 : 0.75,
                          .cap = VG_CAP_ROUND});
}

static void draw_offset(vg_panels *p) {
    vg_axes *axes = &p->axes[VG_PANEL_OFFSET];
    *axes = axes_in(p, VG_PANEL_OFFSET, "Offset", "from the centreline, share of the half width");
    axes->y.least = -LEVEL, axes->y.most = LEVEL;
    vg_axes_begin(axes, p->canvas);
    vg_axes_level(axes, p->canvas, 1, "left edge", VG_ROLE_EXIT);
    vg_axes_level(axes, p->canvas, -1, "right edge", VG_ROLE_EXIT);
    for (int32_t c = 0; c < p->view->car_count; c++)
        if (c != p->followed) draw_offset_of(p, axes, c);
    draw_offset_of(p, axes, p->followed);
    for (int32_t i = 0; i < p->view->departure_count; i++) {
        const vg_view_departure *d = &p->view->departures[i];
        const vg_view_drive *drive = vg_view_drive_of(p->view, d->car);
        double level = drive->level[vg_view_moment_at(drive, d->t - 1e-9)] > 0 ? 1 : -1;
        vg_axes_dots(axes, p->canvas, &d->t, &level, 1, 3.2,
                     (vg_ink){.fill = VG_ROLE_EXIT, .stroke = VG_ROLE_PAPER, .width = 1});
    }
    end_axes(p, axes);
}

// A quantile that departed cars pin at the edge is not drawn, as in the report's figures.
static const double *below_edge(const vg_panels *p, const double *values, int32_t count) {
    for (int32_t i = 0; i < count; i++) p->x[i] = values[i] < 1 ? values[i] : NAN;
    return p->x;
}

static void draw_bands(const vg_panels *p, const vg_axes *axes, int32_t g) {
    static const double opacities[] = {0.14, 0.18, 0.28};
    static const char *const names[] = {"99 %", "90 %", "50 %"};
    const vg_view_curves *c = &p->view->groups[g].curves;
    const double *const bands[] = {c->q99, c->q90, c->q50};
    char pinned[48] = "";
    memset(p->y, 0, sizeof *p->y * (size_t)c->count);
    for (int k = 0; k < 3; k++) {
        size_t used = strlen(pinned);
        vg_axes_band(axes, p->canvas, c->t, p->y, below_edge(p, bands[k], c->count), c->count, false,
                     (vg_ink){.fill = vg_role_series(g), .fill_opacity = opacities[k]});
        if (bands[k][c->count - 1] >= 1)
            snprintf(pinned + used, sizeof pinned - used, "%s%s", k ? ", " : "", names[k]);
    }
    if (pinned[0]) snprintf(pinned + strlen(pinned), sizeof pinned - strlen(pinned), ": at edge");
    vg_write(p->canvas, axes->plot_x + axes->plot_width, vg_axes_y(axes, 1) - 5, pinned,
             (vg_type){.size = 10.5, .anchor = VG_ANCHOR_END, .role = vg_role_series(g)});
}

static void draw_drift(vg_panels *p) {
    int32_t own = followed_group(p);
    char title[96];
    const char *road = p->view->roads[p->view->groups[own].road].name;
    snprintf(title, sizeof title, p->view->road_count > 1 ? "Drift: %.40s on %.40s" : "Drift: %.60s%.0s",
             p->view->groups[own].label, road);
    vg_axes *axes = &p->axes[VG_PANEL_DRIFT];
    *axes = axes_in(p, VG_PANEL_DRIFT, title, p->view->groups[own].curves.about);
    axes->y.least = 0, axes->y.most = 1.15;
    vg_axes_begin(axes, p->canvas);
    vg_axes_level(axes, p->canvas, 1, "edge", VG_ROLE_EXIT);
    draw_bands(p, axes, own);
    for (int32_t g = 0; g < p->view->group_count; g++) {
        const vg_view_curves *c = &p->view->groups[g].curves;
        vg_axes_line(axes, p->canvas, c->t, below_edge(p, c->q50, c->count), c->count,
                     (vg_ink){.stroke = vg_role_series(g),
                              .width = g == own ? 2 : 1.2,
                              .stroke_opacity = g == own ? 1 : 0.75});
    }
    end_axes(p, axes);
}

static void draw_alive(vg_panels *p) {
    const vg_view_curves *followed = &p->view->groups[followed_group(p)].curves;
    vg_axes *axes = &p->axes[VG_PANEL_ALIVE];
    *axes = axes_in(p, VG_PANEL_ALIVE, "Still driving", followed->about);
    axes->y.least = 0, axes->y.most = 1.05;
    vg_axes_begin(axes, p->canvas);
    if (followed->banded)
        vg_axes_band(axes, p->canvas, followed->t, followed->low, followed->high, followed->count, true,
                     (vg_ink){.fill = vg_role_series(followed_group(p)), .fill_opacity = 0.16});
    for (int32_t g = 0; g < p->view->group_count; g++) {
        const vg_view_curves *c = &p->view->groups[g].curves;
        vg_axes_steps(axes, p->canvas, c->t, c->alive, c->count,
                      (vg_ink){.stroke = vg_role_series(g), .width = g == followed_group(p) ? 2 : 1.3});
    }
    end_axes(p, axes);
}

static bool kept(const vg_panels *p, const vg_layout *l, double scale, vg_theme theme, int32_t followed) {
    return p->canvas && p->layout.width == l->width && p->layout.height == l->height && p->scale == scale &&
           p->theme == theme && p->followed == followed;
}

vg_err vg_panels_prepare(vg_panels *p, const vg_layout *layout, double scale, vg_theme theme,
                         int32_t followed, vg_diag *diag) {
    if (kept(p, layout, scale, theme, followed)) return VG_OK;
    vg_canvas_destroy(p->canvas);
    p->canvas = NULL;
    p->layout = *layout, p->scale = scale, p->theme = theme, p->followed = followed;
    vg_canvas_def def = vg_canvas_default();
    def.width = layout->strip.width, def.height = layout->strip.height;
    def.theme = theme, def.scale = scale;
    vg_err err = vg_canvas_cairo(&def, &p->canvas, diag);
    if (err) return err;
    vg_rect(p->canvas, 0, 0, def.width, def.height);
    vg_draw(p->canvas, (vg_ink){.fill = VG_ROLE_PAPER});
    draw_offset(p);
    if (layout->panels[VG_PANEL_DRIFT].width > 0) draw_drift(p);
    if (layout->panels[VG_PANEL_ALIVE].width > 0) draw_alive(p);
    return vg_canvas_cairo_image(p->canvas, &p->image, diag);
}

// --- each frame ------------------------------------------------------------------------------------------

void vg_panels_copy(const vg_panels *p, const vg_scene_picture *picture) {
    int32_t top = (int32_t)(p->layout.strip.y * p->scale);
    for (int32_t row = 0; row < p->image.height && top + row < picture->height; row++) {
        int32_t width = p->image.width < picture->width ? p->image.width : picture->width;
        memcpy(picture->pixels + (top + row) * picture->stride, p->image.pixels + row * p->image.stride,
               sizeof *picture->pixels * (size_t)width);
    }
}

vg_view_box vg_panels_plot(const vg_panels *p, vg_view_panel panel) {
    const vg_axes *axes = &p->axes[panel];
    if (!(p->layout.panels[panel].width > 0)) return (vg_view_box){0};
    return (vg_view_box){axes->plot_x, p->layout.strip.y + axes->plot_y, axes->plot_width, axes->plot_height};
}

static void dot(const vg_panels *p, cairo_t *cairo, double x, double y, vg_role role, double radius) {
    cairo_arc(cairo, x, y, radius, 0, 2 * M_PI);
    vg_panel_colour(cairo, vg_role_colour(role, p->theme), 1);
    cairo_fill_preserve(cairo);
    vg_panel_colour(cairo, vg_role_colour(VG_ROLE_PAPER, p->theme), 1);
    cairo_set_line_width(cairo, 1.5);
    cairo_stroke(cairo);
}

static void share_beside(const vg_panels *p, cairo_t *cairo, double x, double y, double value, bool flip) {
    const vg_panel_type type = {
        .size = 11, .bold = true, .digits = true, .colour = vg_role_colour(VG_ROLE_TEXT, p->theme)};
    char text[16];
    snprintf(text, sizeof text, "%.0f %%", 100 * value);
    double width = vg_panel_text_width(cairo, text, type), left = flip ? x - 9 - width : x + 9;
    vg_panel_round(cairo, left - 4, y - 8, width + 8, 16, 5);
    vg_panel_colour(cairo, vg_role_colour(VG_ROLE_PAPER, p->theme), 0.85);
    cairo_fill(cairo);
    vg_panel_text(cairo, left, y + 4, text, type);
}

// A dot on each curve at t; the followed group's values are also written as numbers.
static void curve_dots(const vg_panels *p, cairo_t *cairo, vg_view_panel panel, double t) {
    const vg_axes *axes = &p->axes[panel];
    double x = vg_axes_x(axes, t), top = p->layout.strip.y;
    int32_t own = followed_group(p);
    for (int32_t g = 0; g < p->view->group_count; g++) {
        const vg_view_curves *c = &p->view->groups[g].curves;
        double value = (panel == VG_PANEL_DRIFT ? c->q50 : c->alive)[vg_view_curves_at(c, t)];
        if (isnan(value)) continue;
        double y = top + vg_axes_y(axes, value);
        dot(p, cairo, x, y, vg_role_series(g), g == own ? 4 : 3);
        if (g == own)
            share_beside(p, cairo, x, y < top + axes->plot_y + 30 ? y + 15 : y - 12, value,
                         x > axes->plot_x + 0.85 * axes->plot_width);
    }
}

void vg_panels_cursor(const vg_panels *p, cairo_t *cairo, double t) {
    for (vg_view_panel panel = 0; panel < VG_PANEL_COUNT; panel++) {
        vg_view_box plot = vg_panels_plot(p, panel);
        if (!(plot.width > 0)) continue;
        double x = vg_axes_x(&p->axes[panel], t);
        vg_panel_colour(cairo, vg_role_colour(VG_ROLE_TEXT, p->theme), 0.55);
        cairo_set_line_width(cairo, 1);
        cairo_move_to(cairo, x, plot.y);
        cairo_line_to(cairo, x, plot.y + plot.height);
        cairo_stroke(cairo);
        if (panel != VG_PANEL_OFFSET) curve_dots(p, cairo, panel, t);
    }
    for (int32_t c = 0; c < p->view->car_count; c++) {
        vg_view_pose pose = vg_view_pose_at(p->view, c, t);
        double level = fmax(-LEVEL, fmin(LEVEL, (double)pose.level));
        if (pose.ended) continue;
        dot(p, cairo, vg_axes_x(&p->axes[VG_PANEL_OFFSET], t),
            p->layout.strip.y + vg_axes_y(&p->axes[VG_PANEL_OFFSET], level), vg_view_role(p->view, c),
            c == p->followed ? 4 : 3);
    }
}
