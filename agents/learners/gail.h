// agents/learners/gail.h -- generative adversarial imitation: from a log and the simulator, without anyone to
// ask.
#ifndef VG_AGENTS_LEARNERS_GAIL_H
#define VG_AGENTS_LEARNERS_GAIL_H

#include "agents/learners/gail_config.h"
#include "agents/training/learner.h"

#ifdef __cplusplus
extern "C" {
#endif

extern const vg_learner vg_learner_gail;

// Why a training is of no more use, told as the number `collapsed`.
typedef enum vg_gail_collapse {
    VG_GAIL_SOUND,
    VG_GAIL_PINNED, // the discriminator tells both sides apart nearly always: its rewards no longer guide
    VG_GAIL_FROZEN, // no entropy is left: every deviation is at its least
} vg_gail_collapse;

// What a round tells of a collapse, in words with what can be done, the first time in a row; else NULL. *last
// is the state of the round before, VG_GAIL_SOUND to begin with. For learners that tell of none: NULL.
const char *vg_gail_collapse_told(const vg_learner_round *round, int32_t *last);

#ifdef __cplusplus
}
#endif
#endif
