// agents/rl/offline.h -- what offline reinforcement learners share: logs with rewards as a replay buffer, and
// rounds of gradient steps on minibatches of it. Nothing is driven, so no round can be selected by driving,
// and the last weights are kept.
//
// A learner reads like this:
//
//     vg_offline_open           the logs, the rewards, the policy's network
//     (make its own networks, list them in run.state)
//     vg_offline_restore        continue from a checkpoint, if asked for; then pack the own networks
//     vg_offline_rounds         rounds of steps, each a call of the learner's own function
//     vg_offline_finish         write the policy
//     vg_offline_close
#ifndef VG_AGENTS_RL_OFFLINE_H
#define VG_AGENTS_RL_OFFLINE_H

#include "agents/rl/replay_buffer.h"
#include "agents/training/run.h"

#ifdef __cplusplus
extern "C" {
#endif

// X(field, type, unit, least, most, default, choices, help)
#define VG_OFFLINE_KEYS(X) VG_OFFLINE_KEYS_OF(X, "30", "256")
#define VG_OFFLINE_KEYS_OF(X, round_count, rows)                                                             \
    X(rounds, INT, "1", 1, 10000000, round_count, NULL, "rounds of gradient steps")                          \
    X(n_steps, INT, "1", 1, 10000000, "1000", NULL, "gradient steps of a round")                             \
    X(batch_size, INT, "rows", 1, 65536, rows, NULL, "rows of a gradient step, drawn with replacement")      \
    X(learning_rate, DOUBLE, "1", 1e-8, 1, "0.0003", NULL,                                                   \
      "step size of Adam, but of a part with a key of its own")                                              \
    X(gamma, DOUBLE, "1", 0, 0.99999, "0.99", NULL, "discount: the worth of a reward one action later")      \
    X(return_steps, INT, "actions", 1, 1000, "1", NULL,                                                      \
      "rewards that are summed before the value of what follows: n-step returns")                            \
    X(tau, DOUBLE, "1", 0, 1, "0.005", NULL, "how far the target networks follow in a step")                 \
    X(normalize_reward, BOOL, "", 0, 0, "true", NULL, "divide rewards by their mean size in the logs")       \
    X(checkpoint_every, INT, "rounds", 1, 1000000, "5", NULL, "rounds between checkpoints")

// An offline learner's configuration begins with it.
typedef struct vg_offline_config {
    vg_imitation_config fit; // its keys of the network; `bc` is not listed
#define X(field, type, unit, least, most, standard, choices, help) VG_FIELD_##type(field);
    VG_OFFLINE_KEYS(X)
#undef X
} vg_offline_config;

#define VG_OFFLINE_ROW_FIT(...) VG_KEY_ROW(vg_offline_config, fit., "", __VA_ARGS__)
#define VG_OFFLINE_ROW(...)     VG_KEY_ROW(vg_offline_config, , "", __VA_ARGS__)

// Start from zero; close it after an error too.
typedef struct vg_offline {
    vg_run run;
    const vg_offline_config *config;
    vg_imitation_config fit; // the network's keys, and the loss that says which head it has
    vg_imitation im;         // its network is the policy
    vg_imitation_origin origin;
    vg_reward *own; // progress (agents/rewards/progress.h), where no reward is given; else NULL
    vg_replay_buffer replay;
    vg_minibatch batch;
    double reward_factor; // rewards are multiplied by it
} vg_offline;

// Read the logs with the rewards, make the policy's network and list it in run.state. head: the policy's;
// NULL: mean, or gaussian with `gaussian`. def->config begins with a vg_offline_config. Errors: those of
// vg_learner's train; VG_ERR_MISMATCH (the reward was made for another discount).
VG_NODISCARD vg_err vg_offline_open(vg_offline *offline, const vg_learner *learner, const vg_learner_def *def,
                                    const vg_imitation_head *head, bool gaussian, vg_diag *diag);
void vg_offline_close(vg_offline *offline);
// Errors: those of vg_run_restore.
VG_NODISCARD vg_err vg_offline_restore(vg_offline *offline, vg_diag *diag);

// One gradient step on a minibatch; step counts from 0 over all rounds. What it measures it adds to numbers.
typedef void (*vg_offline_step)(void *context, const vg_minibatch *batch, int64_t step, double *numbers);
enum { VG_OFFLINE_NUMBERS_MOST = 12 };
// All rounds. The means of the numbers are noted in each, by these names, and then the terminations in the
// logs. Errors: VG_ERR_POLICY (a number is not finite), those of vg_run_end_round.
VG_NODISCARD vg_err vg_offline_rounds(vg_offline *offline, vg_offline_step step, void *context,
                                      const char *const *names, int32_t count, vg_diag *diag);
// Errors: those of vg_run_finish.
VG_NODISCARD vg_err vg_offline_finish(vg_offline *offline, vg_diag *diag);

// For a learner's diagnose: says so if no episode of the logs terminates.
const char *vg_offline_diagnose(const vg_learner_round *round, int32_t *state);

#ifdef __cplusplus
}
#endif
#endif
