#include "app/view/loop.h"

#ifdef VG_WITH_SDL2
#include <math.h>
#include <stdio.h>

#include "app/cli/interrupt.h"
#include "app/cli/output.h"
#include "app/window/window.h"
#include "sim/base/config.h"

typedef struct loop {
    const vg_film *film;
    const vg_view *view;
    vg_window *window;
    vg_stage *stage;
    vg_stage_look look;
    vg_timeline timeline;
    double from_x, from_y; // where a drag of the time began
    bool dragging, jumped, done;
    vg_rank *rank; // NULL: nothing is judged
    vg_err err;    // of judging
    vg_diag diag;
    vg_scene_picture picture; // the last frame's size; before the first frame, the requested size
    char title[VG_VIEW_TEXT + 16];
} loop;

// --- keys ------------------------------------------------------------------------------------------------

static void seek(loop *l, double t) {
    vg_timeline_seek(&l->timeline, t);
    l->jumped = true;
}

static void follow(loop *l, int32_t car) {
    if (car < 0 || car >= l->view->car_count || car == l->look.followed) return;
    l->look.followed = car;
    l->jumped = true;
}

// A little before the departure, and follows its car.
static void to_departure(loop *l, int32_t direction) {
    const double before = 1.5;
    int32_t i = vg_timeline_next(l->view->departure_times, l->view->departure_count, l->timeline.t + before,
                                 direction);
    if (i < 0) return;
    follow(l, l->view->departures[i].car);
    seek(l, l->view->departure_times[i] - before);
}

// Writes the current picture into the working folder, under a name that is free.
static void snapshot(const loop *l) {
    vg_film film = *l->film;
    vg_diag diag = {0};
    char path[64];
    film.width = l->picture.width, film.height = l->picture.height, film.scale = l->picture.scale;
    film.look = l->look, film.from = l->timeline.t, film.overwrite = VG_KEEP;
    film.look.help = false;
    vg_err err = VG_ERR_EXISTS;
    for (int i = 1; err == VG_ERR_EXISTS && i < 1000; i++) {
        snprintf(path, sizeof path, "view-%03d.png", i);
        err = vg_film_shot(&film, path, &diag);
    }
    if (err)
        vg_say_diag(&diag);
    else
        vg_say("%s: %.2f s", path, l->timeline.t);
}

static void press_time(loop *l, const vg_press *press) {
    double step = press->shift ? 0.05 : 1;
    switch (press->key) {
    case VG_KEY_SPACE: vg_timeline_toggle(&l->timeline); break;
    case VG_KEY_LEFT: seek(l, l->timeline.t - step); break;
    case VG_KEY_RIGHT: seek(l, l->timeline.t + step); break;
    case VG_KEY_HOME: seek(l, 0); break;
    case VG_KEY_END: seek(l, l->timeline.duration); break;
    case VG_KEY_N: to_departure(l, 1); break;
    case VG_KEY_P: to_departure(l, -1); break;
    case VG_KEY_UP: vg_timeline_change_speed(&l->timeline, 1); break;
    case VG_KEY_DOWN: vg_timeline_change_speed(&l->timeline, -1); break;
    default: break;
    }
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
    double speed = l->timeline.speed;
    l->timeline = vg_timeline_make(l->view->duration);
    l->timeline.speed = speed;
    l->jumped = true;
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

static void zoom(loop *l, double steps) {
    l->look.magnify = fmin(8, fmax(1.0 / 64, l->look.magnify * pow(1.2, steps)));
}

static void press_look(loop *l, const vg_press *press) {
    vg_stage_look *look = &l->look;
    int32_t cars = l->view->car_count;
    switch (press->key) {
    case VG_KEY_TAB: follow(l, (look->followed + (press->shift ? cars - 1 : 1)) % cars); break;
    case VG_KEY_C: look->camera = (look->camera + 1) % VG_CAMERA_MODE_COUNT; break;
    case VG_KEY_PLUS:
    case VG_KEY_EQUALS: zoom(l, 1); break;
    case VG_KEY_MINUS: zoom(l, -1); break;
    case VG_KEY_G: look->heat = !look->heat; break;
    case VG_KEY_M: look->map = !look->map; break;
    case VG_KEY_L: look->theme = look->theme == VG_THEME_DARK ? VG_THEME_LIGHT : VG_THEME_DARK; break;
    case VG_KEY_H:
    case VG_KEY_F1: look->help = !look->help; break;
    case VG_KEY_S:
    case VG_KEY_F12: snapshot(l); break;
    case VG_KEY_F:
    case VG_KEY_F11: vg_window_set_fullscreen(l->window, !vg_window_fullscreen(l->window)); break;
    case VG_KEY_ESCAPE: look->help ? (void)(look->help = false) : (void)(l->done = true); break;
    case VG_KEY_Q: l->done = true; break;
    default:
        if (press->key >= VG_KEY_1 && press->key <= VG_KEY_9) follow(l, (int32_t)(press->key - VG_KEY_1));
        break;
    }
}

// --- the mouse -------------------------------------------------------------------------------------------

static void point(loop *l, const vg_input *in) {
    double t;
    int32_t car;
    if (in->mouse_pressed & 1) {
        switch (vg_stage_under(l->stage, in->mouse_x, in->mouse_y, &l->timeline, &t, &car)) {
        case VG_HIT_BUTTON: vg_timeline_toggle(&l->timeline); break;
        case VG_HIT_CAR: follow(l, car); break;
        case VG_HIT_TIME:
            l->dragging = true;
            l->from_x = in->mouse_x, l->from_y = in->mouse_y;
            break;
        case VG_HIT_NONE: break;
        }
    }
    if (l->dragging) seek(l, vg_stage_drag(l->stage, l->from_x, l->from_y, in->mouse_x, &l->timeline));
    if (!(in->mouse_buttons & 1)) l->dragging = false;
    if (in->wheel != 0) zoom(l, in->wheel);
}

// --- frames ----------------------------------------------------------------------------------------------

static void take(loop *l, const vg_input *in) {
    l->done = in->quit;
    point(l, in);
    for (int32_t i = 0; i < in->press_count; i++) {
        if (press_rank(l, &in->presses[i])) continue;
        press_time(l, &in->presses[i]);
        if (!in->presses[i].repeat || in->presses[i].key == VG_KEY_PLUS || in->presses[i].key == VG_KEY_MINUS)
            press_look(l, &in->presses[i]);
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
        err = vg_stage_paint(l->stage, &picture, &l->timeline, &l->look, l->jumped ? -1 : dt, diag);
    l->jumped = false;
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
        if (l->done || (once && !l->timeline.playing)) break;
        if (!l->dragging) vg_timeline_advance(&l->timeline, fmin(dt, 0.25));
        err = vg_interrupt_check(diag);
        if (!err) err = frame(l, dt, diag);
    }
    return err;
}

vg_err vg_view_loop(const vg_film *film, bool once, vg_rank *rank, vg_diag *diag) {
    loop l = {.film = film, .view = film->view, .look = film->look, .jumped = true, .rank = rank};
    l.picture = (vg_scene_picture){.width = film->width, .height = film->height, .scale = film->scale};
    l.timeline = vg_timeline_make(film->view->duration);
    l.timeline.speed = film->speed;
    vg_timeline_seek(&l.timeline, film->from);
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
