// A study's training records, and its claims.
#include <math.h>
#include <string.h>

#include "eval/outcome/json.h"
#include "eval/study/study_private.h"
#include "sim/base/memory.h"

static vg_err read_record(const vg_study *s, const vg_study_arm *arm, int32_t seed, json_t **out,
                          vg_diag *diag) {
    char path[VG_STUDY_PATH], *bytes = NULL;
    int64_t size;
    vg_study_cell_path(s, arm, seed, ".rounds", path);
    *out = NULL;
    vg_err err = vg_file_read(path, 0, &bytes, &size, diag);
    if (err == VG_ERR_NOT_FOUND) return VG_OK; // a learner without rounds
    if (err) return err;
    if (!(*out = json_array())) err = vg_fail_memory(diag);
    int64_t line = 1;
    for (char *at = bytes, *end; !err && *at; at = end + 1, line++) {
        if (!(end = strchr(at, '\n'))) break; // a torn line of the next round, which was not reported
        json_t *round = json_loadb(at, (size_t)(end - at), 0, NULL);
        if (!json_is_object(round))
            err = vg_fail_at(diag, VG_ERR_FORMAT, path, line, NULL,
                             "is not a round; delete the cell to train anew");
        if (!err && json_array_append(*out, round)) err = vg_fail_memory(diag);
        json_decref(round);
    }
    vg_free(bytes);
    return err;
}

// All seeds and rounds have the names of the first seed's first round.
static vg_err name_record(vg_outcome_record *r, const json_t *first, vg_diag *diag) {
    const char *key;
    json_t *value;
    if (!(r->names = vg_alloc((int64_t)json_object_size(first) + 1, sizeof *r->names)))
        return vg_fail_memory(diag);
    json_object_foreach((json_t *)first, key, value) {
        if (strcmp(key, "round") != 0) snprintf(r->names[r->name_count++], sizeof r->names[0], "%.63s", key);
    }
    return VG_OK;
}

static vg_err fill_record(vg_outcome_record *r, json_t *const *rounds, vg_diag *diag) {
    int64_t count = (int64_t)r->name_count * r->seeds * r->rounds;
    if (!(r->values = vg_new(double, count))) return vg_fail_memory(diag);
    for (int32_t n = 0; n < r->name_count; n++)
        for (int32_t k = 0; k < r->seeds; k++)
            for (int32_t i = 0; i < r->rounds; i++) {
                const json_t *value = json_object_get(json_array_get(rounds[k], (size_t)i), r->names[n]);
                r->values[((int64_t)n * r->seeds + k) * r->rounds + i] =
                    json_is_number(value) ? json_number_value(value) : NAN;
            }
    return VG_OK;
}

vg_err vg_study_read_record(const vg_study *s, const vg_study_arm *arm, vg_outcome_record *out,
                            vg_diag *diag) {
    json_t **rounds = vg_new(json_t *, arm->seeds);
    vg_err err = rounds ? VG_OK : vg_fail_memory(diag);
    *out = (vg_outcome_record){.seeds = arm->seeds};
    for (int32_t k = 0; k < arm->seeds && !err; k++) {
        err = read_record(s, arm, k, &rounds[k], diag);
        int32_t count = (int32_t)json_array_size(rounds[k]);
        if (count > out->rounds) out->rounds = count;
    }
    if (!err && out->rounds && json_array_size(rounds[0]))
        err = name_record(out, json_array_get(rounds[0], 0), diag);
    if (!err) err = fill_record(out, rounds, diag);
    for (int32_t k = 0; rounds && k < arm->seeds; k++) json_decref(rounds[k]);
    vg_free(rounds);
    return err;
}

void vg_study_free_record(vg_outcome_record *record) {
    vg_free(record->names);
    vg_free(record->values);
    *record = (vg_outcome_record){0};
}

// Checks the claims before anything is trained, when only the labels of the rows are known.
vg_err vg_study_check_claims(const vg_study *s, vg_diag *diag) {
    if (!s->config.claims[0]) return VG_OK;
    vg_outcome_arm *rows = vg_new(vg_outcome_arm, s->arm_count);
    if (!rows) return vg_fail_memory(diag);
    for (int32_t i = 0; i < s->arm_count; i++) rows[i].label = s->arms[i].label;
    vg_err err = vg_claims_check(s->config.claims, rows, s->arm_count, diag);
    vg_free(rows);
    return err;
}

vg_err vg_study_judge(vg_study *s, vg_diag *diag) {
    if (!s->config.claims[0]) return VG_OK;
    s->outcome.claims = &s->claims;
    return vg_claims_judge(s->config.claims, s->rows, s->arm_count, (uint64_t)s->config.seed, &s->claims,
                           diag);
}
