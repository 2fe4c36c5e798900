// verge drive: a person drives in a window, and every tick is recorded.
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "app/cli/args.h"
#include "app/cli/fonts.h"
#include "app/cli/interrupt.h"
#include "app/cli/output.h"
#include "app/cli/roads.h"
#include "app/cli/terms.h"
#include "app/drive/hud.h"
#include "app/drive/keys.h"
#include "app/drive/offers.h"
#include "app/window/drive_loop.h"
#include "app/window/pick_loop.h"
#include "eval/score/suite.h"
#include "logs/store/edit.h"
#include "sim/base/memory.h"

typedef struct options {
    const char *road, *car, *log, *policy, *race, *suite, *tags, *shot;
    double steer_rate, seconds, scale;
    int32_t camera;
    bool label, tell, fullscreen, mute;
    int64_t width, height;
} options;

typedef struct stage {
    options o; // road, car and policy as given or picked
    const vg_call *call;
    vg_menu menu;
    bool cancelled;  // nothing was picked, so nothing is driven
    char path[1024]; // of the log
    vg_road *road;
    vg_car car;
    vg_policy *policy, *rival_policy;
    vg_rival *rival;
    vg_disturbance disturbance;
    vg_window *window;
    vg_speaker *speaker;
    vg_car driven; // the car with the disturbance's delay, as the log holds it
    vg_recorder *recorder;
    vg_session *session;
    vg_drive *drive;
} stage;

static vg_err name_log(stage *st, vg_diag *diag) {
    if (st->o.log) {
        if ((size_t)snprintf(st->path, sizeof st->path, "%s", st->o.log) >= sizeof st->path)
            return vg_fail(diag, VG_ERR_ARGUMENT, "--log: the path is too long");
        return VG_OK;
    }
    time_t now = time(NULL);
    struct tm local;
    strftime(st->path, sizeof st->path, "drive-%Y%m%d-%H%M%S.vlog", localtime_r(&now, &local));
    return VG_OK;
}

// Checks what does not depend on road, car and policy, before a window opens.
static vg_err check(stage *st, vg_diag *diag) {
    const options *o = &st->o;
    vg_err err = name_log(st, diag);
    if (!err) err = vg_file_may_write(st->path, vg_call_overwrite(st->call), diag);
    if (!err && o->shot) err = vg_file_may_write(o->shot, vg_call_overwrite(st->call), diag);
    if (!err) err = vg_log_check_tags(o->tags, diag);
    if (!err && o->label && !o->policy)
        err = vg_fail(diag, VG_ERR_ARGUMENT, "--label needs --policy: the policy drives while you steer");
    if (!err && o->suite) err = vg_suite_read_disturbance(o->suite, &st->disturbance, diag);
    return err;
}

static vg_session_def session_def(const stage *st) {
    return (vg_session_def){.road = st->road,
                            .car = &st->car,
                            .policy = st->policy,
                            // An expert's settings are part of its name.
                            .policy_name = st->policy && !st->policy->sense ? st->o.policy : NULL,
                            .recorder = st->recorder,
                            .seed = st->call->seed,
                            .tags = st->o.tags,
                            .disturbance = st->disturbance};
}

// Whether road, car and policy go together: found by a session that is not recorded, before a log exists.
static vg_err check_fit(stage *st, vg_diag *diag) {
    vg_session_def def = session_def(st);
    vg_session *probe = NULL;
    vg_err err = vg_session_create(&def, &probe, diag);
    if (!err) st->driven = *vg_session_car(probe);
    vg_session_destroy(probe);
    if (err || !st->rival_policy) return err;
    return vg_rival_create(st->road, &st->car, st->rival_policy, st->call->seed, &st->rival, diag);
}

// Road, car and policy as the options name them.
static vg_err load(stage *st, vg_diag *diag) {
    const options *o = &st->o;
    vg_policy_terms terms = vg_terms_named();
    vg_err err = o->policy ? vg_policy_open(o->policy, &terms, &st->policy, diag) : VG_OK;
    if (!err && o->race) err = vg_policy_open(o->race, &terms, &st->rival_policy, diag);
    if (!err) err = vg_road_load_said(o->road, &st->road, diag);
    if (err) return err;
    st->car = st->policy && st->policy->car ? *st->policy->car : vg_car_default();
    return o->car ? vg_car_load(o->car, &st->car, diag) : VG_OK;
}

static void unload(stage *st) {
    vg_policy_destroy(st->policy);
    vg_policy_destroy(st->rival_policy);
    vg_road_destroy(st->road);
    st->policy = st->rival_policy = NULL;
    st->road = NULL;
}

