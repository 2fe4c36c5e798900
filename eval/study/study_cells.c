// The cells of a study: one for each training seed of each arm, trained if it is missing.
#include <stdio.h>
#include <string.h>

#include "agents/rewards/reward_file.h"
#include "agents/training/rounds.h"
#include "eval/study/study_cache.h"
#include "eval/study/study_card.h"
#include "eval/study/study_command.h"
#include "eval/study/study_private.h"
#include "sim/base/hash.h"
#include "sim/base/memory.h"
#include "sim/base/random.h"

// --- what a cell is ---------------------------------------------------------------------------------------

// A configuration as text; NULL if there is none.
static json_t *yaml_of(const vg_schema *schema, const void *config) {
    if (!config) return json_null();
    vg_text text = {0};
    vg_config_write_yaml(schema, config, &text);
    json_t *out = text.failed ? NULL : json_string(text.bytes);
    vg_text_free(&text);
    return out;
}

// Everything that determines a cell's content. Its log has been made or checked before.
static json_t *cell_card(const vg_study *s, const vg_study_arm *arm, int32_t seed) {
    const vg_study_budget *b = &s->budgets[arm->budget];
    json_t *card = json_pack("{so ss ss so ss ss so so sI}", "study", vg_study_card_hash(s->hash), "recipe",
                             arm->recipe, "learner", arm->learner->name, "configuration",
                             yaml_of(arm->learner->schema, arm->config), "budget", b->name, "teacher",
                             b->teacher, "collected_in", yaml_of(&vg_suite_schema, arm->taught), "log_hash",
                             vg_study_card_hash(vg_study_log_hash(s, arm, seed)), "seed",
                             (json_int_t)vg_study_cell_seed(s, arm, seed));
    int failed = !card;
    if (!failed && arm->given) failed = json_object_set_new(card, "given_reward", json_string(arm->given));
    if (!failed && arm->then)
        failed =
            json_object_set_new(card, "then", json_string(arm->then->name)) ||
            json_object_set_new(card, "then_configuration", yaml_of(arm->then->schema, arm->then_config));
    if (failed) json_decref(card);
    return failed ? NULL : card;
}

// The hash of the reward that the cell learned; null: none.
static json_t *reward_card(const vg_study *s, const vg_study_arm *arm, int32_t seed, vg_err *err,
                           vg_diag *diag) {
    char path[VG_STUDY_PATH];
    vg_reward *reward = NULL;
    if (!vg_study_reward_path(s, arm, seed, path)) return json_null();
    *err = vg_reward_load(path, &reward, diag);
    json_t *card = *err ? NULL : vg_study_card_hash(reward->hash);
    vg_reward_destroy(reward);
    return card;
}

// Hashes of the files that a training writes: the policy, and the rounds if its learner has any.
static json_t *content_card(const vg_study *s, const vg_study_arm *arm, int32_t seed, vg_err *err,
                            vg_diag *diag) {
    char path[VG_STUDY_PATH], *bytes = NULL;
    int64_t size = 0;
    vg_policy *policy = NULL;
    if ((*err = vg_study_load_policy(s, arm, seed, &policy, diag))) return NULL;
    uint64_t hash = policy->hash;
    vg_policy_destroy(policy);
    vg_study_cell_path(s, arm, seed, ".rounds", path);
    *err = vg_file_read(path, 0, &bytes, &size, diag);
    bool none = *err == VG_ERR_NOT_FOUND;
    if (none) *err = VG_OK;
    json_t *rounds =
        none ? json_null() : vg_study_card_hash(vg_hash_bytes(0, bytes ? bytes : "", (size_t)size));
    vg_free(bytes);
    json_t *reward = *err ? NULL : reward_card(s, arm, seed, err, diag);
    json_t *card = json_pack("{so so so}", "policy_hash", vg_study_card_hash(hash), "reward_hash", reward,
                             "rounds_hash", rounds);
    if (!*err && !card) *err = vg_fail_memory(diag);
    return card;
}

// Written last: the cell is finished once this file exists.
static vg_err write_report(const vg_study *s, const vg_study_arm *arm, int32_t seed,
                           const vg_learner_report *report, vg_diag *diag) {
    char path[VG_STUDY_PATH];
    vg_err err;
    json_t *content = content_card(s, arm, seed, &err, diag);
    json_t *card = err ? NULL : cell_card(s, arm, seed);
    int failed = !card;
    if (!failed) failed |= json_object_update(card, content);
    if (!failed) failed |= !vg_study_card_put_report(card, report);
    json_decref(content);
    vg_study_cell_path(s, arm, seed, ".json", path);
    if (!err && !failed) return vg_study_card_write(card, path, diag);
    json_decref(card);
    return err ? err : vg_fail_memory(diag);
}

