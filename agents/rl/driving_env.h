// agents/rl/driving_env.h -- cars on roads as an environment for reinforcement learning.
//
// Every lane is a car. In round r lane i drives on road (i + r * cars) % roads, from a start drawn along the
// road at the speed of a careful driver (agents/drive/rollout.h). An episode terminates when the car leaves
// the road or stalls (braking has no effect on a stalled car, so it would never learn to drive on). It is
// truncated at the end of an open road, at the horizon and at the end of the round.
#ifndef VG_AGENTS_RL_DRIVING_ENV_H
#define VG_AGENTS_RL_DRIVING_ENV_H

#include "agents/drive/disturbance.h"
#include "agents/rewards/reward.h"
#include "agents/rl/environment.h"
#include "sim/sense.h"

#ifdef __cplusplus
extern "C" {
#endif

// When a lane whose episode has ended begins its next one.
typedef enum vg_autoreset {
    VG_AUTORESET_SAME_STEP, // in the step that ended the episode, as agents/rl/environment.h has it
    VG_AUTORESET_NEXT_STEP, // in the step after it: that step ignores the lane's action, its reward is 0, and
                            // it shows the first observation. In the step that ended the episode,
                            // vg_step.seen has the last observation
    VG_AUTORESET_NEVER,     // when vg_driving_restart says so. Until then the lane must not be stepped
} vg_autoreset;

// Start from vg_driving_default(). Everything is borrowed until destroy.
typedef struct vg_driving_def {
    const vg_road *const *roads; // [road_count]
    int32_t road_count;
    const vg_car *car;
    const vg_sense *sense;
    int32_t tick_num, tick_den, ticks_per_action; // default 1/60 s, 3
    int32_t cars;                                 // default 32
    float start_spread; // m, 0 to 20, default 0.3: offsets are uniform in +-start_spread, but within 0.9 of
                        // the width; headings are uniform in +-start_spread * 0.04 rad
    const vg_reward *reward; // of an action; NULL (default): 0
    const vg_policy *expert; // asked by vg_driving_label; NULL (default): none
    double slow;  // share of the starts that are slower than a careful driver, by a factor uniform in 0.25 to
                  // 1; default 0
    double stall; // m/s: a car that is slower than this for a second has stalled; 0 (default): no car stalls
    double horizon; // s: an episode is truncated then, rounded to whole actions; 0 (default): no horizon
    vg_autoreset autoreset;     // default VG_AUTORESET_SAME_STEP
    int32_t block;              // cars of one world, 1 to 1024, default 4; results do not depend on it
    vg_disturbance disturbance; // default: none
    uint64_t seed;              // of the starts and the disturbance
    int32_t threads;            // 0: one per core; results do not depend on it
} vg_driving_def;
vg_driving_def vg_driving_default(void);

typedef struct vg_driving vg_driving; // opaque

// The environment's own error of a step: VG_ERR_POLICY, where the reward pays what no float can hold.
// Errors: VG_ERR_ARGUMENT, VG_ERR_MISMATCH (the expert does not know one of the roads), VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_driving_create(const vg_driving_def *def, vg_driving **out, vg_diag *diag);
void vg_driving_destroy(vg_driving *driving);

// The environment, valid until destroy. Its `begin` may allocate, because it creates new worlds when the
// roads change.
const vg_environment *vg_driving_environment(const vg_driving *driving);

// Replace the seed: it holds from the next `begin` on.
void vg_driving_reseed(vg_driving *driving, uint64_t seed);

// Begin the next episode of the round in every lane i with which[i] != 0; which is [cars]. seen,
// [cars][observation], gets what all lanes see now. Never allocates. Errors: VG_ERR_ARGUMENT (no round was
// begun).
VG_NODISCARD vg_err vg_driving_restart(vg_driving *driving, const uint8_t *which, float *seen, vg_diag *diag);

// What the expert would do now in every lane: actions is [cars][VG_CAR_ACTIONS]. Asking moves nothing. A lane
// whose episode has ended is asked where it stands. Never allocates. Errors: VG_ERR_ARGUMENT (no expert, a
// policy that has no labels, or no round was begun).
VG_NODISCARD vg_err vg_driving_label(const vg_driving *driving, float *actions, vg_diag *diag);

// The world that a lane's car drives in, and its number there; for who draws it. NULL: no round was begun.
// Borrowed until the next `begin`.
const vg_world *vg_driving_world(const vg_driving *driving, int32_t lane, int32_t *car);

// Has the episode of this lane, 0 to cars - 1, ended, and no next one begun?
bool vg_driving_ended(const vg_driving *driving, int32_t lane);

#ifdef __cplusplus
}
#endif
#endif
