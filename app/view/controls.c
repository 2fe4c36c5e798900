#include "app/view/controls.h"

#include <math.h>

vg_controls vg_controls_make(const vg_view *view, const vg_stage_look *look) {
    return (vg_controls){
        .view = view, .look = *look, .timeline = vg_timeline_make(view->duration), .jumped = true};
}

// --- keys ------------------------------------------------------------------------------------------------

static void seek(vg_controls *c, double t) {
    vg_timeline_seek(&c->timeline, t);
    c->jumped = true;
}

static void follow(vg_controls *c, int32_t car) {
    if (car < 0 || car >= c->view->car_count || car == c->look.followed) return;
    c->look.followed = car;
    c->jumped = true;
}

// A little before the departure, and follows its car.
static void to_departure(vg_controls *c, int32_t direction) {
    const double before = 1.5;
    int32_t i = vg_timeline_next(c->view->departure_times, c->view->departure_count, c->timeline.t + before,
                                 direction);
    if (i < 0) return;
    follow(c, c->view->departures[i].car);
    seek(c, c->view->departure_times[i] - before);
}

static void press_time(vg_controls *c, const vg_press *press) {
    double step = press->shift ? 0.05 : 1;
    switch (press->key) {
    case VG_KEY_SPACE: vg_timeline_toggle(&c->timeline); break;
    case VG_KEY_LEFT: seek(c, c->timeline.t - step); break;
    case VG_KEY_RIGHT: seek(c, c->timeline.t + step); break;
    case VG_KEY_HOME: seek(c, 0); break;
    case VG_KEY_END: seek(c, c->timeline.duration); break;
    case VG_KEY_N: to_departure(c, 1); break;
    case VG_KEY_P: to_departure(c, -1); break;
    case VG_KEY_UP: vg_timeline_change_speed(&c->timeline, 1); break;
    case VG_KEY_DOWN: vg_timeline_change_speed(&c->timeline, -1); break;
    default: break;
    }
}

static void zoom(vg_controls *c, double steps) {
    c->look.magnify = fmin(8, fmax(1.0 / 64, c->look.magnify * pow(1.2, steps)));
}

static void press_look(vg_controls *c, const vg_press *press) {
    vg_stage_look *look = &c->look;
    int32_t cars = c->view->car_count;
    switch (press->key) {
    case VG_KEY_TAB: follow(c, (look->followed + (press->shift ? cars - 1 : 1)) % cars); break;
    case VG_KEY_C: look->camera = (look->camera + 1) % VG_CAMERA_MODE_COUNT; break;
    case VG_KEY_A:
        look->fit = !look->fit;
        if (look->fit) look->magnify = 1; // all of them are seen at first
        c->jumped = true;
        break;
    case VG_KEY_PLUS:
    case VG_KEY_EQUALS: zoom(c, 1); break;
    case VG_KEY_MINUS: zoom(c, -1); break;
    case VG_KEY_G: look->heat = !look->heat; break;
    case VG_KEY_M: look->map = !look->map; break;
    case VG_KEY_L: look->theme = look->theme == VG_THEME_DARK ? VG_THEME_LIGHT : VG_THEME_DARK; break;
    case VG_KEY_H:
    case VG_KEY_F1: look->help = !look->help; break;
    case VG_KEY_S:
    case VG_KEY_F12: c->wish = VG_WISH_SNAPSHOT; break;
    case VG_KEY_F:
    case VG_KEY_F11: c->wish = VG_WISH_FULLSCREEN; break;
    case VG_KEY_ESCAPE: look->help ? (void)(look->help = false) : (void)(c->wish = VG_WISH_CLOSE); break;
    case VG_KEY_Q: c->wish = VG_WISH_CLOSE; break;
    default:
        if (press->key >= VG_KEY_1 && press->key <= VG_KEY_9) follow(c, (int32_t)(press->key - VG_KEY_1));
        break;
    }
}

void vg_controls_press(vg_controls *c, const vg_press *press) {
    press_time(c, press);
    if (!press->repeat || press->key == VG_KEY_PLUS || press->key == VG_KEY_MINUS) press_look(c, press);
}

// --- the mouse -------------------------------------------------------------------------------------------

void vg_controls_point(vg_controls *c, const vg_stage *stage, const vg_input *in) {
    double t;
    int32_t car;
    if (in->mouse_pressed & 1) {
        switch (vg_stage_under(stage, in->mouse_x, in->mouse_y, &c->timeline, &t, &car)) {
        case VG_HIT_BUTTON: vg_timeline_toggle(&c->timeline); break;
        case VG_HIT_CAR: follow(c, car); break;
        case VG_HIT_TIME:
            c->dragging = true;
            c->from_x = in->mouse_x, c->from_y = in->mouse_y;
            break;
        case VG_HIT_NONE: break;
        }
    }
    if (c->dragging) seek(c, vg_stage_drag(stage, c->from_x, c->from_y, in->mouse_x, &c->timeline));
    if (!(in->mouse_buttons & 1)) c->dragging = false;
    if (in->wheel != 0) zoom(c, in->wheel);
}

double vg_controls_advance(vg_controls *c, double dt) {
    if (!c->dragging) vg_timeline_advance(&c->timeline, fmin(dt, 0.25));
    double moved = c->jumped ? -1 : dt;
    c->jumped = false;
    return moved;
}