vg_err vg_study_cell_report(const vg_study *s, const vg_study_arm *arm, int32_t seed,
                            vg_learner_report *report, vg_diag *diag) {
    char path[VG_STUDY_PATH];
    json_t *card = NULL;
    vg_study_cell_path(s, arm, seed, ".json", path);
    *report = (vg_learner_report){0};
    vg_err err = vg_study_card_read(path, &card, diag);
    if (!err) err = vg_study_card_check(card, cell_card(s, arm, seed), path, "cell", diag);
    if (!err) vg_study_card_report(card, report);
    json_t *content = err ? NULL : content_card(s, arm, seed, &err, diag);
    if (!err) err = vg_study_card_check(card, content, path, "cell", diag);
    json_decref(card);
    return err;
}

// --- training ---------------------------------------------------------------------------------------------

// Observes a training: asks whether to stop, and stores its rounds.
typedef struct cell_watch {
    const vg_study *study;
    const char *arm;
    const vg_learner *learner;
    int32_t seed, diagnosis; // state of its own diag
    vg_rounds rounds;
} cell_watch;

static bool keep_on(void *context, int64_t done, int64_t total) {
    const vg_study *s = ((cell_watch *)context)->study;
    (void)done, (void)total;
    return !s->def.stop || !s->def.stop();
}

static void note_round(void *context, const vg_learner_round *round) {
    cell_watch *at = context;
    const char *trouble = at->learner->diagnose ? at->learner->diagnose(round, &at->diagnosis) : NULL;
    if (trouble) {
        pthread_mutex_lock(at->study->progress_lock);
        vg_track_warn(at->study->def.warnings, "%.200s, seed %d, round %d: %s", at->arm, at->seed + 1,
                      round->round + 1, trouble);
        pthread_mutex_unlock(at->study->progress_lock);
    }
    vg_rounds_write(&at->rounds, round);
}

// The roads on which a learner may drive, and on which the best round is selected: the suite's training and
// validation roads, or the road of the laps. Who writes a reward only has no policy to select.
static void give_roads(const vg_study *s, const vg_learner *learner, vg_learner_def *def) {
    bool drives = learner->writes == VG_WRITES_POLICY || learner->needs & VG_LEARNER_POLICY_TOO;
    const vg_split *train = &s->taught->train, *valid = &s->taught->validation;
    def->roads = s->laps_road ? (const vg_road *const *)&s->laps_road : (const vg_road *const *)train->roads;
    def->road_count = s->laps_road ? 1 : train->count;
    if (s->laps_road || !drives) return;
    def->valid = (const vg_road *const *)valid->roads;
    def->valid_count = valid->count;
}

// One of the two trainings of a cell: the learner's, or that of `then` on the reward that the learner found.
typedef struct stage {
    const vg_learner *learner;
    const void *config;
    const char *out, *checkpoint, *rounds; // the ends of its files' names
    const char *reward;                    // file of the one that it maximises; NULL: the arm's, or its own
    const char *policy_too, *reward_too;   // ends of the names of what else it writes; NULL: nothing
    const vg_car *car;
    uint64_t seed;
} stage;

