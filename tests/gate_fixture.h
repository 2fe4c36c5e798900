// tests/gate_fixture.h -- drives made by hand, for the gate to compare.
#ifndef VG_TESTS_GATE_FIXTURE_H
#define VG_TESTS_GATE_FIXTURE_H

#include <math.h>
#include <string.h>

#include "eval/gate/drives.h"
#include "sim/base/memory.h"
#include "sim/base/random.h"
#include "tests/check.h"

// No car departs; drifts and similar numbers vary by road and start, as `salt` says.
static inline vg_drives fixture_drives(int32_t roads, int32_t starts, uint64_t salt) {
    vg_drives d = {
        .tick = 1.0 / 60, .action_time = 0.05, .seed = 1, .passes = 1, .road_count = roads, .starts = starts};
    snprintf(d.label, sizeof d.label, "made");
    snprintf(d.source, sizeof d.source, "made.safetensors");
    snprintf(d.policy_hash, sizeof d.policy_hash, "%016llx", (unsigned long long)salt);
    d.suite = json_pack("{ss ss ss si si sf ss}", "name", "tiny", "version", "1", "hash", "00000000000000aa",
                        "starts", starts, "seed", 1, "gust", 0.0, "test", "seeds 1..2");
    d.car = json_pack("{ss ss}", "name", "sedan", "hash", "00000000000000bb");
    d.roads = vg_alloc(roads, sizeof *d.roads);
    d.road_hashes = vg_alloc(roads, sizeof *d.road_hashes);
    d.rows = vg_new(vg_drive, roads * starts);
    ck_assert(d.suite && d.car && d.roads && d.road_hashes && d.rows);
    for (int32_t i = 0; i < roads * starts; i++) {
        double u = vg_random_uniform(
            &(vg_draw){.seed = salt, .stream = VG_STREAM_CHAIN, .entity = 40, .episode = (uint32_t)i});
        d.rows[i] = (vg_drive){.start_s = (float)i,
                               .off_time = NAN,
                               .stall_time = NAN,
                               .distance = 3000,
                               .progress = (float)(3000 + 30 * u),
                               .drift = (float)(0.2 + 0.02 * u),
                               .drift_99 = (float)(0.8 + 0.08 * u),
                               .jerk_lateral = (float)(6 + 0.5 * u),
                               .jerk_longitudinal = 2};
    }
    for (int32_t r = 0; r < roads; r++) {
        snprintf(d.roads[r], VG_DRIVE_TEXT, "seed %d", 1001 + r);
        snprintf(d.road_hashes[r], 17, "%016x", (unsigned)r);
    }
    return d;
}

// Episode `row` departs at t.
static inline void fixture_depart(vg_drives *d, int32_t row, float t) {
    d->rows[row].off_time = t, d->rows[row].departures = 1, d->rows[row].progress = 20 * t;
}

#endif
