// agents/rewards/reward.h -- a reward: a function of what a driver senses and does, which says what it should
// aim for. A reward is built in, or learned by inverse reinforcement learning or from preferences, and can be
// stored in a file as a policy can. Whatever learns or plans from rewards accepts any of them.
//
// A reward is immutable and shared by threads. It gives r(s, a, s') for each action. If an episode ends in a
// terminal state (the car left the road, or has stalled), `terminal` is added to that action's reward, and
// every action after it, for ever, has the reward `absorbing`. An episode that is only truncated gets
// neither.
#ifndef VG_AGENTS_REWARDS_REWARD_H
#define VG_AGENTS_REWARDS_REWARD_H

#include "sim/base/file.h"
#include "sim/sense.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct vg_reward vg_reward;
struct vg_reward_draft;

// One action of `count` cars that drive side by side. Arrays are borrowed.
typedef struct vg_reward_view {
    int32_t count;
    const vg_world *world; // after the action, before any reset
    const double *s;       // [count] m, arc length before the action
    const float
        *observed;        // [count][sense size], sensed before the action; NULL where the reward has no sense
    const float *actions; // [count][VG_CAR_ACTIONS] as commanded; the reward clamps them to [-1, 1]
    const float *observed_after; // [count][sense size], sensed after the action, before any reset; NULL where
                                 // the reward does not ask for it (`looks_after`)
    const uint8_t *terminal;     // [count] 1: the action ended in a terminal state; NULL: none did
    float *scratch;              // [the reward's `scratch`], zeroed once, for this call alone
} vg_reward_view;

// What a kind of reward provides.
typedef struct vg_reward_ops {
    // r of each car into out[count], without `terminal`. May be called from any thread. Never allocates.
    void (*evaluate)(const vg_reward *reward, const vg_reward_view *view, double *out);
    // Its own content in a file: agents/rewards/reward_file.h.
    vg_err (*describe)(const vg_reward *reward, struct vg_reward_draft *draft);
    void (*destroy)(vg_reward *reward);
} vg_reward_ops;

// The first member of each implementation's own struct.
struct vg_reward {
    const vg_reward_ops *ops;
    const char *kind;      // "progress", "linear", "driving", "network", "constant"
    uint64_t hash;         // of its content; 0 until it is written or read
    const vg_sense *sense; // its input; NULL: it reads the world
    double discount;       // the discount gamma that it is made for, in [0, 1)
    double terminal;       // added where an action ends in a terminal state
    double absorbing;      // the reward of every action after that
    double stall;          // m/s: a car slower than this for a second has stalled, a terminal state; 0: none
    bool looks_after;      // it reads observed_after
    int64_t scratch;       // floats that evaluate works in; 0: none
};

// NULL is fine.
void vg_reward_destroy(vg_reward *reward);

// Errors: VG_ERR_ARGUMENT naming the value: a discount outside [0, 1), a terminal or absorbing value that is
// not finite, a speed of stalling outside 0 to 200 m/s.
VG_NODISCARD vg_err vg_reward_check(const vg_reward *reward, vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
