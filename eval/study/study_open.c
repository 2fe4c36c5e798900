// Reads a study, lists its arms and claims its folder.
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "agents/experts/expert.h"
#include "eval/study/study_private.h"
#include "sim/base/hash.h"
#include "sim/base/memory.h"

// --- opening -----------------------------------------------------------------------------------------------

static vg_err build_suite(vg_study *s, vg_diag *diag) {
    vg_suite_config config;
    char name[VG_KEY_TEXT_SIZE];
    vg_err err = vg_suite_read(s->config.suite, &config, name, diag);
    if (err) return err;
    if (s->config.test[0]) memcpy(config.test, s->config.test, sizeof config.test);
    if (s->config.car[0]) memcpy(config.car, s->config.car, sizeof config.car);
    if (!s->config.laps[0]) err = vg_suite_check_starts(&config, name, diag);
    if (!err) err = vg_suite_build(&config, name, s->def.data, s->def.threads, &s->suite, diag);
    s->taught = &s->suite;
    return err;
}

// A road that is learned from must not be scored.
static vg_err check_apart(const vg_study *s, vg_diag *diag) {
    const vg_split *test = &s->suite.test, *splits[] = {&s->taught->train, &s->taught->validation};
    for (int k = 0; k < 2; k++)
        for (int32_t i = 0; i < splits[k]->count; i++)
            for (int32_t j = 0; j < test->count; j++)
                if (vg_road_hash(splits[k]->roads[i]) == vg_road_hash(test->roads[j]))
                    return vg_fail_at(diag, VG_ERR_MISMATCH, s->config.train_suite, 0,
                                      k ? "validation" : "train",
                                      "'%.80s' is the same road as '%.80s', which is scored",
                                      splits[k]->names[i], test->names[j]);
    return VG_OK;
}

static vg_err build_train_suite(vg_study *s, vg_diag *diag) {
    vg_suite_config config;
    char name[VG_KEY_TEXT_SIZE];
    if (!s->config.train_suite[0]) return VG_OK;
    if (s->config.laps[0])
        return vg_fail_at(diag, VG_ERR_FORMAT, s->def.path, 0, "train_suite",
                          "is given, but the study learns from laps: expected one of both");
    vg_err err = vg_suite_read(s->config.train_suite, &config, name, diag);
    if (!err) err = vg_suite_check_starts(&config, name, diag);
    if (!err) err = vg_suite_build(&config, name, s->def.data, s->def.threads, &s->train_suite, diag);
    s->taught = &s->train_suite;
    return err ? err : check_apart(s, diag);
}

static vg_err check_teaching(const vg_study *s, vg_diag *diag) {
    if (s->config.laps[0] || s->cell_count == 0 || s->taught->train.count) return VG_OK;
    return vg_fail_at(diag, VG_ERR_FORMAT, s->taught->name, 0, "train",
                      "is empty: the teacher needs a road for its demonstrations");
}

static vg_err hash_file(const char *path, uint64_t *h, vg_diag *diag) {
    char *bytes;
    int64_t size;
    vg_err err = vg_file_read(path, 0, &bytes, &size, diag);
    if (err) return err;
    *h = vg_hash_bytes(*h, bytes, (size_t)size);
    vg_free(bytes);
    return VG_OK;
}

// The files that an expert reads: "line_follower:log=a.vlog", "human_model:config=driver.yaml". A preset is
// not a file.
static vg_err hash_expert(const char *text, uint64_t *h, vg_diag *diag) {
    static const char *const keys[] = {"log=", "config="};
    char path[VG_KEY_TEXT_SIZE];
    vg_err err = VG_OK;
    const char *at = vg_expert_known(text) ? strchr(text, ':') : NULL;
    for (; at && !err; at = strchr(at, ',')) {
        at++;
        for (int k = 0; k < 2; k++) {
            size_t length = strlen(keys[k]);
            if (strncmp(at, keys[k], length) != 0) continue;
            snprintf(path, sizeof path, "%.*s", (int)strcspn(at + length, ","), at + length);
            err = hash_file(path, h, diag);
            if (err == VG_ERR_NOT_FOUND) err = VG_OK;
        }
    }
    return err;
}

static vg_err hash_drivers(const char *teacher, uint64_t *h, vg_diag *diag) {
    char driver[VG_KEY_TEXT_SIZE];
    vg_err err = VG_OK;
    for (int32_t d = 0; !err && vg_study_driver(teacher, d, driver); d++) err = hash_expert(driver, h, diag);
    return err;
}

