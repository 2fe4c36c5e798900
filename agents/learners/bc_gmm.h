// agents/learners/bc_gmm.h -- behavioural cloning with a mixture of Gaussians: for drivers who do now this,
// now that in the same state.
#ifndef VG_AGENTS_LEARNERS_BC_GMM_H
#define VG_AGENTS_LEARNERS_BC_GMM_H

#include "agents/policy/head_gmm.h"
#include "agents/training/imitation.h"
#include "agents/training/learner.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct vg_bc_gmm_config {
    vg_imitation_config fit;
    vg_gmm_config gmm;
} vg_bc_gmm_config;

extern const vg_schema vg_bc_gmm_schema;

// The number of modes in use, 1 to `modes`: the perplexity of how the rows are shared among them. by_mode:
// sums of responsibilities [modes].
double vg_bc_gmm_in_use(const double *by_mode, int32_t modes);

extern const vg_learner vg_learner_bc_gmm;

// Head and loss as the keys say; *mixture is filled in for the loss, and both are borrowed.
vg_imitation_head vg_bc_gmm_head(const vg_bc_gmm_config *config, vg_mixture_def *mixture);

#ifdef __cplusplus
}
#endif
#endif
