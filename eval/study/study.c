#include <pthread.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "eval/study/study_private.h"
#include "sim/base/embedded.h"

static vg_err check_text(const vg_key *key, const char *value, vg_diag *diag);

static const vg_key keys[] = {
#define X(field, type, unit, least, most, standard, choices, help)                                           \
    {#field, VG_KEY_##type, offsetof(vg_study_config, field), unit, least, most, standard, choices, help},
    VG_STUDY_KEYS(X)
#undef X
};
const vg_schema vg_study_schema = {"study", keys, sizeof keys / sizeof *keys, check_text};

static vg_err check_learners(const char *list, vg_diag *diag) {
    char item[VG_KEY_TEXT_SIZE];
    const vg_learner *learner;
    vg_err err = VG_OK;
    for (int32_t i = 0; vg_config_item(list, i, item) && !err; i++)
        err = vg_learner_find(item, &learner, diag) ? VG_ERR_FORMAT : VG_OK;
    return err;
}

static vg_err check_budgets(const char *list, vg_diag *diag) {
    char item[VG_KEY_TEXT_SIZE];
    int64_t count;
    for (int32_t i = 0; vg_config_item(list, i, item); i++)
        if (strcmp(item, "all") != 0 && (!vg_parse_int(item, &count) || count < 1 || count > 100000))
            return vg_fail(diag, VG_ERR_FORMAT,
                           "'%.60s' is not a budget, expected numbers from 1 to 100000, or all", item);
    return VG_OK;
}

static vg_err check_text(const vg_key *key, const char *value, vg_diag *diag) {
    if (key->at == offsetof(vg_study_config, learners)) return check_learners(value, diag);
    if (key->at == offsetof(vg_study_config, demonstrations)) return check_budgets(value, diag);
    return VG_OK;
}

static const char studies[] = "assets/studies/", suffix[] = ".yaml";

static vg_err fail_unknown(const char *name, vg_diag *diag) {
    char names[440] = "", stem[64];
    for (const vg_embedded *file = vg_embedded_files; file->path; file++) {
        size_t used = strlen(names);
        if (!vg_embedded_name(file, studies, suffix, stem)) continue;
        bool fits = used + strlen(stem) + sizeof ", , ..." < sizeof names; // a message is not longer
        snprintf(names + used, sizeof names - used, "%s%s", used ? ", " : "", fits ? stem : "...");
        if (!fits) break;
    }
    return vg_fail_at(diag, VG_ERR_NOT_FOUND, name, 0, NULL, "no such file and no shipped study: %s", names);
}

vg_err vg_study_read(const char *name_or_path, vg_study_config *out, char name[VG_KEY_TEXT_SIZE],
                     vg_diag *diag) {
    char path[512];
    const char *slash = strrchr(name_or_path, '/'), *base = slash ? slash + 1 : name_or_path;
    snprintf(name, VG_KEY_TEXT_SIZE, "%s", base); // a file's: at most 255 bytes
    char *dot = strrchr(name, '.');
    if (dot && dot != name) *dot = 0;
    vg_config_default(&vg_study_schema, out);
    snprintf(path, sizeof path, "%s%.200s%s", studies, name_or_path, suffix);
    const vg_embedded *file = vg_embedded_find(path);
    if (file)
        return vg_config_parse(&vg_study_schema, out, file->bytes, (int64_t)file->size, file->path, diag);
    vg_err err = vg_config_read(&vg_study_schema, out, name_or_path, diag);
    return err == VG_ERR_NOT_FOUND ? fail_unknown(name_or_path, diag) : err;
}

// --- progress ----------------------------------------------------------------------------------------------

void vg_study_progress(vg_study *study) {
    pthread_mutex_lock(study->progress_lock);
    study->done++;
    if (study->def.progress) study->def.progress(study->def.context, study->done, vg_study_total(study));
    pthread_mutex_unlock(study->progress_lock);
}

vg_err vg_study_check_stop(const vg_study *study, vg_diag *diag) {
    if (!study->def.stop || !study->def.stop()) return VG_OK;
    return vg_fail(diag, VG_ERR_INTERRUPTED, "stopped; the same command with --resume continues");
}

int64_t vg_study_total(const vg_study *study) {
    int64_t total = study->cell_count;
    for (int32_t i = 0; i < study->arm_count; i++) total += study->arms[i].seeds;
    return total;
}

const vg_study_arm *vg_study_cell_arm(const vg_study *study, int64_t cell, int32_t *seed) {
    const vg_study_arm *arm = study->arms;
    while (arm->first_cell < 0 || cell < arm->first_cell || cell >= arm->first_cell + arm->seeds) arm++;
    *seed = (int32_t)cell - arm->first_cell;
    return arm;
}

void vg_study_count(vg_study *study, int64_t cell, const vg_study_done *done) {
    int32_t seed;
    const vg_study_arm *arm = vg_study_cell_arm(study, cell, &seed);
    pthread_mutex_lock(study->progress_lock);
    study->trained += done->made == VG_STUDY_TRAINED;
    study->taken += done->made == VG_STUDY_TAKEN;
    pthread_mutex_unlock(study->progress_lock);
    vg_study_note_time(study, VG_STUDY_WORK_train, arm->label, seed + 1, done->seconds);
    vg_study_progress(study);
}

void vg_study_counts(const vg_study *study, int32_t *trained, int32_t *taken) {
    *trained = study->trained, *taken = study->taken;
}

void vg_study_note_time(vg_study *study, vg_study_work work, const char *arm, int32_t seed, double seconds) {
    pthread_mutex_lock(study->progress_lock);
    vg_study_times_add(&study->times, (vg_study_time){work, arm, seed, seconds});
    pthread_mutex_unlock(study->progress_lock);
}

const vg_study_times *vg_study_times_of(const vg_study *study) { return &study->times; }
