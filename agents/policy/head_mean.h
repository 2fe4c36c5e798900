// agents/policy/head_mean.h -- the heads whose action is what the network gives.
#ifndef VG_AGENTS_POLICY_HEAD_MEAN_H
#define VG_AGENTS_POLICY_HEAD_MEAN_H

#include "agents/policy/head.h"

#ifdef __cplusplus
extern "C" {
#endif

extern const vg_head vg_head_mean;
// The mean of a Gaussian, by which it drives; log_std is for those who train it on.
extern const vg_head vg_head_gaussian;

#ifdef __cplusplus
}
#endif
#endif