static vg_err hash_experts(const vg_study *s, uint64_t *h, vg_diag *diag) {
    char item[VG_KEY_TEXT_SIZE];
    vg_err err = hash_drivers(s->config.teacher, h, diag);
    for (int32_t i = 0; !err && vg_study_expert_at(s, i, item); i++) err = hash_expert(item, h, diag);
    for (int32_t i = 0; !err && i < s->budget_count; i++) {
        const char *teacher = s->budgets[i].teacher;
        if (strcmp(teacher, s->config.teacher) == 0) continue;
        err = hash_drivers(teacher, h, diag);
    }
    return err;
}

// The suite that is learned from, and its roads. False: memory ran out.
static bool add_train_suite(const vg_study *s, vg_text *t, uint64_t *h) {
    vg_text suite = {0};
    if (s->taught == &s->suite) return true;
    vg_config_write_yaml(&vg_suite_schema, &s->taught->config, &suite);
    bool failed = suite.failed;
    if (!failed) *h = vg_hash_text(*h, suite.bytes);
    vg_text_add(t, "# --- train_suite %s ---\n%s", s->taught->name, failed ? "" : suite.bytes);
    vg_text_free(&suite);
    *h = vg_hash_int(*h, &(int64_t){(int64_t)vg_suite_hash(s->taught)}, 1);
    for (int32_t i = 0; i < s->taught->train.count; i++)
        *h = vg_hash_int(*h, &(int64_t){(int64_t)vg_road_hash(s->taught->train.roads[i])}, 1);
    return !failed && !t->failed;
}

// The rewards that arms are given, and the true one.
static vg_err hash_rewards(const vg_study *s, uint64_t *h, vg_diag *diag) {
    if (s->truth) *h = vg_hash_int(*h, &(int64_t){(int64_t)s->truth->hash}, 1);
    vg_err err = VG_OK;
    for (int32_t i = 0; i < s->arm_count && !err; i++) {
        vg_reward *given = NULL;
        if (s->arms[i].learner) err = vg_study_given_reward(&s->arms[i], &given, diag);
        if (given) *h = vg_hash_int(*h, &(int64_t){(int64_t)given->hash}, 1);
        vg_reward_destroy(given);
    }
    return err;
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
    failed |= !add_train_suite(s, t, &h);
    vg_err err = VG_OK;
    for (int32_t i = 0; !err && i < s->lap_count; i++) err = hash_file(s->lap_files[i], &h, diag);
    if (!err) err = hash_experts(s, &h, diag);
    if (!err) err = hash_rewards(s, &h, diag);
    if (err) return err;
    if (s->laps_road) h = vg_hash_int(h, &(int64_t){(int64_t)vg_road_hash(s->laps_road)}, 1);
    s->hash = h;
    return failed ? vg_fail_memory(diag) : VG_OK;
}

// OUT/study.yaml shows to which study the folder belongs.
static vg_err claim(vg_study *s, vg_diag *diag) {
    char path[VG_STUDY_PATH], hash[17], *bytes = NULL;
    int64_t size;
    if (snprintf(path, sizeof path, "%s/study.yaml", s->def.out) >= VG_STUDY_OUT)
        return vg_fail(diag, VG_ERR_ARGUMENT, "--out is longer than the %d bytes that it may have",
                       VG_STUDY_OUT - (int)sizeof "/study.yaml");
    if (vg_file_is_same(path, s->def.path))
        return vg_fail_at(diag, VG_ERR_ARGUMENT, path, 0, NULL,
                          "is the study itself, which --out would replace: choose another folder");
    vg_hash_format(s->hash, hash);
    snprintf(s->folder, sizeof s->folder, "%s/cells-%s", s->def.out, hash);
    if (!vg_ranks_first(s->def.ranks)) return VG_OK; // rank 0 claims it for all
    vg_text text = {0};
    vg_text_add(&text, "# verge study %s, %s\n%s", s->name, hash, s->configuration.bytes);
    vg_err err = vg_file_claim_folder(s->def.out, &s->folder_claim, diag);
    if (err) {
        vg_text_free(&text);
        return err;
    }
    err = vg_file_may_write(path, VG_KEEP, diag);
    if (err == VG_ERR_EXISTS && s->def.resume) {
        err = vg_file_read(path, 0, &bytes, &size, diag);
        if (!err && (size != text.size || memcmp(bytes, text.bytes, (size_t)size) != 0))
            err = vg_fail_at(diag, VG_ERR_MISMATCH, path, 0, NULL,
                             "belongs to another study: its file, suite, laps or a teacher's log were edited "
                             "since; cells are not mixed. Use another --out, or --force to start anew");
        vg_free(bytes);
    } else if (err == VG_ERR_EXISTS && !s->def.force) {
        err = vg_fail_at(diag, err, path, 0, NULL,
                         "the folder has a study already; --resume continues it, --force starts anew");
    } else if (!err || err == VG_ERR_EXISTS) {
        err = vg_file_write(path, text.bytes, text.size, VG_REPLACE, diag);
    }
    if (!err && text.failed) err = vg_fail_memory(diag);
    vg_text_free(&text);
    return err;
}

