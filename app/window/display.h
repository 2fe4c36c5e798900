// app/window/display.h -- which video drivers this build can open a window with.
#ifndef VG_APP_WINDOW_DISPLAY_H
#define VG_APP_WINDOW_DISPLAY_H

#include "sim/base/text.h"

// Appends "SDL 2.26.5; video drivers: x11 wayland ..." to out: the library in use and the drivers it was
// built with. Opens nothing.
void display_describe(vg_text *out);

#endif
