// agents/learners/act.h -- action chunking: cloning of the next second of actions at once.
#ifndef VG_AGENTS_LEARNERS_ACT_H
#define VG_AGENTS_LEARNERS_ACT_H

#include "agents/policy/head_chunk.h"
#include "agents/training/imitation.h"
#include "agents/training/learner.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct vg_act_config {
    vg_imitation_config fit;
    vg_chunk_config chunk;
} vg_act_config;

extern const vg_schema vg_act_schema;
extern const vg_learner vg_learner_act;

// The loss, as a vg_loss_fn without a context: the mean of |y - target| over all actions of the batch that
// are no padding, and over steering and acceleration.
double vg_act_loss(void *context, const vg_loss_rows *rows);

#ifdef __cplusplus
}
#endif
#endif
