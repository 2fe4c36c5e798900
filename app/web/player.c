#include "app/web/player.h"

#include <emscripten.h>
#include <stdio.h>
#include <string.h>

#include "app/view/controls.h"
#include "app/view/finish.h"
#include "app/view/open_result.h"
#include "app/web/key_names.h"
#include "app/web/letters.h"
#include "app/web/trouble.h"
#include "sim/base/hash.h"
#include "sim/base/memory.h"

struct vg_web_player {
    vg_view view;
    vg_stage *stage;
    vg_controls controls;
    vg_input input; // the mouse
    uint32_t *pixels;
    int64_t room; // pixels
    char hash[17];
};

// --- opening ---------------------------------------------------------------------------------------------

// "LABEL<tab>PATH" or "PATH", into label and path.
static void split_line(const char *line, size_t length, char label[48], char path[1024]) {
    const char *tab = memchr(line, '\t', length);
    size_t head = tab ? (size_t)(tab - line) : 0, skip = tab ? head + 1 : 0;
    snprintf(label, 48, "%.*s", (int)head, line);
    snprintf(path, 1024, "%.*s", (int)(length - skip), line + skip);
}

// Names the cars that a result brought after it: "baseline" where it has one, "baseline: bc" where it has
// several.
static void name_cars(vg_view *view, int32_t group, int32_t car, const char *label) {
    int32_t count = view->group_count - group;
    for (int32_t g = group; label[0] && g < view->group_count; g++) {
        char own[64];
        snprintf(own, sizeof own, "%s", view->groups[g].label);
        if (count == 1)
            snprintf(view->groups[g].label, sizeof view->groups[g].label, "%s", label);
        else
            snprintf(view->groups[g].label, sizeof view->groups[g].label, "%.20s: %.40s", label, own);
    }
    for (int32_t c = car; label[0] && c < view->car_count; c++)
        snprintf(view->cars[c].label, sizeof view->cars[c].label, "%s",
                 view->groups[view->cars[c].group].label);
}

static vg_err open_results(vg_web_player *p, const vg_view_request *request, const char *results,
                           vg_diag *diag) {
    vg_err err = VG_OK;
    for (const char *line = results; *line && !err;) {
        const char *end = strchr(line, '\n');
        size_t length = end ? (size_t)(end - line) : strlen(line);
        char label[48], path[1024];
        int32_t hidden = 0, group = p->view.group_count, car = p->view.car_count;
        split_line(line, length, label, path);
        err = vg_view_add_result(request, path, true, &p->view, &hidden, diag);
        if (!err) name_cars(&p->view, group, car, label);
        line += length + (end != NULL);
    }
    return err ? err : vg_view_finish(&p->view, diag);
}

static vg_err open_player(vg_web_player *p, const vg_view_request *request, const char *results,
                          vg_diag *diag) {
    p->view.starts_most = 1; // the curves are the results' own
    vg_err err = open_results(p, request, results, diag);
    if (!err) err = vg_stage_create(&p->view, &p->stage, diag);
    if (err) return err;
    vg_stage_look look = vg_stage_look_default();
    p->controls = vg_controls_make(&p->view, &look);
    vg_hash_format(vg_view_hash(&p->view), p->hash);
    return VG_OK;
}

EMSCRIPTEN_KEEPALIVE vg_web_player *vg_web_play(const char *results, const char *episode,
                                                int32_t training_seed, double seed) {
    vg_diag diag = {0};
    vg_web_player *p = vg_new(vg_web_player, 1);
    vg_view_request request = {.start = -1, .training_seed = training_seed, .threads = 1};
    const char *episodes[] = {episode};
    request.episodes.items = episodes, request.episodes.count = 1;
    if (seed >= 0) request.seed_given = true, request.seed = (uint64_t)seed;
    vg_err err = p ? open_player(p, &request, results, &diag) : vg_fail_memory(&diag);
    if (!err) return p;
    vg_web_trouble(&diag);
    vg_web_close(p);
    return NULL;
}

EMSCRIPTEN_KEEPALIVE void vg_web_close(vg_web_player *p) {
    if (!p) return;
    vg_stage_destroy(p->stage);
    vg_view_free(&p->view);
    vg_free(p->pixels);
    vg_free(p);
}

// --- frames ----------------------------------------------------------------------------------------------

static vg_err paint(vg_web_player *p, double dt, const vg_scene_picture *size, vg_diag *diag) {
    int64_t need = (int64_t)size->width * size->height;
    vg_scene_picture picture = *size;
    if (need > p->room) {
        vg_free(p->pixels);
        p->pixels = vg_new(uint32_t, need);
        p->room = p->pixels ? need : 0;
    }
    if (!p->pixels) return vg_fail_memory(diag);
    picture.pixels = p->pixels, picture.stride = picture.width;
    vg_web_frame(p->pixels);
    dt = vg_controls_advance(&p->controls, dt);
    return vg_stage_paint(p->stage, &picture, &p->controls.timeline, &p->controls.look, dt, diag);
}

EMSCRIPTEN_KEEPALIVE int32_t vg_web_paint(vg_web_player *p, double dt, int32_t width, int32_t height,
                                          double scale) {
    vg_diag diag = {0};
    vg_scene_picture size = {.width = width, .height = height, .scale = scale};
    vg_err err = paint(p, dt, &size, &diag);
    if (err) vg_web_trouble(&diag);
    return err != VG_OK;
}

// --- hands -----------------------------------------------------------------------------------------------

EMSCRIPTEN_KEEPALIVE int32_t vg_web_press(vg_web_player *p, const char *key, int32_t repeat, int32_t shift) {
    vg_press press = {.key = vg_web_key(key), .repeat = repeat, .shift = shift};
    p->controls.wish = VG_WISH_NOTHING;
    vg_controls_press(&p->controls, &press);
    return p->controls.wish;
}

EMSCRIPTEN_KEEPALIVE void vg_web_point(vg_web_player *p, double x, double y, int32_t held, int32_t pressed,
                                       double wheel) {
    p->input.mouse_x = x, p->input.mouse_y = y, p->input.wheel = wheel;
    p->input.mouse_buttons = held ? 1 : 0, p->input.mouse_pressed = pressed ? 1 : 0;
    vg_controls_point(&p->controls, p->stage, &p->input);
}

EMSCRIPTEN_KEEPALIVE double vg_web_time(const vg_web_player *p) { return p->controls.timeline.t; }
EMSCRIPTEN_KEEPALIVE int32_t vg_web_cars(const vg_web_player *p) { return p->view.car_count; }
EMSCRIPTEN_KEEPALIVE double vg_web_duration(const vg_web_player *p) { return p->view.duration; }
EMSCRIPTEN_KEEPALIVE int32_t vg_web_is_playing(const vg_web_player *p) {
    return p->controls.timeline.playing;
}
EMSCRIPTEN_KEEPALIVE const char *vg_web_title(const vg_web_player *p) { return p->view.title; }
EMSCRIPTEN_KEEPALIVE const char *vg_web_hash(vg_web_player *p) { return p->hash; }

EMSCRIPTEN_KEEPALIVE void vg_web_seek(vg_web_player *p, double t) {
    vg_timeline_seek(&p->controls.timeline, t);
    p->controls.jumped = true;
}

EMSCRIPTEN_KEEPALIVE void vg_web_set_dark(vg_web_player *p, int32_t dark) {
    p->controls.look.theme = dark ? VG_THEME_DARK : VG_THEME_LIGHT;
}

EMSCRIPTEN_KEEPALIVE double vg_web_departure(const vg_web_player *p) {
    return p->view.departure_count ? p->view.departure_times[0] : -1;
}
