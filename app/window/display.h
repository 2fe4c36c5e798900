// app/window/display.h -- what this build can open a window with.
#ifndef VG_APP_WINDOW_DISPLAY_H
#define VG_APP_WINDOW_DISPLAY_H

#include "sim/base/text.h"

// "SDL 2.26.5; video drivers: x11 wayland ..." appended to out: the library in use and what it was built
// with. Opens nothing.
void display_describe(vg_text *out);

#endif
