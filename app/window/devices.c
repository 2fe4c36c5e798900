#include "app/window/devices.h"

#include <SDL.h>
#include <stdio.h>
#include <string.h>

void vg_devices_open(vg_devices *devices) {
    SDL_JoystickEventState(SDL_ENABLE);
    SDL_GameControllerEventState(SDL_ENABLE);
    devices->opened = true;
}

static void unplug(vg_plugged *row) {
    if (row->controller)
        SDL_GameControllerClose(row->controller);
    else
        SDL_JoystickClose(row->joystick);
}

void vg_devices_close(vg_devices *devices) {
    for (int32_t i = 0; i < devices->count; i++) unplug(&devices->rows[i]);
    devices->count = 0;
}

static int32_t row_of(const vg_input *input, SDL_JoystickID id) {
    for (int32_t i = 0; i < input->device_count; i++)
        if (input->devices[i].id == id) return i;
    return -1;
}

static void came(vg_devices *devices, int index, vg_input *input) {
    if (devices->count == VG_WINDOW_DEVICES) return;
    vg_plugged row = {0};
    if (SDL_IsGameController(index)) {
        row.controller = SDL_GameControllerOpen(index);
        row.joystick = row.controller ? SDL_GameControllerGetJoystick(row.controller) : NULL;
    } else {
        row.joystick = SDL_JoystickOpen(index);
    }
    if (!row.joystick) return;
    SDL_JoystickID id = SDL_JoystickInstanceID(row.joystick);
    if (row_of(input, id) >= 0) { // reported twice
        unplug(&row);
        return;
    }
    vg_device *device = &input->devices[input->device_count++];
    *device = (vg_device){.id = id, .controller = row.controller != NULL};
    const char *name = SDL_JoystickName(row.joystick);
    snprintf(device->name, sizeof device->name, "%s", name ? name : "a device without a name");
    SDL_JoystickGetGUIDString(SDL_JoystickGetGUID(row.joystick), device->kind, sizeof device->kind);
    snprintf(input->plugged, sizeof input->plugged, "%s", device->name);
    devices->rows[devices->count++] = row;
}

static void went(vg_devices *devices, SDL_JoystickID id, vg_input *input) {
    int32_t i = row_of(input, id);
    if (i < 0) return;
    snprintf(input->unplugged, sizeof input->unplugged, "%s", input->devices[i].name);
    unplug(&devices->rows[i]);
    int32_t after = --devices->count - i;
    memmove(&devices->rows[i], &devices->rows[i + 1], (size_t)after * sizeof *devices->rows);
    memmove(&input->devices[i], &input->devices[i + 1], (size_t)after * sizeof *input->devices);
    input->device_count--;
}

void vg_devices_take(vg_devices *devices, const SDL_Event *event, vg_input *input) {
    if (!devices->opened) return;
    if (event->type == SDL_JOYDEVICEADDED) came(devices, event->jdevice.which, input);
    if (event->type == SDL_JOYDEVICEREMOVED) went(devices, event->jdevice.which, input);
}

static float axis(Sint16 value) { return value < 0 ? (float)value / 32768 : (float)value / 32767; }

static void read_controller(SDL_GameController *from, vg_device *to) {
    to->axis_count = SDL_CONTROLLER_AXIS_MAX;
    to->button_count = SDL_CONTROLLER_BUTTON_MAX;
    for (int i = 0; i < to->axis_count; i++)
        to->axes[i] = axis(SDL_GameControllerGetAxis(from, (SDL_GameControllerAxis)i));
    for (int i = 0; i < to->button_count; i++)
        to->buttons |= (uint32_t)SDL_GameControllerGetButton(from, (SDL_GameControllerButton)i) << i;
}

static int32_t at_most(int count, int32_t most) { return count < 0 ? 0 : count > most ? most : count; }

static void read_joystick(SDL_Joystick *from, vg_device *to) {
    to->axis_count = at_most(SDL_JoystickNumAxes(from), VG_DEVICE_AXES);
    to->button_count = at_most(SDL_JoystickNumButtons(from), VG_DEVICE_BUTTONS);
    for (int i = 0; i < to->axis_count; i++) to->axes[i] = axis(SDL_JoystickGetAxis(from, i));
    for (int i = 0; i < to->button_count; i++) to->buttons |= (uint32_t)SDL_JoystickGetButton(from, i) << i;
}

void vg_devices_read(vg_devices *devices, vg_input *input) {
    for (int32_t i = 0; i < devices->count; i++) {
        vg_plugged *row = &devices->rows[i];
        vg_device *device = &input->devices[i];
        device->buttons = 0;
        if (row->controller)
            read_controller(row->controller, device);
        else
            read_joystick(row->joystick, device);
        device->pressed = device->buttons & ~row->before;
        row->before = device->buttons;
    }
}
