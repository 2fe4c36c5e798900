// agents/learners/dart.h -- DART: noise on the expert's actions while it demonstrates, labels without noise.
#ifndef VG_AGENTS_LEARNERS_DART_H
#define VG_AGENTS_LEARNERS_DART_H

#include "agents/training/interactive.h"

#ifdef __cplusplus
extern "C" {
#endif

// X(field, type, unit, least, most, default, choices, help)
#define VG_DART_KEYS(X)                                                                                      \
    X(noise_injection, CHOICE, "", 0, 0, "dart", "dart|isotropic|none",                                      \
      "noise from the learner's errors; of a fixed size, in one round; none, in one round")                  \
    X(alpha, DOUBLE, "1", 0, 1e6, "18", NULL,                                                                \
      "anticipated final error: squared, both actions, summed over a rollout")                               \
    X(noise_scaling, CHOICE, "", 0, 0, "action", "action|trace",                                             \
      "dart: half of alpha to each action, or all of it to the trace as in the paper")                       \
    X(noise_std, DOUBLE, "1", 0, 2, "0.15", NULL, "isotropic: standard deviation of each action")

typedef struct vg_dart_config {
    vg_interactive_config common;
#define X(field, type, unit, least, most, standard, choices, help) VG_FIELD_##type(field);
    VG_DART_KEYS(X)
#undef X
} vg_dart_config;

extern const vg_schema vg_dart_schema;
extern const vg_learner vg_learner_dart;

// Mean outer product of the learner's errors: the network's `actions` less the labels, each
// [rows][VG_CAR_ACTIONS]. Actions are clamped to [-1, 1] as the car clamps them.
void vg_dart_covariance(const float *actions, const float *labels, int64_t rows,
                        double out[VG_CAR_ACTIONS][VG_CAR_ACTIONS]);

// Scale sigma to the anticipated error alpha over T steps: its trace becomes alpha / T, split between the
// actions as the errors are. A zero sigma stays zero.
void vg_dart_scale(double covariance[VG_CAR_ACTIONS][VG_CAR_ACTIONS], double alpha, int64_t steps);

// The same trace, but an equal share of it for each action; the correlation is kept. An action without errors
// gets no noise, and its share is nobody's.
void vg_dart_scale_each(double covariance[VG_CAR_ACTIONS][VG_CAR_ACTIONS], double alpha, int64_t steps);

#ifdef __cplusplus
}
#endif
#endif
