// agents/learners/ppo_learner.h -- learning to drive from a plain reward: progress along the road, less for
// driving far from its middle, much less for leaving it. Nothing is imitated, but with warm_start=bc, which
// begins with a clone of logs. It shows what rewards alone can achieve, and that the parts under GAIL can
// learn.
#ifndef VG_AGENTS_LEARNERS_PPO_LEARNER_H
#define VG_AGENTS_LEARNERS_PPO_LEARNER_H

#include "agents/rl/actor_critic.h"
#include "agents/training/learner.h"
#include "sim/sense.h"

#ifdef __cplusplus
extern "C" {
#endif

// These precede the keys of every learner from rewards. X(field, type, unit, least, most, default, choices,
// help)
#define VG_PPO_KEYS(X)                                                                                       \
    X(sense, TEXT, "", 0, 255, VG_SENSE_DEFAULT, NULL, "what the policy is shown")                           \
    X(scaling, CHOICE, "", 0, 0, "physical", "physical|running",                                             \
      "inputs by fixed scales, or by mean and standard deviation of all rows so far")                        \
    X(hidden_sizes, TEXT, "", 0, 63, "64,64", NULL, "units of each hidden layer; none: a linear policy")     \
    X(activation, CHOICE, "", 0, 0, "tanh", "tanh|relu", "of the hidden layers")                             \
    X(start_spread, DOUBLE, "m", 0, 20, "0.3", NULL, "starts: offset uniform in +-start_spread")             \
    X(stall, DOUBLE, "m/s", 0, 200, "0", NULL,                                                               \
      "a car slower than this for a second has stalled, which ends its episode; 0: as --reward says")        \
    X(checkpoint_every, INT, "rounds", 1, 1000000, "20", NULL, "rounds between checkpoints")                 \
    X(warm_start, CHOICE, "", 0, VG_CHOICE_NEWER, "none", "none|bc",                                         \
      "begin with small random weights, or with a clone of the logs, fitted as bc does by default")
// The group `reward.`: the reward of an action.
#define VG_PPO_REWARD_KEYS(X)                                                                                \
    X(progress, DOUBLE, "1/m", 0, 1000, "0.1", NULL, "added for each metre driven along the road")           \
    X(offset, DOUBLE, "1", 0, 1000, "0.1", NULL, "subtracted at each action, times (offset / half width)^2") \
    X(off_road, DOUBLE, "1", 0, 1e6, "10", NULL, "subtracted where a car leaves the road")
// The group `validation.`: the drives by which a round's weights are selected.
#define VG_PPO_VALIDATION_KEYS(X)                                                                            \
    X(every, INT, "rounds", 1, 1000000, "10", NULL, "rounds between two validations")                        \
    X(starts_per_road, INT, "1", 1, 10000, "4", NULL, "drives on each validation road")                      \
    X(seconds, DOUBLE, "s", 1, 3600, "60", NULL, "length of a validation drive")

typedef struct vg_ppo_config {
    vg_actor_critic_config rl;
#define X(field, type, unit, least, most, standard, choices, help) VG_FIELD_##type(field);
    VG_PPO_KEYS(X)
    struct {
        VG_PPO_REWARD_KEYS(X)
    } reward;
    struct {
        VG_PPO_VALIDATION_KEYS(X)
    } validation;
#undef X
} vg_ppo_config;

extern const vg_schema vg_ppo_schema;
extern const vg_learner vg_learner_ppo;
// The same by TRPO, without the key `algorithm`.
extern const vg_schema vg_trpo_schema;
extern const vg_learner vg_learner_trpo;

#ifdef __cplusplus
}
#endif
#endif