static vg_err check_experts(const vg_study *s, vg_diag *diag) {
    char item[VG_KEY_TEXT_SIZE];
    vg_err err = vg_study_check_teacher(s, s->config.teacher, NULL, diag);
    for (int32_t i = 0; !err && vg_study_expert_at(s, i, item); i++) {
        vg_policy *policy = NULL;
        if (!vg_study_follows_laps(s, item)) err = vg_policy_open(item, &s->def.terms, &policy, diag);
        vg_policy_destroy(policy);
    }
    return err;
}

// A learner would refuse these settings when its turn comes, after hours maybe.
static vg_err check_settings(const char *label, const vg_learner *learner, const void *config,
                             vg_diag *diag) {
    vg_diag why = {0};
    vg_err err = learner && config ? vg_learner_check_config(learner, config, &why) : VG_OK;
    return err ? vg_fail_at(diag, err, NULL, 0, "arms", "'%.80s': %s: %.300s", label, why.field, why.text)
               : VG_OK;
}

static vg_err check_recipes(const vg_study *s, vg_diag *diag) {
    vg_err err = VG_OK;
    for (int32_t i = 0; i < s->arm_count && !err; i++) {
        const vg_study_arm *arm = &s->arms[i];
        err = check_settings(arm->label, arm->learner, arm->config, diag);
        if (!err) err = check_settings(arm->label, arm->then, arm->then_config, diag);
    }
    return err;
}

vg_err vg_study_open(const vg_study_def *def, vg_study **out, vg_diag *diag) {
    *out = NULL;
    vg_study *s = vg_new(vg_study, 1);
    if (!s) return vg_fail_memory(diag);
    s->def = *def;
    vg_err err = VG_OK;
    if (!(s->progress_lock = vg_new(pthread_mutex_t, 1)))
        err = vg_fail_memory(diag);
    else
        pthread_mutex_init(s->progress_lock, NULL);
    double begin = vg_study_process_seconds();
    if (!err) err = vg_study_read(def->path, &s->config, s->name, diag);
    if (!err) err = check_experts(s, diag);
    if (!err && s->config.laps[0]) err = vg_study_find_laps(s, diag);
    if (!err) err = build_suite(s, diag);
    if (!err) err = build_train_suite(s, diag);
    if (!err) err = vg_policy_may_open(s->suite.config.reference, s->def.terms.trust, diag);
    if (!err) err = vg_study_list_budgets(s, diag);
    if (!err) err = vg_study_list_arms(s, diag);
    if (!err) err = check_recipes(s, diag);
    if (!err) err = check_teaching(s, diag);
    if (!err) err = vg_study_open_truth(s, diag);
    if (!err) err = vg_study_check_claims(s, diag);
    if (!err) err = identify(s, diag);
    if (!err) err = claim(s, diag);
    err = vg_ranks_agree(s->def.ranks, err, diag);
    if (!err) vg_study_note_time(s, VG_STUDY_WORK_open, "", 0, vg_study_process_seconds() - begin);
    if (err)
        vg_study_close(s);
    else
        *out = s;
    return err;
}

void vg_study_close(vg_study *s) {
    if (!s) return;
    vg_file_leave_folder(&s->folder_claim);
    vg_study_free_scores(s);
    vg_suite_free(&s->suite);
    vg_suite_free(&s->train_suite);
    vg_reward_destroy(s->truth);
    vg_road_destroy(s->laps_road);
    vg_text_free(&s->configuration);
    vg_free(s->lap_files);
    vg_free(s->lap_driver);
    vg_free(s->budgets);
    vg_free(s->log_hashes);
    for (int32_t i = 0; i < s->arm_count; i++) vg_study_free_arm(&s->arms[i]);
    vg_free(s->arms);
    if (s->progress_lock) pthread_mutex_destroy(s->progress_lock);
    vg_free(s->progress_lock);
    vg_free(s);
}
