// eval/gate/drives_read.c -- reads results and baselines for a gate.
#include <float.h>
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "eval/gate/drives_private.h"
#include "eval/outcome/result.h"
#include "sim/base/file.h"
#include "sim/base/hash.h"
#include "sim/base/memory.h"

const vg_drive_column vg_drive_columns[VG_DRIVE_COLUMN_COUNT] = {
#define X(name, key, unit, text) {#name, key, offsetof(vg_drive, name)},
    VG_DRIVE_COLUMNS(X)
#undef X
};

static vg_err fail(const vg_drives *d, const char *key, const char *wanted, vg_diag *diag) {
    return vg_fail_at(diag, VG_ERR_FORMAT, d->path, 0, key, "missing or wrong, expected %s", wanted);
}

static vg_err take_text(const vg_drives *d, const json_t *from, const char *key, char *out, size_t size,
                        vg_diag *diag) {
    const char *text = json_string_value(json_object_get(from, key));
    if (!text) return fail(d, key, "a text", diag);
    if (strlen(text) >= size)
        return vg_fail_at(diag, VG_ERR_FORMAT, d->path, 0, key, "has %zu bytes, expected at most %zu",
                          strlen(text), size - 1);
    vg_name_of(out, size, text, strlen(text));
    return VG_OK;
}

// Into column c of a row; null, which means none, as NaN. A value that is missing is not none.
static vg_err take_value(vg_drives *d, int32_t c, const json_t *value, int32_t row, vg_diag *diag) {
    const vg_drive_column *column = &vg_drive_columns[c];
    double number = json_is_number(value) ? json_number_value(value) : NAN;
    if (!json_is_null(value) && !(fabs(number) <= (double)FLT_MAX))
        return vg_fail_at(diag, VG_ERR_FORMAT, d->path, 0, column->name,
                          "%s in episode %d, expected a number or null", value ? "no number" : "missing",
                          row + 1);
    *(float *)((char *)&d->rows[row] + column->at) = (float)number;
    return VG_OK;
}

static vg_err check_version(const char *path, const json_t *root, int wanted, vg_diag *diag) {
    const json_t *version = json_object_get(root, "schema_version");
    if (json_is_integer(version) && json_integer_value(version) == wanted) return VG_OK;
    if (!json_is_integer(version))
        return vg_fail_at(diag, VG_ERR_FORMAT, path, 0, "schema_version", "is no number, expected %d",
                          wanted);
    return vg_fail_at(diag, VG_ERR_FORMAT, path, 0, "schema_version", "is %lld, this verge reads %d: %s",
                      (long long)json_integer_value(version), wanted,
                      json_integer_value(version) > wanted
                          ? "a later verge wrote it"
                          : "score again, and make a baseline again by `verge baseline update`");
}

// --- the frame: suite, car, roads -------------------------------------------------------------------------

static vg_err take_roads(vg_drives *d, const json_t *list, vg_diag *diag) {
    size_t count = json_array_size(list);
    if (count < 1 || count > 1 << 20) return fail(d, "roads", "at least one road", diag);
    d->road_count = (int32_t)count;
    d->roads = vg_alloc(d->road_count, sizeof *d->roads);
    d->road_hashes = vg_alloc(d->road_count, sizeof *d->road_hashes);
    if (!d->roads || !d->road_hashes) return vg_fail_memory(diag);
    vg_err err = VG_OK;
    for (int32_t i = 0; i < d->road_count && !err; i++) {
        const json_t *road = json_array_get(list, (size_t)i);
        err = take_text(d, road, "name", d->roads[i], VG_DRIVE_TEXT, diag);
        if (!err) err = take_text(d, road, "hash", d->road_hashes[i], 17, diag);
    }
    return err;
}

