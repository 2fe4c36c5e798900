// A study read, its arms listed, its folder claimed.
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "agents/find.h"
#include "eval/study_private.h"
#include "sim/base/embedded.h"
#include "sim/base/hash.h"
#include "sim/base/memory.h"

// --- arms --------------------------------------------------------------------------------------------------

// One factor: a key of the learner, and the levels it takes.
typedef struct factor {
    char key[64];
    char levels[VG_STUDY_LEVELS][128];
    int32_t count;
} factor;

static vg_err read_factor(const char *item, factor *f, vg_diag *diag) {
    const char *equals = strchr(item, '=');
    *f = (factor){0};
    if (!equals || equals == item || !equals[1])
        return vg_fail_at(diag, VG_ERR_FORMAT, NULL, 0, "factors", "'%.80s', expected key=level|level", item);
    snprintf(f->key, sizeof f->key, "%.*s", (int)(equals - item), item);
    for (const char *at = equals; at && *at; at = strchr(at + 1, '|')) {
        if (f->count == VG_STUDY_LEVELS)
            return vg_fail_at(diag, VG_ERR_FORMAT, NULL, 0, "factors", "'%.80s' has more than %d levels",
                              item, VG_STUDY_LEVELS);
        snprintf(f->levels[f->count++], sizeof f->levels[0], "%.*s", (int)strcspn(at + 1, "|"), at + 1);
    }
    return VG_OK;
}

static vg_err read_factors(const vg_study *s, factor factors[VG_STUDY_FACTORS], int32_t *count,
                           vg_diag *diag) {
    char item[VG_KEY_TEXT_SIZE];
    *count = 0;
    for (int32_t i = 0; vg_config_item(s->config.factors, i, item); i++) {
        if (i == VG_STUDY_FACTORS)
            return vg_fail_at(diag, VG_ERR_FORMAT, NULL, 0, "factors", "are more than %d", VG_STUDY_FACTORS);
        vg_err err = read_factor(item, &factors[i], diag);
        if (err) return err;
        ++*count;
    }
    return VG_OK;
}

static vg_err add_settings(const vg_study *s, vg_study_arm *arm, vg_diag *diag) {
    char item[VG_KEY_TEXT_SIZE];
    if (!(arm->config = vg_alloc(1, arm->learner->config_size))) return vg_fail_memory(diag);
    vg_config_default(arm->learner->schema, arm->config);
    for (int32_t i = 0; vg_config_item(s->config.settings, i, item); i++) {
        char *equals = strchr(item, '=');
        if (!equals)
            return vg_fail_at(diag, VG_ERR_FORMAT, NULL, 0, "settings", "'%.80s', expected key=value", item);
        *equals = 0;
        vg_err err = vg_config_set(arm->learner->schema, arm->config, item, equals + 1, "settings", 0, diag);
        if (err) return err;
    }
    return VG_OK;
}

// The arm of a learner, a budget and the combination'th choice of levels.
static vg_err make_arm(const vg_study *s, const char *learner, int32_t budget, const factor *factors,
                       int32_t factor_count, int32_t combination, vg_study_arm *arm, vg_diag *diag) {
    vg_err err = vg_learner_find(learner, &arm->learner, diag);
    if (!err) err = add_settings(s, arm, diag);
    char levels[101] = "";
    size_t used = 0;
    for (int32_t f = 0; f < factor_count && !err; f++) {
        const char *level = factors[f].levels[combination % factors[f].count];
        combination /= factors[f].count;
        err = vg_config_set(arm->learner->schema, arm->config, factors[f].key, level, "factors", 0, diag);
        if (used < sizeof levels)
            used += (size_t)snprintf(levels + used, sizeof levels - used, "%s%s", used ? ", " : "", level);
    }
    const char *unit = s->config.drivers[0] ? "drivers" : s->config.laps[0] ? "laps" : "demonstrations";
    const char *count = s->budgets[budget].name, *comma = levels[0] ? ", " : "";
    snprintf(arm->label, sizeof arm->label, "%.20s %.60s%s%.100s", learner, count, comma, levels);
    snprintf(arm->group, sizeof arm->group, "%.20s%s%.100s", learner, comma, levels);
    snprintf(arm->source, sizeof arm->source, "%.20s from %.60s %s%s%.100s", learner, count, unit, comma,
             levels);
    arm->budget = budget;
    arm->seeds = (int32_t)s->config.seeds;
    arm->hash = vg_hash_text(0, arm->label);
    return err;
}

