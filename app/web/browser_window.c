#include "app/web/browser_window.h"

#include <emscripten.h>
#include <stdio.h>
#include <string.h>

#include "app/scene/shot.h"
#include "app/web/letters.h"
#include "sim/base/memory.h"

vg_err vg_window_open(const vg_window_def *def, vg_window **out, vg_diag *diag) {
    *out = vg_new(vg_window, 1);
    if (!*out) return vg_fail_memory(diag);
    (*out)->width = def->width, (*out)->height = def->height, (*out)->scale = def->scale;
    (*out)->next.focused = true;
    return VG_OK;
}

void vg_window_close(vg_window *w) {
    if (!w) return;
    vg_free(w->pixels);
    vg_free(w);
}

bool vg_window_seen(void) { return true; }
void vg_window_set_title(vg_window *w, const char *title) {
    (void)w;
    EM_ASM({ document.title = UTF8ToString($0); }, title);
}
void vg_window_set_fullscreen(vg_window *w, bool on) {
    (void)w;
    EM_ASM({ Module['fullscreen']($0); }, on);
}
bool vg_window_fullscreen(const vg_window *w) {
    (void)w;
    return EM_ASM_INT({ return document.fullscreenElement ? 1 : 0; });
}

const vg_input *vg_window_pump(vg_window *w) {
    vg_input *next = &w->next;
    w->now = *next;
    next->press_count = 0;
    next->moved_x = next->moved_y = next->wheel = 0;
    next->mouse_pressed = next->mouse_released = 0;
    next->plugged[0] = next->unplugged[0] = '\0';
    for (int32_t i = 0; i < next->device_count; i++) next->devices[i].pressed = 0;
    return &w->now;
}

vg_err vg_window_frame(vg_window *w, vg_scene_picture *out, vg_diag *diag) {
    int64_t need = (int64_t)w->width * w->height;
    if (need > w->room) {
        vg_free(w->pixels);
        w->pixels = vg_new(uint32_t, need);
        w->room = w->pixels ? need : 0;
    }
    if (!w->pixels) return vg_fail_memory(diag);
    vg_web_frame(w->pixels);
    *out = (vg_scene_picture){w->pixels, w->width, w->height, w->width, w->scale};
    return VG_OK;
}

vg_err vg_window_present(vg_window *w, vg_diag *diag) {
    (void)w, (void)diag;
    return VG_OK;
}

double vg_window_seconds(void) { return emscripten_get_now() / 1000; }
void vg_window_wait(double seconds) { (void)seconds; }

vg_device *vg_browser_device(vg_window *w, int32_t slot) {
    for (int32_t i = 0; i < w->next.device_count; i++)
        if (w->next.devices[i].id % VG_WINDOW_DEVICES == slot) return &w->next.devices[i];
    return NULL;
}

// --- pictures ---------------------------------------------------------------------------------------------

vg_err vg_scene_save(const vg_scene_picture *picture, const char *software, const char *path,
                     vg_overwrite overwrite, vg_diag *diag) {
    (void)picture, (void)software, (void)overwrite;
    return vg_fail_at(diag, VG_ERR_IO, path, 0, NULL, "a page saves its canvas itself");
}

// The frame's pixels are the canvas's own.
void vg_scene_keep(const vg_scene_picture *picture, const char *software, const char *prefix, char *said,
                   int32_t size) {
    (void)picture, (void)software, (void)prefix;
    EM_ASM({ Module['picture'](); });
    snprintf(said, (size_t)size, "saved drive.png");
}
