// agents/learners/sqil.h -- soft Q imitation learning: Q-learning with a reward of 1 for what the logs have
// and 0 for what the learner did itself.
#ifndef VG_AGENTS_LEARNERS_SQIL_H
#define VG_AGENTS_LEARNERS_SQIL_H

#include "agents/learners/soft_q_learner.h"

#ifdef __cplusplus
extern "C" {
#endif

// X(field, type, unit, least, most, default, choices, help)
#define VG_SQIL_KEYS(X)                                                                                      \
    X(own_weight, DOUBLE, "1", 0, 1000, "1", NULL,                                                           \
      "weight of the learner's own rows (lambda_samp); 0: the logs alone")

typedef struct vg_sqil_config {
    vg_soft_q_config soft; // first
#define X(field, type, unit, least, most, standard, choices, help) VG_FIELD_##type(field);
    VG_SQIL_KEYS(X)
#undef X
} vg_sqil_config;

// A vg_soft_q_loss, whose context is a vg_sqil_config. Adds to numbers the mean Q of the actions taken in the
// logs, and in the learner's own rows.
enum { VG_SQIL_NUMBERS = 2 };
double vg_sqil_loss(const void *context, const vg_soft_q_rows *rows, vg_soft_q_slopes *slopes,
                    double *numbers);

extern const vg_schema vg_sqil_schema;
extern const vg_learner vg_learner_sqil;

#ifdef __cplusplus
}
#endif
#endif