static vg_err run_stage(vg_study *s, const vg_study_arm *arm, int32_t seed, const stage *at,
                        vg_learner_report *report, vg_diag *diag) {
    char log[VG_STUDY_PATH], out[VG_STUDY_PATH], checkpoint[VG_STUDY_PATH], rounds[VG_STUDY_PATH];
    char teacher[VG_STUDY_PATH + VG_KEY_TEXT_SIZE], too[VG_STUDY_PATH];
    vg_policy *expert = NULL;
    vg_reward *reward = NULL;
    vg_study_log_path(s, arm->budget, s->lap_count ? 0 : seed, log);
    vg_study_cell_path(s, arm, seed, at->out, out);
    vg_study_cell_path(s, arm, seed, at->checkpoint, checkpoint);
    vg_study_cell_path(s, arm, seed, at->rounds, rounds);
    cell_watch watcher = {s, arm->label, at->learner, seed, 0, {.path = rounds, .diag = diag}};
    vg_learner_def def = {.config = at->config,
                          .seed = at->seed,
                          .car = at->car,
                          .threads = 1,
                          .watch = keep_on,
                          .on_round = note_round,
                          .context = &watcher,
                          .checkpoint = checkpoint,
                          .resume = true,
                          .out = out,
                          .overwrite = VG_REPLACE,
                          .folder = s->def.out};
    vg_err err = VG_OK;
    unsigned needs = at->learner->needs;
    const char *logs[] = {log};
    if (at->learner == arm->learner) def.logs = logs, def.log_count = 1;
    if (needs & (VG_LEARNER_ROADS | VG_LEARNER_EITHER)) give_roads(s, at->learner, &def);
    if (arm->taught) def.disturbance = vg_suite_disturbance(arm->taught);
    if (needs & (VG_LEARNER_EXPERT | VG_LEARNER_EITHER)) {
        vg_study_expert(s, s->budgets[arm->budget].teacher, arm->budget, teacher);
        err = vg_policy_open(teacher, &s->def.terms, &expert, diag);
        def.expert = expert;
    }
    if (at->policy_too) {
        vg_study_cell_path(s, arm, seed, at->policy_too, too);
        def.policy = too;
    } else if (at->reward_too) {
        vg_study_cell_path(s, arm, seed, at->reward_too, too);
        def.reward_out = too;
    }
    if (!err)
        err = at->reward ? vg_reward_load(at->reward, &reward, diag)
                         : vg_study_given_reward(arm, &reward, diag);
    def.reward = reward;
    bool command = at->learner == arm->learner && vg_study_is_command(arm);
    if (!err)
        err = command ? vg_study_command_train(s, arm, &def, report, diag)
                      : at->learner->train(&def, report, diag);
    vg_err recorded = vg_rounds_end(&watcher.rounds);
    vg_policy_destroy(expert);
    vg_reward_destroy(reward);
    if (err == VG_ERR_INTERRUPTED) err = vg_study_check_stop(s, diag);
    return err ? err : recorded;
}

// A cell of two trainings writes a card after the first, so that one that is stopped in the second does not
// begin anew.
static json_t *first_card(const vg_study *s, const vg_study_arm *arm, int32_t seed, vg_err *err,
                          vg_diag *diag) {
    json_t *reward = reward_card(s, arm, seed, err, diag), *card = *err ? NULL : cell_card(s, arm, seed);
    if (card && json_object_set(card, "reward_hash", reward)) json_decref(card), card = NULL;
    json_decref(reward);
    return card;
}

static vg_err write_first(const vg_study *s, const vg_study_arm *arm, int32_t seed,
                          const vg_learner_report *report, vg_diag *diag) {
    char path[VG_STUDY_PATH];
    vg_err err = VG_OK;
    json_t *card = first_card(s, arm, seed, &err, diag);
    if (card && !vg_study_card_put_report(card, report)) json_decref(card), card = NULL;
    if (err) return err;
    vg_study_cell_path(s, arm, seed, ".reward.json", path);
    return vg_study_card_write(card, path, diag);
}

static vg_err first_is_done(const vg_study *s, const vg_study_arm *arm, int32_t seed,
                            vg_learner_report *report, vg_diag *diag) {
    char path[VG_STUDY_PATH];
    json_t *card = NULL;
    vg_study_cell_path(s, arm, seed, ".reward.json", path);
    vg_err err = vg_study_card_read(path, &card, diag);
    json_t *wanted = err ? NULL : first_card(s, arm, seed, &err, diag);
    if (!err) err = vg_study_card_check(card, wanted, path, "cell", diag);
    if (!err) vg_study_card_report(card, report);
    json_decref(card);
    return err;
}

// Costs add up; all else is the second training's own.
static void add_costs(const vg_learner_report *first, vg_learner_report *report) {
    report->labels += first->labels;
    report->held_out_rows += first->held_out_rows;
    report->episodes += first->episodes;
    report->queries += first->queries;
    report->actions += first->actions;
    report->seconds_off += first->seconds_off;
}

