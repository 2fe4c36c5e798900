// agents/nets/tangent.h -- how a network's outputs change along a direction of its parameters: the product of
// their Jacobian with a vector (Pearlmutter 1994, "Fast exact multiplication by the Hessian", the forward
// pass of the R operator).
#ifndef VG_AGENTS_NETS_TANGENT_H
#define VG_AGENTS_NETS_TANGENT_H

#include "agents/nets/network.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct vg_tangent vg_tangent; // opaque: the workspace to work in

// Memory for networks of this shape. Errors: VG_ERR_ARGUMENT (not a multilayer perceptron), VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_tangent_create(const vg_network *net, vg_tangent **out, vg_diag *diag);
void vg_tangent_destroy(vg_tangent *tangent);

// Use the network as it is now; it is borrowed until the last push.
void vg_tangent_take(vg_tangent *tangent, const vg_network *net);
// Set the direction: [vg_network_count]; its part of log_std is ignored.
void vg_tangent_aim(vg_tangent *tangent, const float *direction);
// After vg_network_forward of `rows` rows on `scratch`: the derivative of the outputs along the direction,
// [rows] of vg_net_stride(outputs); valid until the next push. Never allocates.
const float *vg_tangent_push(vg_tangent *tangent, int32_t rows, const float *scratch);

#ifdef __cplusplus
}
#endif
#endif
