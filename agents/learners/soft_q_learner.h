// agents/learners/soft_q_learner.h -- what SQIL and IQ-Learn share: cars that drive by a policy over a grid
// of actions, a replay buffer of what they did, and steps of soft Q-learning on rows of the logs and of that
// buffer, half of each.
//
// A round begins episodes anew. In it, `n_steps` times: draw an action for each of `n_envs` cars from the
// policy and let them act; keep the rows; take `n_updates` gradient steps. An episode terminates where the
// car leaves the road or stalls; where the round, its road or the log ends, it is only truncated, and the
// value of what was sensed last stands for the rest.
//
// An action of the logs is between the levels of the grid. At each gradient step it is rounded up or down at
// random, so that it is itself in the mean (agents/policy/action_grid.h).
#ifndef VG_AGENTS_LEARNERS_SOFT_Q_LEARNER_H
#define VG_AGENTS_LEARNERS_SOFT_Q_LEARNER_H

#include "agents/learners/generator.h"
#include "agents/policy/head_soft_q.h"
#include "agents/rl/replay_buffer.h"
#include "agents/rl/soft_q.h"

#ifdef __cplusplus
extern "C" {
#endif

// X(field, type, unit, least, most, default, choices, help)
#define VG_SOFT_Q_KEYS(X)                                                                                    \
    X(rounds, INT, "1", 1, 10000000, "40", NULL, "rounds of driving and learning")                           \
    X(n_envs, INT, "1", 1, 65536, "16", NULL, "cars driven side by side")                                    \
    X(n_steps, INT, "actions", 1, 1000000, "250", NULL,                                                      \
      "actions of each car in a round, which starts new episodes")                                           \
    X(n_updates, INT, "1", 1, 100000, "4", NULL, "gradient steps after each action of all cars")             \
    X(batch_size, INT, "rows", 1, 32768, "64", NULL,                                                         \
      "rows of the logs in a gradient step, and as many of the learner's own")                               \
    X(buffer_size, INT, "rows", 1, 100000000, "200000", NULL, "last rows that are kept to learn from")       \
    X(learning_rate, DOUBLE, "1", 1e-8, 1, "0.001", NULL, "step size of Adam")                               \
    X(anneal_learning_rate, BOOL, "", 0, 0, "true", NULL, "the step size goes to 0 by the last round")       \
    X(gamma, DOUBLE, "1", 0, 0.99999, "0.99", NULL, "discount: the worth of a reward one action later")      \
    X(tau, DOUBLE, "1", 0, 1, "0.02", NULL, "how far the target network follows in a step")                  \
    VG_GENERATOR_START_KEYS(X)                                                                               \
    X(checkpoint_every, INT, "rounds", 1, 1000000, "5", NULL, "rounds between checkpoints")

// The configuration of such a learner begins with it.
typedef struct vg_soft_q_config {
    vg_imitation_config fit; // first; only its keys of the network
    vg_soft_q_head_config head;
#define X(field, type, unit, least, most, standard, choices, help) VG_FIELD_##type(field);
    VG_SOFT_Q_KEYS(X)
    struct {
        VG_GENERATOR_VALIDATION_KEYS(X)
    } validation;
#undef X
} vg_soft_q_config;

// Its rows for a learner's table of keys; the learner's own come between the two.
#define VG_SOFT_Q_ROW(...)            VG_KEY_ROW(vg_soft_q_config, , "", __VA_ARGS__)
#define VG_SOFT_Q_ROW_FIT(...)        VG_KEY_ROW(vg_soft_q_config, fit., "", __VA_ARGS__)
#define VG_SOFT_Q_ROW_HEAD(...)       VG_KEY_ROW(vg_soft_q_config, head., "", __VA_ARGS__)
#define VG_SOFT_Q_ROW_VALIDATION(...) VG_KEY_ROW(vg_soft_q_config, validation., "validation.", __VA_ARGS__)
#define VG_SOFT_Q_NETWORK_ROWS(warmth)                                                                       \
    VG_NETWORK_KEYS_SCALED(VG_SOFT_Q_ROW_FIT, "zscore")                                                      \
    VG_SOFT_Q_HEAD_KEYS_AT(VG_SOFT_Q_ROW_HEAD, warmth)
#define VG_SOFT_Q_ROWS                                                                                       \
    VG_SOFT_Q_KEYS(VG_SOFT_Q_ROW)                                                                            \
    VG_GENERATOR_VALIDATION_KEYS(VG_SOFT_Q_ROW_VALIDATION)

enum { VG_SOFT_Q_NUMBERS_MOST = 8 };

// How such a learner differs from others.
typedef struct vg_soft_q_method {
    vg_soft_q_loss loss;
    const void *context;      // of the loss
    const char *const *names; // [count] of the numbers that the loss adds to; their means are noted
    int32_t count;            // <= VG_SOFT_Q_NUMBERS_MOST
    bool target;              // vg_soft_q_def's
} vg_soft_q_method;

// All of vg_learner's train.
VG_NODISCARD vg_err vg_soft_q_train(const vg_learner *learner, const vg_learner_def *def,
                                    const vg_soft_q_method *method, vg_learner_report *report, vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
