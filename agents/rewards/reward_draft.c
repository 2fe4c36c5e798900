#include "agents/rewards/reward_draft.h"

#include <assert.h>
#include <stdio.h>

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
