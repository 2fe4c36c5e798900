// The arms of a study: experts, then learners x factors x budgets, then those written out one by one.
#include <stdio.h>
#include <string.h>

#include "agents/experts/expert.h"
#include "eval/study/study_private.h"
#include "sim/base/hash.h"
#include "sim/base/memory.h"

enum { FACTORS = 8, LEVELS = 8, ARMS_MOST = 1000 };

void vg_study_free_arm(vg_study_arm *arm) {
    vg_free(arm->config);
    vg_free(arm->taught);
    vg_free(arm->scored);
}

// --- settings ----------------------------------------------------------------------------------------------

static vg_err fail_disturbance(const char *key, bool scored, vg_diag *diag) {
    char names[200] = "";
    for (int32_t i = 0; i < vg_disturbance_schema.count; i++) {
        size_t used = strlen(names);
        snprintf(names + used, sizeof names - used, "%s%s", i ? ", " : "",
                 vg_disturbance_schema.keys[i].name);
    }
    return vg_fail_at(diag, VG_ERR_FORMAT, NULL, 0, "arms", "'%.60s' is no disturbance: %s%s", key, names,
                      scored ? ", spread" : "");
}

// The disturbance of a suite's configuration is also what an arm may be taught or scored in; and it may be
// scored from starts of another spread.
static vg_err set_disturbance(vg_suite_config **config, const vg_suite_config *from, bool scored,
                              const char *key, const char *value, vg_diag *diag) {
    bool found = vg_config_key(&vg_disturbance_schema, key) || (scored && strcmp(key, "spread") == 0);
    if (!found) return fail_disturbance(key, scored, diag);
    if (!*config) {
        if (!(*config = vg_new(vg_suite_config, 1))) return vg_fail_memory(diag);
        **config = *from;
    }
    return vg_config_set(&vg_suite_schema, *config, key, value, "arms", 0, diag);
}

// One setting, "epochs=200". A ';' in a value of `arms` stands for the comma that a list cannot hold.
static vg_err set(const vg_study *s, vg_study_arm *arm, char *setting, const char *where, vg_diag *diag) {
    char *value = strchr(setting, '=');
    if (!value)
        return vg_fail_at(diag, VG_ERR_FORMAT, NULL, 0, where, "'%.80s', expected key=value", setting);
    *value++ = 0;
    for (char *c = value; *c; c++)
        if (*c == ';') *c = ',';
    if (strncmp(setting, "test.", 5) == 0)
        return set_disturbance(&arm->scored, &s->suite.config, true, setting + 5, value, diag);
    if (!arm->learner)
        return vg_fail_at(diag, VG_ERR_FORMAT, NULL, 0, where, "'%.60s': an expert learns nothing", setting);
    if (strncmp(setting, "train.", 6) == 0) {
        vg_suite_config calm;
        vg_config_default(&vg_suite_schema, &calm);
        return set_disturbance(&arm->taught, &calm, false, setting + 6, value, diag);
    }
    return vg_config_set(arm->learner->schema, arm->config, setting, value, where, 0, diag);
}

static vg_err begin_learner(const vg_study *s, const char *name, vg_study_arm *arm, vg_diag *diag) {
    char item[VG_KEY_TEXT_SIZE];
    vg_err err = vg_learner_find(name, &arm->learner, diag);
    if (err) return err;
    if (!(arm->config = vg_alloc(1, arm->learner->config_size))) return vg_fail_memory(diag);
    vg_config_default(arm->learner->schema, arm->config);
    for (int32_t i = 0; vg_config_item(s->config.settings, i, item) && !err; i++)
        err = set(s, arm, item, "settings", diag);
    return err;
}

static vg_study_arm *new_arm(vg_study *s) {
    vg_study_arm *arm = &s->arms[s->arm_count++];
    arm->first_cell = arm->budget = -1;
    arm->seeds = 1;
    return arm;
}

// What decides an arm's cells is its recipe: two arms of the same recipe, scored differently, share them.
static void give_cells(vg_study *s, vg_study_arm *arm) {
    arm->seeds = (int32_t)s->config.seeds;
    arm->hash = vg_hash_text(0, arm->recipe);
    for (const vg_study_arm *other = s->arms; other < arm && arm->first_cell < 0; other++)
        if (other->learner && strcmp(other->recipe, arm->recipe) == 0) arm->first_cell = other->first_cell;
    if (arm->first_cell >= 0) return;
    arm->first_cell = s->cell_count;
    s->cell_count += arm->seeds;
}

