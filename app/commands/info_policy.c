#include "app/commands/info_policy.h"

#include <string.h>

#include "agents/nets/safetensors.h"
#include "agents/policy/policy_file.h"
#include "agents/rewards/reward_file.h"

static json_t *tensor_row(const vg_tensor *tensor) {
    json_t *shape = json_array();
    for (int32_t i = 0; i < tensor->rank; i++) json_array_append_new(shape, json_integer(tensor->shape[i]));
    return json_pack("{ss so sI}", "tensor", tensor->name, "shape", shape, "values",
                     (json_int_t)tensor->count);
}

typedef enum contents { POLICY, REWARD, CHECKPOINT } contents;

// "verge-policy", "verge-reward", "verge-checkpoint" or "verge-gail-checkpoint". A file without a format is
// read as a policy, whose reader says what is wrong with it.
static contents what_is(const char *format) {
    static const char end[] = "-checkpoint";
    size_t size = format ? strlen(format) : 0;
    if (size >= sizeof end - 1 && strcmp(format + size - (sizeof end - 1), end) == 0) return CHECKPOINT;
    return format && strcmp(format, "verge-reward") == 0 ? REWARD : POLICY;
}

// A policy is sound if a car can be driven with it: tensors, sense and metadata agree.
static vg_err load_policy(const char *path, vg_facts *facts, vg_diag *diag) {
    vg_policy *policy;
    vg_err err = vg_policy_load(path, &policy, diag);
    if (err) return err;
    vg_fact_hash(facts, "hash", policy->hash);
    vg_policy_destroy(policy);
    return VG_OK;
}

static vg_err load_reward(const char *path, vg_facts *facts, vg_diag *diag) {
    vg_reward *reward;
    vg_fact_text(facts, "kind", "reward");
    vg_err err = vg_reward_load(path, &reward, diag);
    if (err) return err;
    vg_fact(facts, "reward", json_string(reward->kind));
    vg_fact_hash(facts, "hash", reward->hash);
    vg_reward_destroy(reward);
    return VG_OK;
}

vg_err vg_info_policy(const char *path, vg_facts *facts, vg_diag *diag) {
    vg_safetensors file;
    vg_fact_text(facts, "kind", "policy");
    vg_err err = vg_safetensors_read(path, &file, diag);
    if (err) return err;
    json_t *rows = json_array();
    int64_t parameters = 0;
    for (int32_t i = 0; i < file.metadata_count; i++)
        if (!json_object_get(facts->object, file.metadata[i].key)) // verge sets "kind" itself
            vg_fact(facts, file.metadata[i].key, json_string(file.metadata[i].value));
    for (int32_t i = 0; i < file.tensor_count; i++) {
        const vg_tensor *tensor = &file.tensors[i];
        parameters += tensor->count;
        if (json_array_append_new(rows, tensor_row(tensor))) facts->failed = true;
    }
    vg_fact(facts, "parameters", json_integer(parameters));
    vg_fact(facts, "tensors", rows);
    contents what = what_is(vg_safetensors_text(&file, "format"));
    vg_safetensors_free(&file);
    if (what == CHECKPOINT) vg_fact_text(facts, "kind", "checkpoint of a training");
    return what == CHECKPOINT ? VG_OK
           : what == REWARD   ? load_reward(path, facts, diag)
                              : load_policy(path, facts, diag);
}
