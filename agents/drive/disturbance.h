// agents/drive/disturbance.h -- disturbances of a car, its actions and what its driver senses, drawn in one
// place for rollouts, recordings, learners and drives by hand. agents/drive/stepper.h applies them to an
// action.
#ifndef VG_AGENTS_DRIVE_DISTURBANCE_H
#define VG_AGENTS_DRIVE_DISTURBANCE_H

#include "agents/policy/policy.h"
#include "sim/base/config.h"

#ifdef __cplusplus
extern "C" {
#endif

// The fields of a disturbance, one row each. The struct, its hash, its ranges, the keys of a suite and the
// fields that an arm of a study may set are all made from this table. The columns are those of a vg_key; the
// defaults are a configuration's. X(field, type of the key, unit, least, most, default, choices, help)
#define VG_DISTURBANCE_KEYS(X)                                                                               \
    X(gust, DOUBLE, "rad/s", 0, 10, "0", NULL,                                                               \
      "process noise: standard deviation of the yaw rate that gusts add")                                    \
    X(gust_time, DOUBLE, "s", 0.01, 100, "0.5", NULL, "time constant of the gusts")                          \
    X(actuation_noise, DOUBLE, "1", 0, 2, "0", NULL,                                                         \
      "standard deviation of the noise on both actions, drawn anew for each action")                         \
    X(observation_noise, DOUBLE, "1", 0, 2, "0", NULL,                                                       \
      "standard deviation of the noise on each sensed value, in units of its physical scale")                \
    X(delay, DOUBLE, "s", 0, 2, "0", NULL, "actuator delay beyond the car's own, rounded to whole ticks")

// Each field acts on its own. All 0 means no disturbance; gust_time then has no meaning. Noise and gusts are
// drawn from the streams GUST, ACTUATION_NOISE and OBSERVATION_NOISE by episode and action, so every policy
// meets the same ones. An expert looks at the world itself: it gets no observation noise, and it knows the
// delay. A gust is an Ornstein-Uhlenbeck process. An action is in [-1, 1].
typedef struct vg_disturbance {
#define X(field, type, unit, least, most, standard, choices, help) float field;
    VG_DISTURBANCE_KEYS(X)
#undef X
} vg_disturbance;

// The table as a schema of the struct; its keys are floats.
extern const vg_schema vg_disturbance_schema;

// Extend hash h (start with 0) by every field, in the table's order. Use only this to include a disturbance
// in the identity of a run.
uint64_t vg_disturbance_hash(uint64_t h, const vg_disturbance *disturbance);

// A disturbance prepared for a clock.
typedef struct vg_disturbance_process {
    vg_disturbance disturbance;
    double keep, fresh; // gust' = keep * gust + fresh * normal
} vg_disturbance_process;

// tick, action: s. Errors: VG_ERR_ARGUMENT naming what is out of range.
VG_NODISCARD vg_err vg_disturbance_process_make(const vg_disturbance *disturbance, double tick, double action,
                                                vg_disturbance_process *out, vg_diag *diag);
// The car with the disturbance's delay added. It counts as another car, so its name is changed: "sedan, late
// by 0.05 s".
vg_car vg_disturbance_car(const vg_disturbance_process *process, const vg_car *car, double tick);

// Draws for an episode's action `step`: the yaw rate (rad/s) that follows `before` (with `begins`
// the gusts begin, and `before` is ignored); the noise on an action; the noise on a sensed row of `size`
// values, where scale[k] is the standard deviation for value k.
float vg_disturbance_gust(const vg_disturbance_process *process, const vg_episode_key *key, uint32_t step,
                          bool begins, float before);
void vg_disturbance_actuation(const vg_disturbance_process *process, const vg_episode_key *key, uint32_t step,
                              float noise[VG_CAR_ACTIONS]);
void vg_disturbance_observation(const float *scale, int32_t size, const vg_episode_key *key, uint32_t step,
                                float *row);
// That scale of the observation noise, into [sense size].
void vg_disturbance_observation_scale(const vg_disturbance_process *process, const vg_sense *sense,
                                      const vg_car *car, float *scale);

#ifdef __cplusplus
}
#endif
#endif
