// tests/truth.h -- laps whose truth is known: simulated drives, and what a receiver would have written of
// them.
#ifndef VG_TESTS_TRUTH_H
#define VG_TESTS_TRUTH_H

#include <math.h>

#include "agents/drive/record.h"
#include "agents/policy_open.h"
#include "sim/base/random.h"
#include "tests/check.h"
#include "tests/scratch.h"
#include "tracks/library.h"

// The states of one drive, a tick of 1/60 s apart. Free steps.
typedef struct truth {
    vg_log_step *steps;
    int64_t count;
} truth;

static inline truth truth_drive(const char *driver, const char *car_name, const char *road_name) {
    truth out = {0};
    vg_diag diag = {0};
    vg_log *log;
    vg_log_episode episode;
    vg_road *road;
    vg_car car;
    vg_policy *policy;
    const vg_policy_terms terms = {0};
    const char *path = scratch("truth.vlog");
    vg_record_def def = vg_record_default();
    ck_ok(vg_track_load(road_name, &road, &diag));
    ck_ok(vg_car_load(car_name, &car, &diag));
    ck_ok(vg_policy_open(driver, &terms, &policy, &diag));
    def.policy = policy, def.road = road, def.car = &car;
    ck_ok(vg_log_create(path, VG_REPLACE, &log, &diag));
    ck_ok(vg_record_run(&def, log, NULL, NULL, &diag));
    ck_ok(vg_log_close(log, &diag));
    ck_ok(vg_log_open(path, &log, &diag));
    ck_ok(vg_log_episode_at(log, 0, &episode, &diag));
    ck_ok(vg_log_steps(log, episode.id, &out.steps, &out.count, &diag));
    ck_ok(vg_log_close(log, &diag));
    vg_policy_destroy(policy);
    vg_road_destroy(road);
    return out;
}

// The true position and speed at a time, s since the start, linearly between ticks.
static inline void truth_at(const truth *t, double time, double *x, double *y, double *speed) {
    double at = time * 60;
    int64_t i = at < (double)(t->count - 2) ? (int64_t)at : t->count - 2;
    const vg_state *a = &t->steps[i].state, *b = &t->steps[i + 1].state;
    double share = at - (double)i;
    *x = a->x + share * (b->x - a->x), *y = a->y + share * (b->y - a->y);
    *speed = a->speed + share * (b->speed - a->speed);
}
static inline double truth_seconds(const truth *t) { return (double)(t->count - 1) / 60; }

// What a receiver does to the truth.
typedef struct receiver {
    double rate;        // fixes a second
    double noise;       // m, white, each coordinate
    double drift;       // m, standard deviation of a slow error ...
    double drift_time;  // ... that forgets itself within so many seconds (first-order Gauss-Markov)
    double lost;        // share of the fixes that are missing
    double speed_noise; // m/s; NaN: no speeds
} receiver;

// The row at fix i, or false if it was lost. error[2] is the slow error so far.
static inline bool receive(const truth *t, const receiver *r, int i, double error[2], double fix[4]) {
    const vg_draw at = {.seed = 11, .stream = VG_STREAM_CHAIN, .step = (uint32_t)i};
    double white[2], slow[2], third[2];
    vg_draw draw = at;
    vg_random_normal2(&draw, white);
    draw.entity = 1, vg_random_normal2(&draw, slow);
    draw.entity = 2, vg_random_normal2(&draw, third);
    draw.entity = 3;
    double keep = r->drift > 0 ? exp(-1 / (r->rate * r->drift_time)) : 0;
    for (int a = 0; a < 2; a++)
        error[a] = i ? keep * error[a] + r->drift * sqrt(1 - keep * keep) * slow[a] : r->drift * slow[a];
    fix[0] = i / r->rate;
    truth_at(t, fix[0], &fix[1], &fix[2], &fix[3]);
    for (int a = 0; a < 2; a++) fix[1 + a] += error[a] + r->noise * white[a];
    fix[3] = isnan(r->speed_noise) ? NAN : fmax(0, fix[3] + r->speed_noise * third[0]);
    return vg_random_uniform(&draw) >= r->lost;
}

#endif
