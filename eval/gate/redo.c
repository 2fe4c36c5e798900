#include "eval/gate/redo.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "eval/outcome/result_suite.h"
#include "eval/score/episode_drift.h"
#include "sim/base/hash.h"
#include "sim/base/memory.h"

// --- the suite --------------------------------------------------------------------------------------------

vg_err vg_drives_suite(const vg_drives *d, int32_t threads, vg_suite *out, vg_diag *diag) {
    vg_suite_config *config = vg_new(vg_suite_config, 1);
    const char *hash = json_string_value(json_object_get(d->suite, "hash"));
    const char *name = json_string_value(json_object_get(d->suite, "name"));
    char own[17];
    vg_car car;
    *out = (vg_suite){0};
    vg_err err = config ? vg_result_suite(d->path, d->suite, config, diag) : vg_fail_memory(diag);
    if (!err) err = vg_suite_check_starts(config, d->path, diag);
    if (!err) err = vg_result_car(d->path, d->car, &car, diag);
    if (!err) {
        snprintf(config->car, sizeof config->car, "sedan"); // the car is set by value below
        err = vg_suite_build_scored(config, name ? name : "", NULL, threads, out, diag);
    }
    vg_free(config);
    if (err) return err;
    out->car = car;
    if (strcmp(vg_hash_format(vg_suite_hash(out), own), hash) == 0) return VG_OK;
    vg_suite_free(out);
    return vg_fail_at(diag, VG_ERR_MISMATCH, d->path, 0, "suite",
                      "rebuilt, it has the hash %s, expected %s: its roads have changed since", own, hash);
}

vg_err vg_drives_policy(const vg_drives *d, const vg_policy_terms *terms, vg_policy **out, vg_diag *diag) {
    vg_policy_terms same = *terms;
    same.hash = d->policy_hash;
    return vg_policy_open(d->source, &same, out, diag);
}

vg_err vg_drives_frame(const vg_suite *suite, vg_drives *out, vg_diag *diag) {
    *out = (vg_drives){
        .road_count = suite->test.count, .starts = (int32_t)suite->config.starts, .seed = suite->config.seed};
    out->roads = vg_alloc(out->road_count, sizeof *out->roads);
    out->road_hashes = vg_alloc(out->road_count, sizeof *out->road_hashes);
    if (!out->roads || !out->road_hashes) {
        vg_drives_free(out);
        return vg_fail_memory(diag);
    }
    for (int32_t i = 0; i < out->road_count; i++) {
        snprintf(out->roads[i], VG_DRIVE_TEXT, "%s", suite->test.names[i]);
        vg_hash_format(vg_road_hash(suite->test.roads[i]), out->road_hashes[i]);
    }
    return VG_OK;
}

// --- driving ----------------------------------------------------------------------------------------------

// The driven result takes its frame from the drives that it is compared with.
static vg_err take_frame(const vg_redo *r, const vg_rollout *rollout, vg_drives *out, vg_diag *diag) {
    const vg_drives *like = r->like;
    *out = (vg_drives){.tick = rollout->tick_seconds,
                       .action_time = rollout->action_seconds,
                       .seed = r->seed,
                       .passes = 1,
                       .suite = json_incref(like->suite),
                       .car = json_incref(like->car),
                       .road_count = like->road_count,
                       .starts = like->starts};
    snprintf(out->label, sizeof out->label, "%s", r->label);
    snprintf(out->source, sizeof out->source, "%s", r->source);
    if (r->policy->hash) vg_hash_format(r->policy->hash, out->policy_hash);
    out->roads = vg_alloc(out->road_count, sizeof *out->roads);
    out->road_hashes = vg_alloc(out->road_count, sizeof *out->road_hashes);
    out->rows = vg_new(vg_drive, rollout->count);
    if (!out->roads || !out->road_hashes || !out->rows) return vg_fail_memory(diag);
    memcpy(out->roads, like->roads, sizeof *out->roads * (size_t)out->road_count);
    memcpy(out->road_hashes, like->road_hashes, sizeof *out->road_hashes * (size_t)out->road_count);
    return VG_OK;
}

static void take_rows(const vg_rollout *rollout, vg_drive *rows) {
    for (int32_t e = 0; e < rollout->count; e++) {
        const vg_episode *row = &rollout->episodes[e];
        vg_episode_drift drift = vg_episode_drift_of(rollout, e);
        rows[e] = (vg_drive){(float)row->start_s,
                             vg_episode_failed(row) ? (float)vg_episode_failed_at(row) : NAN,
                             row->stall_time < 0 ? NAN : (float)row->stall_time,
                             (float)(row->departures + row->collisions),
                             (float)row->distance,
                             (float)row->distance_on,
                             (float)drift.mean,
                             (float)drift.q99,
                             (float)row->jerk_lateral,
                             (float)row->jerk_longitudinal,
                             row->collision_time > 0};
    }
}

vg_err vg_drives_again(const vg_redo *r, vg_drives *out, vg_diag *diag) {
    vg_rollout_def def = vg_suite_rollout(r->suite);
    vg_rollout rollout = {0};
    def.policy = r->policy, def.reference = r->reference;
    def.seed = (uint64_t)r->seed, def.threads = r->threads, def.stop = r->stop;
    if (def.costs == VG_COSTS_ALL) def.costs = VG_COSTS_DEPARTURES;
    *out = (vg_drives){0};
    vg_err err = vg_rollout_run(&def, &rollout, diag);
    if (!err) err = take_frame(r, &rollout, out, diag);
    if (!err) take_rows(&rollout, out->rows);
    vg_rollout_free(&rollout);
    if (err) vg_drives_free(out);
    return err;
}
