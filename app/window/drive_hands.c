#include "app/window/drive_hands.h"

#include <stdio.h>
#include <string.h>

void vg_hands_open(vg_hands *hands, const vg_feel *feel) {
    *hands = (vg_hands){.feel = *feel, .calibrating = -1};
}

static void say(vg_hands *hands, const char *name, const char *what) {
    snprintf(hands->message, sizeof hands->message, "%s %s", name, what);
}

// --- wheels ----------------------------------------------------------------------------------------------

// The row of a device's bindings. They are read from their file the first time.
static int32_t wheel_row(vg_hands *hands, const vg_device *device) {
    for (int32_t i = 0; i < hands->wheel_count; i++)
        if (hands->wheels[i].id == device->id) return i;
    int32_t row = hands->wheel_count++; // there is a row for each device that can be plugged in
    vg_diag diag = {0};
    vg_err err = vg_wheel_load(device->kind, &hands->wheels[row].wheel, &diag);
    hands->wheels[row].id = device->id;
    hands->wheels[row].known = !err;
    if (!err)
        say(hands, device->name, "plugged in");
    else if (err == VG_ERR_NOT_FOUND)
        say(hands, device->name, "plugged in: press K to calibrate it");
    else
        vg_diag_format(&diag, hands->message, sizeof hands->message);
    return row;
}

static const vg_device *find_device(const vg_input *input, int32_t id) {
    for (int32_t i = 0; i < input->device_count; i++)
        if (input->devices[i].id == id) return &input->devices[i];
    return NULL;
}

static void forget_unplugged(vg_hands *hands, const vg_input *input) {
    for (int32_t i = hands->wheel_count - 1; i >= 0; i--)
        if (!find_device(input, hands->wheels[i].id)) hands->wheels[i] = hands->wheels[--hands->wheel_count];
}

void vg_hands_notice(vg_hands *hands, const vg_input *input) {
    if (input->plugged[0]) say(hands, input->plugged, "plugged in");
    if (input->unplugged[0]) say(hands, input->unplugged, "unplugged: the keys still drive");
    forget_unplugged(hands, input);
    for (int32_t i = 0; i < input->device_count; i++)
        if (!input->devices[i].controller) wheel_row(hands, &input->devices[i]);
    if (hands->calibrating >= 0 && !find_device(input, hands->calibrating)) vg_hands_give_up(hands);
}

void vg_hands_calibrate(vg_hands *hands, const vg_input *input) {
    for (int32_t i = 0; i < input->device_count; i++) {
        if (input->devices[i].controller) continue;
        hands->calibrating = input->devices[i].id;
        vg_calibration_begin(&hands->calibration, input->devices[i].name);
        return;
    }
    say(hands, "No wheel", "there is no wheel to calibrate: plug one in");
}

void vg_hands_confirm(vg_hands *hands, const vg_input *input) {
    const vg_device *device = find_device(input, hands->calibrating);
    if (!device) return;
    vg_calibration_confirm(&hands->calibration, device->axes, device->axis_count);
    if (hands->calibration.step != VG_CALIBRATION_DONE) return;
    int32_t row = wheel_row(hands, device);
    hands->wheels[row].wheel = hands->calibration.wheel;
    hands->wheels[row].known = true;
    hands->calibrating = -1;
    vg_diag diag = {0};
    if (vg_wheel_save(device->kind, &hands->calibration.wheel, &diag))
        vg_diag_format(&diag, hands->message, sizeof hands->message);
    else
        say(hands, device->name, "calibrated, and kept for the next time");
}

void vg_hands_give_up(vg_hands *hands) { hands->calibrating = -1; }

// --- a tick ----------------------------------------------------------------------------------------------

static float both(bool plus, bool minus) { return (float)plus - (float)minus; }

static void read_keys(const vg_input *in, vg_reach *reach) {
    const bool *held = in->held;
    reach->there[VG_HAND_KEYS] = true;
    reach->raw[VG_HAND_KEYS] =
        (vg_raw){both(held[VG_KEY_LEFT] || held[VG_KEY_A], held[VG_KEY_RIGHT] || held[VG_KEY_D]),
                 held[VG_KEY_DOWN] || held[VG_KEY_S] || held[VG_KEY_SPACE]
                     ? -1.0f
                     : (float)(held[VG_KEY_UP] || held[VG_KEY_W])};
}

static void read_devices(vg_hands *hands, const vg_input *in, vg_reach *reach) {
    for (int32_t i = in->device_count - 1; i >= 0; i--) { // the first device has priority
        const vg_device *device = &in->devices[i];
        if (device->controller) {
            // SDL's order: left x, left y, right x, right y, left trigger, right trigger.
            reach->there[VG_HAND_PAD] = true;
            reach->raw[VG_HAND_PAD] = (vg_raw){-device->axes[0], device->axes[5] - device->axes[4]};
            continue;
        }
        int32_t row = wheel_row(hands, device);
        if (!hands->wheels[row].known) continue;
        reach->there[VG_HAND_WHEEL] = true;
        reach->raw[VG_HAND_WHEEL] = vg_wheel_raw(&hands->wheels[row].wheel, device->axes, device->axis_count);
    }
}

// Full lock is at 0.4 of the width from the middle; the left button is the throttle, the right one the brake.
static void read_mouse(const vg_hands *hands, const vg_input *in, double width, vg_reach *reach) {
    if (!hands->mouse) return;
    reach->there[VG_HAND_MOUSE] = true;
    double out = (width / 2 - in->mouse_x) / (0.4 * width);
    reach->raw[VG_HAND_MOUSE] = (vg_raw){(float)(out < -1  ? -1
                                                 : out > 1 ? 1
                                                           : out),
                                         in->mouse_buttons & 4 ? -1.0f : (float)(in->mouse_buttons & 1)};
}

vg_control vg_hands_tick(vg_hands *hands, const vg_input *input, double width, const vg_car *car,
                         const vg_session_view *session, float dt) {
    vg_reach reach = {0};
    read_keys(input, &reach);
    read_devices(hands, input, &reach);
    read_mouse(hands, input, width, &reach);
    vg_grip_step(&hands->grip, &hands->feel, &reach);
    hands->raw = reach.raw[hands->grip.hand];
    if (session->who != VG_WHO_HUMAN && !session->labelling)
        hands->filter = (vg_filter){session->command[0], session->command[1]};
    vg_filter_step(&hands->filter, &hands->feel, car, hands->grip.hand, hands->raw, session->now.speed, dt);
    return (vg_control){.raw = hands->raw, .wanted = hands->filter, .turned = hands->grip.turned};
}
