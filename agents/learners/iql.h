// agents/learners/iql.h -- implicit Q-learning: offline reinforcement learning that never asks for the value
// of an action that the logs do not have.
#ifndef VG_AGENTS_LEARNERS_IQL_H
#define VG_AGENTS_LEARNERS_IQL_H

#include "agents/rl/offline.h"
#include "agents/rl/twin_q.h"

#ifdef __cplusplus
extern "C" {
#endif

// X(field, type, unit, least, most, default, choices, help)
#define VG_IQL_KEYS(X)                                                                                       \
    X(expectile, DOUBLE, "1", 0.01, 0.99, "0.7", NULL,                                                       \
      "0.5: V is the mean of Q over the logs' actions; towards 1: the best of them")                         \
    X(temperature, DOUBLE, "1", 0, 1000, "3", NULL,                                                          \
      "inverse temperature: rows are cloned with weight exp(temperature * advantage); 0: all alike")         \
    X(weight_most, DOUBLE, "1", 1, 1e6, "100", NULL, "largest weight of a row")                              \
    X(anneal_learning_rate, BOOL, "", 0, 0, "true", NULL, "the policy's step size goes to 0 by a cosine")

typedef struct vg_iql_config {
    vg_offline_config offline;
#define X(field, type, unit, least, most, standard, choices, help) VG_FIELD_##type(field);
    VG_IQL_KEYS(X)
#undef X
} vg_iql_config;

// What is trained. Start from zero; close it after an error too.
typedef struct vg_iql {
    const vg_iql_config *config; // borrowed
    vg_trained_net policy;       // the caller's network, which has log_std
    vg_trained_net value;
    vg_twin_q q;
    float *least, *values, *targets, *weights; // [batch]
} vg_iql;

// The policy's network is borrowed until it is closed. Errors: VG_ERR_ARGUMENT, VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_iql_open(vg_iql *iql, const vg_iql_config *config, vg_network *policy, uint64_t seed,
                                vg_diag *diag);
void vg_iql_close(vg_iql *iql);

// One step of V, of the policy and of Q, on a minibatch of config->offline.batch_size rows. share: of the
// policy's step size. Adds to numbers: value_loss, q_loss, policy_loss, value, advantage (its mean size),
// weight.
enum { VG_IQL_NUMBERS = 6 };
void vg_iql_step(vg_iql *iql, const vg_minibatch *batch, double share, double numbers[VG_IQL_NUMBERS]);

extern const vg_schema vg_iql_schema;
extern const vg_learner vg_learner_iql;

#ifdef __cplusplus
}
#endif
#endif
