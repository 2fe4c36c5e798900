// eval/gate/discordant.h -- paired yes-or-no episodes, clustered by road: did the share rise?
//
// Only the pairs that differ carry information: `worse` counts the pairs in which only the result departed,
// `better` those in which only the baseline did. Episodes of one road are alike, so the roads are the
// independent units.
//
// There are two tests. The first asks whether anything changed. If nothing did, a road's result and baseline
// may be exchanged, all its episodes together, so that each road's sum (worse - better) has either sign with
// the same chance. The chance of the observed total under all signs is computed exactly (Fisher's
// randomisation test; McNemar's, 1947, if each road has one episode), however alike the episodes of a road
// are. The second asks whether the share changed by more than a margin. It is the score test of Tango (1998)
// for a difference of paired shares. Its variance is multiplied by the ratio of the scatter among roads to
// that of counting (at least 1; Rao & Scott 1992), and it is compared with Student's t with roads - 1 degrees
// of freedom. The second test is an approximation, whose error `verge bench gate` measures.
#ifndef VG_EVAL_GATE_DISCORDANT_H
#define VG_EVAL_GATE_DISCORDANT_H

#include "sim/base/error.h"

#ifdef __cplusplus
extern "C" {
#endif

// The counts of a road. A road is a unit; if there is one road only, a start is.
typedef struct vg_discordant {
    int32_t pairs, worse, better;
} vg_discordant;

// Chance of a total of signed sums as large or larger, if nothing changed. Exact, within 1e-12. Errors:
// VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_discordant_exact(const vg_discordant *units, int32_t count, double *p, vg_diag *diag);

// A summary of the pairs, for the tests below.
typedef struct vg_discordant_law {
    double pairs, worse, better;
    double spread; // ratio of the variance to that of counting, >= 1
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
