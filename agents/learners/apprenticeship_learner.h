// agents/learners/apprenticeship_learner.h -- apprenticeship learning on roads, on the stage lattice.
#ifndef VG_AGENTS_LEARNERS_APPRENTICESHIP_LEARNER_H
#define VG_AGENTS_LEARNERS_APPRENTICESHIP_LEARNER_H

#include "agents/learners/lattice_learner.h"

#ifdef __cplusplus
extern "C" {
#endif

#define VG_APPRENTICESHIP_KEYS(X)                                                                            \
    X(variant, CHOICE, "", 0, 0, "max-margin", "max-margin|projection",                                      \
      "which point of the drives so far the next reward points away from")                                   \
    X(iterations, INT, "1", 1, 1000, "30", NULL, "drives that are planned, after the first")                 \
    X(tolerance, DOUBLE, "1", 0, 1, "0.001", NULL,                                                           \
      "stop when a mixture of the drives is as near to the laps as this: shares of their features")

typedef struct vg_apprenticeship_learner_config {
#define X(field, type, unit, least, most, standard, choices, help) VG_FIELD_##type(field);
    VG_APPRENTICESHIP_KEYS(X)
#undef X
    vg_lattice_config lattice;
} vg_apprenticeship_learner_config;

extern const vg_schema vg_apprenticeship_learner_schema;
extern const vg_learner vg_learner_apprenticeship;

#ifdef __cplusplus
}
#endif
#endif