static vg_err list_arms(vg_study *s, vg_diag *diag) {
    factor factors[VG_STUDY_FACTORS];
    int32_t factor_count, experts = 0, learners = 0, combinations = 1;
    char item[VG_KEY_TEXT_SIZE];
    vg_err err = read_factors(s, factors, &factor_count, diag);
    if (err) return err;
    while (vg_config_item(s->config.experts, experts, item)) experts++;
    while (vg_config_item(s->config.learners, learners, item)) learners++;
    for (int32_t f = 0; f < factor_count; f++) combinations *= factors[f].count;
    int64_t most = experts + (int64_t)learners * s->budget_count * combinations;
    if (most < 1 || most > 1000)
        return vg_fail_at(diag, VG_ERR_FORMAT, NULL, 0, "learners", "%lld arms, expected 1 to 1000",
                          (long long)most);
    if (!(s->arms = vg_new(vg_study_arm, most))) return vg_fail_memory(diag);
    for (int32_t i = 0; i < experts; i++) {
        vg_study_arm *arm = &s->arms[s->arm_count++];
        vg_config_item(s->config.experts, i, arm->label);
        memcpy(arm->source, arm->label, sizeof arm->source);
        arm->seeds = 1, arm->first_cell = -1;
    }
    for (int32_t l = 0; vg_config_item(s->config.learners, l, item); l++)
        for (int32_t c = 0; c < combinations; c++)
            for (int32_t b = 0; b < s->budget_count && !err; b++) {
                vg_study_arm *arm = &s->arms[s->arm_count++];
                err = make_arm(s, item, b, factors, factor_count, c, arm, diag);
                arm->first_cell = s->cell_count;
                s->cell_count += arm->seeds;
            }
    return err;
}

// --- budgets -----------------------------------------------------------------------------------------------

static int32_t laps_of_drivers(const vg_study *s, int64_t drivers) {
    int32_t count = 0;
    for (int32_t i = 0; i < s->lap_count; i++) count += s->lap_driver[i] < drivers;
    return count;
}

static vg_err list_budgets(vg_study *s, vg_diag *diag) {
    char item[VG_KEY_TEXT_SIZE];
    int64_t count = 0, most = s->lap_count ? s->lap_count : 100000;
    int32_t drivers = 0;
    while (vg_config_item(s->config.drivers, drivers, item)) drivers++;
    if (drivers) most = drivers;
    while (vg_config_item(s->config.demonstrations, s->budget_count, item)) s->budget_count++;
    if (s->budget_count == 0)
        return vg_fail_at(diag, VG_ERR_FORMAT, NULL, 0, "demonstrations", "is empty: expected a budget");
    if (!(s->budgets = vg_new(vg_study_budget, s->budget_count))) return vg_fail_memory(diag);
    for (int32_t i = 0; vg_config_item(s->config.demonstrations, i, item); i++) {
        bool all = strcmp(item, "all") == 0;
        if (!all) vg_parse_int(item, &count);
        if (all && !s->lap_count)
            return vg_fail_at(diag, VG_ERR_FORMAT, NULL, 0, "demonstrations",
                              "'all' of a teacher's demonstrations has no end, expected numbers");
        if (all) count = most;
        if (count > most)
            return vg_fail_at(diag, VG_ERR_FORMAT, NULL, 0, "demonstrations", "%lld, of %lld there are",
                              (long long)count, (long long)most);
        s->budgets[i].count = drivers ? laps_of_drivers(s, count) : (int32_t)count;
        snprintf(s->budgets[i].name, sizeof s->budgets[i].name, "%.60s", item);
    }
    return VG_OK;
}

// --- opening -----------------------------------------------------------------------------------------------

static vg_err read_study(vg_study *s, vg_diag *diag) {
    char path[512];
    const char *slash = strrchr(s->def.path, '/'), *base = slash ? slash + 1 : s->def.path;
    snprintf(s->name, sizeof s->name, "%.200s", base);
    char *dot = strrchr(s->name, '.');
    if (dot && dot != s->name) *dot = 0;
    vg_config_default(&vg_study_schema, &s->config);
    snprintf(path, sizeof path, "assets/suites/%.200s.yaml", s->def.path);
    const vg_embedded *file = vg_embedded_find(path);
    if (file)
        return vg_config_parse(&vg_study_schema, &s->config, file->bytes, (int64_t)file->size, file->path,
                               diag);
    return vg_config_read(&vg_study_schema, &s->config, s->def.path, diag);
}

static vg_err build_suite(vg_study *s, vg_diag *diag) {
    vg_suite_config config;
    char name[VG_KEY_TEXT_SIZE];
    vg_err err = vg_suite_read(s->config.suite, &config, name, diag);
    if (err) return err;
    if (s->config.test[0]) memcpy(config.test, s->config.test, sizeof config.test);
    if (s->config.car[0]) memcpy(config.car, s->config.car, sizeof config.car);
    err = vg_suite_build(&config, name, s->def.data, s->def.threads, &s->suite, diag);
    if (err || s->config.laps[0] || s->cell_count == 0 || s->suite.train.count) return err;
    return vg_fail_at(diag, VG_ERR_FORMAT, s->config.suite, 0, "train",
                      "is empty: the teacher has no road to demonstrate on");
}

