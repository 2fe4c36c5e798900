#include "app/view/reward_heat.h"

#include <cairo.h>
#include <math.h>
#include <stdio.h>

#include "agents/planner/plan.h"
#include "agents/rewards/driving.h"
#include "app/scene/panel.h"
#include "app/view/colours.h"
#include "sim/base/memory.h"

enum { LANES = 15, BETWEEN = 5 }; // BETWEEN: points of the planned line from one station to the next

void vg_reward_heat_free(vg_reward_heat *h) {
    vg_reward_grid_free(&h->grid);
    vg_free(h->x);
    vg_free(h->y);
    vg_free(h->line_x);
    vg_free(h->line_y);
    vg_free(h->own_x);
    vg_free(h->own_y);
    *h = (vg_reward_heat){0};
}

// --- making ------------------------------------------------------------------------------------------------

static void point_at(const vg_road *road, double s, double share, double metres, double *x, double *y) {
    vg_road_point p = vg_road_at(road, vg_road_wrap(road, s));
    double offset = share * (share > 0 ? p.left : p.right) + metres;
    *x = p.x - offset * sin(p.heading), *y = p.y + offset * cos(p.heading);
}

static vg_err place_corners(vg_reward_heat *h, vg_diag *diag) {
    const int32_t stations = h->grid.stations;
    int64_t count = (int64_t)(stations + 1) * (LANES + 1);
    h->x = vg_new(double, count);
    h->y = vg_new(double, count);
    if (!h->x || !h->y) return vg_fail_memory(diag);
    for (int32_t i = 0; i <= stations; i++)
        for (int32_t j = 0; j <= LANES; j++) {
            int64_t at = (int64_t)i * (LANES + 1) + j;
            point_at(h->road, i * h->grid.spacing, 2.0 * j / LANES - 1, 0, &h->x[at], &h->y[at]);
        }
    return VG_OK;
}

static vg_err take_speeds(const vg_reward_heat *h, int32_t stations, double *speed, vg_diag *diag) {
    const vg_view_drive *drive = vg_view_drive_of(h->view, h->car);
    vg_state *states = vg_new(vg_state, drive->count);
    if (!states) return vg_fail_memory(diag);
    int64_t count = 0;
    while (count < drive->count && !(drive->moments[count].events & (VG_EVENT_OFF | VG_EVENT_COLLISION))) {
        states[count] = drive->moments[count].state;
        count++;
    }
    vg_reward_grid_speeds(h->road, states, count, stations, speed);
    vg_free(states);
    return VG_OK;
}

static vg_err take_own_line(vg_reward_heat *h, vg_diag *diag) {
    const vg_view_drive *drive = vg_view_drive_of(h->view, h->car);
    h->own_x = vg_new(double, drive->count);
    h->own_y = vg_new(double, drive->count);
    if (!h->own_x || !h->own_y) return vg_fail_memory(diag);
    for (; h->own_count < drive->count; h->own_count++) {
        const vg_moment *m = &drive->moments[h->own_count];
        h->own_x[h->own_count] = m->put_back ? NAN : m->state.x;
        h->own_y[h->own_count] = m->put_back ? NAN : m->state.y;
    }
    return VG_OK;
}

static vg_err plan(vg_reward_heat *h, const vg_car *car, const double *theta, vg_diag *diag) {
    vg_plan_def def = vg_plan_default(h->road, car, theta);
    vg_plan plan = {0};
    vg_err err = vg_plan_make(&def, &plan, diag);
    if (!err) {
        // Between its stations too, so that the line bends with the road.
        h->line_count = (int64_t)(plan.count - (plan.closed ? 0 : 1)) * BETWEEN + 1;
        h->line_x = vg_new(double, h->line_count);
        h->line_y = vg_new(double, h->line_count);
        if (!h->line_x || !h->line_y) err = vg_fail_memory(diag);
    }
    for (int64_t k = 0; k < h->line_count && !err; k++) {
        int64_t at = k / BETWEEN % plan.count, next = (at + 1) % plan.count;
        double share = (double)(k % BETWEEN) / BETWEEN,
               offset = plan.offset[at] + share * (plan.offset[next] - plan.offset[at]);
        point_at(h->road, ((double)(k / BETWEEN) + share) * plan.spacing, 0, offset, &h->line_x[k],
                 &h->line_y[k]);
    }
    vg_plan_close(&plan);
    return err;
}

vg_err vg_reward_heat_make(vg_reward_heat *h, const vg_view *view, int32_t car, const vg_reward *reward,
                           vg_diag *diag) {
    const vg_driving_reward_def *driving = vg_driving_reward_of(reward);
    const vg_car *body = &view->groups[view->cars[car].group].car;
    const vg_road *road = vg_view_ground_of(view, car);
    double length = vg_road_get(road).length, cell = 2 * vg_car_scale(body);
    *h = (vg_reward_heat){.view = view, .road = road, .car = car, .unit = 1, .seconds = driving != NULL};
    if (driving) h->unit = driving->theta[VG_DRIVING_time];
    int32_t stations = (int32_t)fmin(VG_REWARD_STATIONS, fmax(2, ceil(length / cell)));
    double *speed = vg_new(double, stations);
    vg_err err = speed ? take_speeds(h, stations, speed, diag) : vg_fail_memory(diag);
    const vg_reward_grid_def def = {
        .reward = reward, .road = road, .car = body, .stations = stations, .lanes = LANES, .speed = speed};
    if (!err) err = vg_reward_grid_make(&def, &h->grid, diag);
    if (!err) err = place_corners(h, diag);
    if (!err) err = take_own_line(h, diag);
    if (!err && driving) err = plan(h, body, driving->theta, diag);
    vg_free(speed);
    if (err) vg_reward_heat_free(h);
    return err;
}

