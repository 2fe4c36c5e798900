// agents/policy/so_policy.h -- a policy out of a shared library: agents/policy/plugin.h is its side.
#ifndef VG_AGENTS_POLICY_SO_POLICY_H
#define VG_AGENTS_POLICY_SO_POLICY_H

#include "agents/policy/policy.h"

#ifdef __cplusplus
extern "C" {
#endif

// The hash of the library's file, which is the policy's. Errors: those of vg_file_read.
VG_NODISCARD vg_err vg_so_policy_hash(const char *path, uint64_t *out, vg_diag *diag);

// Loaded by a process of its own, one a drive that is under way at once. stop is asked while it is awaited;
// NULL: never. Errors: VG_ERR_NOT_FOUND, VG_ERR_FORMAT (no shared library, another version, a sense that is
// none), those of vg_foreign_policy_start.
VG_NODISCARD vg_err vg_so_policy_load(const char *path, bool (*stop)(void), vg_policy **out, vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
