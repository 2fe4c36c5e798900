#include "app/view/result_file.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "eval/outcome/result.h"
#include "eval/outcome/result_suite.h"
#include "sim/base/hash.h"
#include "sim/base/memory.h"

static vg_err fail_key(const vg_result_file *r, const char *key, const char *expected, vg_diag *diag) {
    return vg_fail_at(diag, VG_ERR_FORMAT, r->path, 0, key, "is missing or wrong, expected %s", expected);
}

static const char *text_of(const json_t *object, const char *key) {
    return json_string_value(json_object_get(object, key));
}

// --- open ------------------------------------------------------------------------------------------------

static vg_err check_kind(const vg_result_file *r, vg_diag *diag) {
    const char *kind = text_of(r->root, "kind");
    json_int_t version = json_integer_value(json_object_get(r->root, "schema_version"));
    if (!kind || strcmp(kind, "verge result") != 0)
        return vg_fail_at(diag, VG_ERR_FORMAT, r->path, 0, "kind", "is '%.40s', expected 'verge result'",
                          kind ? kind : "");
    if (version == VG_RESULT_VERSION) return VG_OK;
    return vg_fail_at(diag, VG_ERR_FORMAT, r->path, 0, "schema_version",
                      "is %lld, expected %d: score again with this verge", (long long)version,
                      VG_RESULT_VERSION);
}

static vg_err take_suite(vg_result_file *r, vg_diag *diag) {
    const json_t *suite = json_object_get(r->root, "suite");
    const char *name = text_of(suite, "name");
    if (!name) return fail_key(r, "suite", "an object with a name", diag);
    snprintf(r->suite, sizeof r->suite, "%s", name);
    vg_err err = vg_result_suite(r->path, suite, &r->config, diag);
    return err ? err : vg_result_car(r->path, json_object_get(r->root, "car"), &r->car, diag);
}

static vg_err check_lists(vg_result_file *r, vg_diag *diag) {
    r->roads = json_object_get(r->root, "roads");
    r->arms = json_object_get(r->root, "arms");
    r->name = text_of(r->root, "name");
    r->road_count = (int32_t)json_array_size(r->roads), r->arm_count = (int32_t)json_array_size(r->arms);
    if (!r->name) return fail_key(r, "name", "a text", diag);
    if (r->road_count < 1) return fail_key(r, "roads", "at least one road", diag);
    if (r->arm_count < 1) return fail_key(r, "arms", "at least one arm", diag);
    if ((int64_t)r->road_count * r->config.starts >= 1 << 24)
        return fail_key(r, "roads", "fewer than 2^24 episodes", diag);
    for (int32_t i = 0; i < r->road_count; i++) {
        const json_t *road = json_array_get(r->roads, (size_t)i);
        if (!text_of(road, "name") || !text_of(road, "hash"))
            return fail_key(r, "roads", "a name and a hash of each", diag);
    }
    for (int32_t i = 0; i < r->arm_count; i++) {
        const json_t *arm = json_array_get(r->arms, (size_t)i);
        if (!text_of(arm, "label") || !text_of(arm, "kind") || !text_of(arm, "source") ||
            json_array_size(json_object_get(arm, "seeds")) < 1)
            return fail_key(r, "arms", "label, kind, source and seeds of each", diag);
    }
    return VG_OK;
}

static vg_err load(vg_result_file *r, vg_diag *diag) {
    char *bytes;
    int64_t size;
    json_error_t wrong;
    vg_err err = vg_file_read(r->path, 0, &bytes, &size, diag);
    if (err) return err;
    r->root = json_loadb(bytes, (size_t)size, JSON_REJECT_DUPLICATES, &wrong);
    vg_free(bytes);
    if (!r->root)
        return vg_fail_at(diag, VG_ERR_FORMAT, r->path, wrong.line, NULL, "is not JSON: %s", wrong.text);
    err = check_kind(r, diag);
    if (!err) err = take_suite(r, diag);
    return err ? err : check_lists(r, diag);
}

vg_err vg_result_file_open(const char *path, vg_result_file *out, vg_diag *diag) {
    struct stat about;
    *out = (vg_result_file){0};
    bool folder = stat(path, &about) == 0 && S_ISDIR(about.st_mode);
    int length = snprintf(out->path, sizeof out->path, "%s%s", path, folder ? "/result.json" : "");
    if (length >= (int)sizeof out->path)
        return vg_fail(diag, VG_ERR_ARGUMENT, "'%.80s...' is too long for a path", path);
    const char *slash = strrchr(out->path, '/');
    if (slash) snprintf(out->folder, sizeof out->folder, "%.*s/", (int)(slash - out->path), out->path);
    vg_err err = load(out, diag);
    if (err) vg_result_file_close(out);
    return err;
}

void vg_result_file_close(vg_result_file *result) {
    json_decref(result->root);
    *result = (vg_result_file){0};
}

// --- by name ---------------------------------------------------------------------------------------------

