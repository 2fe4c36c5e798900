// agents/training/preference_reward.h -- a reward learned from comparisons of laps: what T-REX and D-REX
// share once it is known which of two laps is better.
//
// Several networks (an ensemble), each with its own first weights and its own draws, are fitted to snippets
// of the pairs (bradley_terry.h). The weights of the round with the least loss on the held-out pairs are
// kept.
//
// Comparisons do not decide the scale of r, nor what is added to it. So each network's output is shifted and
// scaled to a mean of 0 and a deviation of 1 over the laps' rows before the networks are averaged. What they
// also do not say is how bad it is to leave the road, which ranks below all else. With a and b the least and
// the largest mean reward of a snippet in the laps, the state after leaving it gets
//
//     a - departure_margin (b - a)
//
// for ever. With a margin of 0, leaving the road would be as bad as the worst driving shown; where all laps
// stay on the road that is only slow, and the best is to be fast and leave it.
#ifndef VG_AGENTS_TRAINING_PREFERENCE_REWARD_H
#define VG_AGENTS_TRAINING_PREFERENCE_REWARD_H

#include "agents/rewards/reward_input.h"
#include "agents/training/comparisons.h"
#include "agents/training/run.h"

#ifdef __cplusplus
extern "C" {
#endif

// X(field, type, unit, least, most, default, choices, help)
#define VG_PREFERENCE_KEYS(X)                                                                                \
    X(sense, TEXT, "", 0, 255, VG_SENSE_DEFAULT, NULL, "what the reward is shown")                           \
    X(action, BOOL, "", 0, 0, "false", NULL, "show the reward the action too")                               \
    X(lateral, BOOL, "", 0, 0, "true", NULL,                                                                 \
      "show curvatures as the lateral accelerations that they take at the present speed")                    \
    X(hidden_sizes, TEXT, "", 0, 63, "64,64", NULL, "units of each hidden layer; none: a linear reward")     \
    X(activation, CHOICE, "", 0, 0, "tanh", "tanh|relu", "activation of the hidden layers")                  \
    X(ensemble_size, INT, "1", 1, 16, "3", NULL, "networks whose mean is the reward")                        \
    X(snippet_length, INT, "actions", 1, 100000, "50", NULL,                                                 \
      "length of the snippets that are compared; less, in both, where a lap is shorter")                     \
    X(alignment, CHOICE, "", 0, 0, "same_place", "same_place|anywhere",                                      \
      "draw the second snippet where along the road the first is, or anywhere in its lap")                   \
    X(rounds, INT, "1", 1, 100000, "20", NULL, "rounds, each followed by a look at the held-out pairs")      \
    X(n_pairs, INT, "1", 1, 10000000, "512", NULL, "pairs of snippets that a network is shown in a round")   \
    X(batch_size, INT, "1", 1, 100000, "32", NULL, "pairs of snippets in a gradient step")                   \
    X(learning_rate, DOUBLE, "1", 1e-8, 1, "0.001", NULL, "step size of Adam")                               \
    X(weight_decay, DOUBLE, "1", 0, 10, "0.01", NULL,                                                        \
      "shrinks weights by learning_rate * weight_decay a step")                                              \
    X(label_noise, DOUBLE, "1", 0, 0.99, "0", NULL,                                                          \
      "share of the labels taken to be given by chance (Christiano et al. 2017: 0.1)")                       \
    X(validation_fraction, DOUBLE, "1", 0, 0.9, "0.2", NULL,                                                 \
      "share held out: of laps, or of a person's preferences; nothing of fewer than 5")                      \
    X(departure_margin, DOUBLE, "1", 0, 1000, "1", NULL,                                                     \
      "how far leaving the road is below the worst snippet, in spans from the worst to the best")            \
    X(gamma, DOUBLE, "1", 0, 0.99999, "0.99", NULL, "discount that the reward is made for")                  \
    X(checkpoint_every, INT, "rounds", 1, 1000000, "5", NULL, "rounds between checkpoints")

// A learner's configuration begins with it.
typedef struct vg_preference_config {
#define X(field, type, unit, least, most, standard, choices, help) VG_FIELD_##type(field);
    VG_PREFERENCE_KEYS(X)
#undef X
} vg_preference_config;

enum { VG_PREFERENCE_MEMBERS = 16 };

typedef struct vg_preference_member {
    vg_network *net;
    vg_adam adam;
    float *best; // weights of the round that is kept
} vg_preference_member;

// Start from zero; close it after an error too. A learner calls open, fills laps and pairs (and splits them),
// then begin, round until run.round is run.rounds, finish, close.
typedef struct vg_preference {
    vg_run run;
    const vg_preference_config *config; // borrowed
    vg_reward_input input;
    vg_laps laps;       // filled by the learner
    vg_lap_pairs pairs; // filled by the learner

    uint64_t data; // hash of what the comparisons come from
    float *rows;   // the laps' rows as network inputs
    int64_t member_count;
    vg_preference_member members[VG_PREFERENCE_MEMBERS];
    vg_bradley_terry *workspace;
    vg_comparison *batch; // [batch_size]
    float *gradient, *scratch;
    double best_loss; // on the held-out pairs
} vg_preference;

// Errors: those of vg_run_open; VG_ERR_FORMAT (the sense, the layers), VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_preference_open(vg_preference *p, const vg_learner *learner, const vg_learner_def *def,
                                       const vg_preference_config *config, vg_diag *diag);
// data: a hash of what the comparisons come from. Errors: VG_ERR_FORMAT (no pair to train on), VG_ERR_MEMORY,
// those of vg_run_restore.
VG_NODISCARD vg_err vg_preference_begin(vg_preference *p, uint64_t data, vg_diag *diag);
// Errors: VG_ERR_POLICY (the loss is not finite), those of vg_run_end_round.
VG_NODISCARD vg_err vg_preference_round(vg_preference *p, vg_diag *diag);
// Write the reward. Errors: VG_ERR_POLICY (it is the same everywhere), VG_ERR_MEMORY, those of
// vg_reward_write.
VG_NODISCARD vg_err vg_preference_finish(vg_preference *p, vg_diag *diag);
void vg_preference_close(vg_preference *p);

// The mean reward of each row of the laps by the networks as they are now, [laps.rows].
void vg_preference_judge(vg_preference *p, double *out);

#ifdef __cplusplus
}
#endif
#endif
