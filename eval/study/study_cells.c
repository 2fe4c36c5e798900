// The cells of a study: one for each training seed of each arm, trained if it is missing.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "agents/policy/policy_file.h"
#include "agents/training/rounds.h"
#include "eval/study/study_card.h"
#include "eval/study/study_command.h"
#include "eval/study/study_private.h"
#include "sim/base/blocks.h"
#include "sim/base/hash.h"
#include "sim/base/memory.h"
#include "sim/base/random.h"

void vg_study_cell_path(const vg_study *s, const vg_study_arm *arm, int32_t seed, const char *extension,
                        char path[VG_STUDY_PATH]) {
    char slug[VG_STUDY_SLUG];
    snprintf(path, VG_STUDY_PATH, "%.1040s/%s-seed-%d%.20s", s->folder,
             vg_study_slug(arm->recipe, arm->cells, slug), seed + 1, extension);
}

uint64_t vg_study_cell_seed(const vg_study *s, const vg_study_arm *arm, int32_t seed) {
    // The range of a command's --seed: 63 bits.
    return vg_random_seed(vg_random_seed((uint64_t)s->config.seed, arm->hash), (uint64_t)seed) >> 1;
}

// Converts a field of a report to JSON, by its type, and back; null: NaN.
#define JSON_OF_int64_t(value) json_integer(value)
#define JSON_OF_double(value)  (isfinite(value) ? json_real(value) : json_null())
#define JSON_TO_int64_t(json)  json_integer_value(json)
#define JSON_TO_double(json)   number_of(json)
static double number_of(const json_t *json) { return json_is_number(json) ? json_number_value(json) : NAN; }

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
    return json_pack("{so ss ss so ss ss so so sI}", "study", vg_study_card_hash(s->hash), "recipe",
                     arm->recipe, "learner", arm->learner->name, "configuration",
                     yaml_of(arm->learner->schema, arm->config), "budget", b->name, "teacher", b->teacher,
                     "collected_in", yaml_of(&vg_suite_schema, arm->taught), "log_hash",
                     vg_study_card_hash(vg_study_log_hash(s, arm, seed)), "seed",
                     (json_int_t)vg_study_cell_seed(s, arm, seed));
}