const char *vg_result_file_road(const vg_result_file *r, int32_t i) {
    return text_of(json_array_get(r->roads, (size_t)i), "name");
}

const char *vg_result_file_label(const vg_result_file *r, int32_t arm) {
    return text_of(json_array_get(r->arms, (size_t)arm), "label");
}

typedef const char *(*name_fn)(const vg_result_file *r, int32_t i);

static vg_err fail_name(const vg_result_file *r, const char *what, const char *name, name_fn at,
                        int32_t count, vg_diag *diag) {
    char names[300] = "";
    for (int32_t i = 0; i < count; i++) {
        size_t used = strlen(names);
        snprintf(names + used, sizeof names - used, "%s'%s'", i ? ", " : "", at(r, i));
    }
    if (strlen(names) == sizeof names - 1) snprintf(names + sizeof names - 4, 4, "...");
    return vg_fail_at(diag, VG_ERR_NOT_FOUND, r->path, 0, NULL, "has no %s '%.60s'; it has %s", what, name,
                      names);
}

vg_err vg_result_file_find_road(const vg_result_file *r, const char *name, int32_t *out, vg_diag *diag) {
    int64_t number;
    for (*out = 0; *out < r->road_count; ++*out)
        if (strcmp(vg_result_file_road(r, *out), name) == 0) return VG_OK;
    if (vg_parse_int(name, &number) && number >= 0 && number < r->road_count) {
        *out = (int32_t)number;
        return VG_OK;
    }
    return fail_name(r, "road", name, vg_result_file_road, r->road_count, diag);
}

vg_err vg_result_file_find_arm(const vg_result_file *r, const char *label, int32_t *out, vg_diag *diag) {
    for (*out = 0; *out < r->arm_count; ++*out)
        if (strcmp(vg_result_file_label(r, *out), label) == 0) return VG_OK;
    return fail_name(r, "arm", label, vg_result_file_label, r->arm_count, diag);
}

// --- starts ----------------------------------------------------------------------------------------------

vg_err vg_result_file_starts(const vg_result_file *r, int32_t road, vg_start *starts, vg_diag *diag) {
    const json_t *list = json_array_get(json_object_get(r->root, "recorded_starts"), (size_t)road);
    for (int64_t k = 0; k < r->config.starts; k++) {
        const json_t *state = json_array_get(list, (size_t)k);
        double value[4] = {NAN, NAN, NAN, NAN};
        for (size_t i = 0; i < 4 && json_is_number(json_array_get(state, i)); i++)
            value[i] = json_number_value(json_array_get(state, i));
        starts[k] = (vg_start){value[0], (float)value[1], (float)value[2], (float)value[3]};
        if (isfinite(value[0]) && isfinite(starts[k].offset) && isfinite(starts[k].heading) &&
            isfinite(starts[k].speed))
            continue;
        return fail_key(r, "recorded_starts", "s, offset, heading and speed of each start", diag);
    }
    return VG_OK;
}

// --- curves ----------------------------------------------------------------------------------------------

// Reads a list of count numbers; null is NaN.
static bool take_column(const json_t *curves, const char *key, int32_t count, double *out) {
    const json_t *list = json_object_get(curves, key);
    if ((int32_t)json_array_size(list) != count) return false;
    for (int32_t i = 0; i < count; i++) {
        const json_t *value = json_array_get(list, (size_t)i);
        out[i] = json_is_number(value) ? json_number_value(value) : NAN;
    }
    return true;
}

vg_err vg_result_file_curves(const vg_result_file *r, int32_t arm, vg_view_curves *out, vg_diag *diag) {
    const json_t *object = json_array_get(r->arms, (size_t)arm);
    const json_t *curves = json_object_get(object, "curves");
    if (!curves) return VG_OK;
    int32_t count = (int32_t)json_array_size(json_object_get(curves, "t"));
    if (count < 1) return fail_key(r, "curves", "at least one time", diag);
    vg_err err = vg_view_curves_take(out, count, diag);
    if (err) return err;
    struct {
        const char *key;
        double *column;
    } const columns[] = {
        {"t", out->t},          {"alive", out->alive},  {"alive_low", out->low}, {"alive_high", out->high},
        {"share_50", out->q50}, {"share_90", out->q90}, {"share_99", out->q99}};
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
        if (!take_column(curves, columns[i].key, count, columns[i].column))
            return fail_key(r, columns[i].key, "as many numbers as times", diag);
    out->banded = !isnan(out->low[count - 1]);
    size_t seeds = json_array_size(json_object_get(object, "seeds"));
    if (seeds > 1)
        snprintf(out->about, sizeof out->about, "%d roads, %d starts, %zu training seeds", r->road_count,
                 (int)r->config.starts, seeds);
    else
        snprintf(out->about, sizeof out->about, "%d road%s, %d starts", r->road_count,
                 r->road_count == 1 ? "" : "s", (int)r->config.starts);
    return VG_OK;
}
