// verge view: watch, scrub and compare drives out of logs and results.
#include "app/cli/args.h"
#include "app/view/keys.h"

typedef struct view_options {
    vg_list policies, episodes;
    const char *suite, *road, *car;
    int64_t start, training_seed;
    double horizon, start_spread;
    const char *shot, *frames, *video, *size, *follow, *rank, *reward;
    double at, until, fps, speed, scale, zoom;
    int32_t theme, camera;
    bool heat, map, once, hash;
} view_options;

#ifdef VG_WITH_FIGURES
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "agents/rewards/reward_open.h"
#include "app/cli/fonts.h"
#include "app/cli/interrupt.h"
#include "app/cli/output.h"
#include "app/cli/terms.h"
#include "app/view/loop.h"
#include "app/view/open.h"
#include "app/view/reward_heat.h"
#include "app/view/video.h"
#include "sim/base/hash.h"
#include "sim/base/version.h"

enum { CAMERA_FIT = VG_CAMERA_MODE_COUNT }; // --camera fit: all cars, north up

// --- options ---------------------------------------------------------------------------------------------

static vg_err parse_size(const char *text, vg_film *film, vg_diag *diag) {
    char wide[16] = "";
    int64_t width = 0, height = 0;
    const char *cross = strchr(text, 'x');
    if (cross) snprintf(wide, sizeof wide, "%.*s", (int)(cross - text), text);
    if (!cross || cross - text > 8 || !vg_parse_int(wide, &width) || !vg_parse_int(cross + 1, &height) ||
        width < 1 || height < 1 || width > 8192 || height > 8192)
        return vg_fail(diag, VG_ERR_ARGUMENT,
                       "--size '%.40s', expected pixels such as 1280x720, at most 8192", text);
    film->width = (int32_t)width, film->height = (int32_t)height;
    return VG_OK;
}

// Finds a car by its label, or by its number counted from 1.
static vg_err find_car(const vg_view *view, const char *text, int32_t *out, vg_diag *diag) {
    int64_t number;
    char names[300] = "";
    for (*out = 0; *out < view->car_count; ++*out)
        if (strcmp(view->cars[*out].label, text) == 0) return VG_OK;
    if (vg_parse_int(text, &number) && number >= 1 && number <= view->car_count) {
        *out = (int32_t)number - 1;
        return VG_OK;
    }
    for (int32_t c = 0; c < view->car_count; c++) {
        size_t used = strlen(names);
        snprintf(names + used, sizeof names - used, "%s'%s'", c ? ", " : "", view->cars[c].label);
    }
    return vg_fail(diag, VG_ERR_NOT_FOUND, "--follow '%.60s': the cars are %s", text, names);
}

static void add_word(vg_text *out, const char *word) {
    bool plain = word[0] && !word[strcspn(word, " \t'\"\\$`*?[](){}<>|&;!~#")];
    vg_text_add(out, plain ? " %s" : " '%s'", word);
}

static void add_list(vg_text *out, const char *flag, const vg_list *list) {
    if (list->count && flag) vg_text_add(out, " --%s", flag);
    for (int32_t i = 0; i < list->count; i++) add_word(out, list->items[i]);
}

static void add_text(vg_text *out, const char *flag, const char *value) {
    if (!value) return;
    vg_text_add(out, " --%s", flag);
    add_word(out, value);
}

static void write_look(const view_options *o, vg_text *out) {
    if (o->at > 0) vg_text_add(out, " --at %.10g", o->at);
    add_text(out, "follow", o->follow);
    if (o->camera != VG_CAMERA_CHASE)
        vg_text_add(out, " --camera %s",
                    o->camera == CAMERA_FIT        ? "fit"
                    : o->camera == VG_CAMERA_NORTH ? "north"
                                                   : "heading");
    if (o->zoom != 1) vg_text_add(out, " --zoom %.10g", o->zoom);
    if (o->heat) vg_text_add(out, " --heat");
    if (o->map) vg_text_add(out, " --map");
    if (o->theme == VG_THEME_DARK) vg_text_add(out, " --theme dark");
    add_text(out, "size", o->size);
    if (o->scale > 0) vg_text_add(out, " --scale %.10g", o->scale);
}

