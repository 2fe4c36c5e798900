#include "app/window/display.h"

#include <SDL.h>

void display_describe(vg_text *out) {
    SDL_version version;
    SDL_GetVersion(&version);
    vg_text_add(out, "SDL %d.%d.%d; video drivers:", version.major, version.minor, version.patch);
    int count = SDL_GetNumVideoDrivers();
    for (int i = 0; i < count; i++) vg_text_add(out, " %s", SDL_GetVideoDriver(i));
    if (count <= 0) vg_text_add(out, " none");
}
