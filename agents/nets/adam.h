// agents/nets/adam.h -- Adam (Kingma & Ba 2015, algorithm 1) with decoupled weight decay (Loshchilov & Hutter
// 2019) and clipping of the gradient by its norm.
#ifndef VG_AGENTS_NETS_ADAM_H
#define VG_AGENTS_NETS_ADAM_H

#include "agents/nets/kernel.h"
#include "sim/base/error.h"

#ifdef __cplusplus
extern "C" {
#endif

// Start from vg_adam_default().
typedef struct vg_adam_def {
    double rate;         // > 0, default 1e-3
    double beta1, beta2; // [0, 1), default 0.9, 0.999
    double epsilon;      // > 0, default 1e-8
    double decay;        // >= 0, default 0: first a step multiplies a parameter by 1 - rate * decay
    double clip;         // a longer gradient is scaled down to this norm; 0 (default): never
    int64_t decayed;     // decay only the first `decayed` parameters; -1 (default): all
} vg_adam_def;
vg_adam_def vg_adam_default(void);

// The state is public, for checkpoints: all of it is needed to continue with the same bits.
typedef struct vg_adam {
    vg_adam_def def;
    const vg_net_kernel *kernel;
    int64_t count;         // parameters
    int64_t step;          // steps done so far
    double power1, power2; // beta1^step, beta2^step, as running products
    float *first, *second; // [count] moments
} vg_adam;

// Errors: VG_ERR_ARGUMENT, VG_ERR_MEMORY; *out is then zero.
VG_NODISCARD vg_err vg_adam_create(const vg_adam_def *def, int64_t count, vg_adam *out, vg_diag *diag);
void vg_adam_destroy(vg_adam *adam); // a zeroed one is fine

// One step down the gradient. Both arrays are [count]. Never allocates.
void vg_adam_step(vg_adam *adam, const float *gradient, float *parameters);

#ifdef __cplusplus
}
#endif
#endif
