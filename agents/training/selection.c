#include "agents/training/selection.h"

#include <stddef.h>

#define NONE __builtin_nan("")
const vg_selection vg_selection_none = {NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE};

static vg_err compare(const vg_selection_def *def, const vg_rollout *driven, vg_selection *out,
                      vg_diag *diag) {
    vg_occupancy occupancy = {0};
    vg_err err = vg_occupancy_add_rollout(&occupancy, driven, def->roads, diag);
    if (!err) {
        vg_occupancy_sort(&occupancy);
        out->distance = vg_occupancy_distance(&occupancy, def->shown);
    }
    vg_occupancy_free(&occupancy);
    return err;
}

// On rank 0, which has all drives; on the others *out is of no meaning.
static vg_err measure(const vg_selection_def *def, const vg_policy *policy, vg_selection *out,
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
    rollout.threads = def->threads, rollout.ranks = def->ranks;
    vg_rollout driven;
    *out = (vg_selection){0};
    vg_err err = vg_rollout_run(&rollout, &driven, diag);
    if (err) return err;
    if (!vg_ranks_first(def->ranks)) {
        vg_rollout_free(&driven);
        return VG_OK;
    }
    double departures = 0, metres = 0, laps = 0;
    for (int32_t e = 0; e < driven.count; e++) {
        const vg_episode *row = &driven.episodes[e];
        out->off_road += (row->outcome == VG_OUTCOME_OFF_ROAD) / (double)driven.count;
        out->stalled += (row->outcome == VG_OUTCOME_STALLED) / (double)driven.count;
        out->success += row->success / (double)driven.count;
        out->driving_score += row->driving_score / driven.count;
        out->drift += row->mean_drift / driven.count;
        departures += row->departures;
        metres += row->distance;
        laps += row->distance / vg_road_get(def->roads[row->road]).length;
    }
    out->distance = NONE;
    if (def->shown) err = compare(def, &driven, out, diag);
    vg_rollout_free(&driven);
    // A policy that makes no progress has no rate.
    out->departures_per_lap = metres > 1 ? departures / laps : NONE;
    out->departures_per_km = metres > 1 ? departures / (metres / 1000) : NONE;
    return err;
}

vg_err vg_selection_measure(const vg_selection_def *def, const vg_policy *policy, vg_selection *out,
                            vg_diag *diag) {
    vg_err err = vg_ranks_agree(def->ranks, measure(def, policy, out, diag), diag);
    return err ? err : vg_ranks_share(def->ranks, out, sizeof *out, diag);
}

bool vg_selection_better(const vg_selection *a, const vg_selection *b) {
    return a->driving_score != b->driving_score ? a->driving_score > b->driving_score : a->drift < b->drift;
}
