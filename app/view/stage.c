#include "app/view/stage.h"

#include <cairo.h>
#include <math.h>

#include "app/view/colours.h"
#include "app/view/foot.h"
#include "app/view/heat.h"
#include "app/view/legend.h"
#include "app/view/panels.h"
#include "app/view/reward_heat.h"
#include "app/view/trails.h"
#include "sim/base/memory.h"

struct vg_stage {
    const vg_view *view;
    vg_scene *scene, *right; // right: of the right side; NULL until two sides are shown
    vg_panels *panels;
    vg_heat *heat;
    vg_trails *trails;
    vg_camera camera, right_camera;
    vg_layout layout;
    bool map;     // the last picture showed no list of cars: the map, or two sides
    bool painted; // the camera and the layout belong to a painted picture
};

vg_stage_look vg_stage_look_default(void) { return (vg_stage_look){.magnify = 1}; }

vg_err vg_stage_create(const vg_view *view, vg_stage **out, vg_diag *diag) {
    vg_stage *s = *out = vg_new(vg_stage, 1);
    if (!s) return vg_fail_memory(diag);
    s->view = view;
    vg_err err = vg_scene_create(view->road, &s->scene, diag);
    if (!err) err = vg_panels_create(view, &s->panels, diag);
    if (!err) err = vg_heat_create(view, &s->heat, diag);
    if (!err) err = vg_trails_create(view, &s->trails, diag);
    if (!err) return VG_OK;
    vg_stage_destroy(s);
    *out = NULL;
    return err;
}

void vg_stage_destroy(vg_stage *s) {
    if (!s) return;
    vg_scene_destroy(s->scene);
    vg_scene_destroy(s->right);
    vg_panels_destroy(s->panels);
    vg_heat_destroy(s->heat);
    vg_trails_destroy(s->trails);
    vg_free(s);
}

// --- the scene -------------------------------------------------------------------------------------------

static void fill_cars(const vg_stage *s, int32_t followed, double t, vg_scene_car *cars) {
    for (int32_t c = 0; c < s->view->car_count; c++) {
        vg_view_pose pose = vg_view_pose_at(s->view, c, t);
        int32_t group = s->view->cars[c].group;
        bool own = c == followed;
        cars[c] = (vg_scene_car){.car = &s->view->groups[group].car,
                                 .x = pose.x,
                                 .y = pose.y,
                                 .yaw = pose.yaw,
                                 .steer = pose.steer,
                                 .braking = pose.braking && !pose.ended,
                                 .colour = vg_view_role(s->view, c),
                                 .opacity = own          ? 1
                                            : pose.ended ? 0.45
                                                         : 0.8,
                                 .marked = own};
    }
    // The followed car is drawn on top.
    int32_t last = s->view->car_count - 1;
    vg_scene_car swap = cars[last];
    cars[last] = cars[followed];
    cars[followed] = swap;
}

static void aim(const vg_stage *s, const vg_stage_look *look, int32_t followed, double t, double dt,
                vg_camera *camera) {
    vg_view_pose pose = vg_view_pose_at(s->view, followed, t);
    vg_camera_target target = {pose.x, pose.y, pose.yaw, pose.speed};
    // The zoom is larger than while driving, because the scene is only a part of the picture, and cars are
    // compared, not driven.
    const double nearer = 1.45;
    vg_camera_follow(camera, look->camera, &target, nearer * look->magnify, s->layout.scene.height, dt);
    // The scene's foot is not the picture's foot: the car is a little higher than while driving.
    if (look->camera != VG_CAMERA_NORTH) camera->anchor_y = fmin(camera->anchor_y, 0.66);
}

static vg_err paint_scene(vg_stage *s, const vg_scene_picture *picture, const vg_stage_look *look, double t,
                          vg_diag *diag) {
    vg_scene_car cars[VG_VIEW_CARS];
    vg_scene_picture top = *picture;
    top.height = (int32_t)ceil(s->layout.scene.height * picture->scale);
    vg_err err = vg_scene_begin(s->scene, &top, &s->camera, diag);
    if (err) return err;
    fill_cars(s, look->followed, t, cars);
    if (look->reward) vg_reward_heat_draw(look->reward, s->scene);
    vg_trails_draw(s->trails, s->scene, t, look->heat);
    vg_scene_cars(s->scene, cars, s->view->car_count);
    vg_legend_tags(s->view, s->scene, look->followed, t);
    const vg_view_box *map = &s->layout.minimap;
    vg_scene_minimap(s->scene, map->x, map->y, map->width, map->height, cars, s->view->car_count);
    if (look->reward)
        vg_reward_heat_key(look->reward, vg_scene_cairo(s->scene), &s->layout);
    else if (look->heat)
        vg_trails_key(vg_scene_cairo(s->scene), &s->layout);
    vg_legend_draw(s->view, vg_scene_cairo(s->scene), &s->layout, look->followed, t);
    return vg_scene_end(s->scene, diag);
}

