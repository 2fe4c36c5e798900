#include "agents/training/run.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "agents/rewards/reward_file.h"
#include "sim/base/hash.h"
#include "sim/base/memory.h"

vg_err vg_run_open(vg_run *run, const vg_learner *learner, const vg_learner_def *def, vg_diag *diag) {
    double none = __builtin_nan("");
    run->learner = learner, run->def = def;
    run->report.train_loss = run->report.held_out_loss = none;
    vg_err err = vg_learner_check(learner, def, diag);
    if (!err) err = vg_file_may_write(def->out, def->overwrite, diag);
    if (!err && def->policy) err = vg_file_may_write(def->policy, def->overwrite, diag);
    if (!err && def->reward_out) err = vg_file_may_write(def->reward_out, def->overwrite, diag);
    if (!err) err = vg_config_check(learner->schema, def->config, diag);
    return vg_ranks_agree(def->ranks, err, diag);
}

void vg_run_close(vg_run *run) {
    vg_free(run->best_weights);
    *run = (vg_run){0};
}

vg_err vg_run_select_from(vg_run *run, vg_network *network, vg_diag *diag) {
    run->network = network;
    run->best_weights = vg_new(float, vg_network_count(network));
    return run->best_weights ? VG_OK : vg_fail_memory(diag);
}

// --- identity ----------------------------------------------------------------------------------------------

static uint64_t hash_roads(uint64_t h, const vg_road *const *roads, int32_t count) {
    h = vg_hash_int(h, &(int64_t){count}, 1);
    for (int32_t i = 0; i < count; i++) h = vg_hash_int(h, &(int64_t){(int64_t)vg_road_hash(roads[i])}, 1);
    return h;
}

vg_err vg_run_identify(vg_run *run, const vg_car *car, uint64_t data, vg_diag *diag) {
    const vg_learner_def *def = run->def;
    vg_text config = {0};
    vg_config_write_yaml(run->learner->schema, def->config, &config);
    uint64_t h = config.failed ? 0 : vg_hash_text(vg_hash_text(0, run->learner->name), config.bytes);
    bool failed = config.failed;
    vg_text_free(&config);
    if (failed) return vg_fail_memory(diag);
    const int64_t whole[] = {(int64_t)def->seed, (int64_t)data, (int64_t)vg_car_hash(car)};
    h = vg_hash_int(h, whole, sizeof whole / sizeof *whole);
    h = vg_disturbance_hash(h, &def->disturbance);
    h = hash_roads(hash_roads(h, def->roads, def->road_count), def->valid, def->valid_count);
    if (def->expert) {
        h = vg_hash_text(h, def->expert->name);
        h = vg_hash_int(h, &(int64_t){(int64_t)def->expert->hash}, 1);
    }
    if (def->reward) h = vg_hash_int(h, &(int64_t){(int64_t)def->reward->hash}, 1);
    run->identity = h;
    return VG_OK;
}

// --- checkpoints -------------------------------------------------------------------------------------------

// "verge-gail-checkpoint".
static void kind_of(const vg_run *run, char kind[80]) {
    snprintf(kind, 80, "verge-%.40s-checkpoint", run->learner->name);
}

// The state that the learner listed, and the state of every run.
static vg_checkpoint list(vg_run *run) {
    vg_checkpoint all = run->state;
    all.story = run->def->story;
    vg_checkpoint_int(&all, "run.round", &run->round);
    vg_checkpoint_int(&all, "run.best_round", &run->report.best_round);
    if (run->network)
        vg_checkpoint_floats(&all, "run.best", run->best_weights, vg_network_count(run->network));
    return all;
}

static vg_err restore(vg_run *run, vg_diag *diag) {
    if (!run->def->resume || !run->def->checkpoint) return VG_OK;
    char kind[80];
    kind_of(run, kind);
    vg_checkpoint all = list(run);
    vg_err err = vg_checkpoint_read(&all, run->def->checkpoint, kind, run->identity, diag);
    if (err == VG_ERR_NOT_FOUND) return VG_OK; // stopped before the first checkpoint
    if (!err && (run->round < 0 || run->round > run->rounds))
        err = vg_fail_at(diag, VG_ERR_FORMAT, run->def->checkpoint, 0, "run.round",
                         "beyond the end of the training");
    run->resumed = !err;
    return err;
}

