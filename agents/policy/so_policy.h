// agents/policy/so_policy.h -- a policy out of a shared library: agents/policy/plugin.h is its side.
#ifndef VG_AGENTS_POLICY_SO_POLICY_H
#define VG_AGENTS_POLICY_SO_POLICY_H

#include "agents/policy/policy.h"

#ifdef __cplusplus
extern "C" {
#endif

// Its hash is the file's. Calls are guarded (agents/policy/crash_guard.h). Errors: VG_ERR_NOT_FOUND,
// VG_ERR_FORMAT (no shared library, another version, a sense that is none), VG_ERR_POLICY (it crashed or hung
// while it was loaded), VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_so_policy_load(const char *path, vg_policy **out, vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
