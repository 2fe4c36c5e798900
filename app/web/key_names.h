// app/web/key_names.h -- keys by their names in app/window/events.h, for keys that a page tells of.
#ifndef VG_APP_WEB_KEY_NAMES_H
#define VG_APP_WEB_KEY_NAMES_H

#include <string.h>

#include "app/window/events.h"

static inline vg_window_key vg_web_key(const char *name) {
    static const char *const names[] = {"",
#define X(name, sdl) #name,
                                        VG_KEYS(X)
#undef X
    };
    for (int key = 1; key < VG_KEY_COUNT; key++)
        if (strcmp(names[key], name) == 0) return (vg_window_key)key;
    return VG_KEY_NONE;
}

#endif
