// agents/learners/diffusion.h -- diffusion policy: cloning of chunks of actions by denoising diffusion.
#ifndef VG_AGENTS_LEARNERS_DIFFUSION_H
#define VG_AGENTS_LEARNERS_DIFFUSION_H

#include "agents/learners/denoise.h"

#ifdef __cplusplus
extern "C" {
#endif

extern const vg_schema vg_diffusion_schema;
extern const vg_learner vg_learner_diffusion;

#ifdef __cplusplus
}
#endif
#endif
