#include "app/view/stage.h"

#include <cairo.h>
#include <math.h>

#include "app/scene/panel.h"
#include "app/view/colours.h"
#include "app/view/foot.h"
#include "app/view/heat.h"
#include "app/view/legend.h"
#include "app/view/panels.h"
#include "app/view/reward_heat.h"
#include "app/view/trails.h"
#include "sim/base/memory.h"

// A scene with a road and its camera; the first is the whole scene if nothing is shown side by side.
typedef struct side {
    vg_scene *scene; // NULL until it is shown
    vg_camera camera;
    vg_view_box box; // within the picture
} side;

struct vg_stage {
    const vg_view *view;
    side sides[VG_VIEW_ROADS];
    vg_panels *panels;
    vg_heat *heat;
    vg_trails *trails;
    vg_layout layout;
    vg_view_box rows[VG_VIEW_CARS]; // of each car in the last picture; without space: none
    bool painted;                   // the cameras and the layout belong to a painted picture
};

vg_stage_look vg_stage_look_default(void) { return (vg_stage_look){.magnify = 1}; }

vg_err vg_stage_create(const vg_view *view, vg_stage **out, vg_diag *diag) {
    vg_stage *s = *out = vg_new(vg_stage, 1);
    if (!s) return vg_fail_memory(diag);
    s->view = view;
    vg_err err = vg_scene_create(view->roads[0].road, &s->sides[0].scene, diag);
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
    for (int32_t i = 0; i < VG_VIEW_ROADS; i++) vg_scene_destroy(s->sides[i].scene);
    vg_panels_destroy(s->panels);
    vg_heat_destroy(s->heat);
    vg_trails_destroy(s->trails);
    vg_free(s);
}

// --- the scene -------------------------------------------------------------------------------------------

// The cars on the followed one's road, which is drawn last, on top. Returns their number.
static int32_t fill_cars(const vg_stage *s, int32_t followed, double t, vg_scene_car *cars) {
    const vg_view *view = s->view;
    int32_t count = 0, top = 0;
    for (int32_t c = 0; c < view->car_count; c++) {
        if (vg_view_road_of(view, c) != vg_view_road_of(view, followed)) continue;
        vg_view_pose pose = vg_view_pose_at(view, c, t);
        bool own = c == followed;
        if (own) top = count;
        cars[count++] = (vg_scene_car){.car = &view->groups[view->cars[c].group].car,
                                       .x = pose.x,
                                       .y = pose.y,
                                       .yaw = pose.yaw,
                                       .steer = pose.steer,
                                       .braking = pose.braking && !pose.ended,
                                       .colour = vg_view_role(view, c),
                                       .opacity = own          ? 1
                                                  : pose.ended ? 0.45
                                                               : 0.8,
                                       .marked = own};
    }
    vg_scene_car swap = cars[count - 1];
    cars[count - 1] = cars[top];
    cars[top] = swap;
    return count;
}

// All cars on the followed one's road, in the part of the scene that nothing covers.
static void aim_at_all(const vg_stage *s, const vg_stage_look *look, int32_t followed, double t, double dt,
                       const vg_view_box *scene, vg_camera *camera) {
    const vg_view *view = s->view;
    double x[VG_VIEW_CARS], y[VG_VIEW_CARS];
    vg_camera_points points = {x, y, 0, vg_view_pose_at(view, followed, t).yaw};
    for (int32_t c = 0; c < view->car_count; c++) {
        if (vg_view_road_of(view, c) != vg_view_road_of(view, followed)) continue;
        vg_view_pose pose = vg_view_pose_at(view, c, t);
        x[points.count] = pose.x, y[points.count++] = pose.y;
    }
    bool side = look->sides || view->road_count > 1;
    vg_view_box part =
        side ? vg_layout_side_free(scene->width, scene->height, points.count) : vg_layout_free(&s->layout);
    vg_camera_fit(camera, look->camera, &points, look->magnify, scene->width, scene->height, &part, dt);
}

