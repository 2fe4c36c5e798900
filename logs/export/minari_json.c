#include "logs/export/minari_json.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/memory.h"

// Python's JSON knows infinities, and Minari writes them so.
static void add_bounds(vg_text *out, const char *name, const float *values, int32_t count) {
    char word[32];
    vg_text_add(out, ", \"%s\": [", name);
    for (int32_t i = 0; i < count; i++) {
        const char *value = isinf(values[i]) ? values[i] < 0 ? "-Infinity" : "Infinity"
                                             : vg_format_double((double)values[i], word);
        vg_text_add(out, "%s%s", i ? ", " : "", value);
    }
    vg_text_add(out, "]");
}

static void add_box(vg_text *out, const float *low, const float *high, int32_t count) {
    vg_text_add(out, "{\"type\": \"Box\", \"dtype\": \"float32\", \"shape\": [%d]", count);
    add_bounds(out, "low", low, count);
    add_bounds(out, "high", high, count);
    vg_text_add(out, "}");
}

const char *vg_minari_preset(const vg_car *car, char *buffer) {
    for (int32_t i = 0; vg_car_name(i, buffer); i++) {
        vg_car preset;
        if (!vg_car_load(buffer, &preset, NULL) && vg_car_hash(&preset) == vg_car_hash(car)) return buffer;
    }
    return NULL;
}

static json_t *keywords(const vg_minari_facts *facts) {
    json_t *kwargs = json_pack("{ss ss* ss*}", "sense", vg_sense_text(facts->sense), "car", facts->car_name,
                               "reward", facts->reward);
    json_t *roads = facts->roads ? json_array() : NULL;
    for (int32_t i = 0; roads && i < facts->road_count; i++)
        json_array_append_new(roads, json_string(facts->roads[i]));
    if (roads) json_object_set_new(kwargs, "roads", roads);
    return kwargs;
}

static vg_err dump(json_t *value, vg_text *out, vg_diag *diag) {
    char *text = value ? json_dumps(value, JSON_REAL_PRECISION(17)) : NULL;
    if (text) vg_text_add(out, "%s", text);
    bool whole = text && !out->failed;
    free(text);
    json_decref(value);
    return whole ? VG_OK : vg_fail_memory(diag);
}

vg_err vg_minari_env_spec(const vg_minari_facts *facts, vg_text *out, vg_diag *diag) {
    return dump(json_pack("{ss ss sn sb sn sb sb so s[] ss}", "id", "verge/Drive-v0", "entry_point",
                          "verge.envs:DriveEnv", "reward_threshold", "nondeterministic", 0,
                          "max_episode_steps", "order_enforce", 1, "disable_env_checker", 0, "kwargs",
                          keywords(facts), "additional_wrappers", "vector_entry_point",
                          "verge.envs:DriveVectorEnv"),
                out, diag);
}

vg_err vg_minari_env_args(const vg_minari_facts *facts, vg_text *out, vg_diag *diag) {
    return dump(
        json_pack("{ss si so}", "env_name", "verge/Drive-v0", "type", 2, "env_kwargs", keywords(facts)), out,
        diag);
}

vg_err vg_minari_metadata(const vg_minari_facts *facts, vg_text *out, vg_diag *diag) {
    static const float least[VG_CAR_ACTIONS] = {-1, -1}, most[VG_CAR_ACTIONS] = {1, 1};
    int32_t width = vg_sense_size(facts->sense);
    vg_text seen = {0}, acts = {0}, spec = {0};
    float *low = vg_new(float, width), *high = vg_new(float, width);
    vg_err err = low && high ? vg_minari_env_spec(facts, &spec, diag) : vg_fail_memory(diag);
    if (!err) {
        vg_sense_bounds(facts->sense, &facts->car, low, high);
        add_box(&seen, low, high, width);
        add_box(&acts, least, most, VG_CAR_ACTIONS);
        err = seen.failed || acts.failed ? vg_fail_memory(diag) : VG_OK;
    }
    if (!err)
        err = dump(json_pack("{sI sI ss sb ss ss ss ss ss ss sf ss so*}", "total_episodes",
                             (json_int_t)facts->episodes, "total_steps", (json_int_t)facts->steps,
                             "data_format", "hdf5", "jpeg_encoding", 0, "observation_space", seen.bytes,
                             "action_space", acts.bytes, "env_spec", spec.bytes, "dataset_id", facts->id,
                             "minari_version", "0.5.0", "algorithm_name", facts->policies, "dataset_size",
                             round((double)facts->bytes / 1e5) / 10, "description",
                             "Drives of verge. The group log of each episode holds its log.", "author",
                             facts->author ? json_pack("[s]", facts->author) : NULL),
                   out, diag);
    vg_text_free(&seen);
    vg_text_free(&acts);
    vg_text_free(&spec);
    vg_free(low);
    vg_free(high);
    return err;
}
