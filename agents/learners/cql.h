// agents/learners/cql.h -- conservative Q-learning: Q is pushed down on actions that the logs do not have, so
// that a policy which follows it is not lured to them.
#ifndef VG_AGENTS_LEARNERS_CQL_H
#define VG_AGENTS_LEARNERS_CQL_H

#include "agents/rl/offline.h"
#include "agents/rl/twin_q.h"

#ifdef __cplusplus
extern "C" {
#endif

// A state's actions and the samples beside it must fit into a block of a network.
enum { VG_CQL_SAMPLES_MOST = (VG_NETWORK_BLOCK - 1) / 3 };

// Names and defaults are d3rlpy's; target_entropy is minus the number of actions, soft actor-critic's choice.
// X(field, type, unit, least, most, default, choices, help)
#define VG_CQL_KEYS(X)                                                                                       \
    X(conservative_weight, DOUBLE, "1", 0, 1e6, "5", NULL,                                                   \
      "weight of the conservative term beside the squared error of Q; 0: none, soft actor-critic")           \
    X(n_action_samples, INT, "1", 1, VG_CQL_SAMPLES_MOST, "10", NULL,                                        \
      "actions sampled of each of three kinds: uniform, the policy's there, the policy's one step later")    \
    X(soft_q_backup, BOOL, "", 0, 0, "false", NULL, "the entropy counts in the targets of Q, too")           \
    X(actor_learning_rate, DOUBLE, "1", 1e-8, 1, "0.0001", NULL, "step size of Adam, of the policy")         \
    X(initial_temperature, DOUBLE, "1", 1e-6, 1e6, "1", NULL, "weight of the entropy, at first")             \
    X(temp_learning_rate, DOUBLE, "1", 0, 1, "0.0001", NULL,                                                 \
      "step size of Adam, of that weight's logarithm; 0: it stays")                                          \
    X(target_entropy, DOUBLE, "nats", -100, 100, "-2", NULL,                                                 \
      "the weight rises while the policy's entropy is below this, and else falls")

typedef struct vg_cql_config {
    vg_offline_config offline;
#define X(field, type, unit, least, most, standard, choices, help) VG_FIELD_##type(field);
    VG_CQL_KEYS(X)
#undef X
} vg_cql_config;

// The policy has the head "gmm" with one mode: outputs of a row are a logit, which counts for nothing, two
// means before tanh and two deviations before softplus.
enum { VG_CQL_OUTPUTS = 1 + 2 * VG_CAR_ACTIONS };

// What is trained. Start from zero; close it after an error too.
typedef struct vg_cql {
    const vg_cql_config *config; // borrowed
    vg_trained_net policy;       // the caller's network
    vg_twin_q q;
    vg_adam temper;
    float log_temperature;
    uint64_t seed;
    int32_t samples; // of each kind; 0 without the conservative term
    int64_t rows;    // of `pairs`
    // Groups of a row of the batch: its pair, then the samples. A block has whole groups.
    float *pairs, *log_density;      // [rows] pairs, and the logarithm of each sample's density
    float *here, *ahead;             // [batch][VG_CQL_OUTPUTS] the policy's, at s and at s'
    float *own;                      // [batch] pairs with the policy's action
    float *targets, *least, *slopes; // [batch], [batch], [2][batch][VG_CAR_ACTIONS]
    float *deltas;                   // [batch][VG_CQL_OUTPUTS]
    double gap;                      // sums of the conservative term of both networks
} vg_cql;

// The policy's network is borrowed until it is closed. Errors: VG_ERR_ARGUMENT (another number of outputs),
// VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_cql_open(vg_cql *cql, const vg_cql_config *config, vg_network *policy, uint64_t seed,
                                vg_diag *diag);
void vg_cql_close(vg_cql *cql);

// Step `number`, from 0, on a minibatch of config->offline.batch_size rows: of Q, of the policy and of the
// temperature. Adds to numbers: q_loss (the squared error), conservative_loss, q (at the policy's actions),
// policy_loss, entropy and temperature.
enum { VG_CQL_NUMBERS = 6 };
void vg_cql_step(vg_cql *cql, const vg_minibatch *batch, int64_t number, double numbers[VG_CQL_NUMBERS]);

// The parts of a step, for tests. Sample actions and compute the targets; then the batch, with its loss, on
// which each network Q is fitted, borrowed from cql.
void vg_cql_sample(vg_cql *cql, const vg_minibatch *batch, int64_t number);
vg_batch vg_cql_critic_batch(vg_cql *cql);
// The policy's loss and, in cql->deltas, its derivatives by the outputs. *entropy, *q: means.
double vg_cql_policy_loss(vg_cql *cql, const vg_minibatch *batch, int64_t number, double *entropy, double *q);

extern const vg_schema vg_cql_schema;
extern const vg_learner vg_learner_cql;

#ifdef __cplusplus
}
#endif
#endif
