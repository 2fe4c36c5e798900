// agents/nets/ensemble.h -- several networks of one shape: their mean as a single network, and how much
// they disagree.
#ifndef VG_AGENTS_NETS_ENSEMBLE_H
#define VG_AGENTS_NETS_ENSEMBLE_H

#include "agents/nets/network.h"

#ifdef __cplusplus
extern "C" {
#endif

// A network that gives the mean of networks of this shape: hidden layers side by side (block-diagonal),
// outputs averaged. All zero until vg_ensemble_merge. Errors: VG_ERR_ARGUMENT (this is not a multilayer
// perceptron, or the merged network is too wide), VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_ensemble_create(const vg_network *member, int32_t members, vg_network **out,
                                       vg_diag *diag);
// Copy the members' weights into it, and pack it.
void vg_ensemble_merge(const vg_network *const *member, int32_t members, vg_network *into);

// Doubt of the members at rows of inputs (laid out and scaled as networks are given them): the trace of the
// covariance of their outputs, which is the mean squared distance of a member from their mean. out is
// [count]. Errors: VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_ensemble_variance(vg_network *const *member, int32_t members, const float *inputs,
                                         int64_t count, double *out, vg_diag *diag);

// The same as the Euclidean norm
// of the diagonal of the covariance of their outputs (Kelly et al. 2019). out is [count].
// Errors: VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_ensemble_uncertainty(vg_network *const *member, int32_t members, const float *inputs,
                                            int64_t count, double *out, vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
