// The scene: the same road gives the same pictures, and things are at their right positions.
#include "app/scene/scene.h"

#include <math.h>
#include <string.h>

#include "tests/roads.h"

enum { WIDTH = 320, HEIGHT = 200 };

typedef struct picture {
    uint32_t pixels[WIDTH * HEIGHT];
} picture;

static vg_camera camera_at(double x, double y, double up) {
    return (vg_camera){.x = x, .y = y, .up = up, .zoom = 5, .anchor_x = 0.5, .anchor_y = 0.5};
}

static void begin(vg_scene *scene, picture *out, const vg_camera *camera) {
    vg_diag diag;
    ck_ok(vg_scene_begin(
        scene,
        &(vg_scene_picture){
            .pixels = out->pixels, .width = WIDTH, .height = HEIGHT, .stride = WIDTH, .scale = 1},
        camera, &diag));
}

static void shoot(vg_scene *scene, picture *out, vg_camera camera, const vg_scene_car *cars, int32_t count) {
    vg_diag diag;
    begin(scene, out, &camera);
    vg_scene_cars(scene, cars, count);
    ck_ok(vg_scene_end(scene, &diag));
}

static vg_scene *scene_of(const vg_road *road) {
    vg_scene *scene;
    vg_diag diag;
    ck_ok(vg_scene_create(road, &scene, &diag));
    return scene;
}

static int channel(uint32_t pixel, int shift) { return (int)(pixel >> shift & 255); }
static bool grey(uint32_t p) {
    return abs(channel(p, 16) - channel(p, 8)) < 16 && abs(channel(p, 8) - channel(p, 0)) < 16;
}
static bool green(uint32_t p) {
    return channel(p, 8) > channel(p, 16) + 8 && channel(p, 8) > channel(p, 0) + 8;
}
static uint32_t pixel_at(const picture *p, double x, double y) { return p->pixels[(int)y * WIDTH + (int)x]; }

START_TEST(a_point_of_the_world_has_its_place_on_the_screen) {
    vg_camera camera = camera_at(10, 20, 0.7);
    double sx, sy, x, y;
    vg_camera_project(&camera, WIDTH, HEIGHT, 10, 20, &sx, &sy);
    ck_assert_double_eq_tol(sx, WIDTH / 2, 1e-9);
    ck_assert_double_eq_tol(sy, HEIGHT / 2, 1e-9);
    // A metre ahead is `zoom` units up; a metre to the left as many to the left.
    vg_camera_project(&camera, WIDTH, HEIGHT, 10 + cos(0.7), 20 + sin(0.7), &sx, &sy);
    ck_assert_double_eq_tol(sx, WIDTH / 2, 1e-9);
    ck_assert_double_eq_tol(sy, HEIGHT / 2 - 5, 1e-9);
    vg_camera_project(&camera, WIDTH, HEIGHT, 10 - sin(0.7), 20 + cos(0.7), &sx, &sy);
    ck_assert_double_eq_tol(sx, WIDTH / 2 - 5, 1e-9);
    ck_assert_double_eq_tol(sy, HEIGHT / 2, 1e-9);
    vg_camera_unproject(&camera, WIDTH, HEIGHT, 3, 150, &x, &y);
    vg_camera_project(&camera, WIDTH, HEIGHT, x, y, &sx, &sy);
    ck_assert_double_eq_tol(sx, 3, 1e-9);
    ck_assert_double_eq_tol(sy, 150, 1e-9);
}
END_TEST

START_TEST(the_camera_follows) {
    vg_camera camera = {0};
    vg_camera_target target = {.x = 5, .y = 6, .yaw = 1};
    vg_camera_follow(&camera, VG_CAMERA_CHASE, &target, 1, 640, -1);
    ck_assert_double_eq_tol(camera.up, 1, 1e-12);
    ck_assert_double_eq_tol(camera.zoom, 10, 1e-12);
    // A turn through the seam at pi goes the short way, and arrives.
    target.yaw = 3.1;
    vg_camera_follow(&camera, VG_CAMERA_CHASE, &target, 1, 640, -1);
    target.yaw = -3.1;
    vg_camera_follow(&camera, VG_CAMERA_CHASE, &target, 1, 640, 0.05);
    ck_assert(fabs(camera.up) > 3.1 && fabs(camera.up) < M_PI + 1e-9);
    for (int i = 0; i < 200; i++) vg_camera_follow(&camera, VG_CAMERA_CHASE, &target, 1, 640, 0.05);
    ck_assert_double_eq_tol(camera.up, -3.1, 1e-6);
    // At high speed it shows twice as far; north stays up.
    target.speed = 80;
    for (int i = 0; i < 400; i++) vg_camera_follow(&camera, VG_CAMERA_NORTH, &target, 1, 640, 0.05);
    ck_assert_double_eq_tol(camera.zoom, 10 / 2.1, 1e-6);
    ck_assert_double_eq_tol(camera.up, M_PI / 2, 1e-6);
}
END_TEST

START_TEST(the_road_lies_where_it_is) {
    vg_road *road = circle_road(100, 4);
    vg_scene *scene = scene_of(road);
    picture *p = vg_new(picture, 1);
    for (int k = 0; k < 8; k++) {
        vg_camera camera = camera_at(100, 0, k * 0.8);
        double x, y;
        shoot(scene, p, camera, NULL, 0);
        vg_camera_project(&camera, WIDTH, HEIGHT, 100, 3, &x, &y);
        ck_assert_msg(grey(pixel_at(p, x, y)), "at %d: %08x", k, pixel_at(p, x, y));
        vg_camera_project(&camera, WIDTH, HEIGHT, 108.5, 3, &x, &y);
        ck_assert_msg(green(pixel_at(p, x, y)), "beside at %d: %08x", k, pixel_at(p, x, y));
    }
    vg_free(p);
    vg_scene_destroy(scene);
    vg_road_destroy(road);
}
END_TEST