// Hashes of the files that a training writes: the policy, and the rounds if its learner has any.
static json_t *content_card(const vg_study *s, const vg_study_arm *arm, int32_t seed, vg_err *err,
                            vg_diag *diag) {
    char path[VG_STUDY_PATH], *bytes = NULL;
    int64_t size = 0;
    vg_policy *policy = NULL;
    vg_study_cell_path(s, arm, seed, ".safetensors", path);
    if ((*err = vg_policy_load(path, &policy, diag))) return NULL;
    uint64_t hash = policy->hash;
    vg_policy_destroy(policy);
    vg_study_cell_path(s, arm, seed, ".rounds", path);
    *err = vg_file_read(path, 0, &bytes, &size, diag);
    bool none = *err == VG_ERR_NOT_FOUND;
    if (none) *err = VG_OK;
    json_t *rounds =
        none ? json_null() : vg_study_card_hash(vg_hash_bytes(0, bytes ? bytes : "", (size_t)size));
    vg_free(bytes);
    json_t *card = json_pack("{so so}", "policy_hash", vg_study_card_hash(hash), "rounds_hash", rounds);
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
#define X(type, name, unit, help)                                                                            \
    if (!failed) failed |= json_object_set_new(card, #name, JSON_OF_##type(report->name));
    VG_LEARNER_REPORT(X)
#undef X
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
#define X(type, name, unit, help) report->name = JSON_TO_##type(json_object_get(card, #name));
    if (!err) {
        VG_LEARNER_REPORT(X)
    }
#undef X
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
// validation roads, or the road of the laps.
static void give_roads(const vg_study *s, vg_learner_def *def) {
    const vg_split *train = &s->suite.train, *valid = &s->suite.validation;
    def->roads = s->laps_road ? (const vg_road *const *)&s->laps_road : (const vg_road *const *)train->roads;
    def->road_count = s->laps_road ? 1 : train->count;
    if (s->laps_road) return;
    def->valid = (const vg_road *const *)valid->roads;
    def->valid_count = valid->count;
}

static vg_err train_cell(vg_study *s, const vg_study_arm *arm, int32_t seed, vg_diag *diag) {
    char log[VG_STUDY_PATH], policy[VG_STUDY_PATH], checkpoint[VG_STUDY_PATH], rounds[VG_STUDY_PATH];
    char teacher[VG_STUDY_PATH + VG_KEY_TEXT_SIZE];
    vg_learner_report report = {0};
    vg_policy *expert = NULL;
    vg_study_log_path(s, arm->budget, s->lap_count ? 0 : seed, log);
    vg_study_cell_path(s, arm, seed, ".safetensors", policy);
    vg_study_cell_path(s, arm, seed, ".checkpoint", checkpoint);
    vg_study_cell_path(s, arm, seed, ".rounds", rounds);
    cell_watch watcher = {s, arm->label, arm->learner, seed, 0, {.path = rounds, .diag = diag}};
    vg_learner_def def = {.config = arm->config,
                          .seed = vg_study_cell_seed(s, arm, seed),
                          .logs = &(const char *){log},
                          .log_count = 1,
                          .car = &s->suite.car,
                          .threads = 1,
                          .watch = keep_on,
                          .on_round = note_round,
                          .context = &watcher,
                          .checkpoint = checkpoint,
                          .resume = true,
                          .out = policy,
                          .overwrite = VG_REPLACE};
    vg_err err = VG_OK;
    unsigned needs = arm->learner->needs;
    if (needs & (VG_LEARNER_ROADS | VG_LEARNER_EITHER)) give_roads(s, &def);
    if (arm->taught) def.disturbance = vg_suite_disturbance(arm->taught);
    if (needs & (VG_LEARNER_EXPERT | VG_LEARNER_EITHER)) {
        vg_study_expert(s, s->budgets[arm->budget].teacher, arm->budget, teacher);
        err = vg_policy_open(teacher, &s->def.terms, &expert, diag);
        def.expert = expert;
    }
    if (!err)
        err = vg_study_is_command(arm) ? vg_study_command_train(s, arm, &def, &report, diag)
                                       : arm->learner->train(&def, &report, diag);
    vg_err recorded = vg_rounds_end(&watcher.rounds);
    vg_policy_destroy(expert);
    if (err == VG_ERR_INTERRUPTED) err = vg_study_check_stop(s, diag);
    if (!err) err = recorded;
    return err ? err : write_report(s, arm, seed, &report, diag);
}

typedef struct training_cells {
    vg_study *study;
    vg_diag *diags; // [cell_count]
} training_cells;

static vg_err run_cell(void *context, int64_t block, int64_t begin, int64_t end) {
    training_cells *t = context;
    vg_study *s = t->study;
    (void)block, (void)end;
    const vg_study_arm *arm = s->arms;
    // The first of the arms that share the cell.
    while (arm->first_cell < 0 || begin >= arm->first_cell + arm->seeds) arm++;
    int32_t seed = (int32_t)begin - arm->first_cell;
    vg_diag *diag = &t->diags[begin];
    vg_learner_report report;
    vg_err err = vg_study_check_stop(s, diag);
    if (!err) {
        err = vg_study_cell_report(s, arm, seed, &report, diag);
        if (err == VG_ERR_NOT_FOUND) err = train_cell(s, arm, seed, diag);
    }
    if (!err) vg_study_progress(s);
    return err;
}

vg_err vg_study_train(vg_study *s, vg_diag *diag) {
    vg_err err = vg_study_make_logs(s, diag);
    if (err || s->cell_count == 0) return err; // if there are only laps, they are imported for the floor
    training_cells t = {.study = s, .diags = vg_new(vg_diag, s->cell_count)};
    if (!t.diags) return vg_fail_memory(diag);
    err = vg_blocks_run(s->cell_count, 1, s->def.threads, run_cell, &t);
    for (int32_t i = 0; err && diag && i < s->cell_count; i++)
        if (t.diags[i].code == err) {
            *diag = t.diags[i];
            break;
        }
    vg_free(t.diags);
    return err;
}
