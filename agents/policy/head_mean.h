// agents/policy/head_mean.h -- the heads whose action is the output of the network.
#ifndef VG_AGENTS_POLICY_HEAD_MEAN_H
#define VG_AGENTS_POLICY_HEAD_MEAN_H

#include "agents/policy/head.h"

#ifdef __cplusplus
extern "C" {
#endif

extern const vg_head vg_head_mean;
// The action is the mean of a Gaussian; log_std is only used to train it.
extern const vg_head vg_head_gaussian;

#ifdef __cplusplus
}
#endif
#endif
