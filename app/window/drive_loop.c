#include "app/window/drive_loop.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "app/drive/hud.h"
#include "app/scene/shot.h"
#include "app/window/drive_hands.h"
#include "sim/base/memory.h"

static const double TOAST = 3.5; // s for which a line is shown
static const double CATCH_UP =
    0.1; // most s of ticks that a frame catches up; beyond that the drive slows down

struct vg_drive {
    vg_drive_def def;
    vg_scene *scene;
    vg_hands hands;
    vg_gears gears;
    const vg_input *input;
    double dt;     // s a tick
    double credit; // s of driving still due
    double then;   // the clock at the last frame

    vg_camera camera;
    vg_camera_mode mode;
    double magnify;
    bool camera_set;
    bool paused, help, no_map, no_ghost, held_up;
    bool over, card; // whether the drive is running; whether a user is there to see the end card
    char toast[160];
    double toast_until;
    bool shoot;     // save the next frame
    bool restarted; // since the last tick
};

vg_err vg_drive_open(const vg_drive_def *def, vg_drive **out, vg_diag *diag) {
    *out = NULL;
    vg_drive *d = vg_new(vg_drive, 1);
    if (!d) return vg_fail_memory(diag);
    d->def = *def;
    d->dt = vg_session_tick_seconds(def->session);
    d->mode = def->camera;
    d->magnify = 1;
    d->paused = def->paused;
    vg_hands_open(&d->hands, &def->feel);
    vg_err err = vg_scene_create(def->road, &d->scene, diag);
    if (err) {
        vg_drive_close(d);
        return err;
    }
    d->input = vg_window_pump(def->window);
    snprintf(d->toast, sizeof d->toast, "H shows the keys");
    d->toast_until = vg_window_seconds() + 2 * TOAST;
    *out = d;
    return VG_OK;
}

void vg_drive_close(vg_drive *d) {
    if (!d) return;
    vg_scene_destroy(d->scene);
    vg_free(d);
}

static void say(vg_drive *d, const char *text) {
    snprintf(d->toast, sizeof d->toast, "%s", text);
    d->toast_until = vg_window_seconds() + TOAST;
}

// A policy knows the road and what is beside it: from far off it would drive anywhere.
static void hand_back(vg_drive *d) {
    vg_session_view v = vg_session_get(d->def.session);
    vg_road_point here = vg_road_at(d->def.road, v.now.s);
    double side = v.now.offset > 0 ? here.left : here.right;
    if (d->def.policy && fabs((double)v.now.offset) > 3 * side)
        say(d, "Too far off the road for a policy: Backspace puts the car back");
    else
        vg_session_hand_back(d->def.session);
}

// --- frames ----------------------------------------------------------------------------------------------

static double mix(double a, double b, double part) { return a + (b - a) * part; }

// Interpolates between the last two ticks; a car that was moved elsewhere jumps.
static vg_state state_between(const vg_session_view *v, double part) {
    vg_state shown = v->now;
    if (v->jumped) return shown;
    shown.x = mix(v->before.x, v->now.x, part);
    shown.y = mix(v->before.y, v->now.y, part);
    shown.yaw = v->before.yaw + part * remainder(v->now.yaw - v->before.yaw, 2 * M_PI);
    shown.speed = (float)mix(v->before.speed, v->now.speed, part);
    shown.steer = (float)mix(v->before.steer, v->now.steer, part);
    shown.offset = (float)mix(v->before.offset, v->now.offset, part);
    return shown;
}

// The ghost: the best lap at the time that this lap has reached.
static bool ghost_between(const vg_session_view *v, double part, vg_scene_car *out) {
    if (!v->ghost_count || !v->timed) return false;
    double at = fmax((double)v->lap_ticks - 2 + part, 0);
    int64_t i = (int64_t)at;
    if (i + 1 >= v->ghost_count) return false; // the ghost has finished its lap
    const vg_ghost_pose *a = &v->ghost[i], *b = a + 1;
    double rest = at - (double)i;
    out->x = mix(a->x, b->x, rest), out->y = mix(a->y, b->y, rest);
    out->yaw = a->yaw + rest * remainder(b->yaw - a->yaw, 2 * M_PI);
    out->steer = b->steer;
    out->opacity = 0.45;
    out->label = "best lap";
    out->colour = VG_ROLE_SERIES_4;
    return true;
}

static vg_scene_car rival_between(const vg_drive *d, double part) {
    vg_session_view v = vg_rival_get(d->def.rival);
    vg_state shown = state_between(&v, part);
    return (vg_scene_car){.car = vg_rival_car(d->def.rival),
                          .x = shown.x,
                          .y = shown.y,
                          .yaw = shown.yaw,
                          .steer = shown.steer,
                          .braking = v.command[1] < -0.02f,
                          .label = d->def.race,
                          .colour = VG_ROLE_SERIES_2};
}

