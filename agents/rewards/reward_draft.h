// agents/rewards/reward_draft.h -- numbers and arrays of a reward in a file: all kinds of reward write and
// read their own content by it.
#ifndef VG_AGENTS_REWARDS_REWARD_DRAFT_H
#define VG_AGENTS_REWARDS_REWARD_DRAFT_H

#include "agents/nets/safetensors.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { VG_REWARD_PAIRS = 32, VG_REWARD_TENSORS = 16 };

// A reward file under construction; keys and arrays are borrowed until it is written.
typedef struct vg_reward_draft {
    vg_pair pairs[VG_REWARD_PAIRS];
    char texts[VG_REWARD_PAIRS][32];
    vg_tensor tensors[VG_REWARD_TENSORS];
    int32_t pair_count, tensor_count;
} vg_reward_draft;
void vg_reward_put_text(vg_reward_draft *draft, const char *key, const char *value);
void vg_reward_put_number(vg_reward_draft *draft, const char *key, double value);
void vg_reward_put_floats(vg_reward_draft *draft, const char *name, const float *values, int64_t count);
// Errors: VG_ERR_FORMAT naming the key. *values is borrowed from the file.
VG_NODISCARD vg_err vg_reward_get_number(const vg_safetensors *file, const char *path, const char *key,
                                         double *value, vg_diag *diag);
VG_NODISCARD vg_err vg_reward_get_floats(const vg_safetensors *file, const char *path, const char *name,
                                         int64_t count, const float **values, vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