// One of two cars side by side, in its half of the picture.
static vg_err paint_side(vg_stage *s, const vg_scene_picture *picture, const vg_stage_look *look, double t,
                         int32_t car, vg_diag *diag) {
    vg_scene_car cars[VG_VIEW_CARS];
    vg_scene_picture half = *picture;
    vg_scene *scene = car ? s->right : s->scene;
    half.height = (int32_t)ceil(s->layout.scene.height * picture->scale);
    half.width = car ? picture->width - picture->width / 2 : picture->width / 2;
    if (car) half.pixels += picture->width / 2;
    vg_err err = vg_scene_begin(scene, &half, car ? &s->right_camera : &s->camera, diag);
    if (err) return err;
    fill_cars(s, car, t, cars);
    vg_trails_draw(s->trails, scene, t, look->heat);
    vg_scene_cars(scene, cars, s->view->car_count);
    const vg_view_box *map = &s->layout.minimap;
    double width = vg_scene_width(scene), least = 300 + map->width;
    if (width > least)
        vg_scene_minimap(scene, width - map->width - 12, map->y, map->width, map->height, cars,
                         s->view->car_count);
    vg_legend_side(s->view, scene, car, t);
    return vg_scene_end(scene, diag);
}

static vg_err paint_sides(vg_stage *s, const vg_scene_picture *picture, const vg_stage_look *look, double t,
                          vg_diag *diag) {
    vg_err err = s->right ? VG_OK : vg_scene_create(s->view->road, &s->right, diag);
    for (int32_t car = 0; car < 2 && !err; car++) err = paint_side(s, picture, look, t, car, diag);
    return err;
}

// --- the picture -----------------------------------------------------------------------------------------

static vg_err paint_over(vg_stage *s, const vg_scene_picture *picture, const vg_timeline *timeline,
                         const vg_stage_look *look, vg_diag *diag) {
    cairo_surface_t *surface =
        cairo_image_surface_create_for_data((unsigned char *)picture->pixels, CAIRO_FORMAT_RGB24,
                                            picture->width, picture->height, (int)(picture->stride * 4));
    cairo_t *cairo = cairo_create(surface);
    cairo_scale(cairo, picture->scale, picture->scale);
    vg_panels_cursor(s->panels, cairo, timeline->t);
    vg_foot_draw(s->view, cairo, &s->layout, timeline, look->theme);
    if (look->sides) vg_legend_ask(s->view, cairo, &s->layout);
    if (look->help) vg_legend_help(cairo, &s->layout);
    cairo_surface_flush(surface);
    bool good = cairo_status(cairo) == CAIRO_STATUS_SUCCESS;
    cairo_destroy(cairo);
    cairo_surface_destroy(surface);
    return good ? VG_OK : vg_fail_memory(diag);
}

vg_err vg_stage_paint(vg_stage *s, const vg_scene_picture *picture, const vg_timeline *timeline,
                      const vg_stage_look *look, double dt, vg_diag *diag) {
    double width = picture->width / picture->scale, height = picture->height / picture->scale;
    if (width < VG_LAYOUT_LEAST_WIDTH || height < VG_LAYOUT_LEAST_HEIGHT)
        return vg_fail(diag, VG_ERR_ARGUMENT, "a picture of %g x %g, expected at least %d x %d", width,
                       height, VG_LAYOUT_LEAST_WIDTH, VG_LAYOUT_LEAST_HEIGHT);
    s->layout = vg_layout_make(width, height, s->view->car_count);
    const bool sides = look->sides && !look->map;
    dt = s->painted ? dt : -1;
    aim(s, look, sides ? 0 : look->followed, timeline->t, dt, &s->camera);
    if (sides) aim(s, look, 1, timeline->t, dt, &s->right_camera);
    s->painted = true, s->map = look->map || look->sides;
    vg_err err = vg_panels_prepare(s->panels, &s->layout, picture->scale, look->theme, look->followed, diag);
    if (!err && look->map)
        err = vg_heat_paint(s->heat, picture, &s->layout, look->theme, s->view->cars[look->followed].group,
                            diag);
    else if (!err && sides)
        err = paint_sides(s, picture, look, timeline->t, diag);
    else if (!err)
        err = paint_scene(s, picture, look, timeline->t, diag);
    if (err) return err;
    vg_panels_copy(s->panels, picture);
    return paint_over(s, picture, timeline, look, diag);
}

// --- the pointer -----------------------------------------------------------------------------------------

// The box whose width is the duration, at (x, y); NULL: none.
static bool time_box(const vg_stage *s, double x, double y, vg_view_box *out) {
    for (vg_view_panel panel = 0; panel < VG_PANEL_COUNT; panel++) {
        *out = vg_panels_plot(s->panels, panel);
        if (vg_box_has(out, x, y)) return true;
    }
    *out = s->layout.track;
    return vg_box_has(out, x, y);
}

vg_stage_hit vg_stage_under(const vg_stage *s, double x, double y, const vg_timeline *timeline, double *t,
                            int32_t *car) {
    vg_view_box box;
    if (!s->painted) return VG_HIT_NONE;
    if (vg_box_has(&s->layout.button, x, y)) return VG_HIT_BUTTON;
    for (*car = 0; *car < (s->map ? 0 : s->layout.row_count); ++*car)
        if (vg_box_has(&s->layout.rows[*car], x, y)) return VG_HIT_CAR;
    if (!time_box(s, x, y, &box)) return VG_HIT_NONE;
    *t = vg_timeline_under(timeline, x, box.x, box.width);
    return VG_HIT_TIME;
}

double vg_stage_drag(const vg_stage *s, double from_x, double from_y, double x, const vg_timeline *timeline) {
    vg_view_box box;
    time_box(s, from_x, from_y, &box);
    return vg_timeline_under(timeline, x, box.x, box.width);
}
