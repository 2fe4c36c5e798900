// app/web/driver_hands.c -- what the page's script tells of keys, mouse and devices.
#include <emscripten.h>
#include <stdio.h>
#include <string.h>

#include "app/web/driver_private.h"
#include "app/web/key_names.h"

EMSCRIPTEN_KEEPALIVE void vg_web_drive_key(vg_web_driver *d, const char *name, int32_t down, int32_t repeat,
                                           int32_t shift) {
    vg_input *in = &d->window->next;
    vg_window_key key = vg_web_key(name);
    if (!key) return;
    in->held[key] = down;
    if (!down || in->press_count == VG_WINDOW_PRESSES) return;
    in->presses[in->press_count++] = (vg_press){.key = key, .repeat = repeat, .shift = shift};
}

EMSCRIPTEN_KEEPALIVE void vg_web_drive_release(vg_web_driver *d) {
    memset(d->window->next.held, 0, sizeof d->window->next.held);
    d->window->next.mouse_buttons = 0;
}

EMSCRIPTEN_KEEPALIVE void vg_web_drive_mouse(vg_web_driver *d, double x, double y, int32_t buttons,
                                             double wheel) {
    vg_input *in = &d->window->next;
    in->mouse_x = x, in->mouse_y = y;
    in->mouse_pressed |= (uint32_t)buttons & ~in->mouse_buttons;
    in->mouse_buttons = (uint32_t)buttons;
    in->wheel += wheel;
}

static void unplug(vg_input *in, vg_device *device) {
    snprintf(in->unplugged, sizeof in->unplugged, "%s", device->name);
    *device = in->devices[--in->device_count];
}

EMSCRIPTEN_KEEPALIVE float *vg_web_drive_plug(vg_web_driver *d, int32_t slot, const char *name,
                                              int32_t controller, int32_t axes) {
    vg_input *in = &d->window->next;
    vg_device *device = vg_browser_device(d->window, slot);
    if (device && !name[0]) unplug(in, device);
    if (!name[0] || slot < 0 || slot >= VG_WINDOW_DEVICES) return NULL;
    if (!device) {
        device = &in->devices[in->device_count++]; // a slot is one device, so there is a place
        *device =
            (vg_device){.id = VG_WINDOW_DEVICES * d->window->plugged++ + slot, .controller = controller};
        snprintf(device->name, sizeof device->name, "%s", name);
        snprintf(in->plugged, sizeof in->plugged, "%s", name);
        // Its kind names a file: letters and digits of the name alone.
        size_t at = 0;
        for (const char *c = name; *c && at + 1 < sizeof device->kind; c++)
            if ((*c >= '0' && *c <= '9') || ((*c | 32) >= 'a' && (*c | 32) <= 'z')) device->kind[at++] = *c;
        if (!at) snprintf(device->kind, sizeof device->kind, "wheel");
    }
    device->axis_count = axes < VG_DEVICE_AXES ? axes : VG_DEVICE_AXES;
    return device->axes;
}

EMSCRIPTEN_KEEPALIVE void vg_web_drive_buttons(vg_web_driver *d, int32_t slot, int32_t down) {
    vg_device *device = vg_browser_device(d->window, slot);
    if (!device) return;
    device->pressed |= (uint32_t)down & ~device->buttons;
    device->buttons = (uint32_t)down;
}