static void draw_world(vg_drive *d, const vg_session_view *v, const vg_state *shown, double part) {
    const vg_car *car = vg_session_car(d->def.session);
    vg_role colour = v->who == VG_WHO_HUMAN ? VG_ROLE_SERIES_1 : VG_ROLE_SERIES_0;
    vg_scene_car cars[3] = {{.car = car}, {.car = car}, {.car = car}};
    int32_t count = 0;
    if (!d->no_ghost && ghost_between(v, part, &cars[0])) count++;
    if (d->def.rival) cars[count++] = rival_between(d, part);
    cars[count] = (vg_scene_car){.car = car,
                                 .x = shown->x,
                                 .y = shown->y,
                                 .yaw = shown->yaw,
                                 .steer = shown->steer,
                                 .braking = v->command[1] < -0.02f,
                                 .colour = colour};
    count++;
    vg_scene_cars(d->scene, cars, count);
    if (d->no_map) return;
    vg_view_box map = vg_hud_map(vg_scene_width(d->scene), vg_scene_height(d->scene));
    vg_scene_minimap(d->scene, map.x, map.y, map.width, map.height, cars, count);
}

static vg_hud hud_of(vg_drive *d, const vg_session_view *v, const vg_state *shown) {
    double left = d->toast_until - vg_window_seconds();
    vg_hud hud = {.session = v,
                  .road = d->def.road,
                  .car = vg_session_car(d->def.session),
                  .tick_seconds = d->dt,
                  .shown = *shown,
                  .raw = d->hands.raw,
                  .hand = d->hands.grip.hand,
                  .steer_rate = d->hands.feel.steer_rate,
                  .policy = d->def.policy,
                  .camera = vg_camera_word(d->mode),
                  .disturbance = d->def.suite,
                  .recording = d->def.recorder || d->def.journal,
                  .held_up = d->held_up,
                  .toast = left > 0 ? d->toast : "",
                  .toast_opacity = fmin(left / 0.4, 1),
                  .paused = d->paused,
                  .help = d->help};
    if (d->def.recorder)
        hud.record = vg_recorder_now(d->def.recorder);
    else if (d->def.journal)
        hud.record = (vg_recorder_state){
            .pushed = d->def.journal->ticks, .safe = d->def.journal->safe, .synced = d->def.journal->synced};
    if (d->hands.calibrating >= 0) {
        hud.asked = vg_calibration_text(&d->hands.calibration);
        hud.trouble = d->hands.calibration.trouble;
    }
    return hud;
}

// Paints the car and everything around it into the picture; the frame stays open.
static vg_err draw(vg_drive *d, const vg_scene_picture *picture, double part, double elapsed, bool hud,
                   vg_diag *diag) {
    vg_session_view v = vg_session_get(d->def.session);
    vg_state shown = state_between(&v, part);
    vg_camera_target target = {shown.x, shown.y, shown.yaw, shown.speed,
                               vg_session_car(d->def.session)->length};
    bool at_once = !d->camera_set || v.jumped;
    vg_camera_follow(&d->camera, d->mode, &target, d->magnify, picture->height / picture->scale,
                     at_once ? -1 : elapsed);
    d->camera_set = true;
    vg_err err = vg_scene_begin(d->scene, picture, &d->camera, diag);
    if (err) return err;
    draw_world(d, &v, &shown, part);
    if (!hud) return VG_OK;
    vg_hud over = hud_of(d, &v, &shown);
    vg_hud_draw(d->scene, &over);
    return VG_OK;
}

static void keep_picture(vg_drive *d, const vg_scene_picture *picture) {
    char text[160];
    vg_scene_keep(picture, "verge drive", d->def.shots, text, sizeof text);
    say(d, text);
}

static vg_err show(vg_drive *d, double part, double elapsed, vg_diag *diag) {
    vg_scene_picture picture;
    vg_err err = vg_window_frame(d->def.window, &picture, diag);
    if (!err) err = draw(d, &picture, part, elapsed, true, diag);
    if (!err) err = vg_scene_end(d->scene, diag);
    if (err) return err;
    if (d->shoot) keep_picture(d, &picture);
    d->shoot = false;
    return vg_window_present(d->def.window, diag);
}

// --- keys ------------------------------------------------------------------------------------------------

