// The arms of a study: experts, then learners x factors x budgets, then the arms written out one by one.
#include <stdio.h>
#include <string.h>

#include "agents/experts/expert.h"
#include "eval/study/study_command.h"
#include "eval/study/study_private.h"
#include "sim/base/hash.h"
#include "sim/base/memory.h"

enum { FACTORS = 8, LEVELS = 8, ARMS_MOST = 1000 };

// Every text of an arm is as long as it must be: what is cut would be another recipe.
static vg_err take(vg_text *text, char **into, vg_diag *diag) {
    vg_free(*into);
    *into = NULL;
    if (!text->failed && text->bytes)
        *into = text->bytes;
    else if (!text->failed)
        *into = vg_strdup("");
    else
        vg_text_free(text);
    *text = (vg_text){0};
    return *into ? VG_OK : vg_fail_memory(diag);
}

void vg_study_free_arm(vg_study_arm *arm) {
    vg_free(arm->label);
    vg_free(arm->recipe);
    vg_free(arm->group);
    vg_free(arm->source);
    vg_free(arm->config);
    vg_free(arm->given);
    vg_free(arm->then_config);
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
    return vg_fail_at(diag, VG_ERR_FORMAT, NULL, 0, "arms", "'%.60s' is not a disturbance: %s%s", key, names,
                      scored ? ", start_spread" : "");
}

// The disturbance keys of a suite's configuration, in which an arm may also be taught or scored; and the
// spread of the starts from which it is scored.
static vg_err set_disturbance(vg_suite_config **config, const vg_suite_config *from, bool scored,
                              const char *key, const char *value, vg_diag *diag) {
    bool found = vg_config_key(&vg_disturbance_schema, key) || (scored && strcmp(key, "start_spread") == 0);
    if (!found) return fail_disturbance(key, scored, diag);
    if (!*config) {
        if (!(*config = vg_new(vg_suite_config, 1))) return vg_fail_memory(diag);
        **config = *from;
    }
    return vg_config_set(&vg_suite_schema, *config, key, value, "arms", 0, diag);
}

// "then=ppo", and then its keys: "then.rounds=200".
static vg_err set_then(vg_study_arm *arm, const char *key, const char *value, const char *where,
                       vg_diag *diag) {
    if (key[0]) {
        if (arm->then) return vg_config_set(arm->then->schema, arm->then_config, key, value, where, 0, diag);
        return vg_fail_at(diag, VG_ERR_FORMAT, NULL, 0, where,
                          "'then.%.60s' sets a learner that is not named: begin with then=ppo", key);
    }
    if (arm->then)
        return vg_fail_at(diag, VG_ERR_FORMAT, NULL, 0, where, "names two learners by 'then', expected one");
    vg_err err = vg_learner_find(value, &arm->then, diag);
    if (err) return err;
    const unsigned more = VG_LEARNER_LOGS | VG_LEARNER_EXPERT | VG_LEARNER_EITHER;
    if (!(arm->then->needs & VG_LEARNER_REWARD) || arm->then->needs & more)
        return vg_fail_at(diag, VG_ERR_FORMAT, NULL, 0, where,
                          "'then=%.60s': this learner does not learn from a reward alone", value);
    if (arm->learner->writes != VG_WRITES_REWARD && !(arm->learner->needs & VG_LEARNER_REWARD_TOO))
        return vg_fail_at(diag, VG_ERR_FORMAT, NULL, 0, where,
                          "'then=%.60s' needs a reward, but %s writes a policy", value, arm->learner->name);
    if (!(arm->then_config = vg_alloc(1, arm->then->config_size))) return vg_fail_memory(diag);
    vg_config_default(arm->then->schema, arm->then_config);
    return VG_OK;
}

// A reward for a learner that takes one and has no key of that name.
static bool takes_reward(const vg_study_arm *arm, const char *key) {
    return strcmp(key, "reward") == 0 && arm->learner->needs & VG_LEARNER_REWARD &&
           !vg_config_key(arm->learner->schema, key);
}

static vg_err set_given(vg_study_arm *arm, const char *value, vg_diag *diag) {
    vg_free(arm->given);
    return (arm->given = vg_strdup(value)) ? VG_OK : vg_fail_memory(diag);
}

