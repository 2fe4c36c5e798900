// eval/gate/recipes.h -- does training this way give worse policies? The gate of recipes, over training
// seeds.
//
// One policy says little about its recipe, because results scatter with the training seed: by 25 points of
// the off-road rate, and by more if cloning fails. So this gate resamples training seeds. Both recipes are
// scored on the same suite, whose roads are fixed: the verdict holds for new training seeds on these roads.
// The seeds of the two recipes are independent. Whether anything changed is tested by exchanging seeds
// between the recipes (a permutation test, exact if both recipes are the same), with Holm over the metrics.
// How much changed is tested by a two-sample bootstrap-t, which is never allowed to be surer than Welch's t
// (1947).
#ifndef VG_EVAL_GATE_RECIPES_H
#define VG_EVAL_GATE_RECIPES_H

#include "eval/gate/judge.h"

#ifdef __cplusplus
extern "C" {
#endif

// X(name, key of a training seed in result.json, key of the gate's margin, what it is)
#define VG_RECIPE_METRICS(X)                                                                                 \
    X(off_road, "off_road", off_road_learner, "share of episodes with a departure")                          \
    X(stalled, "stalled", stalled_learner, "share of episodes that stalled and did not leave the road")      \
    X(drift_share, "drift_share", drift_learner, "mean drift as a share of the half width, departed at 1")

#define VG_RECIPE_METRIC_ONE(name, key, margin, text) +1
enum { VG_RECIPE_METRIC_COUNT = 0 VG_RECIPE_METRICS(VG_RECIPE_METRIC_ONE) };

// One arm of a study, as read from its result.
typedef struct vg_recipe {
    char path[1200], label[VG_DRIVE_TEXT], suite[VG_DRIVE_TEXT], suite_hash[17], car_hash[17];
    int32_t seeds;
    double *values[VG_RECIPE_METRIC_COUNT]; // [seeds] each
} vg_recipe;

// path: a study's folder or its result.json. label: which arm; NULL: the only one with several seeds. Errors:
// VG_ERR_NOT_FOUND, VG_ERR_ARGUMENT (several arms and no label), VG_ERR_FORMAT (fewer than 2 seeds, a seed
// without a score), VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_recipe_read(const char *path, const char *label, vg_recipe *out, vg_diag *diag);
void vg_recipe_free(vg_recipe *recipe); // zeroed is fine

typedef struct vg_recipe_row {
    const char *name;
    double baseline, result, spread; // means; pooled standard deviation of seeds
    double low, high, margin;        // of result - baseline, one-sided bounds; the largest difference allowed
    double p_change, p_holm, p_margin, p_pass;
    vg_verdict verdict;
} vg_recipe_row;

typedef struct vg_recipe_judgement {
    vg_recipe_row rows[VG_RECIPE_METRIC_COUNT];
    vg_verdict verdict;
    double alpha;
} vg_recipe_judgement;

// Errors: VG_ERR_MISMATCH (another suite or car), VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_recipes_judge(const vg_recipe *baseline, const vg_recipe *result,
                                     const vg_gate_config *gate, uint64_t seed, vg_recipe_judgement *out,
                                     vg_diag *diag);

// The number of training seeds that each recipe needs so that a rise of margin + `beyond` is found to have
// regressed with chance `power`, if seeds scatter with standard deviation `spread`. By Student's t, one-sided
// alpha. At least 2.
int32_t vg_recipe_seeds_needed(double beyond, double spread, double alpha, double power);
// The rise beyond the margin that this number of seeds shows with that power.
double vg_recipe_seen(int32_t seeds, double spread, double alpha, double power);

#ifdef __cplusplus
}
#endif
#endif
