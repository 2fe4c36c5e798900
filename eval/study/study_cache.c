#include "eval/study/study_cache.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "eval/study/cell_store.h"
#include "eval/study/study_card.h"
#include "eval/study/study_command.h"
#include "sim/base/hash.h"
#include "sim/base/memory.h"
#include "sim/base/source_id.h"
#include "sim/base/version.h"

// The ends of the names of a cell's files. The cards, which name the study, are written anew.
static const char *const parts[] = {".safetensors", ".rounds", ".reward.safetensors", ".reward.rounds",
                                    ".first.safetensors"};
enum { PARTS = sizeof parts / sizeof *parts };

// --- what a cell is ----------------------------------------------------------------------------------------

static void add_hash(vg_text *t, const char *what, uint64_t hash, const char *name) {
    char digits[17];
    vg_text_add(t, "%s: %s %s\n", what, vg_hash_format(hash, digits), name);
}

static void add_roads(vg_text *t, const char *what, vg_road *const *roads, int32_t count) {
    for (int32_t i = 0; i < count; i++) add_hash(t, what, vg_road_hash(roads[i]), vg_road_get(roads[i]).name);
}

static void add_learner(vg_text *t, const char *what, const vg_learner *learner, const void *config) {
    vg_text_add(t, "%s: %s\n", what, learner->name);
    vg_config_write_yaml(learner->schema, config, t);
}

// The expert that is asked for labels. Its content's hash covers what its text names by path.
static vg_err add_teacher(const vg_study *s, const vg_study_arm *arm, vg_text *t, vg_diag *diag) {
    const vg_study_budget *budget = &s->budgets[arm->budget];
    char text[VG_STUDY_PATH + VG_KEY_TEXT_SIZE];
    vg_policy *expert = NULL;
    vg_study_expert(s, budget->teacher, arm->budget, text);
    vg_err err = vg_policy_open(text, &s->def.terms, &expert, diag);
    if (!err) add_hash(t, "teacher", expert->hash, budget->teacher);
    vg_policy_destroy(expert);
    return err;
}

static vg_err add_reward(const vg_study_arm *arm, vg_text *t, vg_diag *diag) {
    vg_reward *given = NULL;
    vg_err err = arm->given ? vg_study_given_reward(arm, &given, diag) : VG_OK;
    if (given) add_hash(t, "reward", given->hash, arm->given);
    vg_reward_destroy(given);
    return err;
}

static bool is_foreign(const char *policy) {
    return strncmp(policy, "exec:", 5) == 0 || strncmp(policy, "so:", 3) == 0;
}

vg_err vg_study_cell_identity(const vg_study *s, const vg_study_arm *arm, int32_t seed, vg_text *t,
                              vg_diag *diag) {
    unsigned needs = arm->learner->needs | (arm->then ? arm->then->needs : 0);
    bool asks = needs & (VG_LEARNER_EXPERT | VG_LEARNER_EITHER);
    const vg_car *car = &s->taught->car;
    vg_err err = VG_OK;
    if (vg_study_is_command(arm) || (asks && is_foreign(s->budgets[arm->budget].teacher))) return VG_OK;
    vg_text_add(t, "verge %s %s\n", VG_VERSION, vg_source_id);
    add_learner(t, "learner", arm->learner, arm->config);
    if (arm->then) add_learner(t, "then", arm->then, arm->then_config);
    if (arm->taught) vg_config_write_yaml(&vg_suite_schema, arm->taught, t);
    add_hash(t, "log", vg_study_log_hash(s, arm, seed), "");
    add_hash(t, "car", vg_car_hash(car), car->name);
    if (arm->then) add_hash(t, "then car", vg_car_hash(&s->suite.car), s->suite.car.name);
    if (needs & (VG_LEARNER_ROADS | VG_LEARNER_EITHER)) {
        const vg_split *train = &s->taught->train, *valid = &s->taught->validation;
        if (s->laps_road)
            add_roads(t, "road", &s->laps_road, 1);
        else
            add_roads(t, "road", train->roads, train->count),
                add_roads(t, "validation", valid->roads, valid->count);
    }
    if (asks) err = add_teacher(s, arm, t, diag);
    if (!err) err = add_reward(arm, t, diag);
    vg_text_add(t, "seed: %llu\n", (unsigned long long)vg_study_cell_seed(s, arm, seed));
    return !err && t->failed ? vg_fail_memory(diag) : err;
}

