#include "app/window/window.h"

#include <SDL.h>
#include <math.h>
#include <string.h>

#include "app/window/devices.h"
#include "sim/base/memory.h"

struct vg_window {
    SDL_Window *window;
    SDL_Renderer *renderer;
    SDL_Texture *texture;
    uint32_t *pixels;      // [height][width]
    int32_t width, height; // pixels of both
    double scale;          // the system's units in one of verge's units
    vg_input input;
    vg_devices devices;
    bool opened; // SDL_Init succeeded
};

double vg_window_seconds(void) {
    return (double)SDL_GetPerformanceCounter() / (double)SDL_GetPerformanceFrequency();
}

void vg_window_wait(double seconds) {
    if (seconds > 0) SDL_Delay((Uint32)ceil(seconds * 1000));
}

// Without a display SDL falls back to drivers that show nothing, which are wanted only if named explicitly.
// On Linux verge checks for a display first, because SDL's own check makes another library print on stderr.
static bool has_display(void) {
#ifdef __linux__
    return SDL_getenv("DISPLAY") || SDL_getenv("WAYLAND_DISPLAY") || SDL_getenv("SDL_VIDEODRIVER");
#else
    return true;
#endif
}

bool vg_window_seen(void) {
    const char *driver = SDL_GetCurrentVideoDriver();
    return !driver || (strcmp(driver, "offscreen") && strcmp(driver, "dummy") && strcmp(driver, "evdev"));
}

static bool shows_something(void) { return vg_window_seen() || SDL_getenv("SDL_VIDEODRIVER"); }

static vg_err refuse(const char *why, vg_diag *diag) {
    return vg_fail(diag, VG_ERR_ARGUMENT, "cannot open a window: %s (is DISPLAY or WAYLAND_DISPLAY set?)",
                   why);
}

vg_err vg_window_open(const vg_window_def *def, vg_window **out, vg_diag *diag) {
    *out = NULL;
    if (!has_display()) return refuse("no display", diag);
    vg_window *w = vg_new(vg_window, 1);
    if (!w) return vg_fail_memory(diag);
    w->scale = def->scale;
    SDL_SetHint(SDL_HINT_NO_SIGNAL_HANDLERS, "1"); // app/cli/interrupt.h handles them
    SDL_SetHint(SDL_HINT_VIDEO_ALLOW_SCREENSAVER, "0");
    SDL_SetHint(SDL_HINT_RENDER_SCALE_QUALITY, "nearest");
    SDL_SetHint("SDL_WINDOWS_DPI_AWARENESS", "permonitorv2");
    if (SDL_Init(SDL_INIT_VIDEO) == 0) {
        w->opened = true;
        if (shows_something())
            w->window = SDL_CreateWindow(def->title, SDL_WINDOWPOS_UNDEFINED, SDL_WINDOWPOS_UNDEFINED,
                                         (int)(def->width * w->scale), (int)(def->height * w->scale),
                                         SDL_WINDOW_RESIZABLE | SDL_WINDOW_ALLOW_HIGHDPI);
    }
    if (w->window) {
        SDL_SetWindowMinimumSize(w->window, (int)(480 * w->scale), (int)(320 * w->scale));
        w->renderer = SDL_CreateRenderer(w->window, -1, def->vsync ? SDL_RENDERER_PRESENTVSYNC : 0);
        if (!w->renderer) w->renderer = SDL_CreateRenderer(w->window, -1, SDL_RENDERER_SOFTWARE);
    }
    if (!w->renderer) {
        vg_err err =
            refuse(w->opened && !w->window && !shows_something() ? "no display" : SDL_GetError(), diag);
        vg_window_close(w);
        return err;
    }
    // Without devices, or without the right to read them, the keys still work.
    if (SDL_InitSubSystem(SDL_INIT_GAMECONTROLLER | SDL_INIT_JOYSTICK) == 0) vg_devices_open(&w->devices);
    w->input.focused = true;
    *out = w;
    return VG_OK;
}

void vg_window_close(vg_window *w) {
    if (!w) return;
    vg_devices_close(&w->devices);
    if (w->texture) SDL_DestroyTexture(w->texture);
    if (w->renderer) SDL_DestroyRenderer(w->renderer);
    if (w->window) SDL_DestroyWindow(w->window);
    if (w->opened) SDL_Quit();
    vg_free(w->pixels);
    vg_free(w);
}

void vg_window_set_title(vg_window *w, const char *title) { SDL_SetWindowTitle(w->window, title); }

void vg_window_set_fullscreen(vg_window *w, bool on) {
    SDL_SetWindowFullscreen(w->window, on ? SDL_WINDOW_FULLSCREEN_DESKTOP : 0);
}

bool vg_window_fullscreen(const vg_window *w) {
    return (SDL_GetWindowFlags(w->window) & SDL_WINDOW_FULLSCREEN_DESKTOP) != 0;
}

// --- events ----------------------------------------------------------------------------------------------

