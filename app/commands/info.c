#include "app/commands/info.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "app/commands/info_log.h"
#include "app/commands/info_policy.h"
#include "app/commands/info_report.h"
#include "eval/gate/drives.h"
#include "eval/outcome/result.h"
#include "logs/import/kinds.h"
#include "logs/import/lap_formats.h"
#include "sim/base/file.h"
#include "sim/base/memory.h"
#include "sim/car.h"
#include "tracks/formats.h"
#include "tracks/survey.h"

// --- roads -----------------------------------------------------------------------------------------------

static void add_warning(void *context, const char *text) {
    vg_facts *facts = context;
    json_t *list = json_object_get(facts->object, "warnings");
    if (!list) vg_fact(facts, "warnings", list = json_array());
    if (json_array_append_new(list, json_string(text))) facts->failed = true;
}

static vg_err info_road(const char *path, vg_facts *facts, vg_diag *diag) {
    const vg_warnings warnings = {add_warning, facts};
    vg_track track = {0};
    vg_road *road = NULL;
    vg_survey survey;
    vg_fact_text(facts, "kind", "road");
    vg_err err = vg_track_read_file(path, &warnings, &track, diag);
    if (!err) err = vg_track_road(&track, &road, diag);
    if (!err) err = vg_survey_road(road, &survey, diag);
    if (!err) {
        if (track.name[0]) vg_fact_text(facts, "name", "%s", track.name);
        vg_fact(facts, "closed", json_boolean(track.closed));
        vg_fact(facts, "points", json_integer(track.count));
        vg_fact(facts, "length_m", json_real(survey.length));
        vg_fact(facts, "width_least_m", json_real(survey.width_least));
        vg_fact(facts, "width_most_m", json_real(survey.width_most));
        bool straight = !isfinite(survey.radius_least);
        vg_fact(facts, "radius_least_m", straight ? json_null() : json_real(survey.radius_least));
        vg_fact(facts, "folds", json_integer(survey.folds));
        vg_fact(facts, "crossings", json_integer(survey.crossings));
        vg_fact_hash(facts, "hash", vg_road_hash(road));
        vg_track_check(&track, road, &warnings);
    }
    vg_road_destroy(road);
    vg_track_free(&track);
    return err;
}

// --- recorded laps ---------------------------------------------------------------------------------------

static vg_err lap_facts(vg_lap *lap, vg_facts *facts, vg_diag *diag) {
    vg_warnings warnings = {add_warning, facts};
    const vg_log_sample *s = lap->samples, *last = &s[lap->count - 1];
    double driven = 0, slowest = s[0].speed, fastest = s[0].speed;
    for (const vg_log_sample *p = s + 1; p <= last; p++) {
        driven += sqrt((p->x - p[-1].x) * (p->x - p[-1].x) + (p->y - p[-1].y) * (p->y - p[-1].y));
        if (p->speed < slowest) slowest = p->speed;
        if (p->speed > fastest) fastest = p->speed;
    }
    vg_fact(facts, "samples", json_integer(lap->count));
    vg_fact(facts, "seconds", json_real(last->t - s[0].t));
    vg_fact(facts, "driven_m", json_real(driven));
    vg_fact(facts, "speed_least_mps", json_real(slowest));
    vg_fact(facts, "speed_most_mps", json_real(fastest));
    vg_fact(facts, "has_steer", json_boolean(!isnan(s->steer)));
    vg_fact(facts, "has_throttle", json_boolean(!isnan(s->throttle)));
    vg_fact(facts, "has_brake", json_boolean(!isnan(s->brake)));
    vg_err err = vg_lap_check(lap, &warnings, diag);
    vg_lap_free(lap);
    return err;
}

// What each column is: "t_s: Time, s; speed_mps: Speed (Km/h), km/h".
static void column_facts(const vg_telemetry *telemetry, vg_facts *facts) {
    char text[VG_QUANTITY_COUNT * 90] = "";
    for (int32_t i = 0; i < telemetry->count; i++) {
        const vg_telemetry_column *c = &telemetry->columns[i];
        size_t used = strlen(text);
        snprintf(text + used, sizeof text - used, "%s%s: %s, %s", used ? "; " : "",
                 vg_quantity_get(c->quantity)->name, c->name, c->unit);
    }
    vg_make_harmless(text, (int64_t)strlen(text), false);
    vg_fact_text(facts, "columns", "%s", text);
}

// Is it one lap in a road's frame, without anything to derive?
static bool is_whole_lap(const vg_telemetry *telemetry) {
    static const vg_quantity needed[] = {VG_QUANTITY_X, VG_QUANTITY_Y, VG_QUANTITY_HEADING,
                                         VG_QUANTITY_SPEED};
    for (size_t i = 0; i < sizeof needed / sizeof *needed; i++)
        if (!vg_telemetry_find(telemetry, needed[i])) return false;
    return !vg_telemetry_find(telemetry, VG_QUANTITY_DRIVE);
}

