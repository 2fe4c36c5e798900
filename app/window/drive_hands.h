// app/window/drive_hands.h -- reads the devices of `verge drive` into one command a tick.
#ifndef VG_APP_WINDOW_DRIVE_HANDS_H
#define VG_APP_WINDOW_DRIVE_HANDS_H

#include "app/drive/session.h"
#include "app/drive/wheel.h"
#include "app/window/events.h"

typedef struct vg_hands {
    vg_feel feel;
    vg_grip grip;
    vg_filter filter;
    vg_raw raw; // input of the device that drives
    bool mouse; // it may steer
    struct {
        int32_t id; // id of the device, 0 and up; its file is read once each time it is plugged in
        bool known; // it is calibrated
        vg_wheel wheel;
    } wheels[VG_WINDOW_DEVICES];
    int32_t wheel_count;
    vg_calibration calibration;
    int32_t calibrating; // id of the device, -1: none
    char message[160];   // a message for the user, until it is shown; "": none
} vg_hands;

void vg_hands_open(vg_hands *hands, const vg_feel *feel);

// Handles devices that were plugged in or out since the last pump.
void vg_hands_notice(vg_hands *hands, const vg_input *input);

// Calibration of a wheel: begins it; confirms a step; cancels it.
void vg_hands_calibrate(vg_hands *hands, const vg_input *input);
void vg_hands_confirm(vg_hands *hands, const vg_input *input);
void vg_hands_give_up(vg_hands *hands);

// A tick of dt seconds. width: units of the window, for steering by the mouse. While the policy drives, the
// filter follows `command`, so that there is no jolt when the person takes over.
vg_control vg_hands_tick(vg_hands *hands, const vg_input *input, double width, const vg_car *car,
                         const vg_session_view *session, float dt);

#endif
