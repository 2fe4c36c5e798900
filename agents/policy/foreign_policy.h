// agents/policy/foreign_policy.h -- a policy in processes of its own, asked over pipes: what exec_policy.h
// and so_policy.h have in common. Whatever it does to itself, verge goes on, and the run ends with
// VG_ERR_POLICY.
#ifndef VG_AGENTS_POLICY_FOREIGN_POLICY_H
#define VG_AGENTS_POLICY_FOREIGN_POLICY_H

#include "agents/policy/policy.h"

#ifdef __cplusplus
extern "C" {
#endif

// All are copied.
typedef struct vg_foreign_def {
    const char *kind;   // "exec" or "so": how verge-policy-host runs it (agents/policy/subprocess.h)
    const char *what;   // command or path
    uint64_t hash;      // its content hash; 0: unknown
    bool many;          // a process for each drive that is under way at once, else one for all
    bool (*stop)(void); // asked while it is awaited: VG_ERR_INTERRUPTED; NULL: never
} vg_foreign_def;

// Start it and read its first frame, for which it has six times vg_policy_timeout. Errors: VG_ERR_IO (no
// process), VG_ERR_POLICY (it hung, ended), VG_ERR_FORMAT (the first frame), VG_ERR_MEMORY,
// VG_ERR_INTERRUPTED.
VG_NODISCARD vg_err vg_foreign_policy_start(const vg_foreign_def *def, vg_policy **out, vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