static vg_err open_window(stage *st, vg_diag *diag) {
    const options *o = &st->o;
    vg_window_def window = {"verge drive", (int32_t)o->width, (int32_t)o->height, o->scale, true};
    vg_say_without_fonts();
    vg_err err = vg_window_open(&window, &st->window, diag);
    if (!err && o->fullscreen) vg_window_set_fullscreen(st->window, true);
    return err;
}

// The menu, until something is picked that can be driven, or nothing.
static vg_err pick(stage *st, vg_diag *diag) {
    vg_pick_def def = {st->window, &st->menu, st->path, vg_interrupted};
    vg_err err = vg_offers_open(".", &st->menu, diag);
    for (bool fits = false; !err && !fits && !st->cancelled;) {
        err = vg_pick_run(&def, diag);
        st->cancelled = st->menu.state == VG_MENU_CANCELLED;
        if (err || st->cancelled) break;
        vg_diag why = {0};
        st->o.road = vg_menu_name(&st->menu, VG_MENU_ROADS);
        st->o.car = vg_menu_name(&st->menu, VG_MENU_CARS);
        st->o.policy = vg_menu_name(&st->menu, VG_MENU_POLICIES);
        err = load(st, &why);
        if (!err) err = check_fit(st, &why);
        fits = !err;
        if (err == VG_ERR_MEMORY) *diag = why;
        if (err == VG_ERR_MEMORY || fits) break;
        vg_diag_format(&why, st->menu.message, sizeof st->menu.message);
        unload(st);
        err = VG_OK;
    }
    return err;
}

// With a road, a car or a policy given, everything that can be wrong is found before a window opens. Without
// a screen nobody can pick: the standard road is driven.
static vg_err choose(stage *st, vg_diag *diag) {
    options *o = &st->o;
    bool given = o->road || o->car || o->policy || o->race;
    vg_err err = VG_OK;
    if (!given) err = open_window(st, diag);
    if (!err && !given && vg_window_seen()) return pick(st, diag);
    if (!o->road) o->road = "train-1";
    if (!err) err = load(st, diag);
    if (!err && !st->window) err = open_window(st, diag);
    return err ? err : check_fit(st, diag);
}

static vg_err record(stage *st, vg_diag *diag) {
    vg_recorder_def recorder = vg_recorder_default();
    recorder.path = st->path;
    recorder.overwrite = vg_call_overwrite(st->call);
    recorder.road = st->road, recorder.car = &st->driven;
    vg_err err = vg_recorder_open(&recorder, &st->recorder, diag);
    if (err) return err;
    vg_session_def def = session_def(st);
    err = vg_session_create(&def, &st->session, diag);
    if (!err && st->o.label) vg_session_label(st->session, true);
    return err;
}

// A machine without sound drives in silence.
static vg_err open_speaker(stage *st, vg_diag *diag) {
    vg_diag why = {0};
    vg_err err = st->o.mute ? VG_OK : vg_speaker_open(&st->speaker, &why);
    if (err == VG_ERR_MEMORY) *diag = why;
    if (err == VG_ERR_MEMORY) return err;
    if (err) vg_say("%s", why.text);
    return VG_OK;
}

// The name of a path as shown on the screen.
static const char *last_part(const char *path) {
    const char *slash = path ? strrchr(path, '/') : NULL;
    return slash && slash[1] ? slash + 1 : path;
}

static vg_err open_stage(stage *st, vg_diag *diag) {
    const options *o = &st->o;
    char title[200];
    vg_err err = check(st, diag);
    if (!err) err = choose(st, diag);
    if (!err && !st->cancelled) err = open_speaker(st, diag);
    if (!err && !st->cancelled) err = record(st, diag);
    if (err || st->cancelled) return err;
    snprintf(title, sizeof title, "verge drive: %s", o->road);
    vg_window_set_title(st->window, title);
    vg_drive_def def = {.window = st->window,
                        .road = st->road,
                        .session = st->session,
                        .recorder = st->recorder,
                        .rival = st->rival,
                        .race = last_part(o->race),
                        .speaker = st->speaker,
                        .policy = last_part(o->policy),
                        .suite = last_part(o->suite),
                        .camera = (vg_camera_mode)o->camera,
                        .seconds = o->seconds,
                        .tell = o->tell,
                        .shots = st->path,
                        .stop = vg_interrupted};
    vg_config_default(&vg_feel_schema, &def.feel);
    def.feel.steer_rate = (float)o->steer_rate;
    return vg_drive_open(&def, &st->drive, diag);
}

// --- the end ---------------------------------------------------------------------------------------------

typedef struct summary {
    char what[200], laps[120];
    vg_text train, replay; // lines to type, behind "$ "
} summary;

