#include "eval/study/study_card.h"

#include <math.h>
#include <stdlib.h>

#include "eval/outcome/json.h"
#include "sim/base/file.h"
#include "sim/base/hash.h"
#include "sim/base/memory.h"

json_t *vg_study_card_hash(uint64_t hash) {
    char text[17];
    return json_string(vg_hash_format(hash, text));
}

vg_err vg_study_card_write(json_t *card, const char *path, vg_diag *diag) {
    vg_text text = {0};
    if (card) vg_json_text(card, &text);
    vg_err err = !card || text.failed ? vg_fail_memory(diag)
                                      : vg_file_write(path, text.bytes, text.size, VG_REPLACE, diag);
    vg_text_free(&text);
    json_decref(card);
    return err;
}

vg_err vg_study_card_read(const char *path, json_t **out, vg_diag *diag) {
    char *bytes;
    int64_t size;
    *out = NULL;
    vg_err err = vg_file_read(path, 1 << 20, &bytes, &size, diag);
    if (err) return err;
    *out = json_loadb(bytes, (size_t)size, JSON_REJECT_DUPLICATES, NULL);
    vg_free(bytes);
    if (json_is_object(*out)) return VG_OK;
    json_decref(*out);
    *out = NULL;
    return vg_fail_at(diag, VG_ERR_FORMAT, path, 0, NULL,
                      "is no card of a study's file; delete it to make what it is about anew");
}

// A value as a message shows it: "missing", or the first so many bytes.
static const char *shown(const json_t *value, char **owned) {
    *owned = value ? json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT) : NULL;
    return *owned ? *owned : "missing";
}

vg_err vg_study_card_check(const json_t *card, json_t *expected, const char *path, const char *what,
                           vg_diag *diag) {
    const char *key;
    json_t *value;
    vg_err err = expected ? VG_OK : vg_fail_memory(diag);
    json_object_foreach(expected, key, value) {
        const json_t *own = json_object_get(card, key);
        char *own_text, *text;
        if (err || (own && json_equal(own, value))) continue;
        const char *is = shown(own, &own_text), *wanted = shown(value, &text);
        err = vg_fail_at(diag, VG_ERR_MISMATCH, path, 0, key,
                         "is %.120s, expected %.120s: it is of another %s. Delete it to make that %s anew",
                         is, wanted, what, what);
        free(own_text);
        free(text);
    }
    json_decref(expected);
    return err;
}

// --- reports ----------------------------------------------------------------------------------------------

// Converts a field of a report to JSON, by its type, and back; null: NaN.
#define JSON_OF_int64_t(value) json_integer(value)
#define JSON_OF_double(value)  (isfinite(value) ? json_real(value) : json_null())
#define JSON_TO_int64_t(json)  json_integer_value(json)
#define JSON_TO_double(json)   number_of(json)
static double number_of(const json_t *json) { return json_is_number(json) ? json_number_value(json) : NAN; }

bool vg_study_card_put_report(json_t *card, const vg_learner_report *report) {
    int failed = 0;
#define X(type, name, unit, help) failed |= json_object_set_new(card, #name, JSON_OF_##type(report->name));
    VG_LEARNER_REPORT(X)
#undef X
    return !failed;
}

void vg_study_card_report(const json_t *card, vg_learner_report *report) {
#define X(type, name, unit, help) report->name = JSON_TO_##type(json_object_get(card, #name));
    VG_LEARNER_REPORT(X)
#undef X
}
