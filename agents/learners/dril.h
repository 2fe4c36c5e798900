// agents/learners/dril.h -- disagreement-regularised imitation: stay where clones of the same logs agree.
#ifndef VG_AGENTS_LEARNERS_DRIL_H
#define VG_AGENTS_LEARNERS_DRIL_H

#include "agents/learners/generator.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { VG_DRIL_MEMBERS_MOST = 16 };

// Beside the keys of the generator. X(field, type, unit, least, most, default, choices, help)
#define VG_DRIL_KEYS(X)                                                                                      \
    X(ensemble_size, INT, "1", 2, 16, "5", NULL, "networks cloned from bootstrap samples of the logs")       \
    X(bootstrap_block, INT, "rows", 1, 1000000, "20", NULL,                                                  \
      "rows that a sample takes together; 1: each by itself, and the threshold is that of all rows")         \
    X(cost_quantile, DOUBLE, "1", 0, 1, "0.98", NULL,                                                        \
      "quantile of the variance on the demonstrations beyond which a state costs 1, else -1")                \
    X(cost, CHOICE, "", 0, 0, "ensemble", "ensemble|constant",                                               \
      "constant: every state on the road costs -1, whatever the ensemble says (a control)")

typedef struct vg_dril_config {
    vg_generator_config generator; // first, as with every learner that has a generator
#define X(field, type, unit, least, most, standard, choices, help) VG_FIELD_##type(field);
    VG_DRIL_KEYS(X)
#undef X
} vg_dril_config;

extern const vg_schema vg_dril_schema;
extern const vg_learner vg_learner_dril;

// The cost of a state whose variance is this: 1 beyond the threshold, else -1 (section 3.2 of the paper).
double vg_dril_cost(double variance, double threshold);
// The least of these values that a share `quantile` of them does not pass. Sorts them; count >= 1.
double vg_dril_threshold(double *variances, int64_t count, double quantile);

#ifdef __cplusplus
}
#endif
#endif
