// agents/policy/policy_file.h -- a learned policy as a file: safetensors, whose metadata describes the
// network, its sense and scaling, and how it was trained.
//
// Tensors: those of the network as PyTorch names them, normaliser.mean and normaliser.scale. The network is
// given (sensed - mean) * scale, column by column; the head makes an action of its outputs. Metadata, all
// text:
//   format "verge-policy", format_version "1", version (of verge; not part of the content hash)
//   architecture "mlp" and the architecture's own keys: layers "11,64,64,2", activation "tanh" | "relu"
//   head "mean" | "gaussian" and the head's own keys: none
//   sense, normaliser "physical" | "zscore", car (YAML, every field), tick "1/60", ticks_per_action "3",
//   actions "steer,accel" | "offset,speed" (agents/policy/action_space.h), learner "bc", config (YAML,
//   resolved), data (hashes, comma-separated), seed
// Architectures are those of agents/nets/architecture.h, heads those of agents/policy/heads.h.
#ifndef VG_AGENTS_POLICY_POLICY_FILE_H
#define VG_AGENTS_POLICY_POLICY_FILE_H

#include "agents/nets/safetensors.h"
#include "agents/policy/network_policy.h"
#include "sim/base/file.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { VG_POLICY_FORMAT = 1 };

// The same content gives the same bytes. Errors: VG_ERR_MISMATCH (the network does not fit the sense and the
// head), those of vg_safetensors_write.
VG_NODISCARD vg_err vg_policy_write(const char *path, vg_overwrite overwrite, const vg_policy_info *info,
                                    const vg_network *net, vg_diag *diag);

// A policy that acts. Errors: those of vg_safetensors_read; VG_ERR_FORMAT naming the tensor or the key of the
// metadata that is missing, wrong, or does not fit the sense, the architecture or the head. For an unknown
// architecture or head the message lists the known ones.
VG_NODISCARD vg_err vg_policy_load(const char *path, vg_policy **out, vg_diag *diag);

// The same from parts in memory: what a file holds, from wherever it comes. The parts are taken over, also
// after an error. `name` is the policy's, and stands in messages. Errors: VG_ERR_FORMAT as above,
// VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_policy_of_parts(const char *name, vg_safetensors *parts, vg_policy **out,
                                       vg_diag *diag);

// Call `each` for every key of the metadata that vg_policy_write would write, in its order; it ends at the
// first error. Errors: those of `each`, VG_ERR_MEMORY.
typedef vg_err (*vg_policy_pair_fn)(void *context, const char *key, const char *value, vg_diag *diag);
VG_NODISCARD vg_err vg_policy_metadata(const vg_policy_info *info, const vg_network *net,
                                       vg_policy_pair_fn each, void *context, vg_diag *diag);

// NULL if the policy is not from a file.
const vg_policy_info *vg_policy_file_info(const vg_policy *policy);
const vg_network *vg_policy_file_network(const vg_policy *policy);

// The content hash of the file that vg_policy_write would write: everything but verge's version. 0 if memory
// ran out.
uint64_t vg_policy_content(const vg_policy_info *info, const vg_network *net);

#ifdef __cplusplus
}
#endif
#endif