static vg_err take_frame(vg_drives *d, const json_t *root, vg_diag *diag) {
    d->suite = json_incref(json_object_get(root, "suite"));
    d->car = json_incref(json_object_get(root, "car"));
    json_int_t starts = json_integer_value(json_object_get(d->suite, "starts"));
    if (!json_is_object(d->suite) || !json_is_string(json_object_get(d->suite, "hash")) ||
        !json_is_string(json_object_get(d->suite, "name")))
        return fail(d, "suite", "an object with a name and a hash", diag);
    if (!json_is_object(d->car)) return fail(d, "car", "an object", diag);
    if (starts < 1 || starts > 65536) return fail(d, "suite.starts", "1 to 65536", diag);
    d->starts = (int32_t)starts, d->passes = 1;
    d->seed = json_integer_value(json_object_get(d->suite, "seed"));
    vg_err err = take_roads(d, json_object_get(root, "roads"), diag);
    if (err) return err;
    if ((int64_t)d->road_count * d->starts >= 1 << 24)
        return fail(d, "roads", "fewer than 2^24 episodes", diag);
    d->rows = vg_new(vg_drive, vg_drives_count(d));
    return d->rows ? VG_OK : vg_fail_memory(diag);
}

static vg_err take_clock(vg_drives *d, const json_t *from, vg_diag *diag) {
    d->tick = json_number_value(json_object_get(from, "tick"));
    d->action_time = json_number_value(json_object_get(from, "action_time"));
    if (!(d->tick > 0) || !(d->action_time > 0))
        return fail(d, "tick", "tick and action_time in seconds; score again with this verge", diag);
    return VG_OK;
}

// --- a result ---------------------------------------------------------------------------------------------

static vg_err fail_arms(const vg_drives *d, const json_t *arms, const char *label, vg_diag *diag) {
    char names[300] = "";
    for (size_t i = 0; i < json_array_size(arms); i++) {
        const char *name = json_string_value(json_object_get(json_array_get(arms, i), "label"));
        size_t used = strlen(names);
        snprintf(names + used, sizeof names - used, "%s'%.60s'", i ? ", " : "", name ? name : "");
    }
    if (label)
        return vg_fail_at(diag, VG_ERR_NOT_FOUND, d->path, 0, NULL, "no policy '%.60s'; it has %s", label,
                          names);
    return vg_fail_at(diag, VG_ERR_ARGUMENT, d->path, 0, NULL, "%d policies, choose one by its label: %s",
                      (int)json_array_size(arms), names);
}

static vg_err find_arm(const vg_drives *d, const json_t *root, const char *label, const json_t **out,
                       vg_diag *diag) {
    const json_t *arms = json_object_get(root, "arms");
    if (!label && json_array_size(arms) == 1) *out = json_array_get(arms, 0);
    for (size_t i = 0; label && i < json_array_size(arms) && !*out; i++) {
        const char *own = json_string_value(json_object_get(json_array_get(arms, i), "label"));
        if (own && strcmp(own, label) == 0) *out = json_array_get(arms, i);
    }
    return *out ? VG_OK : fail_arms(d, arms, label, diag);
}

static vg_err fail_episode(const vg_drives *d, int32_t road, int32_t have, vg_diag *diag) {
    return vg_fail_at(diag, VG_ERR_FORMAT, d->path, 0, "episodes", "%d on road '%.80s', expected %d: %s",
                      have, d->roads[road], d->starts,
                      have < d->starts ? "one is missing" : "one is too many");
}

// A collision counts as a departure; results from before obstacles have none.
static void take_collision(const json_t *row, vg_drive *drive) {
    const json_t *time = json_object_get(row, "collision_time");
    if (json_number_value(time) > 0 && isnan(drive->off_time))
        drive->off_time = (float)json_number_value(time), drive->hit = true;
    drive->departures += (float)json_integer_value(json_object_get(row, "collisions"));
}

