#include "logs/store/replay.h"

#include <string.h>

#include "sim/base/hash.h"
#include "sim/base/memory.h"

// Note the first column in which the two states differ by a bit.
static void compare(vg_replay_report *report, int64_t tick, const vg_state *logged,
                    const vg_state *simulated) {
#define X(type, name, unit, label)                                                                           \
    if (report->first_differing < 0 && memcmp(&logged->name, &simulated->name, sizeof logged->name) != 0) {  \
        report->first_differing = tick;                                                                      \
        report->column = #name;                                                                              \
        report->logged = logged->name;                                                                       \
        report->simulated = simulated->name;                                                                 \
    }
    VG_STATE_COLUMNS(X)
#undef X
}

static uint64_t hash_state(uint64_t h, const vg_state *state) {
    const double row[] = {
#define X(type, name, unit, label) state->name,
        VG_STATE_COLUMNS(X)
#undef X
    };
    return vg_hash_double(h, row, sizeof row / sizeof *row);
}

static vg_err simulate(vg_world *world, const vg_log_episode *episode, const vg_log_step *steps,
                       vg_replay_report *report) {
    vg_err err = vg_world_set(world, 0, &steps[0].state, episode->previous, episode->delay_line);
    for (int64_t tick = 0; !err; tick++) {
        vg_state now = vg_world_state(world, 0);
        bool last = tick == episode->ticks;
        if (!last)
            compare(report, tick, &steps[tick].state, &now);
        else if (episode->has_final)
            compare(report, tick, &episode->final, &now);
        report->hash = hash_state(report->hash, &now);
        report->ticks = tick;
        if (last) break;
        err = vg_world_gust(world, &steps[tick].gust);
        if (!err) err = vg_world_command(world, steps[tick].command);
        if (!err) err = vg_world_tick(world);
    }
    return err;
}

vg_err vg_replay_episode(vg_log *log, const vg_log_episode *episode, vg_replay_report *report,
                         vg_diag *diag) {
    *report = (vg_replay_report){.first_differing = -1};
    vg_log_step *steps = NULL;
    vg_road *road = NULL;
    vg_world *world = NULL;
    vg_car car;
    int64_t count;
    vg_err err = vg_log_steps(log, episode->id, &steps, &count, diag);
    if (!err && !count)
        err = vg_fail_at(diag, VG_ERR_FORMAT, vg_log_path(log), 0, NULL, "episode %lld has no rows to replay",
                         (long long)episode->id);
    if (!err) err = vg_log_road(log, episode->road, &road, diag);
    if (!err) err = vg_log_car(log, episode->car, &car, diag);
    if (!err) {
        // The replay ends where the log does, not where a world would end it.
        const vg_road *roads[] = {road};
        vg_world_def def = vg_world_default();
        def.tick_num = episode->tick_num;
        def.tick_den = episode->tick_den;
        def.ticks_per_action = episode->ticks_per_action;
        def.roads = roads;
        def.road_count = 1;
        def.cars = &car;
        def.car_count = 1;
        def.stop_off_road = false;
        def.threads = 1;
        err = vg_world_create(&def, &world, diag);
    }
    if (!err && vg_world_delay(world, 0) != episode->delay_ticks)
        err = vg_fail_at(diag, VG_ERR_FORMAT, vg_log_path(log), 0, "episode.delay_line",
                         "has %d commands, the car's delay is %d ticks", episode->delay_ticks,
                         vg_world_delay(world, 0));
    if (!err && (err = simulate(world, episode, steps, report)))
        err = err == VG_ERR_MEMORY
                  ? vg_fail_memory(diag)
                  : vg_fail_at(diag, VG_ERR_FORMAT, vg_log_path(log), report->ticks + 1, "step",
                               "of episode %lld is not a state that a car on its road can have",
                               (long long)episode->id);
    vg_world_destroy(world);
    vg_road_destroy(road);
    vg_free(steps);
    return err;
}
