// eval/gate/discordant.h -- paired yes-or-no episodes, clustered by road: did the share rise?
//
// Of paired episodes only those count that differ: `worse` of them departed in the result alone, `better` in
// the baseline alone. Episodes of one road are alike, so that roads are what is independent.
//
// Two tests. Whether anything changed: a road's result and baseline may be exchanged, all its episodes
// together, if nothing did, so that each road's sum (worse - better) is as likely with either sign; the
// chance of the sums' total under all signs is counted out exactly (Fisher's randomisation test, McNemar's
// 1947 where each road has one episode), however alike a road's episodes are. Whether it changed by more than
// a margin: the score test of Tango (1998) for a difference of paired shares, its variance times what roads
// scatter beyond counting (at least 1; Rao & Scott 1992), held against Student's t with roads - 1 degrees of
// freedom. This second one is an approximation, whose error `verge bench gate` measures.
#ifndef VG_EVAL_GATE_DISCORDANT_H
#define VG_EVAL_GATE_DISCORDANT_H

#include "sim/base/error.h"

#ifdef __cplusplus
extern "C" {
#endif

// Counts of a road. It is a unit; where there is one road, a start is.
typedef struct vg_discordant {
    int32_t pairs, worse, better;
} vg_discordant;

// Chance of a total of signed sums as large or larger, if nothing changed: exact, within 1e-12. Errors:
// VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_discordant_exact(const vg_discordant *units, int32_t count, double *p, vg_diag *diag);

// How the pairs stand, for the tests below.
typedef struct vg_discordant_law {
    double pairs, worse, better;
    double spread; // variance beyond counting, >= 1
    double df;
} vg_discordant_law;
vg_discordant_law vg_discordant_law_of(const vg_discordant *units, int32_t count);

// One-sided p of "the difference is at most d" (above), and of "at least d" (below).
double vg_discordant_above(const vg_discordant_law *law, double d);
double vg_discordant_below(const vg_discordant_law *law, double d);

// The least and the largest difference that are not rejected at `level` on their side.
double vg_discordant_low(const vg_discordant_law *law, double level);
double vg_discordant_high(const vg_discordant_law *law, double level);

#ifdef __cplusplus
}
#endif
#endif