// The command line that shows the same.
static void write_command(const vg_call *call, vg_text *out) {
    const view_options *o = call->options;
    vg_text_add(out, "verge view");
    add_list(out, NULL, &call->operands);
    add_list(out, "policy", &o->policies);
    add_list(out, "episode", &o->episodes);
    add_text(out, "suite", o->suite);
    add_text(out, "road", o->road);
    add_text(out, "car", o->car);
    add_text(out, "rank", o->rank);
    add_text(out, "reward", o->reward);
    if (o->start >= 0) vg_text_add(out, " --start %lld", (long long)o->start);
    if (o->training_seed != 1) vg_text_add(out, " --training-seed %lld", (long long)o->training_seed);
    write_look(o, out);
    if (o->road && !o->suite && call->operands.count == 0)
        vg_text_add(out, " --horizon %g --start-spread %g --seed %llu", o->horizon, o->start_spread,
                    (unsigned long long)call->seed);
    else if (o->suite && call->seed_given)
        vg_text_add(out, " --seed %llu", (unsigned long long)call->seed);
}

static void write_policies(const vg_view *view, vg_text *out) {
    for (int32_t g = 0; g < view->group_count; g++) {
        char hash[17] = "";
        if (view->groups[g].hash) vg_hash_format(view->groups[g].hash, hash);
        vg_text_add(out, "%s%s%s%s", g ? ", " : "", view->groups[g].label, hash[0] ? " " : "", hash);
    }
}

// Prints the hash of what the cars drive.
static vg_err print_hash(const vg_view *view) {
    char hash[17];
    vg_print("%s\n", vg_hash_format(vg_view_hash(view), hash));
    return VG_OK;
}

// --- actions ---------------------------------------------------------------------------------------------

static void show_progress(void *context, int64_t done, int64_t total) {
    (void)total;
    vg_progress_update(context, done);
}

static vg_err draw(const view_options *o, vg_film *film, vg_diag *diag) {
    vg_progress progress;
    vg_err err = VG_OK;
    if (o->shot) err = vg_film_shot(film, o->shot, diag);
    if (!err && o->shot) vg_say("%s: %s at %.2f s", o->shot, film->view->title, film->from);
    if (err || (!o->frames && !o->video)) return err;
    int64_t count = vg_film_count(film);
    film->progress = show_progress, film->context = &progress;
    if (o->frames) {
        vg_progress_begin(&progress, "drawing", "pictures", count);
        err = vg_film_frames(film, o->frames, diag);
        vg_progress_end(&progress);
        if (!err) vg_say("%s: %lld pictures", o->frames, (long long)count);
    }
    if (!err && o->video) {
        vg_progress_begin(&progress, "drawing", "pictures", count);
        err = vg_video_write(film, o->video, diag);
        vg_progress_end(&progress);
        if (!err) vg_say("%s: %.1f s", o->video, (double)count / film->fps);
    }
    return err;
}

// Paint a reward on each road, at the speeds of the followed car or of the road's first.
static vg_err open_reward(const view_options *o, vg_film *film, vg_reward_heat *heats, vg_diag *diag) {
    vg_reward *reward;
    if (o->map)
        return vg_fail(diag, VG_ERR_ARGUMENT,
                       "--reward is painted on the road, not on the map: leave out --map");
    vg_err err = vg_reward_open(o->reward, 0.99, &reward, diag);
    if (err) return err;
    for (int32_t r = 0; r < film->view->road_count && !err; r++)
        err = vg_reward_heat_make(&heats[r], film->view, vg_view_lead(film->view, r, film->look.followed),
                                  reward, diag);
    if (err && diag && !diag->file[0]) snprintf(diag->file, sizeof diag->file, "%s", o->reward);
    vg_reward_destroy(reward);
    film->look.reward = heats;
    return err;
}

