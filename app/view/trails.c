#include "app/view/trails.h"

#include <cairo.h>
#include <math.h>

#include "app/scene/panel.h"
#include "app/view/colours.h"
#include "sim/base/memory.h"

static const double LAST = 6; // s that a trail coloured by driver covers

struct vg_trails {
    const vg_view *view;
    double *x, *y; // [room] points of the current line
    int64_t room, count;
};

vg_err vg_trails_create(const vg_view *view, vg_trails **out, vg_diag *diag) {
    vg_trails *w = *out = vg_new(vg_trails, 1);
    if (!w) return vg_fail_memory(diag);
    w->view = view;
    for (int32_t c = 0; c < view->car_count; c++)
        if (vg_view_drive_of(view, c)->count > w->room) w->room = vg_view_drive_of(view, c)->count;
    w->room += 1; // and the position at t itself
    w->x = vg_new(double, w->room);
    w->y = vg_new(double, w->room);
    if (w->x && w->y) return VG_OK;
    vg_trails_destroy(w);
    *out = NULL;
    return vg_fail_memory(diag);
}

void vg_trails_destroy(vg_trails *w) {
    if (!w) return;
    vg_free(w->x);
    vg_free(w->y);
    vg_free(w);
}

// Draws the line so far, and continues from its last point.
static void flush(vg_trails *w, vg_scene *scene, vg_role role, bool heat) {
    vg_scene_line line = {w->x, w->y, w->count, role, heat ? 0.7 : 0.35, heat ? 0.9 : 0.75};
    if (w->count > 1) vg_scene_draw_line(scene, &line);
    if (w->count > 0) w->x[0] = w->x[w->count - 1], w->y[0] = w->y[w->count - 1], w->count = 1;
}

static bool seen(const vg_scene *scene, const vg_state *state) {
    double x, y, reach = 60;
    vg_scene_project(scene, state->x, state->y, &x, &y);
    return x > -reach && y > -reach && x < vg_scene_width(scene) + reach &&
           y < vg_scene_height(scene) + reach;
}

static void draw_way(vg_trails *w, vg_scene *scene, int32_t car, double t, bool heat) {
    const vg_view_drive *drive = vg_view_drive_of(w->view, car);
    int64_t last = vg_view_moment_at(drive, t), first = heat ? 0 : vg_view_moment_at(drive, t - LAST);
    vg_role role = VG_ROLE_NONE, own = vg_view_role(w->view, car);
    w->count = 0;
    for (int64_t i = first; i <= last; i++) {
        const vg_moment *m = &drive->moments[i];
        vg_role next = heat ? vg_role_ramp(fabs((double)drive->level[i])) : own;
        if (m->put_back || !seen(scene, &m->state)) {
            flush(w, scene, role, heat);
            w->count = 0;
        }
        if (next != role) flush(w, scene, role, heat);
        role = next;
        w->x[w->count] = m->state.x, w->y[w->count++] = m->state.y;
    }
    vg_view_pose pose = vg_view_pose_at(w->view, car, t);
    if (w->count > 0) w->x[w->count] = pose.x, w->y[w->count++] = pose.y;
    flush(w, scene, role, heat);
}

// A cross where a car left the road.
static void cross(vg_scene *scene, const vg_state *state) {
    cairo_t *cairo = vg_scene_cairo(scene);
    const double arm = 6;
    double x, y;
    if (!seen(scene, state)) return;
    vg_scene_project(scene, state->x, state->y, &x, &y);
    for (int pass = 0; pass < 2; pass++) {
        for (int way = -1; way <= 1; way += 2) {
            cairo_move_to(cairo, x - arm, y - way * arm);
            cairo_line_to(cairo, x + arm, y + way * arm);
        }
        cairo_set_line_cap(cairo, CAIRO_LINE_CAP_ROUND);
        cairo_set_line_width(cairo, pass ? 3 : 6);
        vg_panel_colour(cairo, pass ? vg_role_colour(VG_ROLE_EXIT, VG_THEME_DARK) : 0xffffff, 0.95);
        cairo_stroke(cairo);
    }
    cairo_set_line_cap(cairo, CAIRO_LINE_CAP_BUTT);
}

void vg_trails_draw(vg_trails *w, vg_scene *scene, int32_t road, double t, bool heat) {
    for (int32_t c = 0; c < w->view->car_count; c++)
        if (vg_view_road_of(w->view, c) == road) draw_way(w, scene, c, t, heat);
    for (int32_t i = 0; i < w->view->departure_count && w->view->departures[i].t <= t; i++) {
        if (vg_view_road_of(w->view, w->view->departures[i].car) != road) continue;
        const vg_view_drive *drive = vg_view_drive_of(w->view, w->view->departures[i].car);
        int64_t at = vg_view_moment_at(drive, w->view->departures[i].t);
        while (at > 0 && drive->moments[at].put_back) at--; // put back already: draw where it left
        cross(scene, &drive->moments[at].state);
    }
}

void vg_trails_key(cairo_t *cairo, const vg_layout *layout) {
    const double width = 232, height = 26, step = 10;
    double x = layout->scene.width - width - 12, y = layout->scene.height - height - 10;
    vg_panel_box(cairo, x, y, width, height, 8, 0.7);
    vg_panel_type type = {.size = 11, .opacity = 0.9};
    double at = x + 12 + vg_panel_text(cairo, x + 12, y + 17, "centre", type) + 8;
    for (int32_t i = 0; i < VG_RAMP_COUNT; i++) {
        cairo_rectangle(cairo, at + i * step, y + 8, step + 0.5, 10);
        vg_panel_colour(cairo, vg_role_colour(VG_ROLE_RAMP_0 + (vg_role)i, VG_THEME_DARK), 1);
        cairo_fill(cairo);
    }
    vg_panel_text(cairo, at + VG_RAMP_COUNT * step + 8, y + 17, "edge", type);
}
