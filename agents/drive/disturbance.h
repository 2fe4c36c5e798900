// agents/drive/disturbance.h -- what is done to a car and to what its driver senses, drawn in one place: for
// rollouts and for drives by hand.
#ifndef VG_AGENTS_DRIVE_DISTURBANCE_H
#define VG_AGENTS_DRIVE_DISTURBANCE_H

#include "agents/policy/policy.h"

#ifdef __cplusplus
extern "C" {
#endif

// Each on its own. All 0 by default: still process. Drawn from the streams GUST, ACTION_NOISE and SENSE_NOISE
// by episode and action: the same for every policy. An expert looks at the world: what it senses has no noise
// to be given, and it knows of the delay.
typedef struct vg_disturbance {
    float gust;         // rad/s, standard deviation of a yaw rate the process adds; Ornstein-Uhlenbeck
    float gust_time;    // s, its time constant, > 0 where gust is not 0
    float action_noise; // standard deviation added to both actions, in [-1, 1] units, anew each action
    float sense_noise;  // standard deviation added to every sensed value, in units of its physical scale
    float delay;        // s, more actuator delay than the car's own, rounded to whole ticks
} vg_disturbance;

// A disturbance at a clock.
typedef struct vg_disturbance_process {
    vg_disturbance disturbance;
    double keep, fresh; // gust' = keep * gust + fresh * normal
} vg_disturbance_process;

// tick, action: s. Errors: VG_ERR_ARGUMENT naming what is out of range.
VG_NODISCARD vg_err vg_disturbance_process_make(const vg_disturbance *disturbance, double tick, double action,
                                                vg_disturbance_process *out, vg_diag *diag);
// The car with the disturbance's delay.
vg_car vg_disturbance_car(const vg_disturbance_process *process, const vg_car *car, double tick);

// Draws of an episode's action `step`. The yaw rate (rad/s) that follows `before`, whatever that is where the
// drive begins; noise onto an action; noise onto a sensed row of `size` values, of which a unit is `scale`
// each.
float vg_disturbance_gust(const vg_disturbance_process *process, const vg_episode_key *key, uint32_t step,
                          bool begins, float before);
void vg_disturbance_actuation(const vg_disturbance_process *process, const vg_episode_key *key, uint32_t step,
                              float action[2]);
void vg_disturbance_observation(const float *scale, int32_t size, const vg_episode_key *key, uint32_t step,
                                float *row);
// That scale, into [sense size].
void vg_disturbance_observation_scale(const vg_disturbance_process *process, const vg_sense *sense,
                                      const vg_car *car, float *scale);

#ifdef __cplusplus
}
#endif
#endif
