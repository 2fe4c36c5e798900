// agents/rl/environment.h -- what a reinforcement learner acts in: lanes that can be reset and stepped.
//
// Lanes come in blocks; one thread drives a block for a whole round. A round resets every lane. When an
// episode ends within a round, the lane begins its next episode at once, and the last observation is kept. No
// state of a lane outlives a round, so a training that continues from the end of a round needs no state of
// the environment.
#ifndef VG_AGENTS_RL_ENVIRONMENT_H
#define VG_AGENTS_RL_ENVIRONMENT_H

#include "sim/base/error.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { VG_ENVIRONMENT_ACTIONS_MOST = 16 };

// What a step did to the episode under way.
typedef enum vg_ending {
    VG_ENDING_NONE,       // it goes on
    VG_ENDING_TERMINATED, // it terminated: nothing follows, or an absorbing state does
    VG_ENDING_TRUNCATED,  // it was truncated: the value of the last observation stands for what would have
                          // followed
} vg_ending;

// Results of a step of one block's n lanes. The environment fills the arrays.
typedef struct vg_step {
    float *seen; // [n][observation] what each lane sees now; where an episode ended, the first observation of
                 // the new one
    float *last; // [n][observation] the last observation of an episode that ended; other rows are not written
    float *rewards;  // [n]
    uint8_t *ending; // [n] vg_ending
} vg_step;

typedef struct vg_environment {
    int32_t count;       // lanes
    int32_t block;       // lanes per block, >= 1; the last block may have fewer
    int32_t observation; // values that a lane sees
    int32_t actions;     // values of an action, <= VG_ENVIRONMENT_ACTIONS_MOST
    void *context;
    // Reset every lane of a block; seen is [n][observation]. The result depends on the block and the round
    // alone.
    vg_err (*begin)(void *context, int64_t block, uint32_t round, float *seen, vg_diag *diag);
    // actions is [n][actions]. begin and step may be called from any thread, but by one thread per block at a
    // time. Never allocates.
    vg_err (*step)(void *context, int64_t block, const float *actions, vg_step *out, vg_diag *diag);
} vg_environment;

// All lanes at once, for a loop of one's own: every array of vg_step is of all lanes, [count] in place of
// [n]. threads: 0: one per core; results do not depend on it.
//
// Begin a round. Errors: the environment's own.
VG_NODISCARD vg_err vg_environment_begin(const vg_environment *env, uint32_t round, int32_t threads,
                                         float *seen, vg_diag *diag);
// Step every lane. Errors: VG_ERR_ARGUMENT for an action that is not a number, with its lane: then no lane
// has moved; the environment's own. Never allocates.
VG_NODISCARD vg_err vg_environment_step(const vg_environment *env, int32_t threads, const float *actions,
                                        vg_step *out, vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
