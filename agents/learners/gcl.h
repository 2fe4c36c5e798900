// agents/learners/gcl.h -- guided cost learning: a reward by maximum entropy, whose partition function is
// estimated from the drives of a policy that is trained along.
#ifndef VG_AGENTS_LEARNERS_GCL_H
#define VG_AGENTS_LEARNERS_GCL_H

#include "agents/learners/generator.h"

#ifdef __cplusplus
extern "C" {
#endif

// Beside the keys of the generator. X(field, type, unit, least, most, default, choices, help)
#define VG_GCL_KEYS(X)                                                                                       \
    X(reward, CHOICE, "", 0, 0, "learned", "learned|constant",                                               \
      "what the policy is paid: r + log p0 - log pi; constant: 1 until an end")                              \
    X(reward_clip, DOUBLE, "1", 0.1, 100, "5", NULL,                                                         \
      "r less its mean over the demonstrations is cut to +-reward_clip for the policy")                      \
    X(segment_steps, INT, "actions", 3, 10000, "50", NULL, "length of a segment")                            \
    X(prior_std, DOUBLE, "1", 0.01, 100, "0.5", NULL,                                                        \
      "standard deviation of the actions of p0, a driver who wants nothing")                                 \
    X(demo_action_std, DOUBLE, "1", 0.001, 1, "0.1", NULL,                                                   \
      "the demonstrator counts as the clone with actions of this standard deviation")
// The group `cost.`: the network of the reward, the negative cost.
#define VG_GCL_COST_KEYS(X)                                                                                  \
    X(input, CHOICE, "", 0, 0, "sense", "sense-action|sense", "what the reward is shown")                    \
    X(hidden_size, INT, "1", 1, 4096, "64", NULL, "units of each of its two hidden layers")                  \
    X(learning_rate, DOUBLE, "1", 1e-8, 1, "0.001", NULL, "step size of its Adam")                           \
    X(weight_decay, DOUBLE, "1", 0, 100, "0.1", NULL,                                                        \
      "shrinks weights by learning_rate * weight_decay a step")                                              \
    X(n_updates, INT, "1", 1, 100000, "20", NULL, "gradient steps a round")                                  \
    X(demo_batch_size, INT, "segments", 1, 100000, "16", NULL, "demonstrated segments of a gradient step")   \
    X(sample_batch_size, INT, "segments", 1, 100000, "128", NULL,                                            \
      "driven segments of a gradient step; the demonstrated ones are added in the partition function")       \
    X(lcr_weight, DOUBLE, "1", 0, 1e6, "0.1", NULL, "weight of the regulariser of locally constant rate")    \
    X(mono_weight, DOUBLE, "1", 0, 1e6, "0", NULL,                                                           \
      "weight of the regulariser of rewards that do not fall along a demonstration")                         \
    X(min_std, DOUBLE, "1", 0, 10, "0.1", NULL,                                                              \
      "inputs are scaled by their deviation, at least by this share of the physical scale")                  \
    X(replay_rounds, INT, "rounds", 1, 100, "4", NULL,                                                       \
      "number of last rounds whose drives, and whose policies, are the samplers")

typedef struct vg_gcl_config {
    vg_generator_config generator; // first, as with every adversarial learner
#define X(field, type, unit, least, most, standard, choices, help) VG_FIELD_##type(field);
    VG_GCL_KEYS(X)
    struct {
        VG_GCL_COST_KEYS(X)
    } cost;
#undef X
} vg_gcl_config;

extern const vg_schema vg_gcl_schema;
extern const vg_learner vg_learner_gcl;

// What is wrong with a training: the number `collapsed` of a round.
typedef enum vg_gcl_collapse {
    VG_GCL_SOUND,
    VG_GCL_THIN,   // the partition function rests on hardly more than one segment
    VG_GCL_FROZEN, // no entropy is left: every standard deviation is at its minimum
} vg_gcl_collapse;

#ifdef __cplusplus
}
#endif
#endif
