// agents/policy/head.h -- a head turns a network's outputs into a car's action.
//
// A head is one row in the table of heads.h; a policy file names it. It determines how many inputs and
// outputs its network has, and runs the network as often as it needs. A head that keeps something from one
// action to the next (the rest of an action chunk) keeps it in a state for each car. A head that draws random
// numbers draws them from stream POLICY by the car's place in its episode, so that the same seed gives the
// same bits, whatever the other cars are.
#ifndef VG_AGENTS_POLICY_HEAD_H
#define VG_AGENTS_POLICY_HEAD_H

#include "agents/nets/network.h"
#include "agents/policy/policy.h"

#ifdef __cplusplus
extern "C" {
#endif

// The place of a car: its episode, and the number of actions that it was given there. For a draw: (key.seed,
// POLICY, key.entity, key.episode, step).
typedef struct vg_head_car {
    vg_episode_key key;
    uint32_t step;
} vg_head_car;

// A block of cars that need actions. Everything is borrowed.
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
    float *actions; // [rows][VG_CAR_ACTIONS] to fill; the caller clamps them to [-1, 1] and refuses NaN
} vg_head_block;

typedef struct vg_head {
    const char *name; // "mean": the `head` of a policy file
    const char *help; // one line
    bool log_std;     // its network must have log_std
    // Schema of its hyperparameters, whose struct is at most a vg_hyperparameters and has no lists; a policy
    // file has each key as text. NULL: none.
    const vg_schema *schema;
    // Number of inputs of its network for a sense of that many values; NULL: as many.
    int32_t (*inputs)(const void *hyperparameters, int32_t sensed);
    int32_t (*outputs)(const void *hyperparameters);
    // Do the hyperparameters, each within the schema's range, fit together? Errors: VG_ERR_MISMATCH naming
    // the key. NULL: always.
    vg_err (*check)(const void *hyperparameters, vg_diag *diag);
    // Bytes of state for each car, for a sense of that many values; 0: only its place in the episode is kept.
    // NULL: the head keeps nothing and draws no random numbers.
    int64_t (*state)(const void *hyperparameters, int32_t sensed);
    // Begin an episode; state is zeroed before, and at first. NULL: nothing else to do. What was sensed is
    // not known yet: a head that needs it begins in `act` where the car's step is 0.
    void (*reset)(const void *hyperparameters, void *state, const vg_head_car *car);
    // Must not allocate. Errors: VG_ERR_POLICY.
    vg_err (*act)(const vg_head_block *block);
} vg_head;

// The state of row i of a block.
static inline void *vg_head_state(const vg_head_block *block, int32_t i) {
    return block->states + i * block->state_size;
}

// Number of inputs of the head's network.
static inline int32_t vg_head_inputs(const vg_head *head, const void *hyperparameters, int32_t sensed) {
    return head->inputs ? head->inputs(hyperparameters, sensed) : sensed;
}

#ifdef __cplusplus
}
#endif
#endif
