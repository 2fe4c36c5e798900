// agents/learners/flow.h -- flow matching: cloning of chunks of actions that flow from noise.
#ifndef VG_AGENTS_LEARNERS_FLOW_H
#define VG_AGENTS_LEARNERS_FLOW_H

#include "agents/learners/denoise.h"

#ifdef __cplusplus
extern "C" {
#endif

extern const vg_schema vg_flow_schema;
extern const vg_learner vg_learner_flow;

#ifdef __cplusplus
}
#endif
#endif
