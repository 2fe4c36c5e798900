// app/scene/camera.h -- the view of the scene: straight from above, with a zoom and a direction.
//
// A unit is a pixel of a plain screen; a picture has `scale` pixels a unit. Screen y points down.
#ifndef VG_APP_SCENE_CAMERA_H
#define VG_APP_SCENE_CAMERA_H

#include <stdint.h>

#include "app/scene/box.h"

// CHASE: the road ahead is up, and the view turns smoothly with the car. HEADING: the car's heading is up.
// NORTH: north is up. X(name, word)
#define VG_CAMERA_MODES(X)                                                                                   \
    X(CHASE, "chase")                                                                                        \
    X(HEADING, "heading up")                                                                                 \
    X(NORTH, "north up")

typedef enum vg_camera_mode {
#define X(name, word) VG_CAMERA_##name,
    VG_CAMERA_MODES(X)
#undef X
        VG_CAMERA_MODE_COUNT
} vg_camera_mode;

// "chase". Never NULL.
const char *vg_camera_word(vg_camera_mode mode);

typedef struct vg_camera {
    double x, y;               // m, the point of the world at the anchor
    double up;                 // rad, the direction in the world that is up on the screen; pi/2: north
    double zoom;               // units a metre, > 0
    double anchor_x, anchor_y; // position of that point, as a share of the width and of the height
} vg_camera;

// The target that a camera follows.
typedef struct vg_camera_target {
    double x, y, yaw; // m, m, rad: the rear axle
    double speed;     // m/s
    double length;    // m, of the car; a car shorter than 3.2 m is shown nearer. 0: any
} vg_camera_target;

// Follows a target for dt seconds; dt < 0: jumps to it. The zoom falls to a half from standstill to 45 m/s,
// so that about the same time of driving stays in view (a short car's falls further); magnify (1: plain)
// multiplies it. height: units of the picture, by which everything scales.
void vg_camera_follow(vg_camera *camera, vg_camera_mode mode, const vg_camera_target *target, double magnify,
                      double height, double dt);

// Instead of following one target: shows all points x, y [count >= 1], m, within a part of a picture of width
// x height units. The direction follows yaw, as with a target. It zooms out at once and in softly, so that no
// point is ever outside; what is shown is at least 40 m wide and high. magnify (1: plain) multiplies the
// zoom; above 1 points may be outside.
typedef struct vg_camera_points {
    const double *x, *y;
    int32_t count;
    double yaw; // rad
} vg_camera_points;
void vg_camera_fit(vg_camera *camera, vg_camera_mode mode, const vg_camera_points *points, double magnify,
                   double width, double height, const vg_view_box *part, double dt);

// Converts between the world (m) and a picture of width x height units.
void vg_camera_project(const vg_camera *camera, double width, double height, double x, double y,
                       double *screen_x, double *screen_y);
void vg_camera_unproject(const vg_camera *camera, double width, double height, double screen_x,
                         double screen_y, double *x, double *y);

#endif