static void change_rate(vg_drive *d, double factor) {
    char text[64];
    vg_feel *feel = &d->hands.feel;
    feel->steer_rate = (float)fmin(fmax(feel->steer_rate * factor, 0.2), 5);
    snprintf(text, sizeof text, "Steering at %.2f times its rate", feel->steer_rate);
    say(d, text);
}

static void change_zoom(vg_drive *d, double factor) { d->magnify = fmin(fmax(d->magnify * factor, 0.35), 3); }

static void restart(vg_drive *d) {
    vg_session_restart(d->def.session);
    d->restarted = true;
    d->hands.filter = (vg_filter){0};
    d->paused = false;
}

static void to_road(vg_drive *d) {
    vg_session_to_road(d->def.session);
    d->hands.filter.steer = 0;
}

static void toggle_label(vg_drive *d) {
    if (!d->def.policy) {
        say(d, "Label mode needs a policy that drives: --policy");
        return;
    }
    vg_session_label(d->def.session, !vg_session_get(d->def.session).labelling);
}

static void end(vg_drive *d) { d->over = d->card = true; }

static void press(vg_drive *d, const vg_press *press) {
    bool calibrating = d->hands.calibrating >= 0;
    switch (press->key) {
    case VG_KEY_BRACKET_LEFT: change_rate(d, 1 / 1.1); return; // these keys may repeat
    case VG_KEY_BRACKET_RIGHT: change_rate(d, 1.1); return;
    case VG_KEY_PLUS:
    case VG_KEY_EQUALS: change_zoom(d, 1.1); return;
    case VG_KEY_MINUS: change_zoom(d, 1 / 1.1); return;
    default: break;
    }
    if (press->repeat) return;
    switch (press->key) {
    case VG_KEY_ESCAPE:
        if (calibrating)
            vg_hands_give_up(&d->hands);
        else if (d->help)
            d->help = false;
        else
            end(d);
        break;
    case VG_KEY_Q: end(d); break;
    case VG_KEY_H:
    case VG_KEY_F1: d->help = !d->help; break;
    case VG_KEY_P: d->paused = !d->paused; break;
    case VG_KEY_R: restart(d); break;
    case VG_KEY_BACKSPACE: to_road(d); break;
    case VG_KEY_ENTER:
        if (calibrating)
            vg_hands_confirm(&d->hands, d->input);
        else
            hand_back(d);
        break;
    case VG_KEY_L: toggle_label(d); break;
    case VG_KEY_M:
        d->hands.mouse = !d->hands.mouse;
        say(d, d->hands.mouse ? "The mouse steers; its buttons are throttle and brake"
                              : "The mouse no longer steers");
        break;
    case VG_KEY_K: vg_hands_calibrate(&d->hands, d->input); break;
    case VG_KEY_C:
        d->mode = (d->mode + 1) % VG_CAMERA_MODE_COUNT;
        say(d, vg_camera_word(d->mode));
        break;
    case VG_KEY_TAB: d->no_map = !d->no_map; break;
    case VG_KEY_G: d->no_ghost = !d->no_ghost; break;
    case VG_KEY_F11: vg_window_set_fullscreen(d->def.window, !vg_window_fullscreen(d->def.window)); break;
    case VG_KEY_F12: d->shoot = true; break;
    default: break;
    }
}

// Buttons of a game controller, in SDL's order: A B X Y Back Guide Start.
static void press_buttons(vg_drive *d, const vg_device *device) {
    if (!device->controller) return;
    uint32_t pressed = device->pressed;
    if (pressed & 1u << 0) d->mode = (d->mode + 1) % VG_CAMERA_MODE_COUNT;
    if (pressed & 1u << 1) hand_back(d);
    if (pressed & 1u << 2) to_road(d);
    if (pressed & 1u << 3) restart(d);
    if (pressed & 1u << 4) d->help = !d->help;
    if (pressed & 1u << 6) d->paused = !d->paused;
}

static void take_input(vg_drive *d) {
    const vg_input *in = d->input = vg_window_pump(d->def.window);
    if (in->quit) d->over = true;
    vg_hands_notice(&d->hands, in);
    if (d->hands.message[0]) {
        say(d, d->hands.message);
        d->hands.message[0] = '\0';
    }
    for (int32_t i = 0; i < in->press_count; i++) press(d, &in->presses[i]);
    for (int32_t i = 0; i < in->device_count; i++) press_buttons(d, &in->devices[i]);
    if (in->wheel != 0) change_zoom(d, pow(1.1, in->wheel));
}

// --- the loop --------------------------------------------------------------------------------------------

static double width_now(const vg_drive *d) {
    double width = vg_scene_width(d->scene);
    return width > 0 ? width : 1280;
}