static vg_err take_rows(vg_drives *d, const json_t *list, vg_diag *diag) {
    int32_t *have = vg_new(int32_t, d->road_count);
    if (!have) return vg_fail_memory(diag);
    vg_err err = VG_OK;
    for (size_t i = 0; i < json_array_size(list) && !err; i++) {
        const json_t *row = json_array_get(list, i), *road = json_object_get(row, "road");
        json_int_t r = json_is_integer(road) ? json_integer_value(road) : -1;
        if (r < 0 || r >= d->road_count)
            err = fail(d, "episodes", "each on a road of the list", diag);
        else if (have[r]++ < d->starts) {
            int32_t at = (int32_t)r * d->starts + have[r] - 1;
            for (int32_t c = 0; c < VG_DRIVE_COLUMN_COUNT && !err; c++)
                err = take_value(d, c, json_object_get(row, vg_drive_columns[c].key), at, diag);
            if (!err) take_collision(row, &d->rows[at]);
        }
    }
    for (int32_t r = 0; r < d->road_count && !err; r++)
        if (have[r] != d->starts) err = fail_episode(d, r, have[r], diag);
    vg_free(have);
    return err;
}

static vg_err take_result(vg_drives *d, const json_t *root, const char *label, vg_diag *diag) {
    const json_t *arm = NULL, *seeds, *episodes;
    vg_err err = take_frame(d, root, diag);
    if (!err) err = find_arm(d, root, label, &arm, diag);
    if (err) return err;
    episodes = json_object_get(arm, "episodes"), seeds = json_object_get(arm, "seeds");
    if (!json_is_array(episodes) || json_array_size(seeds) != 1)
        return vg_fail_at(
            diag, VG_ERR_FORMAT, d->path, 0, "arms",
            "one policy's episodes are not here: a study's result is gated by `verge gate --recipe`");
    err = take_text(d, arm, "label", d->label, sizeof d->label, diag);
    if (!err) err = take_text(d, arm, "source", d->source, sizeof d->source, diag);
    const json_t *seed = json_array_get(seeds, 0);
    if (!err && json_is_string(json_object_get(seed, "hash")))
        err = take_text(d, seed, "hash", d->policy_hash, sizeof d->policy_hash, diag);
    if (!err) err = take_clock(d, arm, diag);
    if (!err) err = take_rows(d, episodes, diag);
    // Last, so that a missing field is reported by its name.
    return err ? err : vg_json_check_seal(d->path, root, diag);
}

// --- a baseline -------------------------------------------------------------------------------------------

static vg_err take_columns(vg_drives *d, const json_t *columns, vg_diag *diag) {
    int32_t count = vg_drives_count(d);
    for (int32_t c = 0; c < VG_DRIVE_COLUMN_COUNT; c++) {
        const json_t *list = json_object_get(columns, vg_drive_columns[c].name);
        if (json_array_size(list) != (size_t)count)
            return vg_fail_at(diag, VG_ERR_FORMAT, d->path, 0, vg_drive_columns[c].name,
                              "%d episodes, expected %d: one is missing or too many",
                              (int)json_array_size(list), count);
        vg_err err = VG_OK;
        for (int32_t i = 0; i < count && !err; i++)
            err = take_value(d, c, json_array_get(list, (size_t)i), i, diag);
        if (err) return err;
    }
    return VG_OK;
}

// Were the episodes changed after the baseline was made?
static vg_err check_score(const vg_drives *d, const json_t *root, vg_diag *diag) {
    char said[24], own[17];
    vg_err err = take_text(d, root, "score_hash", said, sizeof said, diag);
    if (err || strcmp(said, vg_hash_format(vg_drives_hash(d), own)) == 0) return err;
    return vg_fail_at(
        diag, VG_ERR_FORMAT, d->path, 0, "score_hash",
        "does not fit the episodes: the file was changed after verge wrote it; make the baseline "
        "again from a result (verge baseline update)");
}

