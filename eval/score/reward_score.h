// eval/score/reward_score.h -- how well an arm does under a reward that is known, and how near its own
// reward, if it learned one, is to that.
#ifndef VG_EVAL_SCORE_REWARD_SCORE_H
#define VG_EVAL_SCORE_REWARD_SCORE_H

#include <stdbool.h>

#include "eval/stats/crossed.h"

#ifdef __cplusplus
extern "C" {
#endif

// X(name, by_unit, scale, text); by_unit: a value for each training seed and unit, else for each training
// seed.
#define VG_REWARD_METRICS(X)                                                                                 \
    X(regret, true, VG_SCALE_PLAIN, "(J* - J) / (J* - J0) under the true reward (eval/rewards/regret.h)")    \
    X(excess_cost, true, VG_SCALE_PLAIN, "by how much a metre costs more than the best arm's, as a share")   \
    X(feature_error, false, VG_SCALE_LOG, "mean relative error of the features a metre, to the best arm's")  \
    X(epic, false, VG_SCALE_LOG, "EPIC distance of the learned reward from the true one")                    \
    X(cosine, false, VG_SCALE_PLAIN, "cosine of the weights of both, each times its feature's deviation")

typedef enum vg_reward_metric {
#define X(name, by_unit, scale, text) VG_REWARD_##name,
    VG_REWARD_METRICS(X)
#undef X
        VG_REWARD_METRIC_COUNT
} vg_reward_metric;

typedef struct vg_reward_score {
    double *cells[VG_REWARD_METRIC_COUNT]; // [seeds * units] or [seeds]; NULL: not measured
    vg_estimate estimates[VG_REWARD_METRIC_COUNT];
} vg_reward_score;

// The metric of that name; -1: there is none.
int32_t vg_reward_metric_find(const char *name);
const char *vg_reward_metric_name(int32_t i);
bool vg_reward_metric_by_unit(int32_t i);
vg_scale vg_reward_metric_scale(int32_t i);

void vg_reward_score_free(vg_reward_score *score); // zeroed is fine

#ifdef __cplusplus
}
#endif
#endif
