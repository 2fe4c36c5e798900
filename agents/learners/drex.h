// agents/learners/drex.h -- D-REX: a reward from demonstrations alone, ranked by noise.
#ifndef VG_AGENTS_LEARNERS_DREX_H
#define VG_AGENTS_LEARNERS_DREX_H

#include "agents/training/preference_reward.h"

#ifdef __cplusplus
extern "C" {
#endif

// X(field, type, unit, least, most, default, choices, help)
#define VG_DREX_KEYS(X)                                                                                      \
    X(noise_levels, INT, "1", 2, 1000, "20", NULL,                                                           \
      "levels of noise, evenly spaced from 0 to below 1: the share of random actions")                       \
    X(rollouts_per_level, INT, "1", 1, 10000, "5", NULL, "drives with each level of noise")                  \
    X(noise_gap, DOUBLE, "1", 0, 1, "0.3", NULL, "drives whose noise differs by less are not compared")      \
    X(rollout_seconds, DOUBLE, "s", 1, 3600, "20", NULL, "length of a drive")                                \
    X(start_spread, DOUBLE, "m", 0, 20, "0.3", NULL, "drives start within so much of the centreline")

typedef struct vg_drex_config {
    vg_preference_config base;
#define X(field, type, unit, least, most, standard, choices, help) VG_FIELD_##type(field);
    VG_DREX_KEYS(X)
    struct {
        VG_BC_KEYS(X)
    } bc;
#undef X
} vg_drex_config;

extern const vg_schema vg_drex_schema;
extern const vg_learner vg_learner_drex;

// Drives of a policy with noise. Start from zero.
typedef struct vg_drex_drives {
    vg_laps laps;  // made by vg_dataset_create
    double *noise; // [laps.count] the level
    int64_t actions;
} vg_drex_drives;

// Let the policy drive, rollouts_per_level times at each level: drive i of each level has the same road and
// the same start. A drive ends where the car leaves the road. car, clock and sense are the policy's. Errors:
// those of vg_stepper_open and vg_stepper_act, VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_drex_drive(const vg_drex_config *config, const vg_learner_def *def,
                                  const vg_policy *policy, vg_drex_drives *out, vg_diag *diag);
void vg_drex_drives_free(vg_drex_drives *drives); // a zeroed one is fine

#ifdef __cplusplus
}
#endif
#endif
