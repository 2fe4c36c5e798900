// agents/learners/td3_bc.h -- TD3+BC: a deterministic actor that follows Q, and stays near what the logs did.
#ifndef VG_AGENTS_LEARNERS_TD3_BC_H
#define VG_AGENTS_LEARNERS_TD3_BC_H

#include "agents/rl/offline.h"
#include "agents/rl/twin_q.h"

#ifdef __cplusplus
extern "C" {
#endif

// X(field, type, unit, least, most, default, choices, help)
#define VG_TD3_BC_KEYS(X)                                                                                    \
    X(alpha, DOUBLE, "1", 0, 1e6, "2.5", NULL,                                                               \
      "weight of Q beside the squared error on the logs; 0: behavioural cloning")                            \
    X(policy_noise, DOUBLE, "1", 0, 2, "0.2", NULL,                                                          \
      "deviation of the noise on the target policy's actions, in units of [-1, 1]")                          \
    X(noise_clip, DOUBLE, "1", 0, 2, "0.5", NULL, "that noise is at most so large")                          \
    X(policy_delay, INT, "steps", 1, 1000, "2", NULL, "gradient steps of Q for one of the policy")

typedef struct vg_td3_bc_config {
    vg_offline_config offline;
#define X(field, type, unit, least, most, standard, choices, help) VG_FIELD_##type(field);
    VG_TD3_BC_KEYS(X)
#undef X
} vg_td3_bc_config;

// What is trained. Start from zero; close it after an error too.
typedef struct vg_td3_bc {
    const vg_td3_bc_config *config; // borrowed
    vg_trained_net policy;          // the caller's network
    vg_network *target;             // the target policy
    vg_twin_q q;
    uint64_t seed;
    float *actions, *least, *targets; // [batch][VG_CAR_ACTIONS], [batch], [batch]
    float *pairs;                     // [batch] rows with the policy's own actions
    float *slopes;                    // [batch][VG_CAR_ACTIONS]
} vg_td3_bc;

// The policy's network, without log_std, is borrowed until it is closed. Errors: VG_ERR_ARGUMENT,
// VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_td3_bc_open(vg_td3_bc *td3, const vg_td3_bc_config *config, vg_network *policy,
                                   uint64_t seed, vg_diag *diag);
void vg_td3_bc_close(vg_td3_bc *td3);

// Step `number`, from 0, on a minibatch of config->offline.batch_size rows: of Q, and of the policy after
// every policy_delay of them. Adds to numbers: q_loss, q (its mean size), policy_loss (the squared error on
// the logs) and lambda; the last three count in steps of the policy alone, policy_delay times.
enum { VG_TD3_BC_NUMBERS = 4 };
void vg_td3_bc_step(vg_td3_bc *td3, const vg_minibatch *batch, int64_t number,
                    double numbers[VG_TD3_BC_NUMBERS]);

extern const vg_schema vg_td3_bc_schema;
extern const vg_learner vg_learner_td3_bc;

#ifdef __cplusplus
}
#endif
#endif