// Letters and panels stay as readable beyond a width of 1920 as they are there.
static double fitting_scale(const vg_film *film) {
    return fmin(fmax(fmin(film->width / 1920.0, film->height / 1080.0), 1), 4);
}

static vg_err show(const vg_call *call, const vg_view *view, vg_rank *rank, vg_diag *diag) {
    const view_options *o = call->options;
    vg_film film = vg_film_default(view);
    film.from = o->at, film.to = o->until > 0 ? o->until : NAN;
    film.fps = o->fps, film.speed = o->speed, film.scale = o->scale > 0 ? o->scale : 1;
    film.look.theme = (vg_theme)o->theme;
    film.look.fit = o->camera == CAMERA_FIT;
    film.look.camera = film.look.fit ? VG_CAMERA_NORTH : (vg_camera_mode)o->camera;
    film.look.heat = o->heat, film.look.map = o->map, film.look.magnify = o->zoom;
    film.look.sides = rank != NULL;
    film.overwrite = vg_call_overwrite(call), film.stop = vg_interrupted;
    film.width = (int32_t)(film.width * film.scale), film.height = (int32_t)(film.height * film.scale);
    char seed[32];
    vg_reward_heat heats[VG_VIEW_ROADS] = {0};
    vg_text command = {0}, policies = {0};
    write_command(call, &command);
    write_policies(view, &policies);
    snprintf(seed, sizeof seed, "%llu", (unsigned long long)call->seed);
    const vg_png_text texts[] = {{"Software", "verge " VG_VERSION},
                                 {"Title", view->title},
                                 {"Command", command.bytes},
                                 {"Seed", seed},
                                 {"Policies", policies.bytes}};
    film.texts = texts, film.text_count = sizeof texts / sizeof *texts;
    vg_err err = command.failed || policies.failed ? vg_fail_memory(diag) : VG_OK;
    if (!err && o->size) err = parse_size(o->size, &film, diag);
    if (!(o->scale > 0)) film.scale = fitting_scale(&film);
    if (!err && o->follow) err = find_car(view, o->follow, &film.look.followed, diag);
    if (!err) err = vg_film_check(&film, diag);
    if (!err && o->reward) err = open_reward(o, &film, heats, diag);
    if (!err)
        err = o->shot || o->frames || o->video ? draw(o, &film, diag)
              : o->hash                        ? print_hash(view)
                                               : vg_view_loop(&film, o->once, rank, diag);
    for (int32_t r = 0; r < VG_VIEW_ROADS; r++) vg_reward_heat_free(&heats[r]);
    vg_text_free(&command);
    vg_text_free(&policies);
    return err;
}

// Two laps side by side, and keys that say which is better.
static vg_err rank(const vg_call *call, vg_diag *diag) {
    const view_options *o = call->options;
    vg_rank rank = {0};
    if (o->policies.count || o->suite || o->car || o->reward || o->start >= 0 || call->operands.count == 0)
        return vg_fail(
            diag, VG_ERR_ARGUMENT,
            "--rank compares laps of logs: give logs, and no --policy, --suite, --car, --reward or "
            "--start");
    vg_err err = vg_rank_open(&rank, &call->operands, &o->episodes, o->road, o->rank, call->seed, diag);
    if (!err) vg_say_without_fonts();
    if (!err) err = show(call, &rank.view, &rank, diag);
    if (rank.at > 0)
        vg_say("%s: %lld judgement%s more, %lld in all; %lld pairs are left", o->rank, (long long)rank.at,
               rank.at == 1 ? "" : "s", (long long)rank.preferences.count, (long long)(rank.count - rank.at));
    vg_rank_free(&rank);
    return err;
}

