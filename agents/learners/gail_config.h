// agents/learners/gail_config.h -- the keys of generative adversarial imitation.
#ifndef VG_AGENTS_LEARNERS_GAIL_CONFIG_H
#define VG_AGENTS_LEARNERS_GAIL_CONFIG_H

#include "agents/learners/generator.h"

#ifdef __cplusplus
extern "C" {
#endif

// Beside the keys of the generator. X(field, type, unit, least, most, default, choices, help)
#define VG_GAIL_KEYS(X)                                                                                      \
    X(reward, CHOICE, "", 0, 0, "logit", "softplus|logsigmoid|logit|constant",                               \
      "-log(1-D), log D, or log D - log(1-D), the discriminator's logit; constant: 1 until an end")          \
    X(reward_clip, DOUBLE, "1", 0.1, 100, "5", NULL, "the logit is cut to +-reward_clip first")              \
    X(absorbing_state, BOOL, "", 0, 0, "true", NULL,                                                         \
      "learn a reward for the state after a termination, paid for ever; false: no reward follows it")
// The group `disc.`: the discriminator.
#define VG_DISCRIMINATOR_KEYS(X)                                                                             \
    X(input, CHOICE, "", 0, 0, "sense", "sense-action|sense", "what the discriminator is shown")             \
    X(hidden_size, INT, "1", 1, 4096, "64", NULL, "units of each of its two hidden layers")                  \
    X(learning_rate, DOUBLE, "1", 1e-8, 1, "0.001", NULL, "step size of its Adam")                           \
    X(weight_decay, DOUBLE, "1", 0, 100, "0", NULL,                                                          \
      "shrinks weights by learning_rate * weight_decay a step")                                              \
    X(n_updates, INT, "1", 1, 100000, "20", NULL, "gradient steps a round")                                  \
    X(batch_size, INT, "rows", 1, 1000000, "256", NULL, "rows of each side in a gradient step")              \
    X(min_std, DOUBLE, "1", 0, 10, "0.1", NULL,                                                              \
      "inputs are scaled by their deviation, at least by this share of the physical scale")                  \
    X(expert_label, DOUBLE, "1", 0.5, 1, "0.9", NULL,                                                        \
      "label smoothing: the demonstrator's label; the learner's is 1 - expert_label")                        \
    X(regularization, CHOICE, "", 0, 0, "gradient_penalty", "gradient_penalty|spectral_norm|none",           \
      "penalty on its gradient, or bound on the spectral norm of its layers")                                \
    X(gradient_penalty, DOUBLE, "1", 0, 1e6, "0.1", NULL, "weight of the penalty")                           \
    X(gradient_target, DOUBLE, "1", 0, 1000, "0", NULL, "norm of the gradient that the penalty asks for")    \
    X(spectral_norm, DOUBLE, "1", 1e-3, 1000, "1.5", NULL, "spectral norm of each layer")                    \
    X(replay_rounds, INT, "rounds", 1, 1000, "4", NULL,                                                      \
      "number of last rounds that the learner's rows are drawn from")

typedef struct vg_gail_config {
    vg_generator_config generator; // first, as with every adversarial learner
#define X(field, type, unit, least, most, standard, choices, help) VG_FIELD_##type(field);
    VG_GAIL_KEYS(X)
    struct {
        VG_DISCRIMINATOR_KEYS(X)
    } disc;
#undef X
} vg_gail_config;

extern const vg_schema vg_gail_schema;

#ifdef __cplusplus
}
#endif
#endif
