// agents/learners/registry.h -- the one list of learners. `verge train`, its help and man pages, studies and
// the reference of keys are made from it.
#ifndef VG_AGENTS_LEARNERS_REGISTRY_H
#define VG_AGENTS_LEARNERS_REGISTRY_H

#include "agents/training/learner.h"

#ifdef __cplusplus
extern "C" {
#endif

// The i-th learner, or NULL past the last.
const vg_learner *vg_learner_at(int32_t i);

// By name. Errors: VG_ERR_NOT_FOUND, whose message lists the names.
VG_NODISCARD vg_err vg_learner_find(const char *name, const vg_learner **out, vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