// --- experts, and learners x factors x budgets -------------------------------------------------------------

// One factor: a key of the learner, and the levels it takes.
typedef struct factor {
    char key[64];
    char levels[LEVELS][128];
    int32_t count;
} factor;

static vg_err read_factor(const char *item, factor *f, vg_diag *diag) {
    const char *equals = strchr(item, '=');
    *f = (factor){0};
    if (!equals || equals == item || !equals[1])
        return vg_fail_at(diag, VG_ERR_FORMAT, NULL, 0, "factors", "'%.80s', expected key=level|level", item);
    snprintf(f->key, sizeof f->key, "%.*s", (int)(equals - item), item);
    for (const char *at = equals; at && *at; at = strchr(at + 1, '|')) {
        if (f->count == LEVELS)
            return vg_fail_at(diag, VG_ERR_FORMAT, NULL, 0, "factors", "'%.80s' has more than %d levels",
                              item, LEVELS);
        snprintf(f->levels[f->count++], sizeof f->levels[0], "%.*s", (int)strcspn(at + 1, "|"), at + 1);
    }
    return VG_OK;
}

static vg_err read_factors(const vg_study *s, factor factors[FACTORS], int32_t *count, vg_diag *diag) {
    char item[VG_KEY_TEXT_SIZE];
    *count = 0;
    for (int32_t i = 0; vg_config_item(s->config.factors, i, item); i++) {
        if (i == FACTORS)
            return vg_fail_at(diag, VG_ERR_FORMAT, NULL, 0, "factors", "are more than %d", FACTORS);
        vg_err err = read_factor(item, &factors[i], diag);
        if (err) return err;
        ++*count;
    }
    return VG_OK;
}

static const char *budget_unit(const vg_study *s) {
    return s->config.drivers[0] ? "drivers" : s->config.laps[0] ? "laps" : "demonstrations";
}

// The arm of a learner, a budget and the combination'th choice of levels.
static vg_err add_crossed(vg_study *s, const char *learner, int32_t budget, const factor *factors,
                          int32_t factor_count, int32_t combination, vg_diag *diag) {
    vg_study_arm *arm = new_arm(s);
    vg_err err = begin_learner(s, learner, arm, diag);
    char levels[101] = "", setting[200];
    size_t used = 0;
    for (int32_t f = 0; f < factor_count && !err; f++) {
        const char *level = factors[f].levels[combination % factors[f].count];
        combination /= factors[f].count;
        snprintf(setting, sizeof setting, "%.60s=%.120s", factors[f].key, level);
        err = set(s, arm, setting, "factors", diag);
        if (used < sizeof levels)
            used += (size_t)snprintf(levels + used, sizeof levels - used, "%s%s", used ? ", " : "", level);
    }
    const char *count = s->budgets[budget].name, *comma = levels[0] ? ", " : "";
    snprintf(arm->label, sizeof arm->label, "%.20s %.60s%s%.100s", learner, count, comma, levels);
    snprintf(arm->recipe, sizeof arm->recipe, "%s", arm->label);
    snprintf(arm->group, sizeof arm->group, "%.20s%s%.100s", learner, comma, levels);
    snprintf(arm->source, sizeof arm->source, "%.20s from %.60s %s%s%.100s", learner, count, budget_unit(s),
             comma, levels);
    arm->budget = budget;
    give_cells(s, arm);
    return err;
}

static vg_err add_all_crossed(vg_study *s, vg_diag *diag) {
    factor factors[FACTORS];
    int32_t factor_count, combinations = 1;
    char item[VG_KEY_TEXT_SIZE];
    vg_err err = read_factors(s, factors, &factor_count, diag);
    for (int32_t f = 0; f < factor_count && !err; f++) combinations *= factors[f].count;
    for (int32_t l = 0; !err && vg_config_item(s->config.learners, l, item); l++)
        for (int32_t c = 0; c < combinations; c++)
            for (int32_t b = 0; b < s->crossed_budgets && !err; b++)
                err = s->arm_count == ARMS_MOST ? vg_fail_at(diag, VG_ERR_FORMAT, NULL, 0, "learners",
                                                             "more than %d arms", ARMS_MOST)
                                                : add_crossed(s, item, b, factors, factor_count, c, diag);
    return err;
}

// --- arms one by one ---------------------------------------------------------------------------------------

