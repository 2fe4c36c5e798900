// eval/stats/logit_normal.h -- what counts of a few lines (training seeds, roads) say about the mean share
// over new lines of their kind.
//
// The model: line i has a share p_i with logit p_i ~ N(mu, sigma^2), and its events are binomial(trials_i,
// p_i). The mean share over new lines is theta = E p, a function of mu and sigma. Likelihoods are integrated
// over the lines' own shares (integrated likelihood: Berger, Liseo & Wolpert 1999), priors are weak: sigma is
// half-Cauchy of scale 1 (Gelman 2006); mu is Laplace about logit 0.12 (mu = -2) with scale 4 where events
// are rare, about 0.88 where they are common, and a mixture in between, so that a share and its complement
// say the same. All integrals are sums over fixed grids: same counts, same bits.
#ifndef VG_EVAL_STATS_LOGIT_NORMAL_H
#define VG_EVAL_STATS_LOGIT_NORMAL_H

#include "sim/base/error.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct vg_logit_normal vg_logit_normal; // the distribution of theta; opaque, owned by the caller

// Errors: VG_ERR_MEMORY; *out is then NULL.
VG_NODISCARD vg_err vg_logit_normal_create(vg_logit_normal **out, vg_diag *diag);
void vg_logit_normal_free(vg_logit_normal *model); // NULL is fine

// One line's counts; neither needs to be whole. A line without trials says nothing.
typedef struct vg_line {
    double events, trials; // 0 <= events <= trials
} vg_line;

// An error of the mean's logit that all lines share and that the counts cannot show: roads that every seed
// drives. It is taken as Student's t with `df` degrees of freedom, times the square root of the variance.
typedef struct vg_shared_error {
    double variance; // >= 0; 0: none
    double df;       // > 0
} vg_shared_error;

// Learn theta from lines[count], and forget what was learned before. Never allocates.
void vg_logit_normal_learn(vg_logit_normal *model, const vg_line *lines, int32_t count,
                           vg_shared_error shared);

// The theta with `tail` (0 < tail <= 1/2) of the distribution below it (upper false) or above it (upper
// true). Within (0, 1).
double vg_logit_normal_end(const vg_logit_normal *model, double tail, bool upper);

#ifdef __cplusplus
}
#endif
#endif
