// eval/gate/recipes.h -- does training this way give worse policies? The gate of recipes, over training
// seeds.
//
// One policy of a recipe says little of it: training seeds scatter, by 25 points of the off-road rate and
// more where cloning fails. So what is resampled here are training seeds. Both recipes are scored on the same
// suite, whose roads stand: what is said holds for new training seeds on these roads. Seeds of the two are
// independent of each other. Whether anything changed is told by exchanging seeds between the recipes (a
// permutation test, exact where both are the same), with Holm over the metrics; by how much, by a bootstrap-t
// of two samples, never surer than Welch's t (1947).
#ifndef VG_EVAL_GATE_RECIPES_H
#define VG_EVAL_GATE_RECIPES_H

#include "eval/gate/judge.h"

#ifdef __cplusplus
extern "C" {
#endif

// X(name, key of a training seed in result.json, key of the gate's margin, what it is)
#define VG_RECIPE_METRICS(X)                                                                                 \
    X(off_road, "off_road", off_road_learner, "share of episodes with a departure")                          \
    X(drift_share, "drift_share", drift_learner, "mean drift as a share of the half width, departed at 1")

#define VG_RECIPE_METRIC_ONE(name, key, margin, text) +1
enum { VG_RECIPE_METRIC_COUNT = 0 VG_RECIPE_METRICS(VG_RECIPE_METRIC_ONE) };

// One arm of a study, as its result has it.
typedef struct vg_recipe {
    char path[1200], label[VG_DRIVE_TEXT], suite[VG_DRIVE_TEXT], suite_hash[17], car_hash[17];
    int32_t seeds;
    double *values[VG_RECIPE_METRIC_COUNT]; // [seeds] each
} vg_recipe;

// path: a study's folder or its result.json. label: which arm; NULL: the only one with several seeds. Errors:
// VG_ERR_NOT_FOUND, VG_ERR_ARGUMENT (several arms and none named), VG_ERR_FORMAT (fewer than 2 seeds, a seed
// without a score), VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_recipe_read(const char *path, const char *label, vg_recipe *out, vg_diag *diag);
void vg_recipe_free(vg_recipe *recipe); // zeroed is fine

typedef struct vg_recipe_row {
    const char *name;
    double baseline, result, spread; // means; pooled standard deviation of seeds
    double low, high, margin;        // of result - baseline, one-sided bounds; what it may be
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

// Training seeds each recipe needs, so that a rise of margin + `beyond` is said to have regressed with chance
// `power`, where seeds scatter with standard deviation `spread`: by Student's t, one-sided alpha. At least 2.
int32_t vg_recipe_seeds_needed(double beyond, double spread, double alpha, double power);
// What rise beyond the margin so many seeds show with that power.
double vg_recipe_seen(int32_t seeds, double spread, double alpha, double power);

#ifdef __cplusplus
}
#endif
#endif
