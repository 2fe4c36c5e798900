#include "eval/gate/drives.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "eval/gate/drives_private.h"
#include "sim/base/hash.h"
#include "sim/base/memory.h"

void vg_drives_free(vg_drives *d) {
    json_decref(d->suite);
    json_decref(d->car);
    json_decref(d->history);
    vg_free(d->roads);
    vg_free(d->road_hashes);
    vg_free(d->rows);
    *d = (vg_drives){0};
}

bool vg_drive_left(const vg_drive *drive) { return !isnan(drive->off_time); }

bool vg_drives_hit(const vg_drives *drives) {
    for (int32_t i = 0; i < vg_drives_count(drives); i++)
        if (drives->rows[i].hit) return true;
    return false;
}

bool vg_drive_stalled(const vg_drive *drive) { return !vg_drive_left(drive) && !isnan(drive->stall_time); }

char *vg_drives_name(const vg_drives *d, int32_t row, char *buffer) {
    int32_t each = d->road_count * d->starts, in = row % each, pass = row / each;
    snprintf(buffer, VG_DRIVE_TEXT + 48, "%s:%d", d->roads[in / d->starts], in % d->starts);
    size_t used = strlen(buffer);
    if (pass)
        snprintf(buffer + used, VG_DRIVE_TEXT + 48 - used, " (suite seed %lld)", (long long)(d->seed + pass));
    return buffer;
}

// --- pairs ------------------------------------------------------------------------------------------------

static vg_err differ(const char *what, const char *a, const char *b, vg_diag *diag) {
    return vg_fail(
        diag, VG_ERR_MISMATCH,
        "the episodes are not paired: %s is %.120s in the baseline and %.120s in the result; score both on "
        "the same suite",
        what, a, b);
}

static void value_text(const json_t *value, char text[128]) {
    vg_text whole = {0};
    if (value) vg_json_text(value, &whole);
    if (whole.size) whole.bytes[strcspn(whole.bytes, "\n")] = 0;
    snprintf(text, 128, "%s", whole.size && !whole.failed ? whole.bytes : "missing");
    vg_text_free(&whole);
}

