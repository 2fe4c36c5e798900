// agents/learners/airl.h -- adversarial inverse reinforcement learning: a reward of the state alone, and the
// policy that it was learned with.
#ifndef VG_AGENTS_LEARNERS_AIRL_H
#define VG_AGENTS_LEARNERS_AIRL_H

#include "agents/learners/discriminator.h"
#include "agents/learners/generator.h"

#ifdef __cplusplus
extern "C" {
#endif

// Beside the keys of the generator. X(field, type, unit, least, most, default, choices, help)
#define VG_AIRL_KEYS(X)                                                                                      \
    X(reward, CHOICE, "", 0, 0, "learned", "learned|constant",                                               \
      "what the policy is paid: f - log pi, the discriminator's logit; constant: 1 until an end")            \
    X(reward_clip, DOUBLE, "1", 0.1, 100, "5", NULL, "the logit is cut to +-reward_clip first")              \
    X(absorbing_state, BOOL, "", 0, 0, "true", NULL,                                                         \
      "learn a reward for the state after a termination, paid for ever; false: no reward follows it")        \
    X(demo_action_std, DOUBLE, "1", 0, 1, "0.05", NULL,                                                      \
      "noise on the demonstrated actions where the discriminator judges them, in units of [-1, 1]")          \
    X(write_potential, BOOL, "", 0, 0, "false", NULL,                                                        \
      "the reward file has the potential, too: r = g + gamma h(s') - h(s), else r = g")
// The group `disc.` is of the keys that agents/learners/discriminator.h lists.

typedef struct vg_airl_config {
    vg_generator_config generator; // first, as with every adversarial learner
#define X(field, type, unit, least, most, standard, choices, help) VG_FIELD_##type(field);
    VG_AIRL_KEYS(X)
    struct {
        VG_DISCRIMINATOR_FIRST_KEYS(X)
        VG_DISCRIMINATOR_PENALTY_KEYS(X)
        VG_DISCRIMINATOR_REPLAY_KEYS(X)
    } disc;
#undef X
} vg_airl_config;

extern const vg_schema vg_airl_schema;
extern const vg_learner vg_learner_airl;

// What is wrong with a training: the number `collapsed` of a round.
typedef enum vg_airl_collapse {
    VG_AIRL_SOUND,
    VG_AIRL_PINNED,   // the discriminator is nearly always right: its rewards no longer guide
    VG_AIRL_FROZEN,   // no entropy is left: every standard deviation is at its minimum
    VG_AIRL_UNLIKELY, // the policy gives the demonstrated actions hardly any density
} vg_airl_collapse;

#ifdef __cplusplus
}
#endif
#endif
