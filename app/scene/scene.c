#include "app/scene/scene.h"

#include <cairo.h>
#include <math.h>

#include "app/scene/car_shape.h"
#include "app/scene/ground.h"
#include "app/scene/minimap.h"
#include "app/scene/panel.h"
#include "sim/base/memory.h"

struct vg_scene {
    vg_landscape landscape;
    vg_ground *ground;
    vg_minimap minimap;
    // The current frame.
    const vg_camera *camera;
    cairo_surface_t *surface;
    cairo_t *cairo; // NULL: none
    double width, height, scale;
};

vg_err vg_scene_create(const vg_road *road, vg_scene **out, vg_diag *diag) {
    vg_scene *scene = *out = vg_new(vg_scene, 1);
    if (!scene) return vg_fail_memory(diag);
    vg_err err = vg_landscape_open(&scene->landscape, road, diag);
    if (!err) err = vg_ground_open(&scene->landscape, &scene->ground, diag);
    if (!err) return VG_OK;
    vg_scene_destroy(scene);
    *out = NULL;
    return err;
}

static void drop_frame(vg_scene *scene) {
    if (scene->cairo) cairo_destroy(scene->cairo);
    if (scene->surface) cairo_surface_destroy(scene->surface);
    scene->cairo = NULL;
    scene->surface = NULL;
}

void vg_scene_destroy(vg_scene *scene) {
    if (!scene) return;
    drop_frame(scene);
    vg_minimap_close(&scene->minimap);
    vg_ground_close(scene->ground);
    vg_landscape_close(&scene->landscape);
    vg_free(scene);
}

static vg_err check(const vg_scene_picture *picture, const vg_camera *camera, vg_diag *diag) {
    if (picture->width < 16 || picture->height < 16 || picture->width > 16384 || picture->height > 16384 ||
        picture->stride < picture->width || !(picture->scale >= 0.5 && picture->scale <= 8))
        return vg_fail(diag, VG_ERR_ARGUMENT, "a picture of %d x %d pixels at scale %g", picture->width,
                       picture->height, picture->scale);
    if (!(camera->zoom > 0) || !isfinite(camera->x + camera->y + camera->up + camera->zoom))
        return vg_fail(diag, VG_ERR_ARGUMENT, "a camera at zoom %g", camera->zoom);
    return VG_OK;
}

vg_err vg_scene_begin(vg_scene *scene, const vg_scene_picture *picture, const vg_camera *camera,
                      vg_diag *diag) {
    vg_err err = check(picture, camera, diag);
    if (err) return err;
    drop_frame(scene);
    scene->camera = camera;
    scene->scale = picture->scale;
    scene->width = picture->width / picture->scale;
    scene->height = picture->height / picture->scale;
    vg_ground_view view;
    double step = 1 / (camera->zoom * picture->scale), c = cos(camera->up), s = sin(camera->up);
    vg_camera_unproject(camera, scene->width, scene->height, 0, 0, &view.x0, &view.y0);
    view.xx = s * step, view.xy = -c * step;
    view.yx = -c * step, view.yy = -s * step;
    err = vg_ground_paint(scene->ground, &view, picture->pixels, picture->width, picture->height,
                          picture->stride, diag);
    if (err) return err;
    scene->surface =
        cairo_image_surface_create_for_data((unsigned char *)picture->pixels, CAIRO_FORMAT_RGB24,
                                            picture->width, picture->height, (int)(picture->stride * 4));
    scene->cairo = cairo_create(scene->surface);
    cairo_scale(scene->cairo, picture->scale, picture->scale);
    return VG_OK;
}

vg_err vg_scene_end(vg_scene *scene, vg_diag *diag) {
    cairo_surface_flush(scene->surface);
    bool good = cairo_status(scene->cairo) == CAIRO_STATUS_SUCCESS;
    drop_frame(scene);
    return good ? VG_OK : vg_fail_memory(diag);
}

cairo_t *vg_scene_cairo(vg_scene *scene) { return scene->cairo; }
double vg_scene_width(const vg_scene *scene) { return scene->width; }
double vg_scene_height(const vg_scene *scene) { return scene->height; }

void vg_scene_project(const vg_scene *scene, double x, double y, double *screen_x, double *screen_y) {
    vg_camera_project(scene->camera, scene->width, scene->height, x, y, screen_x, screen_y);
}

// --- cars ------------------------------------------------------------------------------------------------

// Makes user space the car's own, moved by (dx, dy) m of the world. A car that would be too small to see is
// drawn larger.
static void enter_car(const vg_scene *scene, const vg_scene_car *car, double dx, double dy) {
    double x, y, zoom = scene->camera->zoom;
    double grown = zoom * fmax(1, 9 / (car->car->length * zoom));
    vg_scene_project(scene, car->x + dx, car->y + dy, &x, &y);
    cairo_save(scene->cairo);
    cairo_translate(scene->cairo, x, y);
    cairo_scale(scene->cairo, grown, -grown);
    cairo_rotate(scene->cairo, M_PI / 2 + car->yaw - scene->camera->up);
}

