// agents/nets/penalty.h -- a penalty on the slope of a network with respect to its inputs, and its gradient
// by the parameters (double backpropagation).
//
// The penalty of a row x is (|grad_x f| - target)^2. With target 1 it is Gulrajani et al. 2017, "Improved
// training of Wasserstein GANs", eq. 3; with target 0 Mescheder, Geiger & Nowozin 2018, "Which training
// methods for GANs do actually converge?".
#ifndef VG_AGENTS_NETS_PENALTY_H
#define VG_AGENTS_NETS_PENALTY_H

#include "agents/nets/gradient.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct vg_penalty vg_penalty; // opaque: the workspace to work in

// Memory for `most` rows of networks of this shape: a multilayer perceptron with one output and at least one
// hidden layer, of tanh. (It works on the layers itself, because the second derivative needs more than the
// gradient by the inputs that vg_network_backward_inputs gives.) threads: 0: one per core; bits do not depend
// on it. Errors: VG_ERR_ARGUMENT, VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_penalty_create(const vg_network *net, int64_t most, int32_t threads, vg_penalty **out,
                                      vg_diag *diag);
void vg_penalty_destroy(vg_penalty *penalty);

// The mean penalty over rows of inputs [count][vg_net_stride(inputs)], count <= most, times weight; its
// gradient is added to [vg_network_count]. The network must be packed. Never allocates.
double vg_penalty_run(vg_penalty *penalty, const vg_network *net, const float *inputs, int64_t count,
                      double target, double weight, float *gradient);

#ifdef __cplusplus
}
#endif
#endif
