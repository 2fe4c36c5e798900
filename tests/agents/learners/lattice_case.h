// tests/agents/learners/lattice_case.h -- trainings of the learners on the lattice, from the sample laps.
#ifndef VG_TESTS_AGENTS_LEARNERS_LATTICE_CASE_H
#define VG_TESTS_AGENTS_LEARNERS_LATTICE_CASE_H

#include <math.h>
#include <string.h>

#include "agents/irl/lattice_drives.h"
#include "agents/learners/registry.h"
#include "agents/rewards/reward_file.h"
#include "tests/golden.h"
#include "tests/scratch.h"

static vg_diag diag;
static const char *const lattice_chicane = VG_ROOT "/assets/logs/human_model-chicane.vlog";
static const char *const lattice_hairpins = VG_ROOT "/assets/logs/human_model-hairpins.vlog";

// What a training gives: the file's weights, as they were learned where they have a scale of their own.
typedef struct lattice_found {
    vg_learner_report report;
    double theta[VG_DRIVING_COUNT];
    uint64_t hash;
    double last[8]; // the numbers of the last round
} lattice_found;

static inline void lattice_round(void *context, const vg_learner_round *round) {
    for (int32_t i = 0; i < round->count && i < 8; i++)
        ((lattice_found *)context)->last[i] = round->values[i];
}

static inline vg_learner_def lattice_def(const vg_learner *learner, const char *key, const char *value) {
    void *config = vg_alloc(1, learner->config_size);
    vg_config_default(learner->schema, config);
    if (key) ck_ok(vg_config_set(learner->schema, config, key, value, "", 0, &diag));
    return (vg_learner_def){.config = config,
                            .seed = 1,
                            .logs = &lattice_chicane,
                            .log_count = 1,
                            .threads = 1,
                            .out = scratch("why.safetensors"),
                            .overwrite = VG_REPLACE};
}

static inline lattice_found lattice_train(const vg_learner *learner, int32_t threads, const char *key,
                                          const char *value) {
    lattice_found found = {0};
    vg_learner_def def = lattice_def(learner, key, value);
    vg_reward *reward;
    def.threads = threads, def.on_round = lattice_round, def.context = &found;
    ck_ok(learner->train(&def, &found.report, &diag));
    ck_ok(vg_reward_load(def.out, &reward, &diag));
    const vg_driving_reward_def *driving = vg_driving_reward_of(reward);
    ck_assert_ptr_nonnull(driving);
    ck_assert_double_eq(driving->theta[VG_DRIVING_time], 1);
    for (int32_t k = 0; k < VG_DRIVING_COUNT; k++) found.theta[k] = driving->theta[k] / driving->temperature;
    found.hash = reward->hash;
    vg_reward_destroy(reward);
    vg_free((void *)(uintptr_t)def.config);
    return found;
}

static inline vg_lattice_drives lattice_read(const char *log) {
    vg_lattice_drives drives;
    vg_lattice_drives_def def = vg_lattice_drives_default();
    def.logs = &log, def.log_count = 1;
    ck_ok(vg_lattice_drives_read(&def, &drives, &diag));
    return drives;
}

// The mean loss a step of the best drives for theta, from the starts of a log's.
static inline double lattice_loss(const char *log, const double theta[VG_DRIVING_COUNT]) {
    vg_lattice_drives drives = lattice_read(log);
    vg_lattice_planned planned;
    ck_ok(vg_lattice_drives_plan(&drives, theta, 0, 1, &planned, &diag));
    double loss = planned.loss / (double)drives.steps;
    vg_lattice_drives_free(&drives);
    return loss;
}

#endif
