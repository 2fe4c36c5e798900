// bench/dagger.c -- ten rounds of DAgger with 12,000 labels of the pure-pursuit expert on an 11-64-64-2
// network, 3,000 Adam steps of 256 rows a round, scored on validation roads after each round: from nothing to
// a policy file.
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "agents/experts/expert.h"
#include "agents/learners/dagger.h"
#include "bench/bench.h"
#include "sim/base/memory.h"
#include "tracks/library.h"

enum { ROADS = 4 };

typedef struct dagger {
    vg_dagger_config config;
    vg_road *roads[ROADS], *valid[ROADS];
    vg_policy *expert;
    vg_learner_def def;
    char out[300];
} dagger;

static void dagger_close(void *state) {
    dagger *d = state;
    if (d->out[0]) vg_file_discard(d->out);
    for (int i = 0; i < ROADS; i++) vg_road_destroy(d->roads[i]), vg_road_destroy(d->valid[i]);
    vg_policy_destroy(d->expert);
    vg_free(d);
}

static vg_err dagger_open(int32_t threads, void **state, double *work, vg_diag *diag) {
    dagger *d = vg_new(dagger, 1);
    if (!d) return vg_fail_memory(diag);
    vg_err err = vg_expert_create("pursuit", &d->expert, diag);
    for (int i = 0; i < ROADS && !err; i++) {
        char name[32];
        snprintf(name, sizeof name, "train-%d", i + 1);
        err = vg_track_load(name, &d->roads[i], diag);
        snprintf(name, sizeof name, "valid-%d", i + 1);
        if (!err) err = vg_track_load(name, &d->valid[i], diag);
    }
    if (err) {
        dagger_close(d);
        return err;
    }
    const char *folder = getenv("TMPDIR");
    snprintf(d->out, sizeof d->out, "%.200s/verge-bench-%ld.safetensors", folder ? folder : "/tmp",
             (long)getpid());
    vg_config_default(&vg_dagger_schema, &d->config);
    d->def = (vg_learner_def){.config = &d->config,
                              .seed = 1,
                              .roads = (const vg_road *const *)d->roads,
                              .road_count = ROADS,
                              .valid = (const vg_road *const *)d->valid,
                              .valid_count = ROADS,
                              .expert = d->expert,
                              .threads = threads,
                              .out = d->out,
                              .overwrite = VG_REPLACE};
    *work = 1;
    *state = d;
    return VG_OK;
}

static vg_err dagger_run(void *state, vg_diag *diag) {
    dagger *d = state;
    vg_learner_report report = {0};
    return vg_learner_dagger.train(&d->def, &report, diag);
}

const bench_case bench_dagger = {.name = "dagger",
                                 .unit = "trainings",
                                 .help =
                                     "ten rounds of DAgger, 12,000 labels, 3,000 steps of 256 rows a round",
                                 .goal = 4,
                                 .lower = true,
                                 .open = dagger_open,
                                 .run = dagger_run,
                                 .close = dagger_close};
