// agents/nets/mixture.h -- a mixture of Gaussians as the outputs of a network: a mixture density network
// (Bishop 1994, "Mixture density networks"), parametrised as in robomimic (Mandlekar et al. 2021, "What
// matters in learning from offline human demonstrations for robot manipulation").
//
// The outputs of a row are the logits of the modes [modes], then for each mode its means [dims], then for
// each mode its deviations [dims]:
//     weight = softmax(logit)      mean = tanh(output)      std = softplus(output) + min_std
// The deviations are independent. min_std keeps the likelihood of a mode that sits on one row finite.
#ifndef VG_AGENTS_NETS_MIXTURE_H
#define VG_AGENTS_NETS_MIXTURE_H

#include "agents/nets/gradient.h"
#include "sim/base/random.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { VG_MIXTURE_MODES_MOST = 32, VG_MIXTURE_DIMS_MOST = 4 };

typedef struct vg_mixture_def {
    int32_t modes;  // 1 .. VG_MIXTURE_MODES_MOST
    int32_t dims;   // 1 .. VG_MIXTURE_DIMS_MOST
    double min_std; // > 0
} vg_mixture_def;

// The mixture of one row.
typedef struct vg_mixture {
    double log_weight[VG_MIXTURE_MODES_MOST];
    double mean[VG_MIXTURE_MODES_MOST][VG_MIXTURE_DIMS_MOST];
    double std[VG_MIXTURE_MODES_MOST][VG_MIXTURE_DIMS_MOST];
} vg_mixture;

// Number of outputs that a network needs.
static inline int32_t vg_mixture_outputs(const vg_mixture_def *def) {
    return def->modes * (1 + 2 * def->dims);
}

void vg_mixture_read(const vg_mixture_def *def, const float *outputs, vg_mixture *out);

// Negative log likelihood of a target [dims], in nats. by_mode [modes]: the probability that the target comes
// from each mode (its responsibility); NULL: not wanted.
double vg_mixture_nll(const vg_mixture_def *def, const vg_mixture *mixture, const float *target,
                      double *by_mode);

// A vg_loss_fn whose context is a vg_mixture_def: the mean of the negative log likelihood over the batch.
// Targets are rows of [dims].
double vg_mixture_loss(void *context, const vg_loss_rows *rows);

// The mode with the greatest weight; of equals the first.
int32_t vg_mixture_likeliest(const vg_mixture_def *def, const vg_mixture *mixture);
// A mode by its weight: draw `at.draw`.
int32_t vg_mixture_draw_mode(const vg_mixture_def *def, const vg_mixture *mixture, vg_draw at);
// A value of a mode, [dims]: draws from `at.draw` on. std: instead of the mode's own deviations; 0: its own.
void vg_mixture_draw(const vg_mixture_def *def, const vg_mixture *mixture, int32_t mode, double std,
                     vg_draw at, float *out);

#ifdef __cplusplus
}
#endif
#endif
