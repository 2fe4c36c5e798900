// eval/rewards/epic.h -- the EPIC distance between rewards (Gleave, Dennis, Legg, Russell & Leike 2021,
// "Quantifying differences in reward functions"): 0 where two rewards differ only by a positive factor, a
// constant and potential shaping, which leave the best policy as it is; 1 where they are opposite.
//
// A reward is given as a table over n states: cell [i][j] is R(x_i, a_j, x_j), where x are independent draws
// of a distribution of states and a of one of actions. The same draws stand for all expectations of the
// canonical reward, so that shaping cancels to rounding, not only in the limit.
#ifndef VG_EVAL_REWARDS_EPIC_H
#define VG_EVAL_REWARDS_EPIC_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// Makes a table canonical, in place (definition 4.1):
//     C(s, a, s') = R(s, a, s') + E[g R(s', A, S') - R(s, A, S') - g R(S, A, S')]
// table: [n][n]; discount: g, 0 to 1; means: scratch, [n].
void vg_epic_canonicalise(double *table, int32_t n, double discount, double *means);

// Pearson's correlation of a and b, both [count], in [-1, 1]; NaN where either is constant.
double vg_pearson(const double *a, const double *b, int64_t count);

// sqrt((1 - correlation) / 2) (definition 4.5), in [0, 1]; NaN stays NaN.
double vg_pearson_distance(double correlation);

#ifdef __cplusplus
}
#endif
#endif