static vg_err identify(vg_study *s, vg_diag *diag) {
    vg_text *t = &s->configuration;
    vg_config_write_yaml(&vg_study_schema, &s->config, t);
    uint64_t h = vg_hash_text(0, t->failed || !t->bytes ? "" : t->bytes);
    vg_text suite = {0};
    vg_config_write_yaml(&vg_suite_schema, &s->suite.config, &suite);
    if (!suite.failed) h = vg_hash_text(h, suite.bytes);
    vg_text_add(t, "# --- suite %s ---\n%s", s->suite.name, suite.failed ? "" : suite.bytes);
    bool failed = t->failed || suite.failed;
    vg_text_free(&suite);
    h = vg_hash_int(h, &(int64_t){(int64_t)vg_suite_hash(&s->suite)}, 1);
    for (int32_t i = 0; i < s->suite.train.count; i++)
        h = vg_hash_int(h, &(int64_t){(int64_t)vg_road_hash(s->suite.train.roads[i])}, 1);
    for (int32_t i = 0; i < s->lap_count; i++) {
        char *bytes;
        int64_t size;
        vg_err err = vg_file_read(s->lap_files[i], 0, &bytes, &size, diag);
        if (err) return err;
        h = vg_hash_bytes(h, bytes, (size_t)size);
        vg_free(bytes);
    }
    if (s->laps_road) h = vg_hash_int(h, &(int64_t){(int64_t)vg_road_hash(s->laps_road)}, 1);
    s->hash = h;
    return failed ? vg_fail_memory(diag) : VG_OK;
}

// OUT/study.yaml says whose folder it is.
static vg_err claim(vg_study *s, vg_diag *diag) {
    char path[VG_STUDY_PATH], hash[17], *bytes = NULL;
    int64_t size;
    if (snprintf(path, sizeof path, "%s/study.yaml", s->def.out) >= 1000)
        return vg_fail(diag, VG_ERR_ARGUMENT, "--out is longer than a path may be");
    vg_hash_format(s->hash, hash);
    snprintf(s->folder, sizeof s->folder, "%s/cells-%s", s->def.out, hash);
    vg_text text = {0};
    vg_text_add(&text, "# verge study %s, %s\n%s", s->name, hash, s->configuration.bytes);
    vg_err err = vg_file_may_write(path, VG_KEEP, diag);
    if (err == VG_ERR_EXISTS && s->def.resume) {
        err = vg_file_read(path, 0, &bytes, &size, diag);
        if (!err && (size != text.size || memcmp(bytes, text.bytes, (size_t)size) != 0))
            err = vg_fail_at(
                diag, VG_ERR_MISMATCH, path, 0, NULL,
                "is of another study: its file, suite or laps were edited since; cells are not mixed. "
                "Use another --out, or --force to start anew");
        vg_free(bytes);
    } else if (err == VG_ERR_EXISTS && !s->def.force) {
        err = vg_fail_at(diag, err, path, 0, NULL, "a study is there; --resume goes on, --force starts anew");
    } else if (!err || err == VG_ERR_EXISTS) {
        err = vg_file_write(path, text.bytes, text.size, VG_REPLACE, diag);
    }
    if (!err && text.failed) err = vg_fail_memory(diag);
    vg_text_free(&text);
    return err;
}

static vg_err check_experts(const vg_study *s, vg_diag *diag) {
    char item[VG_KEY_TEXT_SIZE];
    vg_err err = VG_OK;
    for (int32_t i = -1; !err && (i < 0 || vg_config_item(s->config.experts, i, item)); i++) {
        vg_policy *policy = NULL;
        err = vg_policy_find(i < 0 ? s->config.teacher : item, &policy, diag);
        vg_policy_destroy(policy);
    }
    return err;
}

vg_err vg_study_open(const vg_study_def *def, vg_study **out, vg_diag *diag) {
    *out = NULL;
    vg_study *s = vg_new(vg_study, 1);
    if (!s) return vg_fail_memory(diag);
    s->def = *def;
    vg_err err = VG_OK;
    if (!(s->told = vg_new(pthread_mutex_t, 1)))
        err = vg_fail_memory(diag);
    else
        pthread_mutex_init(s->told, NULL);
    if (!err) err = read_study(s, diag);
    if (!err) err = check_experts(s, diag);
    if (!err && s->config.laps[0]) err = vg_study_find_laps(s, diag);
    if (!err) err = list_budgets(s, diag);
    if (!err) err = list_arms(s, diag);
    if (!err) err = build_suite(s, diag);
    if (!err) err = identify(s, diag);
    if (!err) err = claim(s, diag);
    if (err)
        vg_study_close(s);
    else
        *out = s;
    return err;
}

void vg_study_close(vg_study *s) {
    if (!s) return;
    vg_study_free_scores(s);
    vg_suite_free(&s->suite);
    vg_road_destroy(s->laps_road);
    vg_text_free(&s->configuration);
    vg_free(s->lap_files);
    vg_free(s->lap_driver);
    vg_free(s->budgets);
    for (int32_t i = 0; i < s->arm_count; i++) vg_free(s->arms[i].config);
    vg_free(s->arms);
    if (s->told) pthread_mutex_destroy(s->told);
    vg_free(s->told);
    vg_free(s);
}
