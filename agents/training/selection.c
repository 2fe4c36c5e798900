#include "agents/training/selection.h"

#include <stddef.h>

// Did the car stall in a drive?
static bool stands(const vg_rollout *driven, int32_t episode, double stall) {
    const vg_trace_point *trace = driven->trace + (int64_t)episode * driven->samples;
    double slow = 0; // s
    for (int32_t k = 0; k < driven->samples && !trace[k].departed && !trace[k].ended; k++) {
        slow = (double)trace[k].speed < stall ? slow + driven->sample_seconds : 0;
        if (slow >= 1) return true;
    }
    return false;
}

static vg_err compare(const vg_selection_def *def, const vg_rollout *driven, vg_selection *out,
                      vg_diag *diag) {
    vg_occupancy occupancy = {0};
    vg_err err = vg_occupancy_add_rollout(&occupancy, driven, def->roads, diag);
    if (!err) {
        vg_occupancy_sort(&occupancy);
        out->distance = vg_occupancy_distance(&occupancy, def->shown);
        out->stalled = 0;
        for (int32_t e = 0; e < driven->count; e++)
            out->stalled += stands(driven, e, def->stall) / (double)driven->count;
    }
    vg_occupancy_free(&occupancy);
    return err;
}

vg_err vg_selection_measure(const vg_selection_def *def, const vg_policy *policy, vg_selection *out,
                            vg_diag *diag) {
    vg_rollout_def rollout = vg_rollout_def_default();
    rollout.policy = policy;
    rollout.roads = def->roads, rollout.road_count = def->road_count;
    rollout.starts = def->starts;
    rollout.start_spread = def->start_spread;
    rollout.horizon = def->seconds;
    rollout.seed = def->seed;
    rollout.trace = def->shown != NULL;
    rollout.sample_interval = VG_OCCUPANCY_SECONDS;
    rollout.disturbance = def->disturbance;
    rollout.costs = VG_COSTS_DEPARTURES;
    rollout.threads = def->threads;
    vg_rollout driven;
    *out = (vg_selection){0};
    vg_err err = vg_rollout_run(&rollout, &driven, diag);
    if (err) return err;
    double none = __builtin_nan(""), departures = 0, metres = 0, laps = 0;
    for (int32_t e = 0; e < driven.count; e++) {
        const vg_episode *row = &driven.episodes[e];
        out->off_road += (row->off_time >= 0) / (double)driven.count;
        out->drift += row->mean_drift / driven.count;
        departures += row->departures;
        metres += row->distance;
        laps += row->distance / vg_road_get(def->roads[row->road]).length;
    }
    out->distance = out->stalled = none;
    if (def->shown) err = compare(def, &driven, out, diag);
    vg_rollout_free(&driven);
    // A policy that makes no progress has no rate.
    out->departures_per_lap = metres > 1 ? departures / laps : none;
    out->departures_per_km = metres > 1 ? departures / (metres / 1000) : none;
    return err;
}

bool vg_selection_better(const vg_selection *a, const vg_selection *b) {
    return a->off_road != b->off_road ? a->off_road < b->off_road : a->drift < b->drift;
}