static void aim(const vg_stage *s, const vg_stage_look *look, int32_t followed, double t, double dt,
                const vg_view_box *scene, vg_camera *camera) {
    if (look->fit) {
        aim_at_all(s, look, followed, t, dt, scene, camera);
        return;
    }
    vg_view_pose pose = vg_view_pose_at(s->view, followed, t);
    double length = s->view->groups[s->view->cars[followed].group].car.length;
    vg_camera_target target = {pose.x, pose.y, pose.yaw, pose.speed, length};
    // The zoom is larger than while driving, because the scene is only a part of the picture, and cars are
    // compared, not driven.
    const double nearer = 1.45;
    vg_camera_follow(camera, look->camera, &target, nearer * look->magnify, scene->height, dt);
    // The scene's foot is not the picture's foot: the car is a little higher than while driving.
    if (look->camera != VG_CAMERA_NORTH) camera->anchor_y = fmin(camera->anchor_y, 0.66);
}

static vg_err paint_scene(vg_stage *s, const vg_scene_picture *picture, const vg_stage_look *look, double t,
                          vg_diag *diag) {
    vg_scene_car cars[VG_VIEW_CARS];
    vg_scene_picture top = *picture;
    vg_scene *scene = s->sides[0].scene;
    top.height = (int32_t)ceil(s->layout.scene.height * picture->scale);
    vg_err err = vg_scene_begin(scene, &top, &s->sides[0].camera, diag);
    if (err) return err;
    int32_t count = fill_cars(s, look->followed, t, cars);
    if (look->reward) vg_reward_heat_draw(look->reward, scene);
    vg_trails_draw(s->trails, scene, 0, t, look->heat);
    vg_scene_cars(scene, cars, count);
    vg_legend_tags(s->view, scene, look->followed, t);
    const vg_view_box *map = &s->layout.minimap;
    vg_scene_minimap(scene, map->x, map->y, map->width, map->height, cars, count);
    if (look->reward)
        vg_reward_heat_key(look->reward, vg_scene_cairo(scene), s->layout.scene.width,
                           s->layout.scene.height);
    else if (look->heat)
        vg_trails_key(vg_scene_cairo(scene), &s->layout);
    vg_legend_draw(s->view, vg_scene_cairo(scene), &s->layout, look->followed, t);
    return vg_scene_end(scene, diag);
}

// The road of `lead` in a part of the picture.
static vg_err paint_side(vg_stage *s, side *side, const vg_scene_picture *picture, const vg_stage_look *look,
                         double t, int32_t lead, vg_diag *diag) {
    vg_scene_car cars[VG_VIEW_CARS];
    const int32_t road = vg_view_road_of(s->view, lead);
    vg_scene *scene = side->scene;
    vg_err err = vg_scene_begin(scene, picture, &side->camera, diag);
    if (err) return err;
    const double width = vg_scene_width(scene), height = vg_scene_height(scene);
    const vg_side_layout l = vg_layout_side(width, height, 0);
    int32_t count = fill_cars(s, lead, t, cars);
    if (look->reward) vg_reward_heat_draw(&look->reward[road], scene);
    vg_trails_draw(s->trails, scene, road, t, look->heat);
    vg_scene_cars(scene, cars, count);
    if (l.minimap.width > 0)
        vg_scene_minimap(scene, l.minimap.x, l.minimap.y, l.minimap.width, l.minimap.height, cars, count);
    if (look->reward) vg_reward_heat_key(&look->reward[road], vg_scene_cairo(scene), width, height);
    if (look->sides)
        vg_legend_side(s->view, scene, lead, t);
    else
        vg_legend_road(s->view, scene, lead, t);
    return vg_scene_end(scene, diag);
}

// The number of scenes side by side; 1: one that fills the place.
static int32_t side_count(const vg_stage *s, const vg_stage_look *look) {
    return look->map ? 1 : look->sides ? 2 : s->view->road_count;
}