static vg_err train_first(vg_study *s, const vg_study_arm *arm, int32_t seed, vg_learner_report *report,
                          vg_diag *diag) {
    bool rewards = arm->learner->writes == VG_WRITES_REWARD;
    bool own = rewards && arm->learner->needs & VG_LEARNER_POLICY_TOO;
    stage first = {.learner = arm->learner,
                   .config = arm->config,
                   .out = rewards     ? ".reward.safetensors"
                          : arm->then ? ".first.safetensors"
                                      : ".safetensors",
                   .checkpoint = arm->then ? ".reward.checkpoint" : ".checkpoint",
                   .rounds = arm->then ? ".reward.rounds" : ".rounds",
                   .policy_too = own && !arm->then ? ".safetensors" : NULL,
                   .reward_too = !rewards && arm->then ? ".reward.safetensors" : NULL,
                   .car = &s->taught->car,
                   .seed = vg_study_cell_seed(s, arm, seed)};
    vg_err err = run_stage(s, arm, seed, &first, report, diag);
    return err || !arm->then ? err : write_first(s, arm, seed, report, diag);
}

// Of a cell of two trainings, *first is the report of the first.
static vg_err train_cell(vg_study *s, const vg_study_arm *arm, int32_t seed, vg_learner_report *first,
                         vg_learner_report *report, vg_diag *diag) {
    char reward[VG_STUDY_PATH];
    vg_err err = arm->then ? first_is_done(s, arm, seed, first, diag) : VG_ERR_NOT_FOUND;
    if (err == VG_ERR_NOT_FOUND) err = train_first(s, arm, seed, arm->then ? first : report, diag);
    if (!err && arm->then) {
        vg_study_reward_path(s, arm, seed, reward);
        stage second = {.learner = arm->then,
                        .config = arm->then_config,
                        .out = ".safetensors",
                        .checkpoint = ".checkpoint",
                        .rounds = ".rounds",
                        .reward = reward,
                        .car = &s->suite.car,
                        .seed = vg_random_seed(vg_study_cell_seed(s, arm, seed), 1) >> 1};
        err = run_stage(s, arm, seed, &second, report, diag);
        add_costs(first, report);
    }
    return err;
}

// Trains a cell, or takes it from the cache, and finishes it.
static vg_err make_cell(vg_study *s, const vg_study_arm *arm, int32_t seed, vg_study_made *made,
                        vg_diag *diag) {
    vg_learner_report report = {0}, first = {0};
    vg_text identity = {0};
    vg_err err = s->def.cache ? vg_study_cell_identity(s, arm, seed, &identity, diag) : VG_OK;
    bool cached = !err && identity.size > 0, taken = false;
    if (cached) {
        err = vg_study_cache_take(s, arm, seed, identity.bytes, &first, &report, diag);
        taken = !err;
        if (taken && arm->then) err = write_first(s, arm, seed, &first, diag);
        if (err == VG_ERR_NOT_FOUND) err = VG_OK;
    }
    if (!err && !taken) err = train_cell(s, arm, seed, &first, &report, diag);
    if (!err) err = write_report(s, arm, seed, &report, diag);
    if (!err && cached && !taken) vg_study_cache_put(s, arm, seed, identity.bytes, &first, &report);
    *made = taken ? VG_STUDY_TAKEN : VG_STUDY_TRAINED;
    vg_text_free(&identity);
    return err;
}

static vg_err run_cell(void *context, int64_t piece, vg_text *result, vg_diag *diag) {
    vg_study *s = context;
    int32_t seed;
    const vg_study_arm *arm = vg_study_cell_arm(s, piece, &seed);
    vg_learner_report report;
    vg_study_done done = {.made = VG_STUDY_FOUND};
    double begin = vg_study_thread_seconds();
    vg_err err = vg_study_check_stop(s, diag);
    if (!err) {
        err = vg_study_cell_report(s, arm, seed, &report, diag);
        if (err == VG_ERR_NOT_FOUND) err = make_cell(s, arm, seed, &done.made, diag);
    }
    done.seconds = vg_study_thread_seconds() - begin;
    if (!err && result) vg_text_bytes(result, &done, sizeof done);
    if (!err && !result) vg_study_count(s, piece, &done);
    return err;
}

// What became of a cell on another rank.
static vg_err hear_of_cell(void *context, int64_t piece, const char *bytes, int64_t size, vg_diag *diag) {
    vg_study_done done;
    if (size != sizeof done) return vg_fail(diag, VG_ERR_IO, "a rank sent %lld bytes", (long long)size);
    memcpy(&done, bytes, sizeof done);
    vg_study_count(context, piece, &done);
    return VG_OK;
}

vg_err vg_study_train(vg_study *s, vg_diag *diag) {
    vg_err err = vg_study_make_logs(s, diag);
    if (err || s->cell_count == 0) return err; // if there are only laps, they are imported for the floor
    return vg_ranks_run(s->def.ranks, s->cell_count, s->def.threads, run_cell, hear_of_cell, s, diag);
}