// Nothing grows in the gravel outside a bend, nor on the asphalt.
START_TEST(gravel_has_no_trees) {
    vg_road *road = circle_road(40, 4);
    vg_scene *scene = scene_of(road);
    picture *p = vg_new(picture, 1);
    vg_camera camera = camera_at(0, 0, M_PI / 2);
    camera.zoom = 1.7;
    shoot(scene, p, camera, NULL, 0);
    for (int k = 0; k < 360; k++) {
        double x, y, turn = k * M_PI / 180;
        for (double out = 46; out < 52; out += 1.5) {
            vg_camera_project(&camera, WIDTH, HEIGHT, out * cos(turn), out * sin(turn), &x, &y);
            uint32_t seen = pixel_at(p, x, y);
            ck_assert_msg(channel(seen, 16) > channel(seen, 8) && channel(seen, 8) > channel(seen, 0),
                          "%d degrees, %g m: %08x", k, out, seen);
        }
    }
    vg_free(p);
    vg_scene_destroy(scene);
    vg_road_destroy(road);
}
END_TEST

START_TEST(the_same_place_looks_the_same) {
    vg_road *road = stadium_road(200, 30, 4);
    vg_scene *scene = scene_of(road), *other = scene_of(road);
    picture *first = vg_new(picture, 1), *again = vg_new(picture, 1);
    vg_camera camera = camera_at(20, 30, 1.1);
    shoot(scene, first, camera, NULL, 0);
    // Moves far away, so that the cache holds other tiles in the same places, and back.
    for (int k = 1; k < 8; k++) shoot(scene, again, camera_at(20 + 150 * k, 30 - 90 * k, 0.3 * k), NULL, 0);
    ck_assert_int_ne(memcmp(first, again, sizeof *first), 0);
    shoot(scene, again, camera, NULL, 0);
    ck_assert_mem_eq(first, again, sizeof *first);
    shoot(other, again, camera_at(-300, 0, 2), NULL, 0);
    shoot(other, again, camera, NULL, 0);
    ck_assert_mem_eq(first, again, sizeof *first);
    vg_free(first);
    vg_free(again);
    vg_scene_destroy(scene);
    vg_scene_destroy(other);
    vg_road_destroy(road);
}
END_TEST

START_TEST(cars_are_on_it) {
    vg_road *road = circle_road(100, 4);
    vg_scene *scene = scene_of(road);
    picture *empty = vg_new(picture, 1), *p = vg_new(picture, 1);
    vg_car car = vg_car_default();
    vg_scene_car shown = {.car = &car, .x = 100, .y = 0, .yaw = VG_PI / 2, .colour = VG_ROLE_SERIES_1};
    vg_camera camera = camera_at(100, 0, VG_PI / 2);
    double x, y;
    shoot(scene, empty, camera, NULL, 0);
    shoot(scene, p, camera, &shown, 1);
    // Its bonnet has its colour; well behind the car and far ahead nothing changed.
    vg_camera_project(&camera, WIDTH, HEIGHT, 100, 3, &x, &y);
    ck_assert_int_eq(pixel_at(p, x, y) & 0xffffff, vg_role_colour(VG_ROLE_SERIES_1, VG_THEME_DARK));
    ck_assert_mem_eq(empty, p, WIDTH * 60 * sizeof *p->pixels);
    ck_assert_mem_eq(empty->pixels + WIDTH * 140, p->pixels + WIDTH * 140, WIDTH * 60 * sizeof *p->pixels);
    // Through a ghost the road is visible.
    shown.opacity = 0.4;
    shoot(scene, p, camera, &shown, 1);
    uint32_t ghost = pixel_at(p, x, y) & 0xffffff;
    ck_assert_int_ne(ghost, vg_role_colour(VG_ROLE_SERIES_1, VG_THEME_DARK));
    ck_assert_int_ne(ghost, pixel_at(empty, x, y) & 0xffffff);
    vg_free(empty);
    vg_free(p);
    vg_scene_destroy(scene);
    vg_road_destroy(road);
}
END_TEST

START_TEST(what_cannot_be_drawn_is_refused) {
    vg_road *road = circle_road(100, 4);
    vg_scene *scene = scene_of(road);
    picture *p = vg_new(picture, 1);
    vg_diag diag;
    vg_scene_picture picture = {p->pixels, WIDTH, HEIGHT, WIDTH, 1};
    vg_camera camera = camera_at(0, 0, 0);
    camera.zoom = 0;
    ck_fails(vg_scene_begin(scene, &picture, &camera, &diag), VG_ERR_ARGUMENT, "zoom");
    camera = camera_at(NAN, 0, 0);
    ck_fails(vg_scene_begin(scene, &picture, &camera, &diag), VG_ERR_ARGUMENT, "camera");
    camera = camera_at(0, 0, 0);
    picture.width = 8;
    ck_fails(vg_scene_begin(scene, &picture, &camera, &diag), VG_ERR_ARGUMENT, "8 x 200");
    vg_free(p);
    vg_scene_destroy(scene);
    vg_road_destroy(road);
}
END_TEST

CK_MAIN("scene", a_point_of_the_world_has_its_place_on_the_screen, the_camera_follows,
        the_road_lies_where_it_is, gravel_has_no_trees, the_same_place_looks_the_same, cars_are_on_it,
        what_cannot_be_drawn_is_refused)
