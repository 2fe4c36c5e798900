// eval/stats/share.h -- intervals of shares and rates of what happens in a table of training seeds x units:
// the share of episodes off the road by a time, departures a kilometre, departures a second.
//
// An interval is about new seeds and new units. Seeds are the lines of eval/stats/logit_normal.h: their own
// shares vary as a normal's on the logit scale, and within a seed the units vary, so that its trials are
// worth less than they are many: they are divided by the design effect, the variance of the seeds' shares
// over their units to what independent trials would give (Kish 1965), one number for all seeds. Units that
// all seeds share may make the whole table's level too high or too low; that variance is the shared error.
// A share above one half is learned by what did not happen, so that successes have the intervals of their
// failures. With one seed the units are the lines, and the interval is about this policy on new units; with
// one unit the seeds are all there is, and the interval is about that unit.
#ifndef VG_EVAL_STATS_SHARE_H
#define VG_EVAL_STATS_SHARE_H

#include "eval/stats/crossed.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct vg_share vg_share; // what a table says about its share; opaque, owned by the caller

// For tables of `seeds` x `units`, >= 1 each, and smaller ones. Errors: VG_ERR_MEMORY; *out is then NULL.
VG_NODISCARD vg_err vg_share_create(int32_t seeds, int32_t units, vg_share **out, vg_diag *diag);
void vg_share_free(vg_share *share); // NULL is fine

// Learn from cells that are each the share of its episodes in which something happened. Cells of influence
// values (eval/stats/survival.h) may lie a little outside of [0, 1]. Never allocates.
void vg_share_learn(vg_share *share, const vg_crossed *table);

// Learn a rate: events an episode over exposure an episode (km, s), cell by cell. `trials`: the most events
// that a unit of exposure can hold. It bounds what a new seed may do that is worse than all that were seen,
// and so the upper end.
void vg_share_learn_rate(vg_share *share, const vg_crossed *events, const vg_crossed *exposure,
                         double trials);

// The share or rate, and the ends that leave `tail` of the distribution out at each side (0.025: the 95 %
// interval). low <= value <= high; where nothing happened low is 0, where it always did high is 1 (of a rate:
// the most). A table of one seed and one unit, or without exposure, has no ends (NaN).
vg_estimate vg_share_ends(const vg_share *share, double tail);

// The 95 % interval of a table's share by itself. Errors: VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_share_interval(const vg_crossed *table, vg_estimate *out, vg_diag *diag);

// The 95 % interval of a share of n independent trials (Wilson 1927).
vg_estimate vg_wilson(double share, double n);

#ifdef __cplusplus
}
#endif
#endif
