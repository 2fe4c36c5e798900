// eval/stats/share.h -- intervals of shares of episodes in which something happened, crossed training seeds x
// units: off the road by a time, drifted farther than a distance.
//
// A share p of n episodes varies by counting, p (1 - p) / n, and by effects of seeds and units, which are
// about as large on the logit's scale whatever p is, (p (1 - p))^2 x effects. So it varies as a share of an
// effective number of independent episodes does, as in Korn & Graubard (1998), but of a number that depends
// on p: m(p) = 1 / (1 / n + effects p (1 - p)). The interval is all p that are not rejected when held against
// it by the binomial's tails, half of the event at hand counted (mid-p; Jeffreys's prior gives the same to 1
// / m: Brown, Cai & DasGupta 2001). Where p is so small that not even a study without any event would reject
// it, nothing is lost to that side, and the other side takes the whole 5 %.
#ifndef VG_EVAL_STATS_SHARE_H
#define VG_EVAL_STATS_SHARE_H

#include "eval/stats/crossed.h"

#ifdef __cplusplus
extern "C" {
#endif

// How shares like a table's vary.
typedef struct vg_share_law {
    double episodes; // n
    double effects;  // variance of the logit beyond counting, >= 0
    // What m(p) is multiplied by as the effects' variance is itself an estimate: (normal's / Student's 97.5 %
    // point)^2, in (0, 1].
    double trust;
    // m(p) is never less: whatever the effects are, the mean's variance is at most p (1 - p) over the lines
    // of the way that has fewer of them (of the other, where one way has a single line).
    double least;
} vg_share_law;

// effects: the variance of the table's mean on the logit's scale (vg_crossed_error) less counting's. trust:
// degrees of freedom by Satterthwaite (1946), those of each way by the kurtosis of its lines' means beyond
// what counting gives, 2 / (2 / (n - 1) + kurtosis / n), never more than n - 1. The table's mean must be
// within (0, 1), and it must have two lines one way at least.
vg_share_law vg_share_law_of(const vg_crossed *table);

// The table's mean and its interval. A share of 0 or 1 has the rule of three's bound (vg_crossed_interval);
// one seed on one unit has none, else.
vg_estimate vg_share_interval(const vg_crossed *table);

// The least and the largest share that a study may show without rejecting p, in (0, 1). NaN: no share is so
// small, or so large, that it rejects.
void vg_share_unrejected(const vg_share_law *law, double p, double *least, double *most);

// The 95 % interval of a share of n independent trials (Wilson 1927).
vg_estimate vg_wilson(double share, double n);

#ifdef __cplusplus
}
#endif
#endif
