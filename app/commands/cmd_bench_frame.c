// verge bench frame: how long one frame of `verge drive` takes, painted without a window, with recording on.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "agents/policy_open.h"
#include "app/cli/args.h"
#include "app/cli/interrupt.h"
#include "app/cli/output.h"
#include "app/drive/hud.h"
#include "bench/bench.h"
#include "sim/base/memory.h"
#include "tracks/library.h"

typedef struct options {
    int64_t frames, width, height;
    const char *road;
    double scale;
} options;

typedef struct bench {
    char folder[200], log[240];
    vg_road *road;
    vg_policy *policy;
    vg_car car;
    vg_recorder *recorder;
    vg_session *session;
    vg_scene *scene;
    vg_camera camera;
    vg_scene_picture picture;
    double *wall, *cpu; // [frames] s
} bench;

static const double GOAL = 1.0 / 60;

static vg_err open_bench(bench *b, const options *o, vg_diag *diag) {
    const char *root = getenv("TMPDIR");
    snprintf(b->folder, sizeof b->folder, "%.150s/verge-bench-XXXXXX", root ? root : "/tmp");
    if (!mkdtemp(b->folder)) {
        b->folder[0] = '\0';
        return vg_fail(diag, VG_ERR_IO, "cannot make a folder for a log: %m");
    }
    snprintf(b->log, sizeof b->log, "%s/frames.vlog", b->folder);
    b->car = vg_car_default();
    b->picture =
        (vg_scene_picture){.width = (int32_t)o->width, .height = (int32_t)o->height, .scale = o->scale};
    b->picture.stride = b->picture.width;
    b->picture.pixels = vg_new(uint32_t, o->width * o->height);
    b->wall = vg_new(double, o->frames);
    b->cpu = vg_new(double, o->frames);
    if (!b->picture.pixels || !b->wall || !b->cpu) return vg_fail_memory(diag);
    vg_err err = vg_track_load(o->road, &b->road, diag);
    if (!err) err = vg_policy_open("pursuit", &(vg_policy_terms){0}, &b->policy, diag);
    if (err) return err;
    vg_recorder_def recorder = vg_recorder_default();
    recorder.path = b->log, recorder.road = b->road, recorder.car = &b->car;
    err = vg_recorder_open(&recorder, &b->recorder, diag);
    vg_session_def def = {.road = b->road, .car = &b->car, .policy = b->policy, .recorder = b->recorder};
    if (!err) err = vg_session_create(&def, &b->session, diag);
    return err ? err : vg_scene_create(b->road, &b->scene, diag);
}

static void close_bench(bench *b) {
    vg_diag ignored;
    if (vg_recorder_close(b->recorder, NULL, &ignored)) (void)0; // the log is deleted in any case
    vg_session_destroy(b->session);
    vg_scene_destroy(b->scene);
    vg_policy_destroy(b->policy);
    vg_road_destroy(b->road);
    vg_free(b->picture.pixels);
    vg_free(b->wall);
    vg_free(b->cpu);
    if (b->log[0]) unlink(b->log);
    if (b->folder[0]) rmdir(b->folder);
}

static vg_err paint(bench *b, vg_diag *diag) {
    vg_session_view v = vg_session_get(b->session);
    vg_camera_target target = {v.now.x, v.now.y, v.now.yaw, v.now.speed, b->car.length};
    vg_camera_follow(&b->camera, VG_CAMERA_CHASE, &target, 1, b->picture.height / b->picture.scale,
                     v.ticks > 1 ? GOAL : -1);
    vg_err err = vg_scene_begin(b->scene, &b->picture, &b->camera, diag);
    if (err) return err;
    vg_scene_car car = {.car = &b->car, .x = v.now.x, .y = v.now.y, .yaw = v.now.yaw, .steer = v.now.steer};
    vg_scene_cars(b->scene, &car, 1);
    vg_view_box map = vg_hud_map(vg_scene_width(b->scene), vg_scene_height(b->scene));
    vg_scene_minimap(b->scene, map.x, map.y, map.width, map.height, &car, 1);
    vg_hud hud = {.session = &v,
                  .road = b->road,
                  .car = &b->car,
                  .tick_seconds = GOAL,
                  .shown = v.now,
                  .policy = "pursuit",
                  .camera = "chase",
                  .steer_rate = 1,
                  .recording = true,
                  .record = vg_recorder_now(b->recorder),
                  .toast = ""};
    vg_hud_draw(b->scene, &hud);
    return vg_scene_end(b->scene, diag);
}