// --- drawing -----------------------------------------------------------------------------------------------

static vg_role colour_of(const vg_reward_heat *h, double value) {
    return vg_role_ramp((value - h->grid.low) / (h->grid.high - h->grid.low));
}

// Whether a station is in the picture.
static bool seen(const vg_reward_heat *h, const vg_scene *scene, int32_t i) {
    const double reach = 40;
    double x, y;
    int64_t middle = (int64_t)i * (LANES + 1) + LANES / 2;
    vg_scene_project(scene, h->x[middle], h->y[middle], &x, &y);
    return x > -reach && y > -reach && x < vg_scene_width(scene) + reach &&
           y < vg_scene_height(scene) + reach;
}

static void draw_cell(const vg_reward_heat *h, vg_scene *scene, int32_t i, int32_t j) {
    static const int corners[4][2] = {{0, 0}, {1, 0}, {1, 1}, {0, 1}};
    cairo_t *cairo = vg_scene_cairo(scene);
    cairo_new_path(cairo);
    for (int k = 0; k < 4; k++) {
        int64_t at = (int64_t)(i + corners[k][0]) * (LANES + 1) + j + corners[k][1];
        double x, y;
        vg_scene_project(scene, h->x[at], h->y[at], &x, &y);
        cairo_line_to(cairo, x, y);
    }
    cairo_close_path(cairo);
    double value = h->grid.value[(int64_t)i * LANES + j];
    vg_panel_colour(cairo, vg_role_colour(colour_of(h, value), VG_THEME_DARK), 0.8);
    cairo_fill(cairo);
}

// With a dark rim, to be seen on any colour.
static void draw_line(vg_scene *scene, const double *x, const double *y, int64_t count, vg_role role) {
    const vg_scene_line rim = {x, y, count, VG_ROLE_PAPER, 0.75, 0.9}, line = {x, y, count, role, 0.35, 1};
    if (count == 0) return;
    cairo_t *cairo = vg_scene_cairo(scene);
    cairo_save(cairo);
    vg_scene_draw_line(scene, &rim);
    vg_scene_draw_line(scene, &line);
    cairo_restore(cairo);
}

void vg_reward_heat_draw(const vg_reward_heat *h, vg_scene *scene) {
    cairo_t *cairo = vg_scene_cairo(scene);
    cairo_save(cairo);
    cairo_set_antialias(cairo, CAIRO_ANTIALIAS_NONE); // cells that meet leave no seam
    for (int32_t i = 0; i < h->grid.stations; i++)
        for (int32_t j = 0; j < LANES && seen(h, scene, i); j++)
            if (isfinite(h->grid.value[(int64_t)i * LANES + j])) draw_cell(h, scene, i, j);
    cairo_restore(cairo);
    draw_line(scene, h->own_x, h->own_y, h->own_count, vg_view_role(h->view, h->car));
    draw_line(scene, h->line_x, h->line_y, h->line_count, VG_ROLE_TEXT);
}

static double draw_sample(cairo_t *cairo, double x, double y, vg_role role, const char *text) {
    vg_panel_colour(cairo, vg_role_colour(role, VG_THEME_DARK), 1);
    cairo_rectangle(cairo, x, y - 6, 16, 3);
    cairo_fill(cairo);
    return x + 22 + vg_panel_text(cairo, x + 22, y, text, (vg_panel_type){.size = 11, .opacity = 0.9}) + 14;
}

// The colours, between the lowest and the highest value.
static void draw_ramp(const vg_reward_heat *h, cairo_t *cairo, double x, double y) {
    const char *unit = h->seconds ? " s" : "";
    const vg_panel_type type = {.size = 11, .opacity = 0.9, .digits = true};
    const double step = 12;
    char text[32];
    snprintf(text, sizeof text, "%.4g%s", h->grid.low / h->unit, unit);
    double at = x + vg_panel_text(cairo, x, y, text, type) + 8;
    for (int32_t i = 0; i < VG_RAMP_COUNT; i++, at += step) {
        cairo_rectangle(cairo, at, y - 9, step + 0.5, 10);
        vg_panel_colour(cairo, vg_role_colour(VG_ROLE_RAMP_0 + (vg_role)i, VG_THEME_DARK), 1);
        cairo_fill(cairo);
    }
    snprintf(text, sizeof text, "%.4g%s", h->grid.high / h->unit, unit);
    vg_panel_text(cairo, at + 8, y, text, type);
}

void vg_reward_heat_key(const vg_reward_heat *h, cairo_t *cairo, double room, double down) {
    const bool small = down < 240; // there is room for the colours alone
    const double width = fmin(310, room - 24), height = small ? 26 : 64;
    double x = room - width - 12, y = down - height - 10, at;
    const char *who = h->view->cars[h->car].label;
    char text[128];
    vg_panel_box(cairo, x, y, width, height, 8, 0.78);
    cairo_save(cairo);
    cairo_rectangle(cairo, x, y, width - 8, height);
    cairo_clip(cairo);
    draw_ramp(h, cairo, x + 12, y + (small ? 17 : 36));
    if (!small) {
        snprintf(text, sizeof text, "reward of %.2g s at the speed of %.40s", h->grid.action_seconds, who);
        vg_panel_text(cairo, x + 12, y + 17, text, (vg_panel_type){.size = 11, .bold = true});
        at = draw_sample(cairo, x + 12, y + 54, vg_view_role(h->view, h->car), who);
        if (h->line_count > 0) draw_sample(cairo, at, y + 54, VG_ROLE_TEXT, "planned by the reward");
    }
    cairo_restore(cairo);
}
