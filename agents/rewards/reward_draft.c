#include "agents/rewards/reward_draft.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "agents/nets/architecture.h"
#include "agents/nets/network_file.h"
#include "sim/base/text.h"

void vg_reward_put_text(vg_reward_draft *draft, const char *key, const char *value) {
    assert(draft->pair_count < VG_REWARD_PAIRS);
    draft->pairs[draft->pair_count++] = (vg_pair){key, value};
}

void vg_reward_put_number(vg_reward_draft *draft, const char *key, double value) {
    assert(draft->pair_count < VG_REWARD_PAIRS);
    vg_reward_put_text(draft, key, vg_format_double(value, draft->texts[draft->pair_count]));
}

void vg_reward_put_floats(vg_reward_draft *draft, const char *name, const float *values, int64_t count) {
    assert(draft->tensor_count < VG_REWARD_TENSORS);
    vg_tensor *tensor = &draft->tensors[draft->tensor_count++];
    *tensor = (vg_tensor){.rank = 1, .shape = {count}, .count = count, .values = values};
    snprintf(tensor->name, sizeof tensor->name, "%s", name);
}

// A key made of the prefix and a name; valid as long as the draft.
static const char *key_of(vg_reward_draft *draft, const char *prefix, const char *name) {
    char *key = draft->keys[draft->pair_count];
    snprintf(key, sizeof draft->keys[0], "%.24s%.38s", prefix, name);
    return key;
}

void vg_reward_put_network(vg_reward_draft *draft, const char *prefix, const vg_network *net) {
    assert(draft->tensor_count + vg_network_tensors(net) <= VG_REWARD_TENSORS);
    vg_network_list(net, prefix, draft->tensors + draft->tensor_count);
    draft->tensor_count += vg_network_tensors(net);
}

void vg_reward_put_architecture(vg_reward_draft *draft, const char *prefix, const vg_network *net) {
    const vg_schema *schema = vg_network_schema(net);
    vg_hyperparameters values = vg_network_hyperparameters(net);
    vg_reward_put_text(draft, key_of(draft, prefix, "architecture"), vg_network_architecture(net));
    for (int32_t i = 0; schema && i < schema->count; i++) {
        assert(draft->pair_count < VG_REWARD_PAIRS && schema->keys[i].type != VG_KEY_LIST);
        char *text = vg_config_value(&schema->keys[i], &values, draft->texts[draft->pair_count]);
        vg_reward_put_text(draft, key_of(draft, prefix, schema->keys[i].name), text);
    }
}

vg_err vg_reward_get_number(const vg_safetensors *file, const char *path, const char *key, double *value,
                            vg_diag *diag) {
    const char *text = vg_safetensors_text(file, key);
    if (!text) return vg_fail_at(diag, VG_ERR_FORMAT, path, 0, key, "is missing");
    if (!vg_parse_double(text, value))
        return vg_fail_at(diag, VG_ERR_FORMAT, path, 0, key, "'%.60s' is not a number", text);
    return VG_OK;
}

vg_err vg_reward_get_floats(const vg_safetensors *file, const char *path, const char *name, int64_t count,
                            const float **values, vg_diag *diag) {
    const vg_tensor *found = vg_safetensors_find(file, name);
    if (!found) return vg_fail_at(diag, VG_ERR_FORMAT, path, 0, name, "is missing");
    if (found->rank != 1 || found->count != count)
        return vg_fail_at(diag, VG_ERR_FORMAT, path, 0, name, "has %lld values, expected %lld",
                          (long long)found->count, (long long)count);
    *values = found->values;
    return VG_OK;
}

vg_err vg_reward_get_word(const vg_safetensors *file, const char *path, const char *key,
                          const char *const *words, int32_t count, int32_t *index, vg_diag *diag) {
    const char *text = vg_safetensors_text(file, key);
    if (!text) return vg_fail_at(diag, VG_ERR_FORMAT, path, 0, key, "is missing");
    for (*index = 0; *index < count; ++*index)
        if (strcmp(text, words[*index]) == 0) return VG_OK;
    vg_err err = vg_fail_unknown(diag, key, text, words, count);
    if (diag) snprintf(diag->file, sizeof diag->file, "%s", path);
    return err;
}

vg_err vg_reward_get_architecture(const vg_safetensors *file, const char *path, const char *prefix,
                                  const vg_network_shape *shape, vg_network **out, vg_diag *diag) {
    char key[64];
    const vg_schema *schema;
    vg_hyperparameters values = {0};
    *out = NULL;
    snprintf(key, sizeof key, "%.24sarchitecture", prefix);
    const char *name = vg_safetensors_text(file, key);
    if (!name) return vg_fail_at(diag, VG_ERR_FORMAT, path, 0, key, "is missing");
    vg_err err = vg_architecture_schema(name, &schema, diag);
    if (!err) err = vg_metadata_read(schema, &values, prefix, file, path, diag);
    if (!err) err = vg_architecture_create(name, shape, &values, out, diag);
    return vg_fail_of_file(err, diag);
}

vg_err vg_reward_get_network(const vg_safetensors *file, const char *path, const char *prefix,
                             vg_network *net, vg_diag *diag) {
    return vg_network_fill(net, prefix, file, path, diag);
}
