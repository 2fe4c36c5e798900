// app/window/devices.h -- game controllers and other joysticks, while they are plugged in and out. Internal
// to app/window.
#ifndef VG_APP_WINDOW_DEVICES_H
#define VG_APP_WINDOW_DEVICES_H

#include "app/window/events.h"

union SDL_Event;

// One device that is plugged in.
typedef struct vg_plugged {
    struct _SDL_Joystick *joystick;
    struct _SDL_GameController *controller; // NULL: a plain joystick
    uint32_t before;                        // its buttons at the last read
} vg_plugged;

// Start from zero. Row i belongs to devices[i] of the input.
typedef struct vg_devices {
    vg_plugged rows[VG_WINDOW_DEVICES];
    int32_t count;
    bool opened;
} vg_devices;

// Devices that are plugged in at the start are reported by events.
void vg_devices_open(vg_devices *devices);
void vg_devices_close(vg_devices *devices);

// Updates the list if the event says that a device was plugged in or out.
void vg_devices_take(vg_devices *devices, const union SDL_Event *event, vg_input *input);
// Reads the current axes and buttons.
void vg_devices_read(vg_devices *devices, vg_input *input);

#endif
