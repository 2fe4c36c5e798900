// tests/outcome_fixture.h -- a small outcome made by hand: two arms (one with two seeds, one with none) and
// two episodes.
#ifndef VG_TESTS_OUTCOME_FIXTURE_H
#define VG_TESTS_OUTCOME_FIXTURE_H

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "eval/outcome/outcome.h"
#include "tests/roads.h"

typedef struct outcome_fixture {
    vg_outcome outcome;
    vg_suite suite;
    vg_road *roads[1];
    char names[1][VG_KEY_TEXT_SIZE];
    vg_outcome_arm arms[2];
    vg_outcome_pair pairs[1];
    vg_arm_seed seeds[3];
    vg_rollout rollout;
    vg_episode episodes[2];
    double off[2], times[2];
    vg_estimate alive[2], left[2], stall[2];
    vg_curve_point drift[2], way[1];
} outcome_fixture;

static inline void fixture_analysis(outcome_fixture *f, vg_analysis *a, int32_t seeds) {
    *a = (vg_analysis){.seeds = seeds, .units = 2, .each = 1};
#define X(name, unit, worse, text) a->name = vg_estimate_none;
    VG_METRICS(X)
#undef X
    a->off_road = (vg_estimate){0.5, 0.25, 0.75};
    a->mean_speed = (vg_estimate){12, NAN, NAN};
    a->off_road_iqm = a->off_road_worst = 0.5;
    a->off_road_seeds = f->off;
    a->pinned_99 = true;
    a->times = f->times, a->alive = f->alive, a->off = f->left, a->stall = f->stall, a->time_drift = f->drift,
    a->time_count = 2;
    a->way_drift = f->way, a->way_count = 1;
    a->horizons[0] = 1, a->horizons[1] = 2, a->horizon_count = 2;
    a->growth_a.slope[0] = a->growth_a.overall = vg_estimate_none;
    a->survival.mean_time = NAN;
}

static inline void fixture_outcome(outcome_fixture *f) {
    memset(f, 0, sizeof *f);
    f->roads[0] = (vg_road *)stadium_road(60, 15, 4);
    snprintf(f->names[0], sizeof f->names[0], "the \"oval\", wet");
    snprintf(f->suite.name, sizeof f->suite.name, "tiny");
    vg_config_default(&vg_suite_schema, &f->suite.config);
    snprintf(f->suite.config.test, sizeof f->suite.config.test, "oval, seeds 1..2");
    f->suite.car = vg_car_default();
    f->suite.test = (vg_split){f->roads, f->names, 1};
    f->episodes[0] =
        (vg_episode){.off_time = -1, .off_s = -1, .stall_time = -1, .lap_time = -1, .distance = 20};
    f->episodes[1] = (vg_episode){.outcome = VG_OUTCOME_OFF_ROAD,
                                  .off_time = 1.5,
                                  .off_s = 9,
                                  .stall_time = -1,
                                  .lap_time = -1,
                                  .start_offset = -1};
    f->rollout = (vg_rollout){.count = 2, .episodes = f->episodes, .tick_seconds = 1.0 / 60};
    for (int i = 0; i < 3; i++) f->seeds[i] = (vg_arm_seed){.rollout = &f->rollout, .held_out = NAN};
    f->seeds[0].seed = 1, f->seeds[0].hash = 0xabc, f->seeds[1].seed = 2, f->seeds[1].hash = 0xdef;
    f->off[0] = 0.5, f->off[1] = 0.5;
    f->times[1] = 1;
    f->alive[0] = f->alive[1] = (vg_estimate){1, NAN, NAN};
    f->drift[1] = (vg_curve_point){1, 0.1, 0.2, 1};
    f->arms[0] = (vg_outcome_arm){.label = "bc 2, <z>",
                                  .kind = "bc",
                                  .source = "demonstrations=2",
                                  .sense = "offset,heading@0",
                                  .budget = 400,
                                  .group = "bc"};
    f->arms[1] = (vg_outcome_arm){
        .label = "pursuit", .kind = "expert", .source = "pursuit", .budget = NAN, .group = ""};
    f->arms[0].arm = (vg_arm){"bc", f->seeds, 2, 1, 2, 2, 1};
    f->arms[1].arm = (vg_arm){"pursuit", f->seeds + 2, 1, 1, 2, 2, 1};
    fixture_analysis(f, &f->arms[0].analysis, 2);
    fixture_analysis(f, &f->arms[1].analysis, 1);
    f->pairs[0] = (vg_outcome_pair){1, 0, "off_road", {.difference = {-0.5, -0.7, -0.3}, .p = 0.01}, 0.02};
    f->outcome = (vg_outcome){.kind = "evaluation",
                              .name = "tiny",
                              .about = "",
                              .command = "verge eval",
                              .configuration = "starts: 2\n",
                              .suite = &f->suite,
                              .reference = "centreline",
                              .arms = f->arms,
                              .arm_count = 2,
                              .pairs = f->pairs,
                              .pair_count = 1};
}

static inline void fixture_outcome_free(outcome_fixture *f) { vg_road_destroy(f->roads[0]); }

#endif