static double cpu_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static vg_err one_frame(bench *b, int64_t i, vg_diag *diag) {
    const vg_control none = {0};
    double wall = bench_now(), cpu = cpu_now();
    vg_err err = vg_session_tick(b->session, &none, diag);
    if (err == VG_ERR_LIMIT) err = VG_OK; // the clock does not advance, but the frame is painted
    if (!err) err = paint(b, diag);
    b->wall[i] = bench_now() - wall;
    b->cpu[i] = cpu_now() - cpu;
    // Sleeps for the rest of the frame, as a window does, so that the recorder and other programs can run.
    double left = GOAL - b->wall[i];
    if (left > 0) nanosleep(&(struct timespec){0, (long)(left * 1e9)}, NULL);
    return err ? err : vg_interrupt_check(diag);
}

static int by_size(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double quantile(const double *sorted, int64_t count, double q) {
    return sorted[(int64_t)(q * (double)(count - 1))];
}

// The first frame fills the cache, so it is reported apart.
static vg_err tell(bench *b, int64_t frames, bool json, vg_diag *diag) {
    static const char *const titles[] = {"time", "median", "95 %", "most", "first", "unit", "goal for 95 %"};
    static const char *const names[] = {"wall", "processor"};
    double *times[] = {b->wall, b->cpu};
    vg_table table = {0};
    json_t *rows = json_object();
    vg_table_begin(&table, 7, titles);
    for (int k = 0; k < 2; k++) {
        double *t = times[k] + 1;
        double first = times[k][0] * 1e3;
        qsort(t, (size_t)(frames - 1), sizeof *t, by_size);
        double half = quantile(t, frames - 1, 0.5) * 1e3, high = quantile(t, frames - 1, 0.95) * 1e3;
        double most = t[frames - 2] * 1e3;
        json_object_set_new(rows, names[k],
                            json_pack("{sf sf sf sf}", "median_ms", half, "p95_ms", high, "most_ms", most,
                                      "first_ms", first));
        vg_table_cell(&table, "%s", names[k]);
        vg_table_cell(&table, "%.2f", half);
        vg_table_cell(&table, "%.2f", high);
        vg_table_cell(&table, "%.2f", most);
        vg_table_cell(&table, "%.2f", first);
        vg_table_cell(&table, "ms");
        vg_table_cell(&table, "%.1f", GOAL * 1e3);
    }
    vg_err err = json ? vg_print_json(json_incref(rows), diag) : vg_table_print(&table, diag);
    json_decref(rows);
    vg_table_free(&table);
    return err;
}

static vg_err run(const vg_call *call, int *status, vg_diag *diag) {
    (void)status;
    const options *o = call->options;
    bench b = {0};
    vg_err err = open_bench(&b, o, diag);
    for (int64_t i = 0; i < o->frames && !err; i++) err = one_frame(&b, i, diag);
    if (!err) err = tell(&b, o->frames, call->json, diag);
    close_bench(&b);
    return err;
}

static const vg_flag flags[] = {
    {"frames", VG_FLAG_INT, offsetof(options, frames), "N", 10, 1000000, "600", .help = "frames, one a tick"},
    {"width", VG_FLAG_INT, offsetof(options, width), "N", 480, 16384, "1280", .help = "pixels"},
    {"height", VG_FLAG_INT, offsetof(options, height), "N", 320, 16384, "720", .help = "pixels"},
    {"scale", VG_FLAG_DOUBLE, offsetof(options, scale), "X", 0.5, 8, "1", .help = "pixels a unit"},
    {"road", VG_FLAG_TEXT, offsetof(options, road), "R", .standard = "train-1",
     .help = "a name from the library, or a file"},
};

const vg_command vg_command_bench_frame = {
    .name = "frame",
    .summary = "how long a frame of `verge drive` takes",
    .synopsis = "[--frames N] [--width N] [--height N] [--scale X] [--road R]",
    .details = "The pure-pursuit expert drives; every tick is recorded and painted as in the window, but "
               "without one. A frame has a 60th of a second. The processor's time is that of the painting "
               "thread alone: if it is much less than the wall's time, the machine was busy.",
    .examples = "verge bench frame",
    VG_FLAGS(flags),
    .options_size = sizeof(options),
    .takes = VG_TAKES_JSON,
    .run = run,
};
