// agents/policy_open.h -- a driver by what a user types: an expert's name, a policy file's path, exec:CMD or
// so:PATH.
#ifndef VG_AGENTS_POLICY_OPEN_H
#define VG_AGENTS_POLICY_OPEN_H

#include "agents/policy/policy.h"

#ifdef __cplusplus
extern "C" {
#endif

// "pursuit", "pursuit-noisy:noise=0.05", "kart-bc.safetensors", "exec:python3 mine.py"
// (agents/policy/exec_policy.h), "so:build/mine.so" (agents/policy/so_policy.h). An expert's name wins; write
// ./pursuit for a file of that name. Destroy it by vg_policy_destroy. Errors: those of vg_expert_create, of
// the policy file's reader, of vg_exec_policy_start and vg_so_policy_load.
VG_NODISCARD vg_err vg_policy_open(const char *name_or_path, vg_policy **out, vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