static void sum_up(const stage *st, const vg_session_view *v, const vg_recorder_state *r, summary *out) {
    char best[24];
    snprintf(out->what, sizeof out->what, "%lld ticks in %d episode%s are safe in", (long long)r->safe,
             v->episodes, v->episodes == 1 ? "" : "s");
    if (v->best_ticks)
        snprintf(out->laps, sizeof out->laps, "%d lap%s, the best %s.", v->laps_done,
                 v->laps_done == 1 ? "" : "s",
                 vg_hud_time(v->best_ticks, vg_session_tick_seconds(st->session), best));
    else
        snprintf(out->laps, sizeof out->laps, "%d lap%s done.", v->laps_done, v->laps_done == 1 ? "" : "s");
    vg_text_add(&out->train, "$ verge train bc --logs ");
    vg_text_word(&out->train, st->path);
    vg_text_add(&out->train, " --out bc.safetensors");
    vg_text_add(&out->replay, "$ verge replay ");
    vg_text_word(&out->replay, st->path);
    vg_text_add(&out->replay, " --verify");
}

static vg_err print_json(const stage *st, const vg_session_view *v, const vg_recorder_state *r,
                         vg_diag *diag) {
    double dt = vg_session_tick_seconds(st->session);
    json_t *best = v->best_ticks ? json_real((double)v->best_ticks * dt) : json_null();
    return vg_print_json(json_pack("{ss si sI sI si so sI}", "log", st->path, "episodes", v->episodes,
                                   "ticks", (json_int_t)v->ticks, "safe", (json_int_t)r->safe, "laps",
                                   v->laps_done, "lap_best", best, "queue_most", (json_int_t)r->worst),
                         diag);
}

static vg_err tell_end(stage *st, const vg_session_view *v, const vg_recorder_state *r, bool card,
                       vg_diag *diag) {
    summary sum = {0};
    sum_up(st, v, r, &sum);
    vg_err err = sum.train.failed || sum.replay.failed ? vg_fail_memory(diag) : VG_OK;
    if (!err && card) {
        const char *lines[] = {sum.laps,
                               sum.what,
                               st->path,
                               "Train a learner from it, and see that it replays to the bit:",
                               sum.train.bytes,
                               sum.replay.bytes,
                               "Any key closes the window."};
        err = vg_drive_card(st->drive, "The drive is recorded", lines, 7, diag);
    }
    if (!err && !st->call->json && !st->o.tell)
        vg_print("%s\n%s %s\nnext:\n  %s\n  %s\n", sum.laps, sum.what, st->path, sum.train.bytes + 2,
                 sum.replay.bytes + 2);
    vg_text_free(&sum.train);
    vg_text_free(&sum.replay);
    return err;
}

// However the drive ended, the recording is closed and saved. The first error is returned.
static vg_err drive(stage *st, vg_diag *diag) {
    bool card = false;
    vg_recorder_state record = {0};
    vg_diag later = {0};
    vg_err err = vg_drive_run(st->drive, &card, diag);
    vg_err finishing = vg_session_finish(st->session, &later);
    if (!err && st->o.shot) err = vg_drive_shoot(st->drive, st->o.shot, vg_call_overwrite(st->call), diag);
    vg_session_view view = vg_session_get(st->session);
    vg_diag closing = {0};
    vg_err closed = vg_recorder_close(st->recorder, &record, &closing);
    st->recorder = NULL;
    if (!finishing && closed) finishing = closed, later = closing;
    if (finishing && (!err || err == VG_ERR_INTERRUPTED)) err = finishing, *diag = later;
    if (err && err != VG_ERR_INTERRUPTED) {
        vg_say("%lld of %lld ticks are safe in %s", (long long)record.safe, (long long)record.pushed,
               st->path);
        if (vg_interrupted()) vg_say_diag(diag); // the interruption is the last thing that the program says
        return err;
    }
    vg_err told = st->call->json ? print_json(st, &view, &record, err ? &later : diag) : VG_OK;
    if (!told) told = tell_end(st, &view, &record, card && !err, err ? &later : diag);
    return err ? err : told;
}

// The menu was closed: no log is left behind.
static vg_err cancel(const stage *st, vg_diag *diag) {
    if (!st->call->json) vg_say("nothing was picked, and nothing is recorded");
    return st->call->json
               ? vg_print_json(json_pack("{sn si sI}", "log", "episodes", 0, "ticks", (json_int_t)0), diag)
               : VG_OK;
}

static vg_err run(const vg_call *call, int *status, vg_diag *diag) {
    (void)status;
    stage st = {.o = *(const options *)call->options, .call = call};
    vg_err err = open_stage(&st, diag);
    if (!err && st.cancelled)
        err = cancel(&st, diag);
    else if (!err)
        err = drive(&st, diag);
    vg_drive_close(st.drive);
    vg_diag ignored;
    if (st.recorder && vg_recorder_close(st.recorder, NULL, &ignored)) (void)0;
    vg_rival_destroy(st.rival);
    vg_session_destroy(st.session);
    vg_speaker_close(st.speaker);
    vg_window_close(st.window);
    unload(&st);
    vg_menu_free(&st.menu);
    return err;
}

