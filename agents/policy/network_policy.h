// agents/policy/network_policy.h -- a policy that acts by a network and a head, and its description.
#ifndef VG_AGENTS_POLICY_NETWORK_POLICY_H
#define VG_AGENTS_POLICY_NETWORK_POLICY_H

#include "agents/policy/action_space.h"
#include "agents/policy/head.h"

#ifdef __cplusplus
extern "C" {
#endif

// X(normaliser, what it is)
#define VG_NORMALISERS(X)                                                                                    \
    X(PHYSICAL, "physical", "fixed scales that depend on the sense and the car only")                        \
    X(ZSCORE, "zscore", "mean and standard deviation of the training rows")

typedef enum vg_normaliser {
#define X(name, word, help) VG_NORMALISER_##name,
    VG_NORMALISERS(X)
#undef X
} vg_normaliser;

// The content of a policy file beside the network. To write one, fill it with borrowed texts and arrays; the
// result of vg_policy_file_info belongs to the policy.
typedef struct vg_policy_info {
    const vg_sense *sense;
    vg_normaliser normaliser;
    const float *mean, *scale;           // [sense size]
    const vg_head *head;                 // NULL: gaussian for a network with log_std, else mean
    const void *head_hyperparameters;    // laid out by the head's schema; NULL where it has none
    const vg_action_space *action_space; // what the head decides on; NULL: direct
    vg_car car;
    int32_t tick_num, tick_den, ticks_per_action;
    const char *learner; // "bc"
    const char *config;  // YAML, every key; may be ""
    const char *data;    // content hashes of its training data, comma-separated; may be ""
    uint64_t seed;
    const char *version; // of verge; ignored when written
} vg_policy_info;

// A policy that acts by a network in memory, for learners that drive while they learn. info's sense, head and
// normaliser and the network are borrowed until it is destroyed. When the network's weights change (and are
// packed), the policy acts by the new ones. Its name is the learner's. Errors: VG_ERR_MISMATCH (the network
// does not fit the sense and the head), VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_policy_of_network(const vg_policy_info *info, const vg_network *net, vg_policy **out,
                                         vg_diag *diag);

// The same, but the policy takes ownership: name, hash, and `owner`, which release(owner) frees when the
// policy is destroyed. After an error the caller still owns it.
typedef struct vg_policy_origin {
    const char *name;
    uint64_t hash;
    void *owner;
    void (*release)(void *owner);
} vg_policy_origin;
VG_NODISCARD vg_err vg_policy_of_owned_network(const vg_policy_info *info, const vg_network *net,
                                               const vg_policy_origin *origin, vg_policy **out,
                                               vg_diag *diag);

// What the network decides for each lane, in the policy's own action space: as the policy's `act`, but no
// controller makes an action of it, and no world is needed. policy: of a network. values: [lanes][2] in
// [-1, 1]. Errors: VG_ERR_POLICY (one is NaN).
VG_NODISCARD vg_err vg_network_policy_decide(const vg_policy *policy, void *state, const float *observed,
                                             float *values);

// NULL if the policy is not from a network.
const vg_policy_info *vg_network_policy_info(const vg_policy *policy);
const vg_network *vg_network_policy_network(const vg_policy *policy);
const vg_policy_origin *vg_network_policy_origin(const vg_policy *policy);

#ifdef __cplusplus
}
#endif
#endif