static int32_t lead_of(const vg_stage *s, const vg_stage_look *look, int32_t i) {
    return look->sides ? i : vg_view_lead(s->view, i, look->followed);
}

static vg_err paint_sides(vg_stage *s, const vg_scene_picture *picture, const vg_stage_look *look, double t,
                          vg_diag *diag) {
    const int32_t count = side_count(s, look);
    vg_err err = VG_OK;
    for (int32_t i = 0; i < count && !err; i++) {
        side *side = &s->sides[i];
        vg_scene_picture part = *picture;
        const int32_t left = picture->width * i / count, lead = lead_of(s, look, i);
        part.height = (int32_t)ceil(s->layout.scene.height * picture->scale);
        part.width = picture->width * (i + 1) / count - left;
        part.pixels += left;
        side->box =
            (vg_view_box){left / picture->scale, 0, part.width / picture->scale, s->layout.scene.height};
        if (!side->scene) err = vg_scene_create(vg_view_ground_of(s->view, lead), &side->scene, diag);
        if (!err) err = paint_side(s, side, &part, look, t, lead, diag);
    }
    return err;
}

// Where each car's row is in the picture.
static void place_rows(vg_stage *s, const vg_stage_look *look) {
    const vg_view *view = s->view;
    int32_t done[VG_VIEW_ROADS] = {0};
    for (int32_t c = 0; c < view->car_count; c++) {
        s->rows[c] = (vg_view_box){0};
        if (look->map || look->sides) continue;
        if (view->road_count == 1) {
            if (c < s->layout.row_count) s->rows[c] = s->layout.rows[c];
            continue;
        }
        const int32_t road = vg_view_road_of(view, c), k = done[road]++;
        const vg_view_box *box = &s->sides[road].box;
        const vg_side_layout l = vg_layout_side(box->width, box->height, vg_view_cars_on(view, road));
        if (k >= l.row_count) continue;
        s->rows[c] = vg_layout_side_row(&l, k);
        s->rows[c].x += box->x;
    }
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
    for (int32_t i = 1; i < side_count(s, look); i++) {
        cairo_rectangle(cairo, s->sides[i].box.x - 1, 0, 2, s->layout.scene.height);
        vg_panel_colour(cairo, 0xffffff, 0.85);
        cairo_fill(cairo);
    }
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
    const int32_t sides = side_count(s, look);
    dt = s->painted ? dt : -1;
    const vg_view_box scene = {0, 0, width / sides, s->layout.scene.height};
    for (int32_t i = 0; i < sides; i++)
        aim(s, look, sides > 1 ? lead_of(s, look, i) : look->followed, timeline->t, dt, &scene,
            &s->sides[i].camera);
    s->painted = true;
    vg_err err = vg_panels_prepare(s->panels, &s->layout, picture->scale, look->theme, look->followed, diag);
    if (!err && look->map)
        err = vg_heat_paint(s->heat, picture, &s->layout, look->theme, s->view->cars[look->followed].group,
                            diag);
    else if (!err && sides > 1)
        err = paint_sides(s, picture, look, timeline->t, diag);
    else if (!err)
        err = paint_scene(s, picture, look, timeline->t, diag);
    if (err) return err;
    place_rows(s, look);
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
    for (*car = 0; *car < s->view->car_count; ++*car)
        if (vg_box_has(&s->rows[*car], x, y)) return VG_HIT_CAR;
    if (!time_box(s, x, y, &box)) return VG_HIT_NONE;
    *t = vg_timeline_under(timeline, x, box.x, box.width);
    return VG_HIT_TIME;
}

double vg_stage_drag(const vg_stage *s, double from_x, double from_y, double x, const vg_timeline *timeline) {
    vg_view_box box;
    time_box(s, from_x, from_y, &box);
    return vg_timeline_under(timeline, x, box.x, box.width);
}
