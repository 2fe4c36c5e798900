// agents/rewards/reward_draft.h -- numbers and arrays of a reward in a file: all kinds of reward write and
// read their own content by it.
#ifndef VG_AGENTS_REWARDS_REWARD_DRAFT_H
#define VG_AGENTS_REWARDS_REWARD_DRAFT_H

#include "agents/nets/network.h"
#include "agents/nets/safetensors.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { VG_REWARD_PAIRS = 48, VG_REWARD_TENSORS = 384 };

// A reward file under construction; keys and arrays are borrowed until it is written. It is too large for a
// stack.
typedef struct vg_reward_draft {
    vg_pair pairs[VG_REWARD_PAIRS];
    char texts[VG_REWARD_PAIRS][VG_KEY_TEXT_SIZE], keys[VG_REWARD_PAIRS][64];
    vg_tensor tensors[VG_REWARD_TENSORS];
    int32_t pair_count, tensor_count;
} vg_reward_draft;
void vg_reward_put_text(vg_reward_draft *draft, const char *key, const char *value);
void vg_reward_put_number(vg_reward_draft *draft, const char *key, double value);
void vg_reward_put_floats(vg_reward_draft *draft, const char *name, const float *values, int64_t count);
// The tensors of a network, each name after the prefix; and its architecture and hyperparameters.
void vg_reward_put_network(vg_reward_draft *draft, const char *prefix, const vg_network *net);
void vg_reward_put_architecture(vg_reward_draft *draft, const char *prefix, const vg_network *net);
// Errors: VG_ERR_FORMAT naming the key. *values is borrowed from the file.
VG_NODISCARD vg_err vg_reward_get_number(const vg_safetensors *file, const char *path, const char *key,
                                         double *value, vg_diag *diag);
VG_NODISCARD vg_err vg_reward_get_floats(const vg_safetensors *file, const char *path, const char *name,
                                         int64_t count, const float **values, vg_diag *diag);
// The text of a key as one of the words: its index.
VG_NODISCARD vg_err vg_reward_get_word(const vg_safetensors *file, const char *path, const char *key,
                                       const char *const *words, int32_t count, int32_t *index,
                                       vg_diag *diag);
// A network of this shape as the prefix's architecture and hyperparameters describe it, all parameters zero.
// Errors: VG_ERR_FORMAT, VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_reward_get_architecture(const vg_safetensors *file, const char *path,
                                               const char *prefix, const vg_network_shape *shape,
                                               vg_network **out, vg_diag *diag);
// Fill it from the tensors with this prefix. Errors: VG_ERR_FORMAT.
VG_NODISCARD vg_err vg_reward_get_network(const vg_safetensors *file, const char *path, const char *prefix,
                                          vg_network *net, vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