static vg_err tick(vg_drive *d, vg_diag *diag) {
    vg_session_view v = vg_session_get(d->def.session);
    const vg_car *car = vg_session_car(d->def.session);
    vg_control control = vg_hands_tick(&d->hands, d->input, width_now(d), car, &v, (float)d->dt);
    vg_err err = vg_session_tick(d->def.session, &control, diag);
    d->held_up = err == VG_ERR_LIMIT;
    if (!err) err = vg_rival_tick(d->def.rival, d->restarted, diag);
    if (err) return d->held_up ? VG_OK : err;
    d->restarted = false;
    v = vg_session_get(d->def.session);
    if (d->def.tell) {
        long long safe = d->def.recorder ? (long long)vg_recorder_now(d->def.recorder).safe : 0;
        printf("%lld %lld\n", (long long)v.ticks, safe);
        fflush(stdout);
    }
    if (d->def.seconds > 0 && (double)v.ticks * d->dt >= d->def.seconds) d->over = true;
    return VG_OK;
}

bool vg_drive_stands(const vg_drive *d) { return d->paused || d->help || d->hands.calibrating >= 0; }

// The recorder fails on its own thread. Report this at once, not when the next tick is pushed.
static vg_err check_recorder(const vg_drive *d, vg_diag *diag) {
    if (!d->def.recorder) return VG_OK;
    vg_recorder_state state = vg_recorder_now(d->def.recorder);
    if (state.failed) *diag = state.diag;
    return state.failed;
}

// The speaker repeats what it was told last until the next frame.
static void hear(vg_drive *d) {
    vg_session_view v = vg_session_get(d->def.session);
    vg_sound_cue cue = vg_sound_hear(&d->gears, vg_session_car(d->def.session), &v,
                                     vg_drive_stands(d) || d->held_up || d->over);
    vg_speaker_hear(d->def.speaker, &cue);
}

static vg_err run_frame(vg_drive *d, vg_diag *diag) {
    double now = vg_window_seconds(), elapsed = now - d->then;
    d->then = now;
    d->credit = fmin(d->credit + elapsed, CATCH_UP);
    bool ticked = false;
    vg_err err = check_recorder(d, diag);
    while (!err && !d->over && !vg_drive_stands(d) && d->credit >= d->dt) {
        take_input(d); // once a tick
        err = tick(d, diag);
        d->credit -= d->dt;
        ticked = true;
    }
    if (!ticked) take_input(d);
    if (vg_drive_stands(d)) d->credit = 0;
    hear(d);
    return err ? err : show(d, fmin(d->credit / d->dt, 1), elapsed, diag);
}

void vg_drive_begin(vg_drive *d) {
    d->then = vg_window_seconds();
    d->over = d->card = false;
}

vg_err vg_drive_frame(vg_drive *d, bool *over, vg_diag *diag) {
    vg_err err = run_frame(d, diag);
    *over = d->over;
    return err;
}

vg_err vg_drive_run(vg_drive *d, bool *card, vg_diag *diag) {
    vg_err err = VG_OK;
    vg_drive_begin(d);
    for (bool over = false; !err && !over;) {
        if (d->def.stop()) err = vg_fail(diag, VG_ERR_INTERRUPTED, "stopped");
        if (!err) err = vg_drive_frame(d, &over, diag);
    }
    *card = d->card;
    return err;
}

vg_err vg_drive_card(vg_drive *d, const char *title, const char *const *lines, int32_t count, vg_diag *diag) {
    vg_scene_picture picture;
    vg_err err = VG_OK;
    for (bool over = false; !err && !over;) {
        d->input = vg_window_pump(d->def.window);
        over = d->input->quit || d->def.stop();
        for (int32_t i = 0; i < d->input->press_count; i++) over |= !d->input->presses[i].repeat;
        err = vg_window_frame(d->def.window, &picture, diag);
        if (!err) err = draw(d, &picture, 1, 1.0 / 60, false, diag);
        if (err) break;
        vg_hud_card(d->scene, title, lines, count);
        err = vg_scene_end(d->scene, diag);
        if (!err) err = vg_window_present(d->def.window, diag);
    }
    return err;
}

vg_err vg_drive_shoot(vg_drive *d, const char *path, vg_overwrite overwrite, vg_diag *diag) {
    vg_scene_picture picture;
    vg_err err = vg_window_frame(d->def.window, &picture, diag);
    if (!err) err = draw(d, &picture, 1, 0, true, diag);
    if (!err) err = vg_scene_end(d->scene, diag);
    return err ? err : vg_scene_save(&picture, "verge drive", path, overwrite, diag);
}