// Keys that do not influence a score.
static bool idle(const char *key) {
    static const char *const keys[] = {"name",  "version",    "about", "hash",
                                       "train", "validation", "car",   "test"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (strcmp(key, keys[i]) == 0) return true;
    return false;
}

static vg_err check_key(const char *key, const json_t *a, const json_t *b, vg_diag *diag) {
    char of_a[128], of_b[128], what[80];
    if (json_equal(a, b)) return VG_OK;
    value_text(a, of_a), value_text(b, of_b);
    snprintf(what, sizeof what, "the suite's '%.40s'", key);
    return differ(what, of_a, of_b, diag);
}

static vg_err check_suite(const vg_drives *a, const vg_drives *b, vg_diag *diag) {
    const char *key;
    const json_t *value;
    vg_err err = VG_OK;
    json_object_foreach((json_t *)a->suite, key, value) {
        if (!err && !idle(key)) err = check_key(key, value, json_object_get(b->suite, key), diag);
    }
    return err;
}

static vg_err check_roads(const vg_drives *a, const vg_drives *b, vg_diag *diag) {
    char of_a[32], of_b[32], what[VG_DRIVE_TEXT + 32];
    snprintf(of_a, sizeof of_a, "%d", a->road_count), snprintf(of_b, sizeof of_b, "%d", b->road_count);
    if (a->road_count != b->road_count) return differ("the number of roads", of_a, of_b, diag);
    for (int32_t i = 0; i < a->road_count; i++) {
        if (strcmp(a->road_hashes[i], b->road_hashes[i]) == 0) continue;
        snprintf(what, sizeof what, "road %d's geometry ('%s')", i + 1, a->roads[i]);
        return differ(what, a->road_hashes[i], b->road_hashes[i], diag);
    }
    return VG_OK;
}

static vg_err check_number(const char *what, double a, double b, vg_diag *diag) {
    char of_a[32], of_b[32];
    return a == b ? VG_OK : differ(what, vg_format_double(a, of_a), vg_format_double(b, of_b), diag);
}

// With the same suite, an episode with another start is another episode: one is missing or one too many.
static vg_err check_starts(const vg_drives *a, const vg_drives *b, vg_diag *diag) {
    char name[VG_DRIVE_TEXT + 48];
    for (int32_t i = 0; i < vg_drives_count(a); i++)
        if (a->rows[i].start_s != b->rows[i].start_s)
            return vg_fail(diag, VG_ERR_MISMATCH,
                           "episode '%.80s' starts at %g m in the baseline and at %g m in the result: it is "
                           "missing, or not of this suite",
                           vg_drives_name(a, i, name), (double)a->rows[i].start_s,
                           (double)b->rows[i].start_s);
    return VG_OK;
}

static const char *text_at(const json_t *object, const char *key) {
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "missing";
}

vg_err vg_drives_check_pair(const vg_drives *a, const vg_drives *b, vg_diag *diag) {
    vg_err err = VG_OK;
    const char *car_a = text_at(a->car, "hash"), *car_b = text_at(b->car, "hash");
    if (strcmp(car_a, car_b) != 0) {
        char of_a[80], of_b[80];
        snprintf(of_a, sizeof of_a, "'%.40s' %.17s", text_at(a->car, "name"), car_a);
        snprintf(of_b, sizeof of_b, "'%.40s' %.17s", text_at(b->car, "name"), car_b);
        err = differ("the car", of_a, of_b, diag);
    }
    if (!err) err = check_number("the tick (s)", a->tick, b->tick, diag);
    if (!err) err = check_number("the time between two actions (s)", a->action_time, b->action_time, diag);
    if (!err) err = check_suite(a, b, diag);
    if (!err) err = check_roads(a, b, diag);
    const char *hash_a = text_at(a->suite, "hash"), *hash_b = text_at(b->suite, "hash");
    if (!err && strcmp(hash_a, hash_b) != 0) err = differ("the suite's hash", hash_a, hash_b, diag);
    if (!err) err = check_number("the number of passes", a->passes, b->passes, diag);
    return err ? err : check_starts(a, b, diag);
}

// --- rows -------------------------------------------------------------------------------------------------

// NaN means "none", and equals itself here.
static bool same(float a, float b) { return a == b || (isnan(a) && isnan(b)); }

static bool rows_equal(const vg_drive *a, const vg_drive *b) {
    bool equal = true;
#define X(name, key, unit, text) equal = equal && same(a->name, b->name);
    VG_DRIVE_COLUMNS(X)
#undef X
    return equal;
}

bool vg_drives_equal(const vg_drives *a, const vg_drives *b) {
    if (vg_drives_count(a) != vg_drives_count(b)) return false;
    for (int32_t i = 0; i < vg_drives_count(a); i++)
        if (!rows_equal(&a->rows[i], &b->rows[i])) return false;
    return true;
}

uint64_t vg_drives_hash(const vg_drives *d) {
    uint64_t hash = 0;
    for (int32_t i = 0; i < vg_drives_count(d); i++) {
#define X(name, key, unit, text)                                                                             \
    hash = vg_hash_float(hash, &(float){isnan(d->rows[i].name) ? -1.0f : d->rows[i].name}, 1);
        VG_DRIVE_COLUMNS(X)
#undef X
    }
    return hash;
}

vg_err vg_drives_append(vg_drives *d, const vg_drives *pass, vg_diag *diag) {
    if (d->road_count != pass->road_count || d->starts != pass->starts)
        return vg_fail(diag, VG_ERR_MISMATCH, "a pass of %d x %d episodes behind one of %d x %d",
                       pass->road_count, pass->starts, d->road_count, d->starts);
    int32_t have = vg_drives_count(d), more = vg_drives_count(pass);
    vg_drive *rows = vg_realloc(d->rows, have, have + more, sizeof *rows);
    if (!rows) return vg_fail_memory(diag);
    memcpy(rows + have, pass->rows, (size_t)more * sizeof *rows);
    d->rows = rows, d->passes += pass->passes;
    return VG_OK;
}
