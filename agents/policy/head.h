// agents/policy/head.h -- a head: how a network's outputs become a car's action.
//
// A head is one row in the table of heads.h; a policy file names it. It says how many inputs and outputs its
// network has, and runs the network as often as it needs to. A head that holds something from one action to
// the next (the rest of a chunk of actions) keeps it in a state a car; one that draws numbers draws them from
// stream POLICY by the car's place in its episode, so that the same seed gives the same bits whatever else
// drives beside it.
#ifndef VG_AGENTS_POLICY_HEAD_H
#define VG_AGENTS_POLICY_HEAD_H

#include "agents/nets/network.h"
#include "agents/policy/policy.h"

#ifdef __cplusplus
extern "C" {
#endif

// Where a car is: its episode, and how many actions it was given there. For a draw: (key.seed, POLICY,
// key.entity, key.episode, step).
typedef struct vg_head_car {
    vg_episode_key key;
    uint32_t step;
} vg_head_car;

// A block of cars to act for. Everything is borrowed.
typedef struct vg_head_block {
    const void *hyperparameters; // the head's own, laid out by its schema
    const vg_network *net;
    float *scratch;            // of the network, for forward
    int32_t rows;              // 1 .. VG_NETWORK_BLOCK
    int32_t width;             // values sensed
    const float *observed;     // [rows][width]
    const float *mean, *scale; // [width] the normaliser, for vg_network_scale
    const vg_head_car *cars;   // [rows]; NULL for a head without `state`
    unsigned char *states;     // [rows] of state_size bytes, each aligned for any type
    int64_t state_size;
    float *actions; // [rows][VG_CAR_ACTIONS] to fill; clamped to [-1, 1] by the caller, who refuses NaN
} vg_head_block;

typedef struct vg_head {
    const char *name; // "mean": the `head` of a policy file
    const char *help; // one line
    bool log_std;     // its network has log_std
    // Of its hyperparameters, whose struct is at most a vg_hyperparameters and without lists; a policy file
    // has each key as text. NULL: none.
    const vg_schema *schema;
    // Inputs of its network for a sense of so many values; NULL: just these.
    int32_t (*inputs)(const void *hyperparameters, int32_t sensed);
    int32_t (*outputs)(const void *hyperparameters);
    // Bytes to remember for each car; 0: its place in the episode alone. NULL: it remembers nothing and draws
    // nothing.
    int64_t (*state)(const void *hyperparameters);
    // Begin an episode: state is zeroed before. NULL: that is enough.
    void (*reset)(const void *hyperparameters, void *state, const vg_head_car *car);
    // Must not allocate. Errors: VG_ERR_POLICY.
    vg_err (*act)(const vg_head_block *block);
} vg_head;

// The state of row i of a block.
static inline void *vg_head_state(const vg_head_block *block, int32_t i) {
    return block->states + i * block->state_size;
}

// Inputs that the head's network has.
static inline int32_t vg_head_inputs(const vg_head *head, const void *hyperparameters, int32_t sensed) {
    return head->inputs ? head->inputs(hyperparameters, sensed) : sensed;
}

#ifdef __cplusplus
}
#endif
#endif
