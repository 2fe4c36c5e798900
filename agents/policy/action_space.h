// agents/policy/action_space.h -- what the two values mean that a policy's network decides on.
//
//   direct    the car's own action: steering target and acceleration. Nothing is beneath the policy.
//   setpoint  a target offset and a target speed; a low-level controller (agents/policy/setpoint.h) steers
//   and
//             accelerates towards them, and looks at the world at every action.
//
// A policy file names its action space by its columns (`actions`: "steer,accel" or "offset,speed"), a
// learner's key `action_space` by its name. Labels of either kind come from the same drives: see `label`.
#ifndef VG_AGENTS_POLICY_ACTION_SPACE_H
#define VG_AGENTS_POLICY_ACTION_SPACE_H

#include "sim/world.h"

#ifdef __cplusplus
extern "C" {
#endif

// X(name, word, columns, help): in the order of the key's choices.
#define VG_ACTION_SPACES(X)                                                                                  \
    X(DIRECT, "direct", "steer,accel", "steering target and acceleration")                                   \
    X(SETPOINT, "setpoint", "offset,speed", "target offset and speed, which a low-level controller holds")
#define VG_ACTION_SPACE_CHOICES "direct|setpoint"

typedef struct vg_action_space {
    const char *name;    // "setpoint"
    const char *columns; // "offset,speed"
    const char *help;    // one line
    // The action of car i (VG_CAR_ACTIONS values in [-1, 1]) that follows from values in this space now. May
    // be called in place. NULL: the values are the action.
    void (*command)(const vg_world *world, int32_t i, const float *values, float *action);
    // The values in [-1, 1] from which `command` would make this action now, as near as they can: what a
    // demonstrator "decided" who acted so. May be called in place. NULL: the action itself.
    void (*label)(const vg_world *world, int32_t i, const float *action, float *values);
} vg_action_space;

// Action space i, from 0 on; NULL past the last.
const vg_action_space *vg_action_space_at(int32_t i);
// By the columns that a policy file has; NULL: no such space.
const vg_action_space *vg_action_space_of_columns(const char *columns);

#ifdef __cplusplus
}
#endif
#endif
