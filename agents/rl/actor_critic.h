// agents/rl/actor_critic.h -- learning from rewards: rounds of driving, each followed by an update of an
// actor and a critic. PPO and TRPO share it; GAIL uses it with its own rewards.
//
// A round: drive; the caller may then change rollout_buffer.rewards; learn: values, advantages, then the
// policy's update and the critic's fit in parallel, because they are independent. Same bits at any thread
// count.
#ifndef VG_AGENTS_RL_ACTOR_CRITIC_H
#define VG_AGENTS_RL_ACTOR_CRITIC_H

#include "agents/rl/critic.h"
#include "agents/rl/ppo.h"
#include "agents/rl/trpo.h"
#include "sim/base/config.h"

#ifdef __cplusplus
extern "C" {
#endif

// X(field, type, unit, least, most, default, choices, help)
#define VG_ACTOR_CRITIC_KEYS(X)                                                                              \
    X(algorithm, CHOICE, "", 0, 0, "ppo", "ppo|trpo", "how the policy is improved")                          \
    VG_ACTOR_CRITIC_OTHER_KEYS(X)
#define VG_ACTOR_CRITIC_OTHER_KEYS(X)                                                                        \
    X(rounds, INT, "1", 1, 10000000, "100", NULL, "rounds of driving and learning")                          \
    X(n_envs, INT, "1", 1, 65536, "16", NULL, "cars driven side by side")                                    \
    X(n_steps, INT, "actions", 2, 1000000, "400", NULL,                                                      \
      "actions of each car in a round, which starts new episodes")                                           \
    X(gamma, DOUBLE, "1", 0, 0.99999, "0.99", NULL, "discount: the worth of a reward one action later")      \
    X(gae_lambda, DOUBLE, "1", 0, 1, "0.95", NULL,                                                           \
      "lambda of the advantages: 0 trusts the values, 1 the rewards")                                        \
    X(ent_coef, DOUBLE, "1", 0, 10, "0", NULL, "weight of the causal entropy in the objective")              \
    X(max_grad_norm, DOUBLE, "1", 0, 1e6, "0.5", NULL,                                                       \
      "longer gradients are scaled down to this norm; 0: never")                                             \
    X(anneal_learning_rate, BOOL, "", 0, 0, "true", NULL, "both step sizes go to 0 by the last round")       \
    X(normalize_reward, BOOL, "", 0, 0, "true", NULL, "divide rewards by the deviation of the returns")      \
    X(normalize_advantage, BOOL, "", 0, 0, "true", NULL,                                                     \
      "scale advantages to mean 0 and deviation 1 in each round")                                            \
    X(action_std_init, DOUBLE, "1", 0.001, 2, "0.2", NULL, "initial standard deviation of the actions")      \
    X(action_std_min, DOUBLE, "1", 0.001, 2, "0.05", NULL,                                                   \
      "smallest standard deviation of the actions, in units of [-1, 1]")
// The groups `ppo.`, `trpo.` and `critic.`.
#define VG_PPO_UPDATE_KEYS(X)                                                                                \
    X(learning_rate, DOUBLE, "1", 1e-8, 1, "0.001", NULL, "step size of the policy's Adam")                  \
    X(n_epochs, INT, "1", 1, 1000, "5", NULL, "passes over a round's rows; the critic's too")                \
    X(batch_size, INT, "rows", 1, 1000000, "256", NULL, "rows of one gradient step; the critic's too")       \
    X(clip_range, DOUBLE, "1", 0.001, 10, "0.2", NULL, "how far the probability ratio may leave 1")          \
    X(target_kl, DOUBLE, "nats", 0, 10, "0.03", NULL,                                                        \
      "stop a round's passes when the KL exceeds this; 0: never")
#define VG_TRPO_UPDATE_KEYS(X) X(max_kl, DOUBLE, "nats", 1e-6, 10, "0.01", NULL, "KL of an update, at most")
#define VG_CRITIC_KEYS(X)                                                                                    \
    X(learning_rate, DOUBLE, "1", 1e-8, 1, "0.001", NULL, "step size of the value network's Adam")           \
    X(warmup, INT, "rounds", 0, 1000000, "5", NULL, "first rounds, in which the policy is not changed")

// The values of `algorithm`, in the order of the words in the key's choices.
enum { VG_ALGORITHM_PPO, VG_ALGORITHM_TRPO };

typedef struct vg_actor_critic_config {
#define X(field, type, unit, least, most, standard, choices, help) VG_FIELD_##type(field);
    VG_ACTOR_CRITIC_KEYS(X)
    struct {
        VG_PPO_UPDATE_KEYS(X)
    } ppo;
    struct {
        VG_TRPO_UPDATE_KEYS(X)
    } trpo;
    struct {
        VG_CRITIC_KEYS(X)
    } critic;
#undef X
} vg_actor_critic_config;

// Start from zero.
typedef struct vg_actor_critic_def {
    vg_actor_critic_config config;
    const vg_environment *env; // of config.cars lanes; borrowed
    vg_scaler scaler;          // its arrays are borrowed
    vg_guide guide;            // its rows are borrowed; zero: no guide
    uint64_t seed;             // of the value network's weights, the shuffles and the exploration
    int32_t threads;           // 0: one per core
    const vg_ranks *ranks;     // who drives too (vg_rollout_buffer)
} vg_actor_critic_def;

// Results of a round.
typedef struct vg_actor_critic_round {
    vg_policy_change change;
    double value_loss;  // of the scaled returns
    double reward;      // mean per action, as given
    int64_t terminated; // episodes that terminated
} vg_actor_critic_round;

typedef struct vg_actor_critic {
    vg_actor_critic_def def;
    vg_network *policy; // borrowed
    vg_rollout_buffer rollout_buffer;
    vg_critic critic;
    vg_ppo ppo;      // one of these two,
    vg_trpo trpo;    // as the configuration says
    int64_t round;   // rounds done
    double variance; // of the returns, over the last rounds; 0 before the first
} vg_actor_critic;

// policy has log_std, which is set to the configuration's noise; it is borrowed until destroy. The critic has
// the same hidden layers. Errors: VG_ERR_ARGUMENT, VG_ERR_MEMORY; *out is then zero.
VG_NODISCARD vg_err vg_actor_critic_create(const vg_actor_critic_def *def, vg_network *policy,
                                           vg_actor_critic *out, vg_diag *diag);
void vg_actor_critic_destroy(vg_actor_critic *r); // a zeroed one is fine
// List its state at the end of a round, including the policy, for a checkpoint.
void vg_actor_critic_state(vg_actor_critic *r, vg_checkpoint *state);

// Errors: those of vg_rollout_buffer_collect.
VG_NODISCARD vg_err vg_actor_critic_drive(vg_actor_critic *r, vg_diag *diag);
// Learn from rollout_buffer.rewards. absorbing: the reward of an action in the state after a termination; it
// lasts for ever, and so counts absorbing / (1 - discount). Errors: VG_ERR_POLICY, VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_actor_critic_learn(vg_actor_critic *r, double absorbing, vg_actor_critic_round *out,
                                          vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
