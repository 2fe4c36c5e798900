// agents/nets/soft_value.h -- the soft maximum of the values of a finite number of actions, and the policy
// that attains it (Haarnoja et al. 2017, "Reinforcement learning with deep energy-based policies").
//
//     V = max over p of  sum_a p_a Q_a - T KL(p | uniform) = T (log sum_a exp(Q_a / T) - log n)
//     p_a = exp(Q_a / T) / sum_b exp(Q_b / T)
//
// The entropy is measured from the uniform distribution's, which is the largest: values that are all 0 have
// the soft value 0, whatever the number of actions. (By the entropy itself V would be larger by T log n, and
// to go on would be rewarded by T log n an action.)
#ifndef VG_AGENTS_NETS_SOFT_VALUE_H
#define VG_AGENTS_NETS_SOFT_VALUE_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// V of q, [count >= 1], at a temperature T > 0; policy, [count], gets p, which is V's derivative by q. NaN
// where a value is NaN. Never allocates.
double vg_soft_value(const float *q, int32_t count, double temperature, float *policy);

// The index at which the running sum of the weights first exceeds u times their sum: with u uniform in
// (0, 1), index i with a probability in proportion to weights[i] >= 0.
int32_t vg_soft_draw(const float *weights, int32_t count, double u);
// The index of the greatest; of equals the first.
int32_t vg_soft_greatest(const float *values, int32_t count);

#ifdef __cplusplus
}
#endif
#endif
