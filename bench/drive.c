// bench/drive.c -- 1,024 sedans on a library road: the car's motion alone, a whole action, and lidar.
#include <stddef.h>

#include "bench/bench.h"
#include "bench/drive.h"
#include "sim/base/blocks.h"
#include "sim/base/memory.h"
#include "sim/sense.h"
#include "sim/world_private.h"
#include "tracks/library.h"

enum { CARS = 1024, ACTIONS = 20, TICKS = 3 };
#define ROAD   "train-1"
#define SENSED "offset,heading,speed,curvature@0:3:6:9:12:16:20:26"

typedef struct drive {
    vg_road *road;
    vg_world *world;
    vg_sense *sense;
    float *observed, *actions;
    int32_t cars;
} drive;

void bench_drive_close(void *state) {
    drive *d = state;
    vg_world_destroy(d->world);
    vg_sense_destroy(d->sense);
    vg_road_destroy(d->road);
    vg_free(d->observed);
    vg_free(d->actions);
    vg_free(d);
}

// The cars are spread evenly along the road at 15 m/s, each a little beside the centreline.
static vg_err spread(drive *d, vg_diag *diag) {
    vg_start *starts = vg_new(vg_start, d->cars);
    if (!starts) return vg_fail_memory(diag);
    double length = vg_road_get(d->road).length;
    for (int32_t i = 0; i < d->cars; i++)
        starts[i] = (vg_start){length * i / d->cars, 0.01f * (float)(i % 64 - 32), 0, 15};
    vg_err err = vg_world_reset(d->world, NULL, starts, d->cars);
    vg_free(starts);
    return err ? vg_fail(diag, err, "the cars could not be placed") : VG_OK;
}

static vg_err open_world(drive *d, int32_t threads, vg_diag *diag) {
    const vg_road *roads[] = {d->road};
    vg_world_def def = vg_world_default();
    def.count = d->cars;
    def.roads = roads;
    def.road_count = 1;
    def.stop_off_road = false;
    def.threads = threads;
    return vg_world_create(&def, &d->world, diag);
}

static vg_err drive_open(const char *sensed, int32_t cars, int32_t threads, void **state, vg_diag *diag) {
    drive *d = vg_new(drive, 1);
    if (!d) return vg_fail_memory(diag);
    d->cars = cars;
    vg_err err = vg_track_load(ROAD, &d->road, diag);
    if (!err) err = vg_sense_create(sensed, &d->sense, diag);
    if (!err) err = open_world(d, threads, diag);
    if (!err) {
        d->observed = vg_new(float, (int64_t)cars *vg_sense_size(d->sense));
        d->actions = vg_new(float, 2 * (int64_t)cars);
        err = d->observed && d->actions ? spread(d, diag) : vg_fail_memory(diag);
    }
    if (err)
        bench_drive_close(d);
    else
        *state = d;
    return err;
}

// Steers along the bend and back to the centreline, and holds 15 m/s. Columns 0 to 3 are offset, heading,
// speed, curvature.
static void steer(drive *d) {
    int32_t width = vg_sense_size(d->sense);
    for (int32_t i = 0; i < d->cars; i++) {
        const float *o = d->observed + (ptrdiff_t)i * width;
        d->actions[2 * i] = 4.5f * o[3] - 0.1f * o[0] - 0.8f * o[1];
        d->actions[2 * i + 1] = 0.2f * (15 - o[2]);
    }
}

vg_err bench_drive_run(void *state, vg_diag *diag) {
    drive *d = state;
    for (int32_t i = 0; i < ACTIONS; i++) {
        vg_sense_observe(d->sense, d->world, d->observed);
        steer(d);
        vg_err err = vg_world_step(d->world, d->actions);
        if (err) return vg_fail(diag, err, "the world could not be stepped");
    }
    return VG_OK;
}

// Runs ticks by the kernel alone, in blocks of an action as vg_world_step runs them, without finding the cars
// on the road again. A thread has the same cars for all actions.
static vg_err move_cars(void *context, int64_t block, int64_t begin, int64_t end) {
    (void)block;
    vg_world *world = context;
    for (int32_t i = 0; i < ACTIONS; i++)
        for (int32_t from = (int32_t)begin; from < end; from += VG_WORLD_BLOCK)
            for (int32_t tick = 0; tick < TICKS; tick++)
                world->kernel->move(world, from, from + VG_WORLD_BLOCK);
    return VG_OK;
}

static vg_err motion_run(void *state, vg_diag *diag) {
    (void)diag;
    vg_world *world = ((drive *)state)->world;
    int64_t blocks = CARS / VG_WORLD_BLOCK, share = (blocks + world->threads - 1) / world->threads;
    return vg_blocks_run(CARS, share * VG_WORLD_BLOCK, world->threads, move_cars, world);
}

static vg_err motion_open(int32_t threads, void **state, double *work, vg_diag *diag) {
    *work = (double)TICKS * ACTIONS * CARS;
    return drive_open(SENSED, CARS, threads, state, diag);
}

static vg_err action_open(int32_t threads, void **state, double *work, vg_diag *diag) {
    *work = (double)ACTIONS * CARS;
    return drive_open(SENSED, CARS, threads, state, diag);
}

vg_err bench_drive_open(int32_t cars, int32_t threads, void **state, double *work, vg_diag *diag) {
    *work = (double)ACTIONS * cars;
    return drive_open(SENSED, cars, threads, state, diag);
}

static vg_err lidar_open(int32_t threads, void **state, double *work, vg_diag *diag) {
    *work = (double)ACTIONS * CARS;
    return drive_open(SENSED ",lidar@32x180deg:50m", CARS, threads, state, diag);
}

const bench_case bench_motion = {.name = "motion",
                                 .unit = "car-ticks",
                                 .help = "1,024 sedans, 3 ticks an action: the car's motion alone",
                                 .goal = 300e6,
                                 .open = motion_open,
                                 .run = motion_run,
                                 .close = bench_drive_close};
const bench_case bench_action = {.name = "action",
                                 .unit = "actions",
                                 .help = "1,024 sedans: sense " SENSED ", act, 3 ticks",
                                 .goal = 30e6,
                                 .open = action_open,
                                 .run = bench_drive_run,
                                 .close = bench_drive_close};
const bench_case bench_lidar = {.name = "lidar",
                                .unit = "actions",
                                .help = "the same with lidar@32x180deg:50m",
                                .goal = 3e6,
                                .open = lidar_open,
                                .run = bench_drive_run,
                                .close = bench_drive_close};
