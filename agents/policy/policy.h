// agents/policy/policy.h -- who drives: the one contract for learned policies and experts.
//
// A policy is a model: immutable, shared by threads. What it remembers of a drive (delay lines, noise) lives
// in a vg_driver, one a world, whose lanes are that world's cars.
#ifndef VG_AGENTS_POLICY_POLICY_H
#define VG_AGENTS_POLICY_POLICY_H

#include "sim/sense.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct vg_policy vg_policy;
typedef struct vg_driver vg_driver;

// Identity of an episode for the random streams: a stable row in the episode table, and the seed.
typedef struct vg_episode_key {
    uint64_t seed;
    uint32_t entity;  // < 2^24
    uint32_t episode; // counts the restarts of that row
} vg_episode_key;

// What an implementation provides. Every function may be called from any thread, one thread a driver at a
// time.
typedef struct vg_policy_ops {
    // Room for `count` lanes, none of them begun. *state may stay NULL for a policy that remembers nothing.
    vg_err (*open)(const vg_policy *policy, int32_t count, void **state, vg_diag *diag);
    void (*close)(void *state);
    // Begin an episode in lane `car`.
    void (*reset)(const vg_policy *policy, void *state, int32_t car, const vg_episode_key *key);
    // Actions for all lanes: out is [count][VG_CAR_ACTIONS] in [-1, 1]. `observed` is [count][sense size], or
    // NULL for an expert, who looks at the world instead. world is NULL for a policy with a sense, unless it
    // also has labels or needs_world. Must not allocate; the planner does, once for each road and car, where
    // it plans.
    vg_err (*act)(const vg_policy *policy, void *state, const float *observed, const vg_world *world,
                  float *out);
    // Experts only, else NULL: what it would do now, moving nothing.
    vg_err (*label)(const vg_policy *policy, const void *state, const vg_world *world, float *out);
    // Can it drive there? VG_ERR_MISMATCH with a message that names the road it knows; NULL: anywhere.
    vg_err (*knows)(const vg_policy *policy, const vg_road *road, vg_diag *diag);
    void (*destroy)(vg_policy *policy);
    // Foreign policies only, else NULL: why it acts no more ("did not answer within 10 s"). Empty or NULL:
    // nothing.
    const char *(*trouble)(const vg_policy *policy);
} vg_policy_ops;

// Embedded first in each implementation's own struct.
struct vg_policy {
    const vg_policy_ops *ops;
    const char *name;      // "pursuit", or the file's name; owned by the implementation
    uint64_t hash;         // content hash; 0 for experts whose parameters are their name
    const vg_sense *sense; // what it is shown; NULL: an expert, who looks at the world
    int32_t tick_num, tick_den, ticks_per_action; // the clock it was made for; 0/0/0: any
    const vg_car *car;                            // the car it was made for; NULL: any
    bool needs_world; // it has a sense, and a controller beneath that looks at the world: `act` is given both
};

struct vg_driver {
    const vg_policy *policy;
    int32_t count;
    void *state;
    float *observed; // [count][sense size], NULL for experts
};

// A driver for worlds of `count` cars (>= 1). The policy is borrowed until close. On failure *out is zero.
// Errors: VG_ERR_MEMORY and the policy's own.
VG_NODISCARD vg_err vg_driver_open(const vg_policy *policy, int32_t count, vg_driver *out, vg_diag *diag);
void vg_driver_close(vg_driver *driver); // a zeroed driver is fine
// Begin an episode in lane `car`, 0 to count - 1.
void vg_driver_reset(vg_driver *driver, int32_t car, const vg_episode_key *key);

// Sense the world (unless an expert) and act: actions is [count][VG_CAR_ACTIONS]. Errors: VG_ERR_POLICY when
// an action is NaN.
VG_NODISCARD vg_err vg_driver_act(vg_driver *driver, const vg_world *world, float *actions);
// The same in two steps, for who changes what is sensed in between: sense fills driver->observed (an expert
// has none), decide acts on it.
void vg_driver_sense(vg_driver *driver, const vg_world *world);
VG_NODISCARD vg_err vg_driver_decide(vg_driver *driver, const vg_world *world, float *actions);
// An expert's label. Errors: VG_ERR_ARGUMENT when the policy is no expert.
VG_NODISCARD vg_err vg_driver_label(const vg_driver *driver, const vg_world *world, float *actions);

// Does the policy know the roads? To be asked before it is let loose on them. Errors: VG_ERR_MISMATCH, whose
// message says which road it was asked on, which it knows, and what to do.
VG_NODISCARD vg_err vg_policy_check_road(const vg_policy *policy, const vg_road *road, vg_diag *diag);
VG_NODISCARD vg_err vg_policy_check_roads(const vg_policy *policy, const vg_road *const *roads, int32_t count,
                                          vg_diag *diag);

// After an act that failed: what the policy did, to follow its name; "gave no action that is a number" where
// it says nothing itself. Never NULL.
const char *vg_policy_trouble(const vg_policy *policy);

// NULL is fine.
void vg_policy_destroy(vg_policy *policy);

#ifdef __cplusplus
}
#endif
#endif