// How many training seeds an arm has, where it has not the study's. One training tells nothing of how much
// trainings differ.
static bool is_seeds(const char *key, const char *where) {
    return strcmp(key, "seeds") == 0 && strcmp(where, "arms") == 0;
}

static vg_err set_seeds(vg_study_arm *arm, const char *value, vg_diag *diag) {
    int64_t seeds;
    if (!vg_parse_int(value, &seeds) || seeds < 2 || seeds > 1000)
        return vg_fail_at(diag, VG_ERR_FORMAT, NULL, 0, "arms",
                          "'seeds=%.60s' is no number of training seeds, expected one from 2 to 1000", value);
    arm->seeds = (int32_t)seeds;
    return VG_OK;
}

// Does the setting "key=value" have the key of another one?
static bool same_key(const char *a, const char *b) {
    size_t size = strcspn(a, "=");
    return size == strcspn(b, "=") && memcmp(a, b, size) == 0;
}

// A key that is set twice has one value too many, as in a YAML file.
static vg_err fail_twice(const char *setting, const char *where, vg_diag *diag) {
    return vg_fail_at(diag, VG_ERR_FORMAT, NULL, 0, where, "'%.*s' is set twice, expected one value",
                      (int)strcspn(setting, "=") < 60 ? (int)strcspn(setting, "=") : 60, setting);
}

static vg_err check_keys(const char *list, const char *where, vg_diag *diag) {
    char item[VG_KEY_TEXT_SIZE], other[VG_KEY_TEXT_SIZE];
    for (int32_t i = 1; vg_config_item(list, i, item); i++)
        for (int32_t k = 0; k < i && vg_config_item(list, k, other); k++)
            if (same_key(item, other)) return fail_twice(item, where, diag);
    return VG_OK;
}

// A ';' in an item of a list becomes a comma, which the item cannot hold.
static void put_commas(char *text) {
    for (; *text; text++)
        if (*text == ';') *text = ',';
}

// One setting, "epochs=200".
static vg_err set(const vg_study *s, vg_study_arm *arm, char *setting, const char *where, vg_diag *diag) {
    char *value = strchr(setting, '=');
    if (!value)
        return vg_fail_at(diag, VG_ERR_FORMAT, NULL, 0, where, "'%.80s', expected key=value", setting);
    *value++ = 0;
    put_commas(value);
    if (strncmp(setting, "test.", 5) == 0)
        return set_disturbance(&arm->scored, &s->suite.config, true, setting + 5, value, diag);
    if (!arm->learner)
        return vg_fail_at(diag, VG_ERR_FORMAT, NULL, 0, where,
                          "'%.60s': an expert learns nothing, so it takes no settings of a learner", setting);
    if (strncmp(setting, "train.", 6) == 0) {
        vg_suite_config calm;
        vg_config_default(&vg_suite_schema, &calm);
        return set_disturbance(&arm->taught, &calm, false, setting + 6, value, diag);
    }
    if (is_seeds(setting, where)) return set_seeds(arm, value, diag);
    if (takes_reward(arm, setting)) return set_given(arm, value, diag);
    if (strcmp(setting, "then") == 0) return set_then(arm, "", value, where, diag);
    if (strncmp(setting, "then.", 5) == 0) return set_then(arm, setting + 5, value, where, diag);
    return vg_config_set(arm->learner->schema, arm->config, setting, value, where, 0, diag);
}

