// agents/policy/heads.h -- the table of heads, by the name in a policy file.
#ifndef VG_AGENTS_POLICY_HEADS_H
#define VG_AGENTS_POLICY_HEADS_H

#include "agents/policy/head.h"

#ifdef __cplusplus
extern "C" {
#endif

// Head i, from 0 on; NULL past the last.
const vg_head *vg_head_at(int32_t i);
// Errors: VG_ERR_FORMAT (no such head; the message lists the known ones, its field is "head").
VG_NODISCARD vg_err vg_head_find(const char *name, const vg_head **out, vg_diag *diag);
// The default head of a network: gaussian if it has log_std, else mean.
const vg_head *vg_head_default(const vg_network *net);

// Do the head, the network and a sense of that many values fit together? Errors: VG_ERR_MISMATCH.
VG_NODISCARD vg_err vg_head_check(const vg_head *head, const void *hyperparameters, const vg_network *net,
                                  int32_t sensed, vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
