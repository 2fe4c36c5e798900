// agents/find.h -- a driver by what a user types: an expert's name, or a policy file's path.
#ifndef VG_AGENTS_FIND_H
#define VG_AGENTS_FIND_H

#include "agents/policy.h"

#ifdef __cplusplus
extern "C" {
#endif

// "pursuit", "pursuit-noisy:noise=0.05", "kart-bc.safetensors". An expert's name wins; write ./pursuit for a
// file of that name. Destroy it by vg_policy_destroy. Errors: those of vg_expert_create, and of the policy
// file's reader.
VG_NODISCARD vg_err vg_policy_find(const char *name_or_path, vg_policy **out, vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
