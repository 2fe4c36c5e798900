// agents/rl/environment.h -- what a reinforcement learner acts in: lanes that are reset and stepped.
//
// Lanes come in blocks, each driven by one thread for a whole round. A round begins every lane anew; a lane
// whose episode ends within it begins its next one at once, and what was last seen is kept. Nothing of a lane
// outlives a round, so a training that goes on from the end of one needs no state of the environment.
#ifndef VG_AGENTS_RL_ENVIRONMENT_H
#define VG_AGENTS_RL_ENVIRONMENT_H

#include "sim/base/error.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { VG_ENVIRONMENT_ACTIONS_MOST = 16 };

// How the episode under way fared in a step.
typedef enum vg_ending {
    VG_ENDING_NONE,       // it goes on
    VG_ENDING_TERMINATED, // it died: nothing follows, or an absorbing state does
    VG_ENDING_TRUNCATED,  // it was cut short: what would have followed is the value of what was last seen
} vg_ending;

// What a step of one block's n lanes came to. Arrays to fill.
typedef struct vg_step {
    float *seen;     // [n][observation] what each lane sees now: the first of a new episode where one ended
    float *last;     // [n][observation] what an episode that ended saw last; other rows are left alone
    float *rewards;  // [n]
    uint8_t *ending; // [n] vg_ending
} vg_step;

typedef struct vg_environment {
    int32_t count;       // lanes
    int32_t block;       // lanes a block, >= 1; the last may have fewer
    int32_t observation; // values seen a lane
    int32_t actions;     // values of an action, <= VG_ENVIRONMENT_ACTIONS_MOST
    void *context;
    // Begin every lane of a block anew; seen is [n][observation]. A function of the block and the round
    // alone.
    vg_err (*begin)(void *context, int64_t block, uint32_t round, float *seen, vg_diag *diag);
    // actions is [n][actions]. Both may be called from any thread, one thread a block at a time. Never
    // allocates.
    vg_err (*step)(void *context, int64_t block, const float *actions, vg_step *out, vg_diag *diag);
} vg_environment;

#ifdef __cplusplus
}
#endif
#endif
