// eval/gate/judge.h -- is the result worse than the baseline by more than the margins?
//
// Each metric's difference has two one-sided bounds over roads, each at level alpha. There are three
// verdicts.
//
// - Regressed: the bound on the good side lies beyond the margin, and an exact test rejects that nothing
// changed, at the level that Holm (1979) gives it among the metrics. So if nothing changed, the chance of a
// false "regressed" over all metrics is at most alpha, whatever the roads are like. If a metric is worse by
// exactly its margin, its own chance is alpha.
// - Pass: the bound on the worse side lies within the margin. A gate passes if all metrics pass, which needs
// no correction for several tests.
// - Inconclusive: neither. Drives that are the same bit by bit differ by 0, and pass.
//
// All metrics are tested by eval/gate/paired.h. The shares of episodes that left the road
// and that stalled are also tested by eval/gate/discordant.h, and the more cautious answer counts.
// eval/gate/paired.h takes one number a road: result - (1 + share) x baseline - fixed, which is the
// difference less the margin. For a ratio (departures over km; a mean over survivors) the number is its
// influence value.
#ifndef VG_EVAL_GATE_JUDGE_H
#define VG_EVAL_GATE_JUDGE_H

#include "eval/gate/drives.h"
#include "eval/gate/gate_config.h"
#include "eval/gate/spending.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum vg_verdict { VG_PASS, VG_REGRESSED, VG_INCONCLUSIVE } vg_verdict;
const char *vg_verdict_word(vg_verdict verdict); // "pass", "regressed", "inconclusive"
// The exit code for a verdict: 0, 1, 3.
int vg_verdict_status(vg_verdict verdict);

// The verdict on one metric. NaN: not measured.
typedef struct vg_judged {
    int32_t metric; // index into VG_GATE_METRICS
    double baseline, result;
    double low, high;        // of result - baseline, one-sided bounds
    double margin;           // largest difference allowed, with its sign
    double p_change, p_holm; // one-sided, of no change: by the exact test, and by Holm over the metrics
    double p_margin;         // one-sided, that it is worse by no more than the margin
    double p_pass;           // one-sided, that it is worse by the margin or more
    vg_verdict verdict;
} vg_judged;

typedef struct vg_judgement {
    vg_judged rows[VG_GATE_METRIC_COUNT]; // number of metrics that have a margin
    int32_t count;
    vg_verdict verdict;
    bool same;                  // the drives are the same bit by bit
    int32_t units, episodes;    // roads (or starts on one road); pairs
    int32_t worse, better;      // pairs in which one side departed: only the result, only the baseline
    double alpha;               // over all looks
    int32_t look, looks;        // 1 of 1, except in a sequential gate
    double level_change, level; // levels of this look: the first of Holm's; of the bounds
} vg_judgement;

// The levels of one look: change[m - 1] for a metric with m - 1 others left, and the level of the bounds.
typedef struct vg_gate_levels {
    double change[VG_GATE_METRIC_COUNT], bound;
    int32_t look, looks;
} vg_gate_levels;
// The levels of a single look.
vg_gate_levels vg_gate_levels_once(double alpha);
// The levels of each look of a sequential gate, levels[gate->passes]: Holm's levels, each spent by
// eval/gate/spending.h (Maurer & Bretz 2013). Errors: those of vg_spending_levels.
VG_NODISCARD vg_err vg_gate_levels_spent(const vg_gate_config *gate, vg_gate_levels *levels, vg_diag *diag);

// Compares two paired sets of drives (vg_drives_check_pair). seed: of the resampling. Errors: VG_ERR_ARGUMENT
// (one road with one start), VG_ERR_FORMAT (a margin), VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_judge(const vg_drives *baseline, const vg_drives *result, const vg_gate_config *config,
                             const vg_gate_levels *levels, uint64_t seed, vg_judgement *out, vg_diag *diag);

// The episodes that got worst: first departures that the baseline did not have (the earliest first), then the
// largest rises in drift among those that stay on the road. rows[most]; returns how many.
int32_t vg_judge_worst(const vg_drives *baseline, const vg_drives *result, int32_t most, int32_t *rows);

#ifdef __cplusplus
}
#endif
#endif
