// tests/experts.h -- tests that every expert must pass: starts off its line, and a drive whose hash is a
// golden.
#ifndef VG_TESTS_EXPERTS_H
#define VG_TESTS_EXPERTS_H

#include <math.h>
#include <string.h>

#include "agents/drive/rollout.h"
#include "sim/base/hash.h"
#include "tests/drivers.h"
#include "tests/golden.h"
#include "tests/roads.h"
#include "tracks/library.h"

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

// A driver that is asked for labels drives on as if nobody had asked, and its label is the action of `clean`
// then and there, which it does not always do itself. The actions are driven twice, with questions and
// without.
static inline void ck_labels_move_nothing(const char *driver, const char *clean, int actions) {
    vg_diag diag;
    vg_road *road = stadium_road(150, 20, 5);
    const vg_road *roads[] = {road};
    vg_policy *policies[2] = {expert(driver), expert(clean)};
    vg_world_def def = vg_world_default();
    def.roads = roads, def.road_count = 1;
    float last[2][2];
    for (int asked = 0; asked < 2; asked++) {
        vg_world *world;
        vg_driver drivers[2];
        ck_ok(vg_world_create(&def, &world, &diag));
        for (int i = 0; i < 2; i++) {
            ck_ok(vg_driver_open(policies[i], 1, &drivers[i], &diag));
            vg_driver_reset(&drivers[i], 0, &(vg_episode_key){3, 1, 0});
        }
        bool differs = false;
        int64_t before = vg_memory_count();
        for (int t = 0; t < actions; t++) {
            float action[2], label[2], wanted[2];
            for (int k = 0; k < asked; k++) {
                ck_assert_int_eq(vg_driver_label(&drivers[0], world, label), VG_OK);
                ck_assert_int_eq(vg_driver_act(&drivers[1], world, wanted), VG_OK);
                ck_assert_mem_eq(label, wanted, sizeof label);
            }
            ck_assert_int_eq(vg_driver_act(&drivers[0], world, action), VG_OK);
            differs |= asked && action[0] != label[0];
            ck_assert_int_eq(vg_world_step(world, action), VG_OK);
            memcpy(last[asked], action, sizeof action);
        }
        ck_assert_int_eq(vg_memory_count(), before);
        ck_assert_int_eq(differs, asked);
        for (int i = 0; i < 2; i++) vg_driver_close(&drivers[i]);
        vg_world_destroy(world);
    }
    ck_assert_mem_eq(last[0], last[1], sizeof last[0]);
    for (int i = 0; i < 2; i++) vg_policy_destroy(policies[i]);
    vg_road_destroy(road);
    ck_assert_int_eq(vg_memory_live(), 0);
}

#endif
