// app/web/browser_window.h -- app/window/window.h by a page: its canvas, and the keys and devices that it
// tells of.
#ifndef VG_APP_WEB_BROWSER_WINDOW_H
#define VG_APP_WEB_BROWSER_WINDOW_H

#include "app/window/window.h"

// What the page's script has told since the last pump is put here.
struct vg_window {
    vg_input now, next;
    int32_t width, height; // of the canvas, pixels
    double scale;
    uint32_t *pixels;
    int64_t room;
    int32_t plugged; // times that a device was plugged in
};

// The device's place in `next`; NULL: it is not there.
vg_device *vg_browser_device(vg_window *window, int32_t slot);

#endif
