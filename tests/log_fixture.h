// tests/log_fixture.h -- a small drive to log: an oval road, a car with a delay, commands that sway.
#ifndef VG_TESTS_LOG_FIXTURE_H
#define VG_TESTS_LOG_FIXTURE_H

#include <math.h>
#include <string.h>

#include "logs/store/log.h"
#include "tests/scratch.h"

enum { FIXTURE_POINTS = 40, FIXTURE_TICKS = 240, FIXTURE_SAMPLES = 21 };

static inline vg_road *fixture_road(double radius) {
    double x[FIXTURE_POINTS], y[FIXTURE_POINTS], right[FIXTURE_POINTS], left[FIXTURE_POINTS];
    for (int i = 0; i < FIXTURE_POINTS; i++) {
        double a = 6.283185307179586 * i / FIXTURE_POINTS;
        x[i] = radius * cos(a);
        y[i] = 0.7 * radius * sin(a);
        right[i] = 4 + 0.01 * i;
        left[i] = 5;
    }
    vg_road_def def = vg_road_default();
    def.name = "oval";
    def.x = x, def.y = y, def.right = right, def.left = left;
    def.count = FIXTURE_POINTS;
    vg_road *road;
    vg_diag diag = {0};
    ck_ok(vg_road_create(&def, &road, &diag));
    return road;
}

// Without grip, so that the log can be written as older versions had it.
static inline vg_car fixture_car(float delay) {
    vg_car car = vg_car_default();
    vg_car_clear_grip(&car);
    car.delay = delay;
    return car;
}

// The command of an action: it oscillates, and is sometimes a negative zero.
static inline void fixture_command(int action, int variant, float command[2]) {
    command[0] = action % 7 == 3 ? -0.0f : 0.3f * (float)((action * 5 + variant) % 9 - 4) / 4;
    command[1] = action % 11 == 5 ? -0.2f : 0.5f;
}

// Drive and write one episode: ticks rows, an event, samples.
static inline void fixture_episode(vg_log *log, const vg_road *road, const vg_car *car, int variant,
                                   int64_t ticks, const char *tags) {
    vg_diag diag = {0};
    const vg_road *roads[] = {road};
    vg_world_def def = vg_world_default();
    def.roads = roads, def.road_count = 1;
    def.cars = car, def.car_count = 1;
    def.stop_off_road = false;
    def.threads = 1;
    vg_world *world;
    ck_ok(vg_world_create(&def, &world, &diag));
    const vg_start start = {.s = 10 + variant, .offset = 0.5f, .heading = 0.02f, .speed = 9};
    ck_ok(vg_world_reset(world, NULL, &start, 1));

    vg_log_episode episode = vg_log_episode_default();
    ck_ok(vg_log_add_road(log, road, &episode.road, &diag));
    ck_ok(vg_log_add_car(log, car, &episode.car, &diag));
    episode.seed = 0xfedcba9876543210u + (uint64_t)variant;
    episode.policy = "sway";
    episode.policy_hash = 0x123456789abcdef0u;
    episode.tags = tags;
    episode.source = "laps/\xc3\xa9t\xc3\xa9.csv";
    episode.delay_ticks = vg_world_delay(world, 0);
    ck_ok(vg_log_begin(log, &episode, &diag));
    for (int64_t t = 0; t < ticks; t++) {
        vg_log_step step = {.state = vg_world_state(world, 0), .who = VG_WHO_EXPERT};
        fixture_command((int)(t / 3), variant, step.command);
        step.applied[0] = step.command[0] * car->steer_max;
        step.applied[1] = -0.0f;
        step.input[0] = step.command[0];
        if (t % 5 == 0) {
            step.has_label = true;
            step.label[0] = 0.25f;
        }
        ck_ok(vg_log_append(log, &step, 1, &diag));
        ck_ok(vg_world_command(world, step.command));
        ck_ok(vg_world_tick(world));
    }
    vg_state final = vg_world_state(world, 0);
    ck_ok(vg_log_event(log, ticks / 2, VG_EVENT_OFF, 12.5, -4.25, &diag));
    ck_ok(vg_log_event(log, ticks / 2, VG_EVENT_LAP, 12.5, -4.25, &diag));
    vg_log_sample samples[FIXTURE_SAMPLES];
    for (int i = 0; i < FIXTURE_SAMPLES; i++)
        samples[i] = (vg_log_sample){100 + 0.2 * i, i, -0.0, 0.1, 9, NAN, 0.5, NAN, 0.25};
    ck_ok(vg_log_samples(log, samples, FIXTURE_SAMPLES, &diag));
    ck_ok(vg_log_end(log, VG_END_STOPPED, &final, &diag));
    vg_world_destroy(world);
}

// A log with three episodes on two roads: 240, 240 and 99 ticks.
static inline const char *fixture_log(const char *name) {
    vg_diag diag = {0};
    const char *path = scratch(name);
    vg_log *log;
    vg_road *wide = fixture_road(60), *narrow = fixture_road(40);
    vg_car late = fixture_car(0.1f);
    ck_ok(vg_log_create(path, VG_REPLACE, &log, &diag));
    fixture_episode(log, wide, &late, 0, FIXTURE_TICKS, "good,fast");
    fixture_episode(log, narrow, &late, 1, FIXTURE_TICKS, "");
    fixture_episode(log, wide, &late, 2, 99, "good");
    ck_ok(vg_log_close(log, &diag));
    vg_road_destroy(wide);
    vg_road_destroy(narrow);
    return path;
}

// The hash of the content of a log file.
static inline uint64_t fixture_hash(const char *path) {
    vg_diag diag = {0};
    vg_log *log;
    uint64_t hash;
    ck_ok(vg_log_open(path, &log, &diag));
    ck_ok(vg_log_hash(log, &hash, &diag));
    ck_ok(vg_log_close(log, &diag));
    return hash;
}

#endif
