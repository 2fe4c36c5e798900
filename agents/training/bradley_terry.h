// agents/training/bradley_terry.h -- a reward network fitted to comparisons: which of two snippets of driving
// is the better one.
//
// The model of Bradley & Terry (1952), as Christiano et al. (2017, eq. 1) and Brown et al. (2019, eq. 3) use
// it: the probability that snippet a is better than b is
//
//     P = 1 / (1 + exp(R_b - R_a)),    R = sum over the snippet's rows of r,
//
// and the loss is the cross-entropy of the labels. Both snippets of a comparison have the same number of
// rows. With unequal ones the sums would teach the duration: a constant r, positive or negative, would
// explain that the long (or the short) one is better. A constant that is added to r changes nothing here, for
// the same reason: where episodes may end early, whoever uses r has to choose it.
#ifndef VG_AGENTS_TRAINING_BRADLEY_TERRY_H
#define VG_AGENTS_TRAINING_BRADLEY_TERRY_H

#include "agents/nets/network.h"

#ifdef __cplusplus
extern "C" {
#endif

// Two snippets, by their first rows.
typedef struct vg_comparison {
    int64_t a, b;
    int32_t length;  // rows of each, 1 .. the definition's
    double a_better; // label: 1: a is better, 0: b is, 0.5: they are equal
} vg_comparison;

typedef struct vg_bradley_terry vg_bradley_terry; // opaque: the workspace to work in

// Start from zero.
typedef struct vg_bradley_terry_def {
    int32_t length;     // rows of a snippet at most, >= 1
    int32_t most;       // comparisons of a batch, >= 1
    double label_noise; // [0, 1): share of labels that are taken to be drawn by chance, for the labeller errs
                        // (Christiano et al. 2017, 2.2.3, use 0.1): P' = (1 - noise) P + noise / 2
    int32_t threads;    // 0: one per core; the result does not depend on it
} vg_bradley_terry_def;

// For networks of the shape of `net`, which has one output. Errors: VG_ERR_ARGUMENT, VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_bradley_terry_create(const vg_bradley_terry_def *def, const vg_network *net,
                                            vg_bradley_terry **out, vg_diag *diag);
void vg_bradley_terry_destroy(vg_bradley_terry *workspace); // NULL is fine

// The mean loss of `count` comparisons (1 .. most), and its gradient into [vg_network_count] unless NULL.
// inputs: all rows, scaled and laid out as network inputs are; a snippet's rows follow each other. right (may
// be NULL): the number of comparisons whose better snippet has the higher R; where the label is 0.5, or both
// R are the same, half a one. Never allocates.
double vg_bradley_terry_run(vg_bradley_terry *workspace, const vg_network *net, const float *inputs,
                            const vg_comparison *comparisons, int32_t count, float *gradient, double *right);

// R_a - R_b of each comparison of the last run, [count].
const double *vg_bradley_terry_margins(const vg_bradley_terry *workspace);

#ifdef __cplusplus
}
#endif
#endif
