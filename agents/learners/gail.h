// agents/learners/gail.h -- generative adversarial imitation: from logs and the simulator, without an expert.
#ifndef VG_AGENTS_LEARNERS_GAIL_H
#define VG_AGENTS_LEARNERS_GAIL_H

#include "agents/learners/gail_config.h"
#include "agents/training/learner.h"

#ifdef __cplusplus
extern "C" {
#endif

extern const vg_learner vg_learner_gail;

// Why a training has stopped improving: the number `collapsed` of a round.
typedef enum vg_gail_collapse {
    VG_GAIL_SOUND,
    VG_GAIL_PINNED, // the discriminator is nearly always right: its rewards no longer guide
    VG_GAIL_FROZEN, // no entropy is left: every standard deviation is at its minimum
} vg_gail_collapse;

#ifdef __cplusplus
}
#endif
#endif
