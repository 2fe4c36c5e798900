// agents/policy_open.h -- a driver by what a user types: an expert's name, a policy file's path, exec:CMD or
// so:PATH.
#ifndef VG_AGENTS_POLICY_OPEN_H
#define VG_AGENTS_POLICY_OPEN_H

#include "agents/policy/policy.h"

#ifdef __cplusplus
extern "C" {
#endif

// Who names the policy. A file that somebody sent (a result, a baseline, a suite, a study) is data, and data
// never runs: exec:CMD and so:PATH are for the person at the command line, who may say that a file is to be
// trusted as much (--allow-exec).
typedef enum vg_trust {
    VG_NAMED_BY_FILE, // experts and policy files only
    VG_NAMED_BY_USER, // programs and shared libraries too
} vg_trust;

// Start from zero: nothing is trusted then.
typedef struct vg_policy_terms {
    vg_trust trust;
    // What the content hash must be: 16 hexadecimal digits, "" for a policy that has none (an expert, a
    // program); NULL: anything. Compared before a library or a program is started.
    const char *hash;
    bool (*stop)(void); // asked some 20 times a second while a foreign policy is awaited; NULL: never
} vg_policy_terms;

// "pursuit", "pursuit-noisy:noise=0.05", "kart-bc.safetensors", "exec:python3 mine.py"
// (agents/policy/exec_policy.h), "so:build/mine.so" (agents/policy/so_policy.h). A reward file of kind
// driving is driven by the planner, as planner:reward=FILE. An expert's name wins; write
// ./pursuit for a file of that name. Destroy it by vg_policy_destroy. Errors: those of vg_policy_may_open,
// vg_expert_create, of the policy file's reader, of vg_exec_policy_start and vg_so_policy_load;
// VG_ERR_MISMATCH (its hash is another), VG_ERR_INTERRUPTED (stop said so).
VG_NODISCARD vg_err vg_policy_open(const char *name_or_path, const vg_policy_terms *terms, vg_policy **out,
                                   vg_diag *diag);

// Whether the trust is enough for it, without opening it: to be asked of all that a file names before hours
// of work. Errors: VG_ERR_ARGUMENT, with the name of the flag --allow-exec.
VG_NODISCARD vg_err vg_policy_may_open(const char *name_or_path, vg_trust trust, vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
