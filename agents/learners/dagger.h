// agents/learners/dagger.h -- DAgger: the expert labels the states that the learner itself visits.
#ifndef VG_AGENTS_LEARNERS_DAGGER_H
#define VG_AGENTS_LEARNERS_DAGGER_H

#include "agents/training/interactive.h"

#ifdef __cplusplus
extern "C" {
#endif

// X(field, type, unit, least, most, default, choices, help)
#define VG_DAGGER_KEYS(X)                                                                                    \
    X(beta_schedule, CHOICE, "", 0, 0, "indicator", "indicator|exponential|linear",                          \
      "beta, the expert's share of driving: 1, then 0; powers of beta_decay; down to 0 in "                  \
      "beta_rampdown_rounds")                                                                                \
    X(beta_decay, DOUBLE, "1", 0, 1, "0.5", NULL, "exponential: beta is beta_decay^(i-1)")                   \
    X(beta_rampdown_rounds, INT, "1", 1, 1000, "5", NULL, "round from which the linear schedule is 0")

typedef struct vg_dagger_config {
    vg_interactive_config common;
#define X(field, type, unit, least, most, standard, choices, help) VG_FIELD_##type(field);
    VG_DAGGER_KEYS(X)
#undef X
} vg_dagger_config;

extern const vg_schema vg_dagger_schema;
extern const vg_learner vg_learner_dagger;

// beta of a round, counted from 0: round 0 is the paper's i = 1.
double vg_dagger_beta(const vg_dagger_config *config, int32_t round);

#ifdef __cplusplus
}
#endif
#endif
