// agents/nets/architecture.h -- the table of all kinds of networks, by the name that stands in a policy file.
#ifndef VG_AGENTS_NETS_ARCHITECTURE_H
#define VG_AGENTS_NETS_ARCHITECTURE_H

#include "agents/nets/network.h"

#ifdef __cplusplus
extern "C" {
#endif

// The name of kind i, from 0 on; NULL past the last.
const char *vg_architecture_name(int32_t i);
// The schema of a kind's hyperparameters. Errors: VG_ERR_FORMAT (no such kind; the message lists the known
// ones, its field is "architecture").
VG_NODISCARD vg_err vg_architecture_schema(const char *name, const vg_schema **out, vg_diag *diag);

// A network of that kind, all parameters zero. hyperparameters are laid out by the kind's schema. Errors:
// those of vg_architecture_schema; VG_ERR_FORMAT (a hyperparameter does not fit the shape), VG_ERR_ARGUMENT,
// VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_architecture_create(const char *name, const vg_network_shape *shape,
                                           const void *hyperparameters, vg_network **out, vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