static vg_err begin_learner(const vg_study *s, const char *name, vg_study_arm *arm, vg_diag *diag) {
    char item[VG_KEY_TEXT_SIZE];
    const char *program = vg_study_command_of(name);
    vg_err err =
        program ? vg_study_command_begin(s, program, arm, diag) : vg_learner_find(name, &arm->learner, diag);
    if (err) return err;
    arm->seeds = (int32_t)s->config.seeds;
    if (!program) {
        if (!(arm->config = vg_alloc(1, arm->learner->config_size))) return vg_fail_memory(diag);
        vg_config_default(arm->learner->schema, arm->config);
    }
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

// Hashes of everything that determines an arm's cells, except the study.
static vg_err hash_recipe(const vg_study *s, vg_study_arm *arm, vg_diag *diag) {
    const vg_study_budget *budget = &s->budgets[arm->budget];
    vg_text text = {0};
    vg_text_add(&text, "%s\n%s\n%s\n%s\n%d\n", arm->recipe, arm->learner->name, budget->name, budget->teacher,
                budget->count);
    vg_config_write_yaml(arm->learner->schema, arm->config, &text);
    if (arm->taught) vg_config_write_yaml(&vg_suite_schema, arm->taught, &text);
    if (arm->given) vg_text_add(&text, "reward %s\n", arm->given);
    if (arm->then) {
        vg_text_add(&text, "then %s\n", arm->then->name);
        vg_config_write_yaml(arm->then->schema, arm->then_config, &text);
    }
    if (!text.failed) arm->cells = vg_hash_text(0, text.bytes);
    arm->hash = vg_hash_text(0, arm->recipe);
    vg_err err = text.failed ? vg_fail_memory(diag) : VG_OK;
    vg_text_free(&text);
    return err;
}

// What decides an arm's cells is its recipe: two arms of the same recipe, scored differently, share them. Of
// one that has more seeds, the first are the other's.
static void number_cells(vg_study *s) {
    for (int32_t i = 0; i < s->arm_count; i++) {
        vg_study_arm *arm = &s->arms[i];
        int32_t seeds = arm->seeds;
        if (!arm->learner) continue;
        vg_study_budget *budget = &s->budgets[arm->budget];
        if (seeds > s->most_seeds) s->most_seeds = seeds;
        if (seeds > budget->seeds) budget->seeds = seeds;
        if (arm->first_cell >= 0) continue; // an arm before it has numbered them
        for (int32_t k = i; k < s->arm_count; k++) {
            vg_study_arm *other = &s->arms[k];
            if (!other->learner || other->cells != arm->cells) continue;
            other->first_cell = s->cell_count;
            if (other->seeds > seeds) seeds = other->seeds;
        }
        s->cell_count += seeds;
    }
}

// --- experts, and learners x factors x budgets -------------------------------------------------------------

vg_err vg_study_check_teacher(const vg_study *s, const char *teacher, const vg_learner *learner,
                              vg_diag *diag) {
    char driver[VG_KEY_TEXT_SIZE];
    vg_err err = VG_OK;
    if (vg_study_follows_laps(s, teacher)) return VG_OK;
    if (strchr(teacher, '|') && learner && learner->needs & (VG_LEARNER_EXPERT | VG_LEARNER_EITHER))
        return vg_fail_at(diag, VG_ERR_FORMAT, NULL, 0, "teacher",
                          "'%.80s' are several, but %s asks its teacher: name one", teacher, learner->name);
    for (int32_t i = 0; !err && vg_study_driver(teacher, i, driver); i++) {
        vg_policy *expert = NULL;
        err = vg_policy_open(driver, &s->def.terms, &expert, diag);
        vg_policy_destroy(expert);
    }
    return err;
}

// One factor: a key of the learner, and the levels it takes, both from one item.
typedef struct factor {
    char key[VG_KEY_TEXT_SIZE];
    char levels[LEVELS][VG_KEY_TEXT_SIZE];
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

// levels: "" or ", zscore, 64".
static vg_err name_crossed(const vg_study *s, vg_study_arm *arm, const char *learner, const char *levels,
                           vg_diag *diag) {
    const char *count = s->budgets[arm->budget].name;
    vg_text text = {0};
    vg_text_add(&text, "%s %s%s", learner, count, levels);
    vg_err err = take(&text, &arm->label, diag);
    vg_text_add(&text, "%s %s%s", learner, count, levels);
    if (!err) err = take(&text, &arm->recipe, diag);
    vg_text_add(&text, "%s%s", learner, levels);
    if (!err) err = take(&text, &arm->group, diag);
    vg_text_add(&text, "%s from %s %s%s", learner, count, budget_unit(s), levels);
    if (!err) err = take(&text, &arm->source, diag);
    vg_text_free(&text);
    return err;
}

// The arm of a learner, a budget and the combination'th choice of levels.
static vg_err add_crossed(vg_study *s, const char *learner, int32_t budget, const factor *factors,
                          int32_t factor_count, int32_t combination, vg_diag *diag) {
    vg_study_arm *arm = new_arm(s);
    vg_err err = begin_learner(s, learner, arm, diag);
    char setting[2 * VG_KEY_TEXT_SIZE];
    vg_text levels = {0};
    for (int32_t f = 0; f < factor_count && !err; f++) {
        const char *level = factors[f].levels[combination % factors[f].count];
        combination /= factors[f].count;
        snprintf(setting, sizeof setting, "%.255s=%.255s", factors[f].key, level);
        err = set(s, arm, setting, "factors", diag);
        vg_text_add(&levels, ", %s", level);
    }
    arm->budget = budget;
    if (!err) err = vg_study_check_teacher(s, s->config.teacher, arm->learner, diag);
    if (!err && levels.failed) err = vg_fail_memory(diag);
    if (!err) err = name_crossed(s, arm, learner, levels.bytes ? levels.bytes : "", diag);
    vg_text_free(&levels);
    return err ? err : hash_recipe(s, arm, diag);
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

// Copies the next word of *at into word[VG_KEY_TEXT_SIZE], "" at the end.
static void next_word(const char **at, char *word) {
    *at += strspn(*at, " ");
    size_t size = strcspn(*at, " ");
    snprintf(word, VG_KEY_TEXT_SIZE, "%.*s", (int)size, *at);
    *at += size;
}

// Do two of these words have the key of this one?
static bool is_twice(const char *at, const char *setting) {
    char word[VG_KEY_TEXT_SIZE];
    int count = 0;
    for (next_word(&at, word); word[0]; next_word(&at, word)) count += same_key(word, setting);
    return count > 1;
}

// The budget of an arm: its word, and `teacher=` among the settings that follow.
static vg_err find_budget(vg_study *s, const char *item, const char *name, const char *settings,
                          vg_study_arm *arm, vg_diag *diag) {
    char word[VG_KEY_TEXT_SIZE], teacher[VG_KEY_TEXT_SIZE];
    memcpy(teacher, s->config.teacher, sizeof teacher);
    for (next_word(&settings, word); word[0]; next_word(&settings, word))
        if (strncmp(word, "teacher=", 8) == 0) snprintf(teacher, sizeof teacher, "%s", word + 8);
    put_commas(teacher);
    vg_err err = vg_study_check_teacher(s, teacher, arm->learner, diag);
    if (err) return err;
    arm->budget = vg_study_find_budget(s, name, teacher);
    return arm->budget >= 0 ? VG_OK
                            : vg_fail_at(diag, VG_ERR_FORMAT, NULL, 0, "arms",
                                         "'%.80s': after the learner, expected how %s", item,
                                         "many demonstrations, laps or drivers, or all");
}

// Its label, and what it is made of, in words.
static vg_err name_written(const char *item, vg_study_arm *arm, vg_diag *diag) {
    const char *colon = strstr(item, ": ");
    vg_text text = {0};
    vg_text_add(&text, "%.*s", colon ? (int)(colon - item) : (int)strlen(item), item);
    vg_err err = take(&text, &arm->label, diag);
    vg_text_add(&text, "%s", colon ? colon + 2 : item);
    if (!err) err = take(&text, &arm->source, diag);
    if (!err) err = take(&text, &arm->group, diag); // none
    vg_text_free(&text);
    return err;
}

// "BC: bc 2 scaling=zscore test.gust=0.1": a label, who, a budget, settings.
static vg_err add_written(vg_study *s, const char *item, vg_diag *diag) {
    char word[VG_KEY_TEXT_SIZE];
    const char *colon = strstr(item, ": "), *at = colon ? colon + 2 : item;
    vg_study_arm *arm = new_arm(s);
    vg_text recipe = {0};
    vg_err err = name_written(item, arm, diag);
    next_word(&at, word);
    vg_text_add(&recipe, "%s", word);
    if (!err && !vg_expert_known(word)) {
        err = begin_learner(s, word, arm, diag);
        next_word(&at, word);
        if (!err) err = find_budget(s, item, word, at, arm, diag);
        vg_text_add(&recipe, " %s", word);
    }
    const char *first = at;
    for (next_word(&at, word); word[0] && !err; next_word(&at, word)) {
        if (is_twice(first, word)) err = fail_twice(word, "arms", diag);
        bool of_cells = strncmp(word, "test.", 5) != 0 && strncmp(word, "seeds=", 6) != 0;
        if (of_cells) vg_text_add(&recipe, ", %s", word);
        if (!err && (!arm->learner || strncmp(word, "teacher=", 8) != 0))
            err = set(s, arm, word, "arms", diag);
    }
    if (!err) err = take(&recipe, &arm->recipe, diag);
    vg_text_free(&recipe);
    return !err && arm->learner ? hash_recipe(s, arm, diag) : err;
}

static vg_err add_expert(vg_study *s, const char *item, vg_diag *diag) {
    vg_study_arm *arm = new_arm(s);
    char **texts[] = {&arm->label, &arm->recipe, &arm->source};
    for (int i = 0; i < 3; i++)
        if (!(*texts[i] = vg_strdup(item))) return vg_fail_memory(diag);
    return (arm->group = vg_strdup("")) ? VG_OK : vg_fail_memory(diag);
}

// What an arm is called stands for it in tables, claims and on the page.
static vg_err check_names(const vg_study *s, vg_diag *diag) {
    for (int32_t i = 0; i < s->arm_count; i++) {
        const char *label = s->arms[i].label;
        if (!label[0])
            return vg_fail_at(diag, VG_ERR_FORMAT, NULL, 0, "arms",
                              "an arm has no name: expected 'NAME: LEARNER ...'");
        for (int32_t k = 0; k < i; k++)
            if (strcmp(label, s->arms[k].label) == 0)
                return vg_fail_at(
                    diag, VG_ERR_FORMAT, NULL, 0, "arms",
                    "'%.80s' is the name of two arms; expected each learner, level, budget, expert "
                    "and name once",
                    label);
    }
    return VG_OK;
}

bool vg_study_expert_at(const vg_study *s, int32_t i, char expert[VG_KEY_TEXT_SIZE]) {
    if (!vg_config_item(s->config.experts, i, expert)) return false;
    put_commas(expert);
    return true;
}

static vg_err add_experts(vg_study *s, vg_diag *diag) {
    char item[VG_KEY_TEXT_SIZE];
    vg_err err = VG_OK;
    for (int32_t i = 0; !err && vg_study_expert_at(s, i, item); i++)
        err = s->arm_count == ARMS_MOST
                  ? vg_fail_at(diag, VG_ERR_FORMAT, NULL, 0, "experts", "more than %d arms", ARMS_MOST)
                  : add_expert(s, item, diag);
    return err;
}

vg_err vg_study_list_arms(vg_study *s, vg_diag *diag) {
    char item[VG_KEY_TEXT_SIZE];
    if (!(s->arms = vg_new(vg_study_arm, ARMS_MOST))) return vg_fail_memory(diag);
    vg_err err = check_keys(s->config.settings, "settings", diag);
    if (!err) err = check_keys(s->config.factors, "factors", diag);
    if (!err) err = add_experts(s, diag);
    if (!err) err = add_all_crossed(s, diag);
    for (int32_t i = 0; !err && vg_config_item(s->config.arms, i, item); i++)
        err = s->arm_count == ARMS_MOST
                  ? vg_fail_at(diag, VG_ERR_FORMAT, NULL, 0, "arms", "more than %d arms", ARMS_MOST)
                  : add_written(s, item, diag);
    if (!err) err = check_names(s, diag);
    if (!err && s->arm_count == 0)
        err = vg_fail_at(diag, VG_ERR_FORMAT, NULL, 0, "arms",
                         "the study has no arm: name experts, learners or arms");
    if (!err) number_cells(s);
    // If no arm learns from laps, all laps are scored as the floor.
    if (!err && s->lap_count && s->budget_count == 0) vg_study_find_budget(s, "all", s->config.teacher);
    return err;
}