static vg_err run(const vg_call *call, int *status, vg_diag *diag) {
    (void)status;
    const view_options *o = call->options;
    if (o->rank) return rank(call, diag);
    vg_view view;
    int32_t hidden;
    vg_view_request request = {.files = call->operands,
                               .policies = o->policies,
                               .episodes = o->episodes,
                               .suite = o->suite,
                               .road = o->road,
                               .car = o->car,
                               .start = o->start,
                               .training_seed = o->training_seed,
                               .horizon = o->horizon,
                               .start_spread = o->start_spread,
                               .seed = call->seed,
                               .seed_given = call->seed_given,
                               .threads = (int32_t)call->threads,
                               .of_file = vg_terms_of_file(call)};
    vg_err err = vg_view_open(&request, &view, &hidden, diag);
    if (err) return err;
    vg_say_without_fonts();
    if (hidden > 0)
        vg_say_warning("%d of %d drives are shown; see others by --policy, --episode or --road",
                       view.car_count, view.car_count + hidden);
    err = show(call, &view, NULL, diag);
    vg_view_free(&view);
    return err;
}
#else
static vg_err run(const vg_call *call, int *status, vg_diag *diag) {
    (void)call, (void)status;
    return vg_fail(diag, VG_ERR_ARGUMENT,
                   "this build cannot show anything: it was made without figures (Cairo)");
}
#endif

static const vg_flag flags[] = {
    {"policy", VG_FLAG_LIST, offsetof(view_options, policies), "P...",
     .help =
         "files or experts to drive on a suite, a road or beside a log; for a result, the labels to show"},
    {"suite", VG_FLAG_TEXT, offsetof(view_options, suite), "SUITE",
     .help = "a shipped suite's name or a YAML file: the policies drive its roads, starts and disturbance"},
    {"road", VG_FLAG_TEXT, offsetof(view_options, road), "ROAD",
     .help = "which road: its name in a log, a result or a suite; without one of these, a library name or a "
             "file"},
    {"start", VG_FLAG_INT, offsetof(view_options, start), "N", -1, 65535, "-1",
     .help = "which start of a suite, a road or a result, from 0; -1: the first, or that of --episode"},
    {"episode", VG_FLAG_LIST, offsetof(view_options, episodes), "N|ROAD:START...",
     .help = "for a log: numbers as in `verge log list`; for a result: ROAD:START, or the number of a row"},
    {"training-seed", VG_FLAG_INT, offsetof(view_options, training_seed), "N", 1, 9.2e18, "1",
     .help =
         "which policies of a study: 1 means the first of each arm; or a training seed as in episodes.csv"},
    {"car", VG_FLAG_TEXT, offsetof(view_options, car), "CAR",
     .help = "preset or YAML file, with --suite or --road; default: the suite's, else the policy's own, else "
             "sedan"},
    {"horizon", VG_FLAG_DOUBLE, offsetof(view_options, horizon), "S", 1, 3600, "60",
     .help = "with --road only: seconds to drive"},
    {"start-spread", VG_FLAG_DOUBLE, offsetof(view_options, start_spread), "M", 0, 20, "0.3",
     .help = "with --road only: starts are within +-M metres of the centreline"},
    {"shot", VG_FLAG_TEXT, offsetof(view_options, shot), "PNG", .help = "draw one picture, without a window"},
    {"hash", VG_FLAG_SWITCH, offsetof(view_options, hash),
     .help = "print a hash of what the cars drive, without a window: a page that plays the episode shows the "
             "same"},
    {"frames", VG_FLAG_TEXT, offsetof(view_options, frames), "DIR",
     .help = "draw numbered pictures into a new folder, without a window"},
    {"video", VG_FLAG_TEXT, offsetof(view_options, video), "FILE",
     .help = "make a video with ffmpeg (.mp4, .mkv, .webm, .mov, .gif), without a window"},
    {"at", VG_FLAG_DOUBLE, offsetof(view_options, at), "S", 0, 1e6, "0",
     .help = "the time to show first, or in the picture"},
    {"until", VG_FLAG_DOUBLE, offsetof(view_options, until), "S", 0, 1e6, "0",
     .help = "the time at which frames and video end; 0: at the end of the drive"},
    {"size", VG_FLAG_TEXT, offsetof(view_options, size), "WxH",
     .help = "pixels of pictures and window; default: 1280x720 times the scale"},
    {"scale", VG_FLAG_DOUBLE, offsetof(view_options, scale), "F", 0, 4, "0",
     .help = "scale of all that is drawn, 0.5 or more: 2 has twice the resolution; 0: 1, and more beyond "
             "1920x1080"},
    {"fps", VG_FLAG_DOUBLE, offsetof(view_options, fps), "N", 1, 240, "30",
     .help = "pictures a second of frames and video"},
    {"speed", VG_FLAG_DOUBLE, offsetof(view_options, speed), "X", 0.01, 100, "1",
     .help = "playback speed: seconds of driving shown in one second"},
    {"follow", VG_FLAG_TEXT, offsetof(view_options, follow), "CAR",
     .help = "the car to follow, by label or number; default: the first"},
    {"camera", VG_FLAG_CHOICE, offsetof(view_options, camera), "WHICH", .standard = "chase",
     .choices = "chase|heading|north|fit",
     .help =
         "which direction is up: the road ahead, the car's heading, or north; fit: north, and all cars of "
         "the road are in the picture"},
    {"zoom", VG_FLAG_DOUBLE, offsetof(view_options, zoom), "F", 0.02, 8, "1",
     .help = "zoom of the camera; 2: twice as near"},
    {"heat", VG_FLAG_SWITCH, offsetof(view_options, heat),
     .help = "colour the trails by drift, not by driver"},
    {"map", VG_FLAG_SWITCH, offsetof(view_options, map),
     .help = "show the whole road and where along it each policy drifts, instead of the cars"},
    {"rank", VG_FLAG_TEXT, offsetof(view_options, rank), "PREFS",
     .help =
         "show two laps of the logs side by side, pair after pair, and write which one you prefer to this "
         "file, for `verge train trex`"},
    {"reward", VG_FLAG_TEXT, offsetof(view_options, reward), "REWARD",
     .help = "paint this reward on the road: what an action is worth at each place, at the speed of the "
             "followed car; of a driving reward the planned line too"},
    {"theme", VG_FLAG_CHOICE, offsetof(view_options, theme), "WHICH", .standard = "light",
     .choices = "light|dark", .help = "colours of the panels below the road"},
    {"once", VG_FLAG_SWITCH, offsetof(view_options, once), .help = "close the window at the end"},
};