// --- taking ------------------------------------------------------------------------------------------------

static bool is_part(const char *name) {
    for (int i = 0; i < PARTS; i++)
        if (strcmp(parts[i], name) == 0) return true;
    return false;
}

static vg_err write_parts(const vg_study *s, const vg_study_arm *arm, int32_t seed, const vg_cell *cell,
                          vg_diag *diag) {
    char path[VG_STUDY_PATH];
    vg_err err = VG_OK;
    for (int32_t i = 0; i < cell->count && !err; i++) {
        if (!is_part(cell->parts[i].name)) continue;
        vg_study_cell_path(s, arm, seed, cell->parts[i].name, path);
        err = vg_file_write(path, cell->parts[i].bytes, cell->parts[i].size, VG_REPLACE, diag);
    }
    // Of a training that was stopped.
    static const char *const left[] = {".checkpoint", ".reward.checkpoint"};
    for (int i = 0; i < 2; i++) vg_study_cell_path(s, arm, seed, left[i], path), unlink(path);
    return err;
}

static void warn(const vg_study *s, const char *what, const vg_diag *of) {
    char text[1024];
    pthread_mutex_lock(s->progress_lock);
    vg_track_warn(s->def.warnings, "%s%s", vg_diag_format(of, text, sizeof text), what);
    pthread_mutex_unlock(s->progress_lock);
}

vg_err vg_study_cache_take(const vg_study *s, const vg_study_arm *arm, int32_t seed, const char *identity,
                           vg_learner_report *first, vg_learner_report *report, vg_diag *diag) {
    vg_cell cell;
    vg_diag own = {0};
    vg_err err = vg_cell_get(s->def.cache, identity, &cell, &own);
    if (err == VG_ERR_MEMORY) return vg_fail_memory(diag);
    if (err && err != VG_ERR_NOT_FOUND) warn(s, "; the cell is trained anew", &own);
    if (err) return VG_ERR_NOT_FOUND;
    err = write_parts(s, arm, seed, &cell, diag);
    vg_study_card_report(json_object_get(cell.facts, "first"), first);
    vg_study_card_report(json_object_get(cell.facts, "report"), report);
    vg_cell_free(&cell);
    return err;
}

// --- putting -----------------------------------------------------------------------------------------------

static json_t *facts_of(const vg_study *s, const vg_study_arm *arm, int32_t seed,
                        const vg_learner_report *first, const vg_learner_report *report) {
    json_t *card = json_object(), *before = json_object();
    bool good =
        card && before && vg_study_card_put_report(card, report) && vg_study_card_put_report(before, first);
    json_t *facts = good ? json_pack("{ss ss ss si sO sO}", "version", VG_VERSION, "study", s->name, "recipe",
                                     arm->recipe, "seed", seed + 1, "first", before, "report", card)
                         : NULL;
    json_decref(card);
    json_decref(before);
    return facts;
}

void vg_study_cache_put(const vg_study *s, const vg_study_arm *arm, int32_t seed, const char *identity,
                        const vg_learner_report *first, const vg_learner_report *report) {
    vg_cell_part files[PARTS];
    char *bytes[PARTS] = {0}, path[VG_STUDY_PATH];
    int32_t count = 0;
    vg_diag own = {0};
    vg_err err = VG_OK;
    for (int i = 0; i < PARTS && !err; i++) {
        int64_t size;
        vg_study_cell_path(s, arm, seed, parts[i], path);
        err = vg_file_read(path, 0, &bytes[count], &size, &own);
        if (!err) files[count] = (vg_cell_part){parts[i], bytes[count], size}, count++;
        if (err == VG_ERR_NOT_FOUND) err = VG_OK;
    }
    if (!err)
        err = vg_cell_put(s->def.cache, identity, facts_of(s, arm, seed, first, report), files, count, &own);
    if (err) warn(s, "; the cell is not in the cache", &own);
    for (int32_t i = 0; i < count; i++) vg_free(bytes[i]);
}
