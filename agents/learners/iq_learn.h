// agents/learners/iq_learn.h -- inverse soft Q-learning: a Q whose own rewards tell the logs' driving from
// the learner's.
#ifndef VG_AGENTS_LEARNERS_IQ_LEARN_H
#define VG_AGENTS_LEARNERS_IQ_LEARN_H

#include "agents/learners/soft_q_learner.h"

#ifdef __cplusplus
extern "C" {
#endif

// X(field, type, unit, least, most, default, choices, help)
#define VG_IQ_LEARN_KEYS(X)                                                                                  \
    X(alpha, DOUBLE, "1", 1e-6, 1e6, "0.5", NULL,                                                            \
      "of the chi-square regularisation: the larger, the larger rewards may be")                             \
    X(regularize, CHOICE, "", 0, 0, "both", "both|expert",                                                   \
      "which rows' rewards are regularised: the logs' and the learner's, or the logs' alone")                \
    X(value_rows, CHOICE, "", 0, 0, "both", "both|expert",                                                   \
      "which rows the value of the learner's policy is estimated on")                                        \
    X(use_target, BOOL, "", 0, 0, "false", NULL,                                                             \
      "V(s') by a target network that is held fixed; false: the gradient passes through it")

typedef struct vg_iq_learn_config {
    vg_soft_q_config soft; // first
#define X(field, type, unit, least, most, standard, choices, help) VG_FIELD_##type(field);
    VG_IQ_LEARN_KEYS(X)
#undef X
} vg_iq_learn_config;

// A vg_soft_q_loss, whose context is a vg_iq_learn_config. Adds to numbers the mean reward Q - gamma V' of
// the logs' rows and of the learner's own.
enum { VG_IQ_LEARN_NUMBERS = 2 };
double vg_iq_learn_loss(const void *context, const vg_soft_q_rows *rows, vg_soft_q_slopes *slopes,
                        double *numbers);

extern const vg_schema vg_iq_learn_schema;
extern const vg_learner vg_learner_iq_learn;

#ifdef __cplusplus
}
#endif
#endif