static vg_window_key key_of(SDL_Keycode code) {
    switch (code) {
#define X(name, sdl)                                                                                         \
    case sdl: return VG_KEY_##name;
        VG_KEYS(X)
#undef X
    case SDLK_KP_ENTER: return VG_KEY_ENTER;
    case SDLK_KP_PLUS: return VG_KEY_PLUS;
    case SDLK_KP_MINUS: return VG_KEY_MINUS;
    default: return VG_KEY_NONE;
    }
}

static void take_key(vg_input *in, const SDL_KeyboardEvent *event) {
    vg_window_key key = key_of(event->keysym.sym);
    if (!key) return;
    in->held[key] = event->type == SDL_KEYDOWN;
    if (event->type != SDL_KEYDOWN || in->press_count == VG_WINDOW_PRESSES) return;
    in->presses[in->press_count++] = (vg_press){.key = key,
                                                .repeat = event->repeat != 0,
                                                .shift = (event->keysym.mod & KMOD_SHIFT) != 0,
                                                .control = (event->keysym.mod & KMOD_CTRL) != 0};
}

static uint32_t button_bit(int button) {
    return button == SDL_BUTTON_LEFT     ? 1
           : button == SDL_BUTTON_MIDDLE ? 2
           : button == SDL_BUTTON_RIGHT  ? 4
                                         : 0;
}

static void take_window(vg_input *in, const SDL_WindowEvent *event) {
    if (event->event == SDL_WINDOWEVENT_FOCUS_GAINED) in->focused = true;
    if (event->event != SDL_WINDOWEVENT_FOCUS_LOST) return;
    in->focused = false;
    memset(in->held, 0, sizeof in->held); // their release would be sent elsewhere
    in->mouse_buttons = 0;
}

static void point(vg_window *w, int x, int y) {
    w->input.mouse_x = x / w->scale, w->input.mouse_y = y / w->scale;
}

static void take(vg_window *w, const SDL_Event *event) {
    vg_input *in = &w->input;
    switch (event->type) {
    case SDL_QUIT: in->quit = true; break;
    case SDL_WINDOWEVENT: take_window(in, &event->window); break;
    case SDL_KEYDOWN:
    case SDL_KEYUP: take_key(in, &event->key); break;
    case SDL_MOUSEMOTION:
        point(w, event->motion.x, event->motion.y);
        in->moved_x += event->motion.xrel / w->scale, in->moved_y += event->motion.yrel / w->scale;
        break;
    case SDL_MOUSEBUTTONDOWN:
        point(w, event->button.x, event->button.y);
        in->mouse_buttons |= button_bit(event->button.button);
        in->mouse_pressed |= button_bit(event->button.button);
        break;
    case SDL_MOUSEBUTTONUP:
        point(w, event->button.x, event->button.y);
        in->mouse_buttons &= ~button_bit(event->button.button);
        in->mouse_released |= button_bit(event->button.button);
        break;
    case SDL_MOUSEWHEEL: in->wheel += event->wheel.preciseY; break;
    default: vg_devices_take(&w->devices, event, in); break;
    }
}

const vg_input *vg_window_pump(vg_window *w) {
    vg_input *in = &w->input;
    in->press_count = 0;
    in->moved_x = in->moved_y = in->wheel = 0;
    in->mouse_pressed = in->mouse_released = 0;
    in->plugged[0] = in->unplugged[0] = '\0';
    SDL_Event event;
    while (SDL_PollEvent(&event)) take(w, &event);
    vg_devices_read(&w->devices, in);
    return in;
}

// --- frames ----------------------------------------------------------------------------------------------

vg_err vg_window_frame(vg_window *w, vg_scene_picture *out, vg_diag *diag) {
    int width = 0, height = 0, units = 0;
    if (SDL_GetRendererOutputSize(w->renderer, &width, &height) || width < 16 || height < 16)
        width = w->width ? w->width : 16, height = w->height ? w->height : 16; // minimized
    SDL_GetWindowSize(w->window, &units, NULL);
    if (width != w->width || height != w->height || !w->texture) {
        if (w->texture) SDL_DestroyTexture(w->texture);
        vg_free(w->pixels);
        w->pixels = vg_new(uint32_t, (int64_t)width * height);
        w->texture = SDL_CreateTexture(w->renderer, SDL_PIXELFORMAT_RGB888, SDL_TEXTUREACCESS_STREAMING,
                                       width, height);
        if (!w->pixels || !w->texture) return vg_fail_memory(diag);
        w->width = width, w->height = height;
    }
    double scale = units > 0 ? w->scale * width / units : w->scale;
    *out = (vg_scene_picture){.pixels = w->pixels,
                              .width = width,
                              .height = height,
                              .stride = width,
                              .scale = fmin(fmax(scale, 0.5), 8)};
    return VG_OK;
}

vg_err vg_window_present(vg_window *w, vg_diag *diag) {
    if (SDL_UpdateTexture(w->texture, NULL, w->pixels, w->width * 4) ||
        SDL_RenderCopy(w->renderer, w->texture, NULL, NULL))
        return vg_fail(diag, VG_ERR_IO, "cannot show a frame: %s", SDL_GetError());
    SDL_RenderPresent(w->renderer);
    return VG_OK;
}
