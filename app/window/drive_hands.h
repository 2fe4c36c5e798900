// app/window/drive_hands.h -- the devices of `verge drive`, read into one pair of hands a tick.
#ifndef VG_APP_WINDOW_DRIVE_HANDS_H
#define VG_APP_WINDOW_DRIVE_HANDS_H

#include "app/drive/session.h"
#include "app/drive/wheel.h"
#include "app/window/events.h"

typedef struct vg_hands {
    vg_feel feel;
    vg_grip grip;
    vg_filter filter;
    vg_raw raw; // of the device that drives
    bool mouse; // it may steer
    struct {
        int32_t id; // of the device, 0 and up; looked for once a plugging
        bool known; // it is calibrated
        vg_wheel wheel;
    } wheels[VG_WINDOW_DEVICES];
    int32_t wheel_count;
    vg_calibration calibration;
    int32_t calibrating; // id of the device, -1: none
    char message[160];   // what its owner should know, until it is shown; "": nothing
} vg_hands;

void vg_hands_open(vg_hands *hands, const vg_feel *feel);

// Devices that came or went since the last pump.
void vg_hands_notice(vg_hands *hands, const vg_input *input);

// Which wheel is it? Begin to ask; the owner confirms each step; or gives up.
void vg_hands_calibrate(vg_hands *hands, const vg_input *input);
void vg_hands_confirm(vg_hands *hands, const vg_input *input);
void vg_hands_give_up(vg_hands *hands);

// A tick of dt seconds. width: units of the window, by which the mouse steers. While somebody else drives the
// filter follows `command`, so that taking over is no jolt.
vg_control vg_hands_tick(vg_hands *hands, const vg_input *input, double width, const vg_car *car,
                         const vg_session_view *session, float dt);

#endif
