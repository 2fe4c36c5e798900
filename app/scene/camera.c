#include "app/scene/camera.h"

#include <math.h>
#include <stdbool.h>

// s: time constants with which the view turns after the car and zooms.
static const double TURN_LAG = 0.28, ZOOM_LAG = 0.9;
// Metres of the world within the height of the picture at standstill, and the factor on them at FAST (m/s).
static const double SHOWN = 64, FAST = 45, WIDER = 1.1;
// A car takes at least this share of the height at standstill.
static const double LEAST = 1.0 / 20;

const char *vg_camera_word(vg_camera_mode mode) {
    static const char *const words[] = {
#define X(name, word) word,
        VG_CAMERA_MODES(X)
#undef X
    };
    return words[mode];
}

// The share of the remaining way that a lag covers in dt.
static double rest(double dt, double lag) { return dt < 0 ? 0 : exp(-dt / lag); }

// Turns the camera to its direction; softly, if the mode says so.
static void turn(vg_camera *camera, vg_camera_mode mode, double yaw, double dt) {
    double up = mode == VG_CAMERA_NORTH ? M_PI / 2 : yaw;
    double behind = remainder(camera->up - up, 2 * M_PI);
    bool at_once = mode == VG_CAMERA_HEADING || dt < 0;
    camera->up = remainder(up + (at_once ? 0 : behind * rest(dt, TURN_LAG)), 2 * M_PI);
}

void vg_camera_follow(vg_camera *camera, vg_camera_mode mode, const vg_camera_target *target, double magnify,
                      double height, double dt) {
    double pace = fmin(fabs(target->speed) / FAST, 1);
    double still = target->length > 0 ? fmin(SHOWN, target->length / LEAST) : SHOWN;
    double zoom = height * magnify / (still + WIDER * pace * sqrt(still * SHOWN));
    camera->zoom = zoom + (camera->zoom - zoom) * rest(dt, ZOOM_LAG);
    turn(camera, mode, target->yaw, dt);
    camera->x = target->x;
    camera->y = target->y;
    camera->anchor_x = 0.5;
    // The road ahead matters most, so if ahead is up the car is low in the picture.
    double low = mode == VG_CAMERA_NORTH ? 0.5 : 0.74;
    camera->anchor_y = dt < 0 ? low : low + (camera->anchor_y - low) * rest(dt, TURN_LAG);
}

void vg_camera_fit(vg_camera *camera, vg_camera_mode mode, const vg_camera_points *points, double magnify,
                   double width, double height, const vg_view_box *part, double dt) {
    const double least = 40; // m
    turn(camera, mode, points->yaw, dt);
    double c = cos(camera->up), s = sin(camera->up);
    double right[2] = {INFINITY, -INFINITY}, ahead[2] = {INFINITY, -INFINITY};
    for (int32_t i = 0; i < points->count; i++) {
        double r = points->x[i] * s - points->y[i] * c, a = points->x[i] * c + points->y[i] * s;
        right[0] = fmin(right[0], r), right[1] = fmax(right[1], r);
        ahead[0] = fmin(ahead[0], a), ahead[1] = fmax(ahead[1], a);
    }
    double middle = (right[0] + right[1]) / 2, centre = (ahead[0] + ahead[1]) / 2;
    double zoom = magnify * fmin(part->width / fmax(right[1] - right[0], least),
                                 part->height / fmax(ahead[1] - ahead[0], least));
    camera->zoom = zoom < camera->zoom ? zoom : zoom + (camera->zoom - zoom) * rest(dt, ZOOM_LAG);
    camera->x = middle * s + centre * c;
    camera->y = centre * s - middle * c;
    camera->anchor_x = (part->x + part->width / 2) / width;
    camera->anchor_y = (part->y + part->height / 2) / height;
}

void vg_camera_project(const vg_camera *camera, double width, double height, double x, double y,
                       double *screen_x, double *screen_y) {
    double c = cos(camera->up), s = sin(camera->up), dx = x - camera->x, dy = y - camera->y;
    *screen_x = camera->anchor_x * width + camera->zoom * (dx * s - dy * c);
    *screen_y = camera->anchor_y * height - camera->zoom * (dx * c + dy * s);
}

void vg_camera_unproject(const vg_camera *camera, double width, double height, double screen_x,
                         double screen_y, double *x, double *y) {
    double c = cos(camera->up), s = sin(camera->up);
    double right = (screen_x - camera->anchor_x * width) / camera->zoom;
    double ahead = (camera->anchor_y * height - screen_y) / camera->zoom;
    *x = camera->x + right * s + ahead * c;
    *y = camera->y - right * c + ahead * s;
}
