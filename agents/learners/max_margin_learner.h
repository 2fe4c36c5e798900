// agents/learners/max_margin_learner.h -- maximum margin planning on roads, on the stage lattice.
#ifndef VG_AGENTS_LEARNERS_MAX_MARGIN_LEARNER_H
#define VG_AGENTS_LEARNERS_MAX_MARGIN_LEARNER_H

#include "agents/learners/lattice_learner.h"

#ifdef __cplusplus
extern "C" {
#endif

#define VG_MAX_MARGIN_KEYS(X)                                                                                \
    X(iterations, INT, "1", 1, 100000, "200", NULL, "subgradient steps")                                     \
    X(l2_weight, DOUBLE, "1", 1e-6, 1e6, "0.001", NULL,                                                      \
      "weight of the squared weights in the objective, each weight times its feature's share on the laps")   \
    X(learning_rate, DOUBLE, "1", 1e-6, 100, "1", NULL,                                                      \
      "length of the first step, in logarithms of the weights; the nth is that over the root of n")          \
    X(margin, DOUBLE, "1", 1e-6, 1e6, "0.3", NULL,                                                           \
      "how much better the laps shall be than a drive elsewhere, a step")

typedef struct vg_max_margin_config {
#define X(field, type, unit, least, most, standard, choices, help) VG_FIELD_##type(field);
    VG_MAX_MARGIN_KEYS(X)
#undef X
    vg_lattice_config lattice;
} vg_max_margin_config;

extern const vg_schema vg_max_margin_schema;
extern const vg_learner vg_learner_max_margin_planning;

// c(w) and a subgradient, for weights w in units of scale: theta_k = w_k / scale[k]. *loss (may be NULL): the
// mean loss a step of the augmented plan. Errors: those of vg_lattice_drives_plan.
VG_NODISCARD vg_err vg_max_margin_objective(const vg_lattice_drives *drives,
                                            const double scale[VG_DRIVING_COUNT],
                                            const vg_max_margin_config *config, int32_t threads,
                                            const double w[VG_DRIVING_COUNT], double *value,
                                            double gradient[VG_DRIVING_COUNT], double *loss, vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