static void mark(const vg_scene *scene, const vg_scene_car *car) {
    double x, y, middle = car->car->length / 2 - car->car->rear_overhang;
    vg_scene_project(scene, car->x + middle * cos(car->yaw), car->y + middle * sin(car->yaw), &x, &y);
    double radius = fmax(14, 0.75 * car->car->length * scene->camera->zoom);
    cairo_new_path(scene->cairo);
    cairo_arc(scene->cairo, x, y, radius, 0, 2 * M_PI);
    cairo_set_line_width(scene->cairo, 2);
    vg_panel_colour(scene->cairo, 0xffffff, 0.75);
    cairo_stroke(scene->cairo);
}

static void draw_car(const vg_scene *scene, const vg_scene_car *car) {
    bool ghost = car->opacity > 0 && car->opacity < 1;
    if (!ghost) {
        double size = vg_car_scale(car->car);
        enter_car(scene, car, 0.16 * size, -0.2 * size);
        vg_car_shape_shadow(scene->cairo, car);
        cairo_restore(scene->cairo);
    }
    if (car->marked) mark(scene, car);
    enter_car(scene, car, 0, 0);
    if (ghost) {
        // The group is as large as its clip, so a small clip is cheap.
        double reach = car->car->length + car->car->width;
        cairo_rectangle(scene->cairo, -reach, -reach, 2 * reach, 2 * reach);
        cairo_clip(scene->cairo);
        cairo_push_group(scene->cairo);
    }
    vg_car_shape_draw(scene->cairo, car);
    if (ghost) {
        cairo_pop_group_to_source(scene->cairo);
        cairo_paint_with_alpha(scene->cairo, car->opacity);
    }
    cairo_restore(scene->cairo);
}

static bool seen(const vg_scene *scene, const vg_scene_car *car) {
    double x, y, reach = 40 + 2 * car->car->length * scene->camera->zoom;
    vg_scene_project(scene, car->x, car->y, &x, &y);
    return x > -reach && y > -reach && x < scene->width + reach && y < scene->height + reach;
}

static void write_label(const vg_scene *scene, const vg_scene_car *car) {
    const vg_panel_type type = {.size = 13, .bold = true};
    double x, y, width = vg_panel_text_width(scene->cairo, car->label, type);
    vg_scene_project(scene, car->x, car->y, &x, &y);
    double away = 12 + 0.5 * car->car->length * scene->camera->zoom;
    x += away, y -= 10;
    vg_panel_box(scene->cairo, x, y - 10, width + 26, 20, 10, 0.78);
    cairo_arc(scene->cairo, x + 11, y, 4, 0, 2 * M_PI);
    vg_panel_colour(scene->cairo, vg_role_colour(car->colour ? car->colour : VG_ROLE_SERIES_0, VG_THEME_DARK),
                    1);
    cairo_fill(scene->cairo);
    vg_panel_text(scene->cairo, x + 19, y + 4.7, car->label, type);
}

void vg_scene_cars(vg_scene *scene, const vg_scene_car *cars, int32_t count) {
    for (int32_t i = 0; i < count; i++)
        if (seen(scene, &cars[i])) draw_car(scene, &cars[i]);
    for (int32_t i = 0; i < count; i++)
        if (cars[i].label && seen(scene, &cars[i])) write_label(scene, &cars[i]);
}

// --- lines and the map -----------------------------------------------------------------------------------

void vg_scene_draw_line(vg_scene *scene, const vg_scene_line *line) {
    bool down = false;
    cairo_new_path(scene->cairo);
    for (int64_t i = 0; i < line->count; i++) {
        double x, y;
        if (isnan(line->x[i]) || isnan(line->y[i])) {
            down = false;
            continue;
        }
        vg_scene_project(scene, line->x[i], line->y[i], &x, &y);
        down ? cairo_line_to(scene->cairo, x, y) : cairo_move_to(scene->cairo, x, y);
        down = true;
    }
    cairo_set_line_width(scene->cairo, fmax(1.5, line->width * scene->camera->zoom));
    cairo_set_line_cap(scene->cairo, CAIRO_LINE_CAP_ROUND);
    cairo_set_line_join(scene->cairo, CAIRO_LINE_JOIN_ROUND);
    vg_panel_colour(scene->cairo, vg_role_colour(line->colour, VG_THEME_DARK),
                    line->opacity > 0 ? line->opacity : 1);
    cairo_stroke(scene->cairo);
    cairo_set_line_cap(scene->cairo, CAIRO_LINE_CAP_BUTT);
}

void vg_scene_minimap(vg_scene *scene, double x, double y, double width, double height,
                      const vg_scene_car *cars, int32_t count) {
    vg_minimap_box box = {x, y, width, height, scene->scale};
    vg_minimap_draw(&scene->minimap, &scene->landscape.view, scene->cairo, &box, cars, count);
}