static vg_err info_telemetry(const char *path, const vg_format *format, vg_facts *facts, vg_diag *diag) {
    vg_telemetry telemetry;
    vg_lap lap;
    vg_warnings warnings = {add_warning, facts};
    vg_fact_text(facts, "kind", "recorded lap");
    vg_fact_text(facts, "format", "%s", format->name);
    vg_err err = vg_telemetry_read((const vg_lap_format *)format, path, NULL, &warnings, &telemetry, diag);
    if (err) return err;
    column_facts(&telemetry, facts);
    if (is_whole_lap(&telemetry)) {
        err = vg_telemetry_lap(&telemetry, &lap, diag);
        if (!err) err = lap_facts(&lap, facts, diag);
    } else {
        const double *time = vg_telemetry_find(&telemetry, VG_QUANTITY_TIME)->values;
        vg_fact(facts, "samples", json_integer(telemetry.rows));
        vg_fact(facts, "seconds", json_real(time[telemetry.rows - 1] - time[0]));
    }
    vg_telemetry_free(&telemetry);
    return err;
}
// --- cars ------------------------------------------------------------------------------------------------

static vg_err info_car(const char *path, vg_facts *facts, vg_diag *diag) {
    vg_car car;
    vg_fact_text(facts, "kind", "car");
    vg_err err = vg_car_load(path, &car, diag);
    if (err) return err;
    for (int32_t i = 0; i < vg_car_schema.count; i++) {
        const vg_key *key = &vg_car_schema.keys[i];
        char value[VG_KEY_TEXT_SIZE];
        vg_config_value(key, &car, value);
        double number;
        vg_fact(facts, key->name, vg_parse_double(value, &number) ? json_real(number) : json_string(value));
    }
    vg_fact_hash(facts, "hash", vg_car_hash(&car));
    return VG_OK;
}

// --- results ---------------------------------------------------------------------------------------------

// A copy of an object without its lists and objects.
static json_t *scalars(json_t *object) {
    json_t *flat = json_object(), *value;
    const char *name;
    json_object_foreach(object, name, value) {
        if (!json_is_object(value) && !json_is_array(value)) json_object_set(flat, name, value);
    }
    // For an arm (version 2), also its first estimate.
    value = json_object_get(json_object_get(json_object_get(object, "summary"), "off_road"), "value");
    if (value) json_object_set(flat, "off_road", value);
    return flat;
}

static void result_facts(json_t *root, vg_facts *facts) {
    const char *name, *key;
    json_t *value, *item;
    size_t i;
    json_object_foreach(root, name, value) {
        if (json_is_object(value)) {
            json_object_foreach(value, key, item) {
                char dotted[160];
                snprintf(dotted, sizeof dotted, "%s.%s", name, key);
                if (!json_is_object(item) && !json_is_array(item)) vg_fact(facts, dotted, json_incref(item));
            }
        } else if (json_is_array(value)) {
            json_t *rows = json_array();
            json_array_foreach(value, i, item) json_array_append_new(rows, scalars(item));
            vg_fact(facts, name, rows);
        } else if (strcmp(name, "kind") != 0 && strcmp(name, "configuration") != 0) {
            vg_fact(facts, name, json_incref(value));
        }
    }
}

// What the file does not have is left out.
static void copy_fact(vg_facts *facts, const char *name, const json_t *from, const char *key) {
    json_t *value = json_object_get(from, key);
    if (value) vg_fact(facts, name, json_incref(value));
}

// A baseline: who drove, on what, and how it came to stand there.
static vg_err info_baseline(const char *path, const json_t *root, vg_facts *facts, vg_diag *diag) {
    static const char *const keys[] = {"schema_version", "version", "score_hash"};
    static const char *const parts[][2] = {
        {"policy", "label"}, {"policy", "source"}, {"policy", "hash"}, {"suite", "name"}, {"suite", "hash"}};
    char dotted[64];
    vg_drives drives;
    vg_fact_text(facts, "kind", "baseline of a gate");
    vg_err err = vg_drives_read(path, NULL, &drives, diag); // as the gate reads it
    if (err) return err;
    vg_drives_free(&drives);
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) copy_fact(facts, keys[i], root, keys[i]);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        snprintf(dotted, sizeof dotted, "%s.%s", parts[i][0], parts[i][1]);
        copy_fact(facts, dotted, json_object_get(root, parts[i][0]), parts[i][1]);
    }
    copy_fact(facts, "history", root, "history");
    return VG_OK;
}

