// agents/rewards/reward_file.h -- a reward as a file: safetensors, whose metadata gives the kind of the
// reward, its sense and the value of an end.
//
// Metadata, all text: format "verge-reward", format_version "1", kind, sense (where it has one), discount,
// terminal, absorbing, stall (m/s, where a stalled car counts as ended), version (of verge; not part of the
// hash), and the kind's own numbers. Where a learner found the reward: learner, config (YAML, resolved) and
// data (a hash of what it learned from). Tensors are the kind's. Numbers are written so that they read back
// to the same bits.
#ifndef VG_AGENTS_REWARDS_REWARD_FILE_H
#define VG_AGENTS_REWARDS_REWARD_FILE_H

#include "agents/rewards/reward.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { VG_REWARD_FORMAT = 1 };

// The name of kind i; NULL past the last. And its description in one line.
const char *vg_reward_kind(int32_t i);
const char *vg_reward_kind_summary(int32_t i);

// The same content gives the same bytes; the reward's hash is set. Errors: those of vg_safetensors_write.
VG_NODISCARD vg_err vg_reward_write(const char *path, vg_overwrite overwrite, vg_reward *reward,
                                    vg_diag *diag);

// Where a learned reward comes from. Texts are borrowed.
typedef struct vg_reward_origin {
    const char *learner, *config; // its name; its configuration as YAML
    uint64_t data;                // a hash of the logs, or what else it learned from
} vg_reward_origin;
// The same with the origin in it. Errors: also VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_reward_write_from(const char *path, vg_overwrite overwrite, vg_reward *reward,
                                         const vg_reward_origin *origin, vg_diag *diag);

// Errors: those of vg_safetensors_read; VG_ERR_FORMAT naming what is missing or wrong: another format or
// version, an unknown kind (the message lists the known ones), a tensor of another size, a value out of
// range.
VG_NODISCARD vg_err vg_reward_load(const char *path, vg_reward **out, vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
