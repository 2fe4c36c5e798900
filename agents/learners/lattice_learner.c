#include "agents/learners/lattice_learner.h"

#include <math.h>
#include <string.h>

#include "agents/rewards/reward_file.h"
#include "sim/base/text.h"

static vg_err find_scale(vg_lattice_learner *l, vg_diag *diag) {
    double aimless[VG_DRIVING_COUNT], log_z;
    vg_err err = vg_lattice_drives_expect(&l->drives, (double[VG_DRIVING_COUNT]){0}, l->run.def->threads,
                                          &log_z, aimless, diag);
    for (int32_t k = 0; k < VG_DRIVING_COUNT && !err; k++) {
        l->scale[k] = (l->drives.features[k] + 1e-4 * aimless[k]) / (double)l->drives.steps;
        if (!(l->scale[k] > 0)) l->scale[k] = 1; // nobody can have any of it
    }
    return err;
}

vg_err vg_lattice_learner_open(vg_lattice_learner *l, const vg_learner *learner, const vg_learner_def *def,
                               const vg_lattice_config *config, vg_diag *diag) {
    vg_err err = vg_run_open(&l->run, learner, def, diag);
    if (err) return err;
    vg_lattice_drives_def drives = vg_lattice_drives_default();
    drives.logs = def->logs, drives.log_count = def->log_count;
    drives.spacing = config->spacing, drives.least_steps = (int32_t)config->least_steps;
    drives.slowest = config->slowest, drives.fastest = config->fastest;
    err = vg_lattice_drives_read(&drives, &l->drives, diag);
    if (!err) err = find_scale(l, diag);
    l->run.report.labels = l->drives.steps;
    l->run.report.episodes = l->drives.episodes;
    return err;
}

void vg_lattice_learner_close(vg_lattice_learner *l) {
    vg_lattice_drives_free(&l->drives);
    vg_run_close(&l->run);
}

vg_err vg_lattice_learner_end_round(vg_lattice_learner *l, int64_t rounds, vg_diag *diag) {
    vg_run *run = &l->run;
    const vg_learner_def *def = run->def;
    vg_learner_round round = {(int32_t)run->round, run->number_count, run->names, run->values};
    if (def->on_round) def->on_round(def->context, &round);
    run->number_count = 0;
    run->report.rounds = ++run->round;
    if (!def->watch || def->watch(def->context, run->round < rounds ? run->round : rounds, rounds))
        return VG_OK;
    return vg_fail(diag, VG_ERR_INTERRUPTED, "stopped after %s %lld; nothing is kept", run->learner->round,
                   (long long)run->round);
}

void vg_lattice_learner_allow(const vg_lattice_learner *l, double theta[VG_DRIVING_COUNT]) {
    double cost = 0;
    for (int32_t k = 0; k < VG_DRIVING_COUNT; k++) {
        theta[k] = fmax(theta[k], 0);
        cost += theta[k] * l->scale[k];
    }
    double least = cost > 0 ? 0.001 * cost / l->scale[VG_DRIVING_time] : 1;
    theta[VG_DRIVING_time] = fmax(theta[VG_DRIVING_time], least);
}

vg_err vg_lattice_learner_write(vg_lattice_learner *l, const double theta[VG_DRIVING_COUNT], bool soft,
                                vg_diag *diag) {
    const vg_learner_def *def = l->run.def;
    vg_driving_reward_def reward_def = vg_driving_reward_default();
    memcpy(reward_def.theta, theta, sizeof reward_def.theta);
    vg_lattice_learner_allow(l, reward_def.theta);
    double time = reward_def.theta[VG_DRIVING_time];
    for (int32_t k = 0; k < VG_DRIVING_COUNT; k++) reward_def.theta[k] /= time;
    if (soft) reward_def.temperature = 1 / time;
    reward_def.car_scale = l->drives.car_scale;
    vg_reward *reward = NULL;
    vg_text config = {0};
    vg_config_write_yaml(l->run.learner->schema, def->config, &config);
    vg_err err = config.failed ? vg_fail_memory(diag) : vg_driving_reward_create(&reward_def, &reward, diag);
    vg_reward_origin origin = {l->run.learner->name, config.bytes, l->drives.hash};
    if (!err) err = vg_reward_write_from(def->out, def->overwrite, reward, &origin, diag);
    vg_reward_destroy(reward);
    vg_text_free(&config);
    return err;
}
