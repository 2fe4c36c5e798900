#include "app/view/loop.h"

#ifdef VG_WITH_SDL2
#include <math.h>
#include <stdio.h>

#include "app/cli/interrupt.h"
#include "app/cli/output.h"
#include "app/view/controls.h"
#include "app/window/window.h"
#include "sim/base/config.h"

typedef struct loop {
    const vg_film *film;
    const vg_view *view;
    vg_window *window;
    vg_stage *stage;
    vg_controls controls;
    bool done;
    vg_rank *rank; // NULL: nothing is judged
    vg_err err;    // of judging
    vg_diag diag;
    vg_scene_picture picture; // the last frame's size; before the first frame, the requested size
    char title[VG_VIEW_TEXT + 16];
} loop;

// Writes the current picture into the working folder, under a name that is free.
static void snapshot(const loop *l) {
    vg_film film = *l->film;
    vg_diag diag = {0};
    char path[64];
    film.width = l->picture.width, film.height = l->picture.height, film.scale = l->picture.scale;
    film.look = l->controls.look, film.from = l->controls.timeline.t, film.overwrite = VG_KEEP;
    film.look.help = false;
    vg_err err = VG_ERR_EXISTS;
    for (int i = 1; err == VG_ERR_EXISTS && i < 1000; i++) {
        snprintf(path, sizeof path, "view-%03d.png", i);
        err = vg_film_shot(&film, path, &diag);
    }
    if (err)
        vg_say_diag(&diag);
    else
        vg_say("%s: %.2f s", path, l->controls.timeline.t);
}

// --- judging ---------------------------------------------------------------------------------------------

static void name_window(loop *l) {
    snprintf(l->title, sizeof l->title, "%s - verge view", l->view->title);
    if (l->window) vg_window_set_title(l->window, l->title);
}

// The next pair of laps is shown from its start. The stage borrows the view, so it goes first.
static void next_pair(loop *l, const vg_press *press) {
    vg_rank *rank = l->rank;
    int64_t before = rank->at;
    vg_preferred preferred = press->key == VG_KEY_1   ? VG_PREFERRED_LEFT
                             : press->key == VG_KEY_2 ? VG_PREFERRED_RIGHT
                                                      : VG_PREFERRED_EQUAL;
    vg_stage_destroy(l->stage);
    l->stage = NULL;
    l->err = press->key == VG_KEY_BACKSPACE ? vg_rank_back(rank, &l->diag)
                                            : vg_rank_judge(rank, preferred, &l->diag);
    l->done |= rank->at >= rank->count;
    if (!l->err) l->err = vg_stage_create(l->view, &l->stage, &l->diag);
    if (l->err || rank->at == before) return;
    double speed = l->controls.timeline.speed;
    l->controls.timeline = vg_timeline_make(l->view->duration);
    l->controls.timeline.speed = speed;
    l->controls.jumped = true;
    name_window(l);
}

// Whether the key judges.
static bool press_rank(loop *l, const vg_press *press) {
    bool judges = press->key == VG_KEY_0 || press->key == VG_KEY_1 || press->key == VG_KEY_2 ||
                  press->key == VG_KEY_BACKSPACE;
    if (!l->rank || !judges) return false;
    if (!press->repeat && !l->err && !l->done) next_pair(l, press);
    return true;
}

// --- frames ----------------------------------------------------------------------------------------------

static void grant(loop *l) {
    switch (l->controls.wish) {
    case VG_WISH_SNAPSHOT: snapshot(l); break;
    case VG_WISH_FULLSCREEN: vg_window_set_fullscreen(l->window, !vg_window_fullscreen(l->window)); break;
    case VG_WISH_CLOSE: l->done = true; break;
    case VG_WISH_NOTHING: break;
    }
    l->controls.wish = VG_WISH_NOTHING;
}

static void take(loop *l, const vg_input *in) {
    l->done = in->quit;
    vg_controls_point(&l->controls, l->stage, in);
    for (int32_t i = 0; i < in->press_count; i++) {
        if (press_rank(l, &in->presses[i])) continue;
        vg_controls_press(&l->controls, &in->presses[i]);
        grant(l);
    }
}

static vg_err frame(loop *l, double dt, vg_diag *diag) {
    vg_scene_picture picture;
    vg_err err = vg_window_frame(l->window, &picture, diag);
    l->picture = picture;
    // A window may be smaller than the least picture; then nothing is drawn.
    bool room = picture.width / picture.scale >= VG_LAYOUT_LEAST_WIDTH &&
                picture.height / picture.scale >= VG_LAYOUT_LEAST_HEIGHT;
    if (!err && room)
        err = vg_stage_paint(l->stage, &picture, &l->controls.timeline, &l->controls.look, dt, diag);
    return err ? err : vg_window_present(l->window, diag);
}

static vg_err run(loop *l, bool once, vg_diag *diag) {
    const double least = 1.0 / 120; // if the window does not wait for the screen
    double before = vg_window_seconds();
    vg_err err = VG_OK;
    while (!err) {
        double now = vg_window_seconds(), dt = now - before;
        if (dt < least) vg_window_wait(least - dt), now = vg_window_seconds(), dt = now - before;
        before = now;
        take(l, vg_window_pump(l->window));
        if (l->err) *diag = l->diag;
        if (l->err) return l->err;
        if (l->done || (once && !l->controls.timeline.playing)) break;
        dt = vg_controls_advance(&l->controls, dt);
        err = vg_interrupt_check(diag);
        if (!err) err = frame(l, dt, diag);
    }
    return err;
}

vg_err vg_view_loop(const vg_film *film, bool once, vg_rank *rank, vg_diag *diag) {
    loop l = {.film = film, .view = film->view, .rank = rank};
    l.picture = (vg_scene_picture){.width = film->width, .height = film->height, .scale = film->scale};
    l.controls = vg_controls_make(film->view, &film->look);
    l.controls.timeline.speed = film->speed;
    vg_timeline_seek(&l.controls.timeline, film->from);
    name_window(&l);
    vg_window_def def = {l.title, (int32_t)(film->width / film->scale), (int32_t)(film->height / film->scale),
                         film->scale, true};
    vg_err err = vg_window_open(&def, &l.window, diag);
    if (!err) err = vg_stage_create(film->view, &l.stage, diag);
    if (!err) err = run(&l, once, diag);
    vg_stage_destroy(l.stage);
    vg_window_close(l.window);
    return err;
}
#else
vg_err vg_view_loop(const vg_film *film, bool once, vg_rank *rank, vg_diag *diag) {
    (void)film, (void)once, (void)rank;
    return vg_fail(
        diag, VG_ERR_ARGUMENT,
        "this build opens no window: it was made without SDL2; --shot, --frames and --video need none");
}
#endif