// The next word of *at into word[VG_KEY_TEXT_SIZE], "" at the end.
static void next_word(const char **at, char *word) {
    *at += strspn(*at, " ");
    size_t size = strcspn(*at, " ");
    snprintf(word, VG_KEY_TEXT_SIZE, "%.*s", (int)size, *at);
    *at += size;
}

// The budget of an arm: its word, and `teacher=` among the settings that follow.
static vg_err find_budget(vg_study *s, const char *item, const char *name, const char *settings,
                          vg_study_arm *arm, vg_diag *diag) {
    char word[VG_KEY_TEXT_SIZE], teacher[VG_KEY_TEXT_SIZE];
    memcpy(teacher, s->config.teacher, sizeof teacher);
    for (next_word(&settings, word); word[0]; next_word(&settings, word))
        if (strncmp(word, "teacher=", 8) == 0) snprintf(teacher, sizeof teacher, "%.240s", word + 8);
    vg_policy *expert = NULL;
    vg_err err =
        vg_study_follows_laps(s, teacher) ? VG_OK : vg_policy_open(teacher, &s->def.terms, &expert, diag);
    vg_policy_destroy(expert);
    if (err) return err;
    arm->budget = vg_study_find_budget(s, name, teacher);
    return arm->budget >= 0 ? VG_OK
                            : vg_fail_at(diag, VG_ERR_FORMAT, NULL, 0, "arms",
                                         "'%.80s': after the learner, expected how %s", item,
                                         "many demonstrations, laps or drivers, or all");
}

// "BC: bc 2 scaling=zscore test.gust=0.1": a label, who, a budget, settings.
static vg_err add_written(vg_study *s, const char *item, vg_diag *diag) {
    char word[VG_KEY_TEXT_SIZE];
    const char *colon = strstr(item, ": "), *at = colon ? colon + 2 : item;
    vg_study_arm *arm = new_arm(s);
    vg_err err = VG_OK;
    next_word(&at, word);
    snprintf(arm->recipe, sizeof arm->recipe, "%s", word);
    snprintf(arm->source, sizeof arm->source, "%s", colon ? colon + 2 : item);
    snprintf(arm->label, sizeof arm->label, "%.*s", colon ? (int)(colon - item) : (int)strlen(item), item);
    if (!vg_expert_known(word)) {
        err = begin_learner(s, word, arm, diag);
        next_word(&at, word);
        if (!err) err = find_budget(s, item, word, at, arm, diag);
        size_t used = strlen(arm->recipe);
        snprintf(arm->recipe + used, sizeof arm->recipe - used, " %s", word);
    }
    for (next_word(&at, word); word[0] && !err; next_word(&at, word)) {
        size_t used = strlen(arm->recipe);
        if (strncmp(word, "test.", 5) != 0)
            snprintf(arm->recipe + used, sizeof arm->recipe - used, ", %s", word);
        if (!arm->learner || strncmp(word, "teacher=", 8) != 0) err = set(s, arm, word, "arms", diag);
    }
    if (!err && arm->learner) give_cells(s, arm);
    return err;
}

vg_err vg_study_list_arms(vg_study *s, vg_diag *diag) {
    char item[VG_KEY_TEXT_SIZE];
    if (!(s->arms = vg_new(vg_study_arm, ARMS_MOST))) return vg_fail_memory(diag);
    for (int32_t i = 0; i < ARMS_MOST && vg_config_item(s->config.experts, i, item); i++) {
        vg_study_arm *arm = new_arm(s);
        memcpy(arm->label, item, sizeof arm->label);
        memcpy(arm->recipe, item, sizeof arm->recipe);
        memcpy(arm->source, item, sizeof arm->source);
    }
    vg_err err = add_all_crossed(s, diag);
    for (int32_t i = 0; !err && vg_config_item(s->config.arms, i, item); i++)
        err = s->arm_count == ARMS_MOST
                  ? vg_fail_at(diag, VG_ERR_FORMAT, NULL, 0, "arms", "more than %d arms", ARMS_MOST)
                  : add_written(s, item, diag);
    if (!err && s->arm_count == 0)
        err = vg_fail_at(diag, VG_ERR_FORMAT, NULL, 0, "arms", "no arm: name experts, learners or arms");
    // Where nobody learns from laps, all of them are scored, as the floor.
    if (!err && s->lap_count && s->budget_count == 0) vg_study_find_budget(s, "all", s->config.teacher);
    return err;
}
