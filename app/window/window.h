// app/window/window.h -- a window to paint into, and its events. Only app/window knows SDL2.
//
// Everything here belongs to one thread. A window shows one picture; the caller paints it into plain pixels
// (app/scene) at the screen's own resolution.
#ifndef VG_APP_WINDOW_WINDOW_H
#define VG_APP_WINDOW_WINDOW_H

#include "app/scene/scene.h"
#include "app/window/events.h"

typedef struct vg_window vg_window; // opaque

typedef struct vg_window_def {
    const char *title;
    int32_t width, height; // initial size, units
    double scale; // size of a unit in the system's own units: 2 is twice as large. On a high-resolution
                  // screen that the system knows of (Wayland), there are also more pixels a unit
    bool vsync;   // present waits for the screen if it can
} vg_window_def;

// Opens it. Errors: VG_ERR_ARGUMENT (no display, or none that SDL can use).
VG_NODISCARD vg_err vg_window_open(const vg_window_def *def, vg_window **out, vg_diag *diag);
void vg_window_close(vg_window *window); // NULL is fine

// Whether somebody can see it: false under SDL's drivers without a screen (dummy, offscreen).
bool vg_window_seen(void);

void vg_window_set_title(vg_window *window, const char *title);
void vg_window_set_fullscreen(vg_window *window, bool on);
bool vg_window_fullscreen(const vg_window *window);
// Collects the events. The input is borrowed until the next pump.
const vg_input *vg_window_pump(vg_window *window);

// The pixels to paint the next frame into, as large as the window is now. Borrowed until present. Errors:
// VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_window_frame(vg_window *window, vg_scene_picture *out, vg_diag *diag);
// Shows the pixels. Errors: VG_ERR_IO.
VG_NODISCARD vg_err vg_window_present(vg_window *window, vg_diag *diag);

// Seconds of a monotonic clock, and a wait on it.
double vg_window_seconds(void);
void vg_window_wait(double seconds);

#endif
