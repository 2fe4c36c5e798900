// eval/stats/woodruff.h -- which shares a study could show below a quantile's true place (Woodruff 1952), in
// a table of training seeds x units. Intervals of shares themselves: eval/stats/share.h.
//
// A share p of n episodes varies by counting, p (1 - p) / n, and by effects of seeds and units, which are
// about as large on the logit scale whatever p is, (p (1 - p))^2 x effects. So it varies as a share of an
// effective number of independent episodes does, as in Korn & Graubard (1998), but of a number that depends
// on p: m(p) = 1 / (1 / n
// + effects p (1 - p)). A share is rejected by the binomial's tails, half of the event at hand counted
// (mid-p).
#ifndef VG_EVAL_STATS_WOODRUFF_H
#define VG_EVAL_STATS_WOODRUFF_H

#include "eval/stats/crossed.h"

#ifdef __cplusplus
extern "C" {
#endif

// How shares like a table's vary.
typedef struct vg_woodruff_law {
    double episodes; // n
    double effects;  // variance of the logit beyond counting, >= 0
    // What m(p) is multiplied by as the effects' variance is itself an estimate: (normal's / Student's 97.5 %
    // point)^2, in (0, 1].
    double trust;
    // m(p) is never less: whatever the effects are, the mean's variance is at most p (1 - p) over the lines
    // of the way that has fewer of them (of the other, where one way has a single line).
    double least;
} vg_woodruff_law;

// effects: the variance of the table's mean on the logit scale (vg_crossed_error) less counting's. trust:
// degrees of freedom by Satterthwaite (1946), those of each way by the kurtosis of its lines' means beyond
// what counting gives, 2 / (2 / (n - 1) + kurtosis / n), never more than n - 1. The table's mean must be
// within (0, 1), and it must have two lines one way at least.
vg_woodruff_law vg_woodruff_law_of(const vg_crossed *table);

// The least and the largest share that a study may show without rejecting p, in (0, 1), at 2.5 % each. NaN:
// no share is so small, or so large, that it rejects; the other side then has the whole 5 %.
void vg_woodruff_unrejected(const vg_woodruff_law *law, double p, double *least, double *most);

#ifdef __cplusplus
}
#endif
#endif
