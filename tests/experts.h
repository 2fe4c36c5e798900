// tests/experts.h -- tests that every expert must pass: starts off its line, and a drive whose hash is a
// golden.
#ifndef VG_TESTS_EXPERTS_H
#define VG_TESTS_EXPERTS_H

#include <math.h>
#include <string.h>

#include "agents/drive/rollout.h"
#include "agents/experts/expert.h"
#include "sim/base/hash.h"
#include "tests/golden.h"
#include "tests/roads.h"
#include "tracks/library.h"

static inline vg_policy *expert(const char *text) {
    vg_policy *policy;
    vg_diag diag;
    ck_ok(vg_expert_create(text, &policy, &diag));
    return policy;
}

static inline vg_road *library_road(const char *name) {
    vg_road *road;
    vg_diag diag;
    ck_ok(vg_track_load(name, &road, &diag));
    return road;
}

// The number of `starts`, within 2.5 m and 0.1 rad, that leave the road within a lap; every drive must
// complete it.
static inline int32_t departures_of_a_lap(const vg_policy *policy, const vg_road *road, const vg_car *car,
                                          int32_t starts, double horizon) {
    vg_diag diag;
    vg_rollout out;
    vg_rollout_def def = vg_rollout_def_default();
    def.policy = policy, def.roads = &road, def.road_count = 1, def.car = car, def.starts = starts;
    def.start_spread = 2.5f, def.horizon = horizon, def.trace = false, def.threads = 2,
    def.costs = VG_COSTS_ABSORBING;
    ck_ok(vg_rollout_run(&def, &out, &diag));
    int32_t departed = 0;
    for (int32_t e = 0; e < out.count; e++) {
        departed += out.episodes[e].off_time >= 0;
        if (out.episodes[e].off_time < 0) ck_assert_double_ge(out.episodes[e].completion, 1);
    }
    vg_rollout_free(&out);
    return departed;
}

// The positions of 100 cars during 10 s.
static inline uint64_t drive_hash(const vg_policy *policy, const vg_road *road, uint64_t seed,
                                  int32_t threads) {
    vg_rollout_def def = vg_rollout_def_default();
    vg_rollout out;
    vg_diag diag;
    def.policy = policy, def.roads = &road, def.road_count = 1, def.starts = 100, def.horizon = 10;
    def.seed = seed, def.threads = threads, def.start_spread = 1;
    ck_ok(vg_rollout_run(&def, &out, &diag));
    uint64_t hash = 0;
    for (int64_t i = 0; i < (int64_t)out.count * out.samples; i++)
        hash = vg_hash_float(hash, &out.trace[i].s, 3);
    vg_rollout_free(&out);
    return hash;
}

#endif
