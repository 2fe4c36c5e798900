// agents/learners/hg_dagger.h -- human-gated DAgger: labels only while the expert drives.
#ifndef VG_AGENTS_LEARNERS_HG_DAGGER_H
#define VG_AGENTS_LEARNERS_HG_DAGGER_H

#include "agents/training/interactive.h"

#ifdef __cplusplus
extern "C" {
#endif

// X(field, type, unit, least, most, default, choices, help)
#define VG_HG_DAGGER_KEYS(X)                                                                                 \
    X(rollouts, INT, "1", 1, 100000, "16", NULL, "rollouts a round, until the budget is spent")              \
    X(ensemble_size, INT, "1", 1, 16, "3", NULL,                                                             \
      "networks: their mean drives, their spread is the uncertainty")
// The group `takeover.`: when the expert takes the wheel from the learner, and when it hands it back.
#define VG_TAKEOVER_KEYS(X)                                                                                  \
    X(edge_time, DOUBLE, "s", 0, 60, "1", NULL,                                                              \
      "the expert takes over when the car would reach an edge sooner")                                       \
    X(calm_offset, DOUBLE, "1", 0, 1, "0.5", NULL,                                                           \
      "it hands back when |offset| is within this share of the half width,")                                 \
    X(calm_heading, DOUBLE, "rad", 0, 3.2, "0.1", NULL, "and |heading| against the road's is smaller,")      \
    X(calm_time, DOUBLE, "s", 0, 60, "0.5", NULL, "and both have been so for this long")

typedef struct vg_hg_dagger_config {
    vg_interactive_config common;
#define X(field, type, unit, least, most, standard, choices, help) VG_FIELD_##type(field);
    VG_HG_DAGGER_KEYS(X)
    struct {
        VG_TAKEOVER_KEYS(X)
    } takeover;
#undef X
} vg_hg_dagger_config;

extern const vg_schema vg_hg_dagger_schema;
extern const vg_learner vg_learner_hg_dagger;

// The threshold learned from the uncertainty at takeovers: the mean of the last quarter (rounded up) of them,
// in order of time. NaN if there are none.
double vg_hg_dagger_threshold(const float *uncertainties, int64_t count);

#ifdef __cplusplus
}
#endif
#endif