#define AT(field) offsetof(options, field)
static const vg_flag flags[] = {
    {"road", VG_FLAG_TEXT, AT(road), "R", .help = "a name from the library, or a file; default: train-1"},
    {"car", VG_FLAG_TEXT, AT(car), "C", .help = "preset or YAML; default: the policy's own, else sedan"},
    {"log", VG_FLAG_TEXT, AT(log), "LOG",
     .help = "log to write; default: drive-DATE-TIME.vlog in the working folder"},
    {"policy", VG_FLAG_TEXT, AT(policy), "P",
     .help = "an expert or a policy file that drives until you steer"},
    {"race", VG_FLAG_TEXT, AT(race), "P",
     .help = "an expert or a policy file that drives a car of its own beside yours, from the same start"},
    {"suite", VG_FLAG_TEXT, AT(suite), "S", .help = "drive with this suite's disturbance"},
    {"label", VG_FLAG_SWITCH, AT(label),
     .help = "begin in label mode: the policy P drives, and your steering is recorded beside its own"},
    {"steer-rate", VG_FLAG_DOUBLE, AT(steer_rate), "X", .least = 0.2, .most = 5, .standard = "1",
     .help = "multiplies the rates of steering by keys, stick or mouse"},
    {"camera", VG_FLAG_CHOICE, AT(camera), "MODE", .standard = "chase", .choices = "chase|heading|north",
     .help = "which direction is up at first"},
    {"tags", VG_FLAG_TEXT, AT(tags), "A,B", .standard = "", .help = "tags for the episodes"},
    {"seconds", VG_FLAG_DOUBLE, AT(seconds), "S", .least = 0, .most = 86400, .standard = "0",
     .help = "end after this many seconds of driving; 0: when you quit"},
    {"width", VG_FLAG_INT, AT(width), "N", .least = 480, .most = 16384, .standard = "1280",
     .help = "window width, pixels"},
    {"height", VG_FLAG_INT, AT(height), "N", .least = 320, .most = 16384, .standard = "720",
     .help = "window height, pixels"},
    {"scale", VG_FLAG_DOUBLE, AT(scale), "F", .least = 0.5, .most = 4, .standard = "1",
     .help = "scale of all that is drawn, and of the window: 2 for a high-resolution screen"},
    {"fullscreen", VG_FLAG_SWITCH, AT(fullscreen), .help = "begin in full screen"},
    {"mute", VG_FLAG_SWITCH, AT(mute), .help = "no sound of engine, tyres and ground"},
    {"shot", VG_FLAG_TEXT, AT(shot), "PNG", .help = "save the last frame as a picture"},
    {"tell", VG_FLAG_SWITCH, AT(tell),
     .help = "print after each tick: the ticks driven, and how many of them are safe on disk"},
};

#define KEY_LINE(keys, what) "  " keys ": " what "\n"
const vg_command vg_command_drive = {
    .name = "drive",
    .summary = "drive by hand in a window, and record every tick",
    .synopsis = "[--road R] [--car C] [--log LOG] [--policy P [--label]] [--race P] [--suite S]",
    .details =
        "Without --road, --car, --policy and --race a menu in the window offers the roads, the cars, experts "
        "and the policy files of the working folder: arrow keys, the mouse or a game controller pick, "
        "Enter drives, Escape closes.\n\n"
        "Recording begins with the first tick and has a thread of its own. If the program is killed, "
        "no tick is lost that the window called safe; if the power fails, the last second can be "
        "lost. Every restart and every lap begins an episode. With --policy the policy drives until "
        "you steer; the log stores who drove each tick.\n\n"
        "Keys:\n" VG_DRIVE_KEY_ROWS(
            KEY_LINE) "\nGame controllers: the left stick and the triggers drive; Start pauses, Y "
                      "restarts, X puts the car back onto the road, B hands back to the policy, A "
                      "changes the camera. Wheels: K calibrates; the calibration is saved.",
    .examples = "verge drive\n"
                "verge drive --road hairpins --car kart --log kart.vlog\n"
                "verge drive --road valid-1 --policy bc.safetensors --log takeover.vlog\n"
                "verge drive --road valid-1 --race pursuit",
    VG_FLAGS(flags),
    .options_size = sizeof(options),
    .least_operands = 0,
    .most_operands = 0,
    .takes = VG_TAKES_SEED | VG_TAKES_FORCE | VG_TAKES_JSON,
    .run = run,
};
