// agents/learners/gail_config.h -- the keys of generative adversarial imitation.
#ifndef VG_AGENTS_LEARNERS_GAIL_CONFIG_H
#define VG_AGENTS_LEARNERS_GAIL_CONFIG_H

#include "agents/rl/actor_critic.h"
#include "agents/training/imitation.h"

#ifdef __cplusplus
extern "C" {
#endif

// Behind those of every imitator, which the warm start uses, and those of every learner from rewards.
// X(field, type, unit, least, most, default, choices, help)
#define VG_GAIL_KEYS(X)                                                                                      \
    X(warm_start, BOOL, "", 0, 0, "true", NULL, "begin with a clone of the logs")                            \
    X(guide, DOUBLE, "1", 0, 1e6, "0.1", NULL,                                                               \
      "weight of the squared error on the logs, beside what the discriminator rewards")                      \
    X(spread, DOUBLE, "m", 0, 20, "0.3", NULL, "of the starts: offset in +-spread")                          \
    X(slow_starts, DOUBLE, "1", 0, 1, "0.25", NULL, "share of the starts that are slower, by up to 4 times") \
    X(judge, CHOICE, "", 0, 0, "sense", "sense-action|sense", "what the discriminator is shown")             \
    X(judge_hidden, INT, "1", 1, 4096, "64", NULL, "units of each of its two hidden layers")                 \
    X(judge_rate, DOUBLE, "1", 1e-8, 1, "0.001", NULL, "step size of its Adam")                              \
    X(judge_decay, DOUBLE, "1", 0, 100, "0", NULL, "shrinks its weights by rate * decay a step")             \
    X(judge_steps, INT, "1", 1, 100000, "20", NULL, "gradient steps of it a round")                          \
    X(judge_batch, INT, "rows", 1, 1000000, "256", NULL, "rows of each side in one of them")                 \
    X(judge_least, DOUBLE, "1", 0, 10, "0.1", NULL,                                                          \
      "deviations it scales by are at least this, of the physical scale")                                    \
    X(label, DOUBLE, "1", 0.5, 1, "0.9", NULL, "the demonstrator's label; the learner's is 1 - label")       \
    X(smoothing, CHOICE, "", 0, 0, "penalty", "penalty|spectral|none",                                       \
      "penalty on its gradient, or bound on its layers' spectral norms")                                     \
    X(penalty, DOUBLE, "1", 0, 1e6, "0.1", NULL, "weight of the penalty")                                    \
    X(slope, DOUBLE, "1", 0, 1000, "0", NULL, "length of the gradient that the penalty asks for")            \
    X(bound, DOUBLE, "1", 1e-3, 1000, "1.5", NULL, "spectral norm of each layer")                            \
    X(replay, INT, "rounds", 1, 1000, "4", NULL, "that the learner's rows are drawn from")                   \
    X(reward, CHOICE, "", 0, 0, "airl", "survive|haste|airl", "-log(1-D), log D, or log D - log(1-D)")       \
    X(reward_limit, DOUBLE, "1", 0.1, 100, "5", NULL, "log D - log(1-D) is cut to +-this")                   \
    X(absorbing, BOOL, "", 0, 0, "true", NULL,                                                               \
      "reward the state that follows a death as any other, for ever; else death ends all rewards")           \
    X(valid_every, INT, "rounds", 1, 1000000, "5", NULL, "drive on the validation roads so often")           \
    X(valid_drives, INT, "1", 1, 100000, "48", NULL, "drives on them, as many on each; at least one")        \
    X(valid_seconds, DOUBLE, "s", 1, 3600, "60", NULL, "length of such a drive")                             \
    X(checkpoint_rounds, INT, "rounds", 1, 1000000, "20", NULL, "between checkpoints")

typedef struct vg_gail_config {
    vg_imitation_config fit; // first, as with every imitator
    vg_actor_critic_config learn;
#define X(field, type, unit, least, most, standard, choices, help) VG_FIELD_##type(field);
    VG_GAIL_KEYS(X)
#undef X
} vg_gail_config;

extern const vg_schema vg_gail_schema;

#ifdef __cplusplus
}
#endif
#endif
