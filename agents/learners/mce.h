// agents/learners/mce.h -- maximum causal entropy on roads: weights from laps, on the stage lattice.
#ifndef VG_AGENTS_LEARNERS_MCE_H
#define VG_AGENTS_LEARNERS_MCE_H

#include "agents/learners/lattice_learner.h"

#ifdef __cplusplus
extern "C" {
#endif

#define VG_MCE_KEYS(X)                                                                                       \
    X(iterations, INT, "1", 1, 10000, "30", NULL, "Newton steps, at most")                                   \
    X(tolerance, DOUBLE, "1", 1e-9, 1, "0.001", NULL,                                                        \
      "stop when every feature differs from the laps' by less than this share of it")

typedef struct vg_mce_config {
#define X(field, type, unit, least, most, standard, choices, help) VG_FIELD_##type(field);
    VG_MCE_KEYS(X)
#undef X
    vg_lattice_config lattice;
} vg_mce_config;

extern const vg_schema vg_mce_schema;
extern const vg_learner vg_learner_mce;

// The mean log likelihood of the drives per step, and its gradient, for weights w in units of scale: theta_k
// = w_k / scale[k]. Errors: those of vg_lattice_drives_expect.
VG_NODISCARD vg_err vg_mce_objective(const vg_lattice_drives *drives, const double scale[VG_DRIVING_COUNT],
                                     int32_t threads, const double w[VG_DRIVING_COUNT], double *value,
                                     double gradient[VG_DRIVING_COUNT], vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