// All have read the file before rank 0 writes the next one.
vg_err vg_run_restore(vg_run *run, vg_diag *diag) {
    return vg_ranks_agree(run->def->ranks, restore(run, diag), diag);
}

vg_err vg_run_save(vg_run *run, vg_diag *diag) {
    if (!run->def->checkpoint || !vg_ranks_first(run->def->ranks)) return VG_OK;
    char kind[80];
    kind_of(run, kind);
    vg_checkpoint all = list(run);
    return vg_checkpoint_write(&all, run->def->checkpoint, kind, run->identity, diag);
}

// --- selection ---------------------------------------------------------------------------------------------

vg_err vg_run_validate(const vg_run *run, const vg_selection_def *how, const vg_policy *policy,
                       vg_selection *out, vg_diag *diag) {
    const vg_learner_def *def = run->def;
    vg_selection_def selection = *how;
    selection.roads = def->valid_count ? def->valid : def->roads;
    selection.road_count = def->valid_count ? def->valid_count : def->road_count;
    selection.disturbance = def->disturbance;
    selection.threads = def->threads, selection.ranks = def->ranks;
    return vg_selection_measure(&selection, policy, out, diag);
}

void vg_run_select(vg_run *run, int64_t round) {
    run->report.best_round = round;
    memcpy(run->best_weights, vg_network_read(run->network),
           sizeof(float) * (size_t)vg_network_count(run->network));
}

// --- rounds ------------------------------------------------------------------------------------------------

void vg_run_note(vg_run *run, const char *name, double value) {
    assert(run->number_count < VG_RUN_NUMBERS);
    run->names[run->number_count] = name;
    run->values[run->number_count++] = value;
}

void vg_run_note_driving(vg_run *run, const vg_selection *driven) {
    vg_run_note(run, "off_road", driven->off_road);
    vg_run_note(run, "stalled", driven->stalled);
    vg_run_note(run, "success", driven->success);
    vg_run_note(run, "driving_score", driven->driving_score);
    vg_run_note(run, "drift", driven->drift);
}

vg_err vg_run_end_round(vg_run *run, int64_t every, vg_diag *diag) {
    const vg_learner_def *def = run->def;
    vg_learner_round round = {(int32_t)run->round, run->number_count, run->names, run->values};
    if (def->on_round) def->on_round(def->context, &round);
    run->number_count = 0;
    run->round++;
    run->report.rounds = run->round;
    bool stop = run->watches_rounds && def->watch && !def->watch(def->context, run->round, run->rounds);
    vg_err err = stop || run->round % every == 0 ? vg_run_save(run, diag) : VG_OK;
    if (!err && stop && run->round < run->rounds)
        err = vg_fail(diag, VG_ERR_INTERRUPTED, "stopped after round %lld", (long long)run->round);
    return vg_ranks_agree(def->ranks, err, diag);
}

vg_err vg_run_write_reward(const vg_run *run, const vg_imitation_origin *origin, vg_reward *reward,
                           const char *path, vg_diag *diag) {
    vg_text config = {0};
    if (!vg_ranks_first(run->def->ranks)) return VG_OK;
    vg_config_write_yaml(origin->schema, origin->config, &config);
    vg_reward_origin from = {origin->learner, config.bytes, origin->data};
    vg_err err = config.failed ? vg_fail_memory(diag)
                               : vg_reward_write_from(path, run->def->overwrite, reward, &from, diag);
    vg_text_free(&config);
    bool last = run->learner->writes == VG_WRITES_REWARD && run->def->checkpoint;
    if (!err && last) vg_file_discard(run->def->checkpoint);
    return err;
}

vg_err vg_run_finish(vg_run *run, const vg_imitation *im, const vg_imitation_origin *origin, vg_diag *diag) {
    const vg_learner_def *def = run->def;
    vg_network_take(run->network, run->best_weights);
    run->report.rounds = run->round;
    if (!vg_ranks_first(def->ranks)) return VG_OK;
    const char *path = run->learner->writes == VG_WRITES_REWARD ? def->policy : def->out;
    vg_err err = path ? vg_imitation_write(im, origin, run->network, path, def->overwrite, diag) : VG_OK;
    if (!err && def->checkpoint && run->learner->writes == VG_WRITES_POLICY) vg_file_discard(def->checkpoint);
    return err;
}
