// agents/learners/maxent.h -- maximum-entropy inverse reinforcement learning of a driving reward, by the
// Laplace approximation.
#ifndef VG_AGENTS_LEARNERS_MAXENT_H
#define VG_AGENTS_LEARNERS_MAXENT_H

#include "agents/planner/demonstrations.h"
#include "agents/rewards/driving.h"
#include "agents/training/learner.h"

#ifdef __cplusplus
extern "C" {
#endif

// X(field, type, unit, least, most, default, choices, help)
#define VG_MAXENT_KEYS(X)                                                                                    \
    X(spacing, DOUBLE, "m", 0, 100, "0", NULL, "between stations; 0: 5 m, less for model cars")              \
    X(features, LIST, "", 0, 0, "", NULL, "features that may have a weight; empty: all. time is always one") \
    X(l2, DOUBLE, "", 0, 1000, "0.01", NULL,                                                                 \
      "pulls the logarithms of the weights towards where they began; holds a weight that nothing tells of")  \
    X(rounds, INT, "", 1, 10000, "200", NULL, "steps of the search at most")                                 \
    X(tolerance, DOUBLE, "", 0, 1, "1e-05", NULL,                                                            \
      "the search ends where no slope, for each unknown, is larger")

typedef struct vg_maxent_learner_config {
#define X(field, type, ...) VG_FIELD_##type(field);
    VG_MAXENT_KEYS(X)
#undef X
} vg_maxent_learner_config;

extern const vg_schema vg_maxent_schema;

// What a fit found.
typedef struct vg_maxent_fit {
    double theta[VG_DRIVING_COUNT]; // that of time is 1
    double temperature;             // of r = - theta' f
    double likelihood;              // log density for each unknown
    double misfit;                  // g' H^-1 g for each unknown: 1 where the temperature is right
    double pay;                     // the demonstrations' cost a metre
    int32_t rounds;
    int64_t unknowns;
    bool settled;
} vg_maxent_fit;

// Called after each round of a fit, with the weights so far; false stops it with VG_ERR_INTERRUPTED.
typedef bool (*vg_maxent_watch)(void *context, int32_t round, const vg_maxent_fit *so_far);

// Fits weights to `count` demonstrations of shown->items, chosen[i] (NULL: all). The result does not depend
// on the number of threads. Errors: VG_ERR_ARGUMENT (a Hessian that is not positive definite at the
// beginning, with the log, the episode and the place; a feature that is not finite), VG_ERR_FORMAT (an
// unknown feature in the list), VG_ERR_INTERRUPTED, VG_ERR_MEMORY.
typedef struct vg_maxent_def {
    const vg_maxent_learner_config *config;
    const vg_demonstrations *shown;
    const int32_t *chosen;
    int32_t count;
    int32_t threads; // 0: one per core
    vg_maxent_watch watch;
    void *context;
} vg_maxent_def;
VG_NODISCARD vg_err vg_maxent_find(const vg_maxent_def *def, vg_maxent_fit *out, vg_diag *diag);

// The spacing of the config for the cars of the logs: read the first car, where it is 0.
VG_NODISCARD vg_err vg_maxent_demonstrations(const vg_maxent_learner_config *config, const char *const *logs,
                                             int32_t count, vg_demonstrations *out, vg_diag *diag);

extern const vg_learner vg_learner_maxent;

#ifdef __cplusplus
}
#endif
#endif
