#include "app/scene/camera.h"

#include <math.h>
#include <string.h>

#include "tests/check.h"

static const vg_camera_target target = {.x = 12, .y = -7, .yaw = 0.8, .speed = 20};

START_TEST(projects_and_unprojects) {
    vg_camera camera = {.x = 3, .y = 4, .up = 1.1, .zoom = 7, .anchor_x = 0.5, .anchor_y = 0.74};
    double sx, sy, x, y;
    vg_camera_project(&camera, 800, 600, 3, 4, &sx, &sy);
    ck_assert(sx == 400 && sy == 0.74 * 600);
    // A metre in the direction that is up moves a point `zoom` units up.
    vg_camera_project(&camera, 800, 600, 3 + cos(1.1), 4 + sin(1.1), &sx, &sy);
    ck_assert_double_eq_tol(sx, 400, 1e-9);
    ck_assert_double_eq_tol(sy, 444 - 7, 1e-9);
    vg_camera_project(&camera, 800, 600, -20, 31, &sx, &sy);
    vg_camera_unproject(&camera, 800, 600, sx, sy, &x, &y);
    ck_assert_double_eq_tol(x, -20, 1e-9);
    ck_assert_double_eq_tol(y, 31, 1e-9);
}
END_TEST

START_TEST(stands_where_its_mode_says_at_once) {
    vg_camera camera = {0};
    vg_camera_follow(&camera, VG_CAMERA_NORTH, &target, 1, 640, -1);
    ck_assert(camera.up == M_PI / 2 && camera.anchor_y == 0.5 && camera.x == 12 && camera.y == -7);
    vg_camera_follow(&camera, VG_CAMERA_HEADING, &target, 1, 640, -1);
    ck_assert_double_eq_tol(camera.up, 0.8, 1e-12);
    ck_assert_double_gt(camera.anchor_y, 0.5); // what is ahead has more room
    double zoom = camera.zoom;
    vg_camera_follow(&camera, VG_CAMERA_HEADING, &target, 2, 640, -1);
    ck_assert_double_eq_tol(camera.zoom, 2 * zoom, 1e-12);
    vg_camera_target faster = target;
    faster.speed = 40;
    vg_camera_follow(&camera, VG_CAMERA_HEADING, &faster, 1, 640, -1);
    ck_assert_double_lt(camera.zoom, zoom);
}
END_TEST

// Two steps of dt come to one of 2 dt: the lag does not depend on the frame rate.
// A small car is not a dot in a landscape; a long one is shown as far as ever.
START_TEST(a_small_car_is_shown_nearer) {
    vg_camera camera = {0}, plain = {0};
    vg_camera_target parked = {.length = 1.8};
    vg_camera_follow(&camera, VG_CAMERA_CHASE, &parked, 1, 720, -1);
    ck_assert_double_eq_tol(camera.zoom * 1.8, 720 / 20.0, 1e-9);
    parked.length = 0;
    vg_camera_follow(&plain, VG_CAMERA_CHASE, &parked, 1, 720, -1);
    parked.length = 4.7;
    vg_camera_follow(&camera, VG_CAMERA_CHASE, &parked, 1, 720, -1);
    ck_assert_double_eq(camera.zoom, plain.zoom);
}
END_TEST

START_TEST(turns_softly_whatever_the_frame_rate) {
    vg_camera slow = {.up = 0, .zoom = 10, .anchor_x = 0.5, .anchor_y = 0.74}, fast = slow;
    vg_camera_follow(&slow, VG_CAMERA_CHASE, &target, 1, 640, 0.2);
    for (int i = 0; i < 2; i++) vg_camera_follow(&fast, VG_CAMERA_CHASE, &target, 1, 640, 0.1);
    ck_assert_double_gt(slow.up, 0.1);
    ck_assert_double_lt(slow.up, 0.79);
    ck_assert_double_eq_tol(slow.up, fast.up, 1e-12);
    ck_assert_double_eq_tol(slow.zoom, fast.zoom, 1e-9);
}
END_TEST

START_TEST(turns_the_short_way) {
    vg_camera camera = {.up = 3, .zoom = 10};
    vg_camera_target behind = target;
    behind.yaw = -3;
    vg_camera_follow(&camera, VG_CAMERA_CHASE, &behind, 1, 640, 0.1);
    ck_assert_double_gt(fabs(camera.up), 3);
}
END_TEST

// Whether all points are within the part of a picture of 800 x 600.
static bool all_seen(const vg_camera *camera, const vg_camera_points *points, const vg_view_box *part) {
    for (int32_t i = 0; i < points->count; i++) {
        double x, y;
        vg_camera_project(camera, 800, 600, points->x[i], points->y[i], &x, &y);
        if (x < part->x - 1e-6 || y < part->y - 1e-6 || x > part->x + part->width + 1e-6 ||
            y > part->y + part->height + 1e-6)
            return false;
    }
    return true;
}

START_TEST(all_points_fit_into_the_part) {
    static const double x[] = {-400, 210, 33}, y[] = {12, 900, -55};
    const vg_view_box part = {300, 50, 400, 200};
    for (int mode = 0; mode < VG_CAMERA_MODE_COUNT; mode++)
        for (double yaw = -3; yaw < 3; yaw += 0.37) {
            vg_camera_points points = {x, y, 3, yaw};
            vg_camera camera = {0};
            vg_camera_fit(&camera, (vg_camera_mode)mode, &points, 1, 800, 600, &part, -1);
            ck_assert(all_seen(&camera, &points, &part));
            vg_camera_fit(&camera, (vg_camera_mode)mode, &points, 1.02, 800, 600, &part, -1);
            ck_assert(!all_seen(&camera, &points, &part)); // it does not show more than it must
            vg_camera_fit(&camera, (vg_camera_mode)mode, &points, 1, 800, 600, &part, 0.1);
            ck_assert(all_seen(&camera, &points, &part)); // out at once
            double zoom = camera.zoom;
            points.count = 2; // closer together: in softly
            points.x = points.y = (const double[]){0, 50};
            vg_camera_fit(&camera, (vg_camera_mode)mode, &points, 1, 800, 600, &part, 0.1);
            ck_assert_double_gt(camera.zoom, zoom);
            vg_camera rested = camera;
            vg_camera_fit(&rested, (vg_camera_mode)mode, &points, 1, 800, 600, &part, -1);
            ck_assert_double_lt(camera.zoom, rested.zoom / 4);
            ck_assert(all_seen(&camera, &points, &part));
        }
    // A single car is not brought nearer than 40 m a picture.
    vg_camera camera = {0};
    vg_camera_points one = {x, y, 1, 1};
    vg_camera_fit(&camera, VG_CAMERA_NORTH, &one, 1, 800, 600, &part, -1);
    ck_assert_double_eq(camera.zoom, 5);
    double at_x, at_y;
    vg_camera_project(&camera, 800, 600, x[0], y[0], &at_x, &at_y);
    ck_assert_double_eq_tol(at_x, 500, 1e-9);
    ck_assert_double_eq_tol(at_y, 150, 1e-9);
}
END_TEST

CK_MAIN("camera", all_points_fit_into_the_part, projects_and_unprojects, stands_where_its_mode_says_at_once,
        a_small_car_is_shown_nearer, turns_softly_whatever_the_frame_rate, turns_the_short_way)