static vg_err take_baseline(vg_drives *d, const json_t *root, vg_diag *diag) {
    const json_t *policy = json_object_get(root, "policy");
    vg_err err = check_version(d->path, root, VG_BASELINE_VERSION, diag);
    if (!err) err = take_frame(d, root, diag);
    if (!err) err = take_text(d, policy, "label", d->label, sizeof d->label, diag);
    if (!err) err = take_text(d, policy, "source", d->source, sizeof d->source, diag);
    if (!err) err = take_text(d, policy, "hash", d->policy_hash, sizeof d->policy_hash, diag);
    if (!err) err = take_clock(d, root, diag);
    if (!err) err = take_columns(d, json_object_get(root, "episodes"), diag);
    if (!err) err = check_score(d, root, diag);
    d->history = json_incref(json_object_get(root, "history"));
    if (!err && !json_is_array(d->history)) err = fail(d, "history", "a list", diag);
    return err;
}

// --- both -------------------------------------------------------------------------------------------------

static vg_err take(vg_drives *d, const json_t *root, const char *label, vg_diag *diag) {
    const char *kind = json_string_value(json_object_get(root, "kind"));
    if (kind && strcmp(kind, VG_BASELINE_KIND) == 0) return take_baseline(d, root, diag);
    if (kind && strcmp(kind, "verge result") == 0) return take_result(d, root, label, diag);
    return fail(d, "kind", "a result of `verge eval` or a baseline", diag);
}

static vg_err check_result(const char *path, const json_t *root, vg_diag *diag) {
    const char *kind = json_string_value(json_object_get(root, "kind"));
    if (!kind || strcmp(kind, "verge result") != 0) return VG_OK; // a baseline, or what the caller refuses
    return check_version(path, root, VG_RESULT_VERSION, diag);
}

vg_err vg_result_load(const char *path, char file[VG_RESULT_PATH], json_t **out, vg_diag *diag) {
    struct stat about;
    char *bytes;
    int64_t size;
    json_error_t wrong;
    bool folder = stat(path, &about) == 0 && S_ISDIR(about.st_mode);
    int length = snprintf(file, VG_RESULT_PATH, "%s%s", path, folder ? "/result.json" : "");
    if (length >= VG_RESULT_PATH)
        return vg_fail(diag, VG_ERR_ARGUMENT, "'%.80s...' is too long for a path", path);
    vg_err err = vg_file_read(file, 0, &bytes, &size, diag);
    if (err) return err;
    *out = json_loadb(bytes, (size_t)size, JSON_REJECT_DUPLICATES, &wrong);
    vg_free(bytes);
    if (!*out) return vg_fail_at(diag, VG_ERR_FORMAT, file, wrong.line, NULL, "is no JSON: %s", wrong.text);
    err = check_result(file, *out, diag);
    if (!err) return VG_OK;
    json_decref(*out);
    *out = NULL;
    return err;
}

static vg_err take_history(vg_drives *d, const json_t *root, vg_diag *diag) {
    d->suite = json_incref(json_object_get(root, "suite"));
    d->history = json_incref(json_object_get(root, "history"));
    return json_is_array(d->history) ? VG_OK : fail(d, "history", "a list", diag);
}

vg_err vg_drives_read_before(const char *path, vg_drives *out, vg_diag *diag) {
    *out = (vg_drives){0};
    json_t *root;
    vg_err err = vg_result_load(path, out->path, &root, diag);
    if (err) return err;
    const char *kind = json_string_value(json_object_get(root, "kind"));
    json_int_t version = json_integer_value(json_object_get(root, "schema_version"));
    bool earlier =
        kind && strcmp(kind, VG_BASELINE_KIND) == 0 && version >= 1 && version < VG_BASELINE_VERSION;
    err = earlier ? take_history(out, root, diag) : take(out, root, NULL, diag);
    json_decref(root);
    if (err) vg_drives_free(out);
    return err;
}

vg_err vg_drives_read(const char *path, const char *label, vg_drives *out, vg_diag *diag) {
    *out = (vg_drives){0};
    json_t *root;
    vg_err err = vg_result_load(path, out->path, &root, diag);
    if (err) return err;
    err = take(out, root, label, diag);
    json_decref(root);
    if (err) vg_drives_free(out);
    return err;
}
