// agents/policy/policy_file.h -- a learned policy as a file: safetensors, whose metadata says what the
// network is shown, how that is scaled, and what it was made from.
//
// Tensors: those of the network (mlp.h) as PyTorch names them, normaliser.mean and normaliser.scale. The
// network is given (sensed - mean) * scale, column by column; its first two outputs are the action, clamped
// to [-1, 1]. Metadata, all text:
//   format "verge-policy", format_version "1", version (of verge; not part of the content hash)
//   architecture "mlp", layers "11,64,64,2", activation "tanh" | "relu", head "mean" | "gaussian"
//   sense, normaliser "physical" | "zscore", car (YAML, every field), tick "1/60", ticks_per_action "3",
//   actions "steer,accel", learner "bc", config (YAML, resolved), data (hashes, comma-separated), seed
#ifndef VG_AGENTS_POLICY_POLICY_FILE_H
#define VG_AGENTS_POLICY_POLICY_FILE_H

#include "agents/nets/mlp.h"
#include "agents/policy/policy.h"
#include "sim/base/file.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { VG_POLICY_FORMAT = 1 };

// X(normaliser, what it is)
#define VG_NORMALISERS(X)                                                                                    \
    X(PHYSICAL, "physical", "fixed scales that depend on the sense and the car only")                        \
    X(ZSCORE, "zscore", "mean and standard deviation of the training rows")

typedef enum vg_normaliser {
#define X(name, word, help) VG_NORMALISER_##name,
    VG_NORMALISERS(X)
#undef X
} vg_normaliser;

// What a policy file says beside the weights. To write one, fill it with borrowed texts and arrays; what
// vg_policy_file_info gives belongs to the policy.
typedef struct vg_policy_info {
    const vg_sense *sense;
    vg_normaliser normaliser;
    const float *mean, *scale; // [sense size]
    vg_car car;
    int32_t tick_num, tick_den, ticks_per_action;
    const char *learner; // "bc"
    const char *config;  // YAML, every key; may be ""
    const char *data;    // content hashes of what it learned from, comma-separated; may be ""
    uint64_t seed;
    const char *version; // of verge; ignored when written
} vg_policy_info;

// The same content gives the same bytes. Errors: VG_ERR_MISMATCH (the network's inputs are not the sense's
// values, or it has other than 2 outputs), those of vg_safetensors_write.
VG_NODISCARD vg_err vg_policy_write(const char *path, vg_overwrite overwrite, const vg_policy_info *info,
                                    const vg_mlp *mlp, vg_diag *diag);

// A policy that acts. Errors: those of vg_safetensors_read; VG_ERR_FORMAT naming the tensor or the key of the
// metadata that is missing, wrong, or disagrees with the sense or the architecture.
VG_NODISCARD vg_err vg_policy_load(const char *path, vg_policy **out, vg_diag *diag);

// A policy that acts by a network in memory, for learners that drive while they learn. info's sense and
// normaliser and the network are borrowed until it is destroyed; when the network's weights change (and are
// packed), it acts by the new ones. Its name is the learner's. Errors: VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_policy_of_network(const vg_policy_info *info, vg_mlp *mlp, vg_policy **out,
                                         vg_diag *diag);

// NULL when the policy is not from a file.
const vg_policy_info *vg_policy_file_info(const vg_policy *policy);
const vg_mlp *vg_policy_file_mlp(const vg_policy *policy);

// The content hash of what vg_policy_write would write: everything but verge's version.
// 0 when memory ran out.
uint64_t vg_policy_content(const vg_policy_info *info, const vg_mlp *mlp);

#ifdef __cplusplus
}
#endif
#endif
