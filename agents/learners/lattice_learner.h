// agents/learners/lattice_learner.h -- what the learners on the lattice share: they read drives from logs
// (agents/irl/lattice_drives.h), find weights, and write them as a reward file of kind `driving`.
#ifndef VG_AGENTS_LEARNERS_LATTICE_LEARNER_H
#define VG_AGENTS_LEARNERS_LATTICE_LEARNER_H

#include "agents/irl/lattice_drives.h"
#include "agents/training/run.h"

#ifdef __cplusplus
extern "C" {
#endif

#define VG_LATTICE_KEYS(X)                                                                                   \
    X(spacing, DOUBLE, "m", 0, 100, "0", NULL,                                                               \
      "distance between the lattice's stations; 0: 10 m on a road of 8 m, growing with the root of the "     \
      "width, 5 to 15 m")                                                                                    \
    X(slowest, DOUBLE, "1", 0.05, 1, "0.7", NULL,                                                            \
      "the lattice's lowest speed, as a share of the laps' mean at the place; lower where a lap is")         \
    X(fastest, DOUBLE, "1", 1, 10, "1.3", NULL, "its highest one; higher where a lap is")                    \
    X(least_steps, INT, "1", 2, 10000, "10", NULL,                                                           \
      "a piece of a drive over fewer steps of the lattice is left out")

typedef struct vg_lattice_config {
#define X(field, type, unit, least, most, standard, choices, help) VG_FIELD_##type(field);
    VG_LATTICE_KEYS(X)
#undef X
} vg_lattice_config;

// A training under way. Zero-initialise.
typedef struct vg_lattice_learner {
    vg_run run;
    vg_lattice_drives drives;
    // Per step of the drives: what a weight is divided by, so that weights of different features can be
    // compared. The drives' own features, but not much less than those of a driver without any aim.
    double scale[VG_DRIVING_COUNT];
} vg_lattice_learner;

// Check the needs, read the drives and scale their features. Errors: those of vg_run_open,
// vg_lattice_drives_read and vg_lattice_drives_expect. Close it in any case.
VG_NODISCARD vg_err vg_lattice_learner_open(vg_lattice_learner *l, const vg_learner *learner,
                                            const vg_learner_def *def, const vg_lattice_config *config,
                                            vg_diag *diag);
void vg_lattice_learner_close(vg_lattice_learner *l);

// End a round whose numbers were noted (vg_run_note). There are no checkpoints: a training takes seconds.
// Errors: VG_ERR_INTERRUPTED, where the caller's watch says so.
VG_NODISCARD vg_err vg_lattice_learner_end_round(vg_lattice_learner *l, int64_t rounds, vg_diag *diag);

// Write the reward file. Weights below 0 become 0; that of time is at least a thousandth of what all features
// cost together on the drives. The file has them divided by that of time, and `temperature` has one over it
// where `soft` says that the scale means something. Errors: those of vg_driving_reward_create and
// vg_reward_write_from.
VG_NODISCARD vg_err vg_lattice_learner_write(vg_lattice_learner *l, const double theta[VG_DRIVING_COUNT],
                                             bool soft, vg_diag *diag);
// The weights as they are written, but for the division.
void vg_lattice_learner_allow(const vg_lattice_learner *l, double theta[VG_DRIVING_COUNT]);

#ifdef __cplusplus
}
#endif
#endif