static vg_err info_result(const char *path, vg_facts *facts, vg_diag *diag) {
    char *bytes;
    int64_t size;
    vg_fact_text(facts, "kind", "result");
    vg_err err = vg_file_read(path, 0, &bytes, &size, diag);
    if (err) return err;
    json_error_t wrong;
    json_t *root = json_loadb(bytes, (size_t)size, JSON_REJECT_DUPLICATES, &wrong);
    vg_free(bytes);
    if (!root) return vg_fail_at(diag, VG_ERR_FORMAT, path, wrong.line, NULL, "is not JSON: %s", wrong.text);
    const char *kind = json_string_value(json_object_get(root, "kind"));
    json_int_t version = json_integer_value(json_object_get(root, "schema_version"));
    if (kind && strcmp(kind, "verge baseline") == 0)
        err = info_baseline(path, root, facts, diag);
    else if (!kind || strcmp(kind, "verge result") != 0)
        err = vg_fail_at(diag, VG_ERR_FORMAT, path, 0, "kind", "is '%.40s', expected 'verge result'",
                         kind ? kind : "");
    else if (version < 1 || version > VG_RESULT_VERSION)
        err = vg_fail_at(diag, VG_ERR_FORMAT, path, 0, "schema_version", "is %lld, expected 1 to %d",
                         (long long)version, VG_RESULT_VERSION);
    else
        result_facts(root, facts);
    // A result of an earlier version has no content hash; one whose hash does not fit is reported.
    if (!err && json_object_get(root, "content_hash")) err = vg_json_check_seal(path, root, diag);
    json_decref(root);
    return err;
}

// --- which kind ------------------------------------------------------------------------------------------

static bool ends_with(const char *path, const char *suffix) {
    size_t length = strlen(path), tail = strlen(suffix);
    return length > tail && strcmp(path + length - tail, suffix) == 0;
}

// The first bytes, zero-terminated. If the file cannot be opened, its reader reports that.
static size_t peek(const char *path, char head[VG_FORMAT_HEAD + 1]) {
    FILE *file = fopen(path, "rb");
    size_t got = file ? fread(head, 1, VG_FORMAT_HEAD, file) : 0;
    if (file) fclose(file);
    head[got] = 0;
    return got;
}

// A road or a recorded lap, found by the tables of their formats: first by content, then by ending, a road
// before a lap.
static bool is_drive(const char *path, const char *head, int64_t size, const vg_format **lap) {
    const vg_format *as_lap = vg_format_of(vg_lap_formats, path, head, size);
    const vg_format *as_road = vg_format_of(vg_track_formats, path, head, size);
    bool is_lap = as_lap && (!as_road || (as_lap->sniff(head, size) && !as_road->sniff(head, size)));
    *lap = is_lap ? as_lap : NULL;
    return as_lap || as_road;
}

vg_err vg_info_file(const char *path, vg_facts *facts, vg_diag *diag) {
    char head[VG_FORMAT_HEAD + 1];
    size_t got = peek(path, head);
    if (got >= 16 && memcmp(head, "SQLite format 3", 16) == 0) return vg_info_log(path, facts, diag);
    if ((got > 9 && head[8] == '{' && head[7] == 0) || ends_with(path, ".safetensors"))
        return vg_info_policy(path, facts, diag);
    bool known;
    vg_err err = vg_info_report(path, head, facts, &known, diag);
    if (known || err) return err;
    const vg_format *lap = NULL;
    if (is_drive(path, head, (int64_t)got, &lap) && lap && lap->sniff(head, (int64_t)got))
        return info_telemetry(path, lap, facts, diag);
    if (head[strspn(head, " \t\r\n")] == '{' || ends_with(path, ".json"))
        return info_result(path, facts, diag);
    if (ends_with(path, ".yaml") || ends_with(path, ".yml")) return info_car(path, facts, diag);
    if (ends_with(path, ".vlog")) return vg_info_log(path, facts, diag);
    if (is_drive(path, head, (int64_t)got, &lap))
        return lap ? info_telemetry(path, lap, facts, diag) : info_road(path, facts, diag);
    char *bytes;
    int64_t size;
    err = vg_file_read(path, 0, &bytes, &size, diag);
    if (err) return err;
    vg_free(bytes);
    const char *kind = vg_foreign_kind(head, (int64_t)got);
    if (kind) return vg_fail_at(diag, VG_ERR_FORMAT, path, 0, NULL, "%s", kind);
    return vg_fail_at(diag, VG_ERR_FORMAT, path, 0, NULL,
                      "is not a file that verge knows: expected a log, a policy, a result, a report, a "
                      "picture, a recorded lap, a road, a car, a suite, a study, a gate, a column map or an "
                      "expert's settings");
}
