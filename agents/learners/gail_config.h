// agents/learners/gail_config.h -- the keys of generative adversarial imitation.
#ifndef VG_AGENTS_LEARNERS_GAIL_CONFIG_H
#define VG_AGENTS_LEARNERS_GAIL_CONFIG_H

#include "agents/learners/discriminator.h"
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
    VG_DISCRIMINATOR_FIRST_KEYS(X)                                                                           \
    X(regularization, CHOICE, "", 0, 0, "gradient_penalty", "gradient_penalty|spectral_norm|none",           \
      "penalty on its gradient, or bound on the spectral norm of its layers")                                \
    VG_DISCRIMINATOR_PENALTY_KEYS(X)                                                                         \
    X(gradient_target, DOUBLE, "1", 0, 1000, "0", NULL, "norm of the gradient that the penalty asks for")    \
    X(spectral_norm, DOUBLE, "1", 1e-3, 1000, "1.5", NULL, "spectral norm of each layer")                    \
    VG_DISCRIMINATOR_REPLAY_KEYS(X)

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
