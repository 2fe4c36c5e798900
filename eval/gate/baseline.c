// eval/gate/baseline.c -- a baseline as a file: the drives, as one list a column, and the baseline's history.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "eval/gate/drives_private.h"
#include "sim/base/hash.h"
#include "sim/base/version.h"

static json_t *columns_json(const vg_drives *d) {
    json_t *object = json_object();
    for (int32_t c = 0; c < VG_DRIVE_COLUMN_COUNT; c++) {
        json_t *list = json_array();
        for (int32_t i = 0; i < vg_drives_count(d); i++) {
            const char *row = (const char *)&d->rows[i];
            json_array_append_new(list, vg_json_float(*(const float *)(row + vg_drive_columns[c].at)));
        }
        json_object_set_new(object, vg_drive_columns[c].name, list);
    }
    return object;
}

static json_t *roads_json(const vg_drives *d) {
    json_t *list = json_array();
    for (int32_t i = 0; i < d->road_count; i++)
        json_array_append_new(list, json_pack("{ss ss}", "name", d->roads[i], "hash", d->road_hashes[i]));
    return list;
}

// One line of the history. It shows how the baseline changed, without the files that were replaced.
static json_t *entry_json(const vg_drives *d, const char *reason, const char *date) {
    double off = 0, stalled = 0, drift = 0;
    int32_t n = vg_drives_count(d);
    char hash[17];
    for (int32_t i = 0; i < n; i++) {
        off += vg_drive_left(&d->rows[i]), stalled += vg_drive_stalled(&d->rows[i]);
        drift += (double)d->rows[i].drift;
    }
    return json_pack("{ss ss ss ss ss ss* so so so}", "date", date, "reason", reason, "policy", d->label,
                     "policy_hash", d->policy_hash, "score_hash", vg_hash_format(vg_drives_hash(d), hash),
                     "suite_hash", json_string_value(json_object_get(d->suite, "hash")), "off_road",
                     vg_json_float((float)(off / n)), "stalled", vg_json_float((float)(stalled / n)), "drift",
                     vg_json_float((float)(drift / n)));
}

vg_err vg_baseline_json(const vg_drives *d, const vg_drives *before, const char *reason, const char *date,
                        vg_text *out, vg_diag *diag) {
    if (!reason || !reason[strspn(reason, " \t")])
        return vg_fail(diag, VG_ERR_ARGUMENT,
                       "a change of the baseline needs a reason, in one line of text: none given");
    if (!vg_is_printable(reason))
        return vg_fail(diag, VG_ERR_ARGUMENT,
                       "the reason is not one line of UTF-8 text without control characters");
    char hash[17];
    json_t *history = before && before->history ? json_deep_copy(before->history) : json_array();
    json_array_append_new(history, entry_json(d, reason, date));
    json_t *root = json_pack(
        "{ss si ss so so so so so so ss so so}", "kind", VG_BASELINE_KIND, "schema_version",
        VG_BASELINE_VERSION, "version", VG_VERSION, "history", history, "policy",
        json_pack("{ss ss ss}", "label", d->label, "source", d->source, "hash", d->policy_hash), "tick",
        json_real(d->tick), "action_time", json_real(d->action_time), "suite", json_incref(d->suite), "car",
        json_incref(d->car), "score_hash", vg_hash_format(vg_drives_hash(d), hash), "roads", roads_json(d),
        "episodes", columns_json(d));
    if (!root) return vg_fail_memory(diag);
    vg_json_text(root, out);
    json_decref(root);
    return out->failed ? vg_fail_memory(diag) : VG_OK;
}