#define KEY_LINE(keys, what) "  " keys ": " what "\n"
const vg_command vg_command_view = {
    .name = "view",
    .summary = "watch, scrub and compare drives out of logs and results",
    .synopsis = "LOG... [--episode N...] [--policy P...]\n"
                "LOG... --rank PREFS [--episode N...]\n"
                "RESULT... [--episode ROAD:START] [--policy LABEL...]\n"
                "--policy P... --suite SUITE|--road ROAD [--start N]",
    .details =
        "Cars that started together are shown as ghosts on their road; up to four roads are side by side. "
        "Below the road are the offset of every "
        "car over time, the drift quantiles of the followed car, and how many cars are still on the road; a "
        "cursor in them moves with the time. An episode of a result is driven again by its own policies, "
        "with the same bits as when it was scored. With a log, --policy starts where the log's first car "
        "did. --shot, --frames and --video draw the same without a display. "
        "With --rank, keys judge which of two laps is better; each judgement is written at once. --reward "
        "paints a reward "
        "on the road. See "
        "docs/viewing.md.\n\n"
        "Keys:\n" VG_VIEW_KEYS(KEY_LINE),
    .examples =
        "verge view monday.vlog --policy kart-bc.safetensors pursuit\n"
        "verge view out/study --episode 'seed 1003:5'\n"
        "verge view --suite standard --policy bc.safetensors dagger.safetensors --shot both.png --at 12",
    VG_FLAGS(flags),
    .options_size = sizeof(view_options),
    .least_operands = 0,
    .most_operands = -1,
    .takes = VG_TAKES_SEED | VG_TAKES_THREADS | VG_TAKES_FORCE | VG_TAKES_EXEC,
    .run = run,
};
