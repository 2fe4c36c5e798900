// agents/drive/stepper.h -- the cars of one world, their driver and the disturbance, one action at a time.
// The only place that knows the order of an action:
//
//   observe   what the policy is shown, with observation noise
//   act       the policy decides
//   draw      the actuation noise and the gusts of this action
//   step      the action with its noise, held for all ticks of an action
//
// Most callers call vg_stepper_act and vg_stepper_step for each action. A caller with its own actions (a
// learner that explores) calls vg_stepper_observe and vg_stepper_step. A caller that needs every tick (a log,
// a person at the wheel) calls, for each action, vg_stepper_act and vg_stepper_draw, then vg_stepper_command
// before the first tick and wherever the command changes, and vg_world_tick. All ways give the same bits.
// Measuring, labelling, takeovers and recording are left to the caller, so everything here is public.
#ifndef VG_AGENTS_DRIVE_STEPPER_H
#define VG_AGENTS_DRIVE_STEPPER_H

#include "agents/drive/disturbance.h"
#include "sim/world.h"

#ifdef __cplusplus
extern "C" {
#endif

// Start from vg_stepper_default(). Policy, sense and roads are borrowed until close.
typedef struct vg_stepper_def {
    vg_world_def world; // default vg_world_default(); its cars are those of `car`
    const vg_car *car;  // the car of every lane, without the disturbance's delay; NULL (default): the sedan
    vg_disturbance disturbance; // default: none
    const vg_policy *policy;    // drives; NULL (default): the caller gives the actions
    const vg_sense *sense;      // sense of vg_stepper_observe if there is no policy; NULL: nothing is sensed
} vg_stepper_def;
vg_stepper_def vg_stepper_default(void);

// The draws of one lane's disturbance.
typedef struct vg_stepper_lane {
    vg_episode_key key;
    uint32_t action;  // actions since the episode began: gives the next draws
    bool gusts_begin; // true: the next gust does not depend on the one before
} vg_stepper_lane;

typedef struct vg_stepper {
    vg_world *world;
    vg_driver driver;      // of the policy; zero where there is none
    const vg_sense *sense; // the policy's, or the def's; NULL: nothing is sensed (an expert, or neither)
    vg_disturbance_process process;
    int32_t count;          // cars
    vg_stepper_lane *lanes; // [count]
    float *actions;         // [count][2] as the policy decided them, without noise
    float *gust;            // [count] rad/s, of the action under way
    float *noise;           // [count][2] as the policy gave them, without noise
    float *commands;        // [count][2] scratch: actions with their noise; NULL without actuation noise
    float *scale;           // [sense size] of the observation noise; NULL without it
} vg_stepper;

// Create the world, with a car in each lane; no episode has begun. On failure *out is zero and nothing leaks.
// Errors: VG_ERR_ARGUMENT (the disturbance, the world), VG_ERR_MEMORY, the policy's own.
VG_NODISCARD vg_err vg_stepper_open(const vg_stepper_def *def, vg_stepper *out, vg_diag *diag);
void vg_stepper_close(vg_stepper *stepper); // a zeroed stepper is fine

// Begin an episode in lane i: the car is set to the start; the policy is reset with `key`, and the
// disturbance's draws with it, from action 0. The other lanes go on. Errors: those of vg_world_reset.
VG_NODISCARD vg_err vg_stepper_begin(vg_stepper *stepper, int32_t i, const vg_start *start,
                                     const vg_episode_key *key);
// Put car i elsewhere within its episode: the policy is reset with `key` (ignored without a policy); the
// draws and the gust are not affected. Errors: as vg_stepper_begin.
VG_NODISCARD vg_err vg_stepper_put(vg_stepper *stepper, int32_t i, const vg_start *start,
                                   const vg_episode_key *key);
// The next gust on car i begins anew: another drive begins in the same episode.
void vg_stepper_renew_gust(vg_stepper *stepper, int32_t i);

// What the cars sense now, as the policy gets it for the next action, into rows [count][sense size]. Does
// nothing if there is no sense. A second call draws the same noise. Never allocates; nor does any function
// below.
void vg_stepper_observe(const vg_stepper *stepper, float *rows);
// Observe and let the policy act: fills `actions`. Errors: VG_ERR_POLICY when an action is NaN.
VG_NODISCARD vg_err vg_stepper_act(vg_stepper *stepper);
// Draw the actuation noise of this action and set its gusts in the world; counts the action. Errors: those of
// vg_world_gust.
VG_NODISCARD vg_err vg_stepper_draw(vg_stepper *stepper);
// Give the world a command, [count][2], with the noise of the action under way added. Errors: VG_ERR_ARGUMENT
// (NaN).
VG_NODISCARD vg_err vg_stepper_command(vg_stepper *stepper, const float *actions);
// Draw, command and all ticks of an action. Errors: those of vg_stepper_draw and vg_stepper_command.
VG_NODISCARD vg_err vg_stepper_step(vg_stepper *stepper, const float *actions);

#ifdef __cplusplus
}
#endif
#endif
