// agents/rl/soft_q.h -- soft Q-learning on a finite set of actions (Haarnoja et al. 2017): a network that
// gives Q(s, a) for every action, a target network that follows it, and the worth of the absorbing state.
// SQIL and IQ-Learn differ in their loss alone.
//
// After a termination the episode is in an absorbing state for ever (Kostrikov et al. 2019,
// "Discriminator-actor-critic", section 4.2). All actions are alike there, so that its soft value is its Q:
// one number, learned with the network. It is kept as a rate, value = absorbing / (1 - gamma), so that it has
// the size of a reward. Discounted, the absorbing state is visited gamma / (1 - gamma) times after each
// termination; a loss counts it so often.
#ifndef VG_AGENTS_RL_SOFT_Q_H
#define VG_AGENTS_RL_SOFT_Q_H

#include "agents/rl/trained_net.h"

#ifdef __cplusplus
extern "C" {
#endif

// Rows to learn from, of which the first `experts` are demonstrated, and the others the learner's own.
typedef struct vg_soft_q_rows {
    int64_t count, experts; // 1 <= experts < count
    int32_t actions;
    double gamma, temperature;
    const float *q;              // [count][actions] Q(s, .)
    const int32_t *taken;        // [count] the action that was taken
    const float *goes_on;        // [count] 0 where the row terminated, else 1
    const float *next;           // [count][actions] Q(s', .)
    const float *value, *policy; // [count], [count][actions] the soft value of s, and the policy there
    const float *next_value;     // [count] that of s', or of the absorbing state where the row terminated
    const float *next_policy;    // [count][actions] rows that terminated: not set
    double absorbing, absorbing_next; // the rate of the absorbing state before and after an action there
} vg_soft_q_rows;

// The derivatives of a loss, to be filled: zeroed before.
typedef struct vg_soft_q_slopes {
    float *by_q;    // [count][actions]
    float *by_next; // [count][actions] by Q(s', .); NULL: it is a target, held fixed
    double by_absorbing;
} vg_soft_q_slopes;

// The mean loss of rows. What else it measures it adds to numbers.
typedef double (*vg_soft_q_loss)(const void *context, const vg_soft_q_rows *rows, vg_soft_q_slopes *slopes,
                                 double *numbers);

// How often the absorbing state counts after a termination.
static inline double vg_soft_q_absorbed(double gamma) { return gamma / (1 - gamma); }

// Start from zero.
typedef struct vg_soft_q_def {
    vg_network *net;    // whose outputs are the actions; borrowed until closing
    int64_t most;       // rows of a batch
    double rate;        // of Adam
    double gamma;       // [0, 1)
    double temperature; // > 0
    double tau;         // how far the targets follow in a step, 0 to 1
    bool target;        // Q(s', .) is the target network's, held fixed; false: the network's own
} vg_soft_q_def;

// Start from zero; close it after an error too.
typedef struct vg_soft_q {
    vg_soft_q_def def;
    int32_t inputs, actions;
    vg_trained_net q;
    vg_network *target;
    float absorbing, absorbing_target; // rates
    vg_adam absorbing_adam;
    float *both;                        // [2 most][stride] states, then next states
    float *outputs, *policies, *deltas; // [2 most][actions] of them
    float *values;                      // [2 most]
} vg_soft_q;

// Errors: those of vg_trained_net_borrow; VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_soft_q_open(vg_soft_q *soft, const vg_soft_q_def *def, vg_diag *diag);
void vg_soft_q_close(vg_soft_q *soft);
void vg_soft_q_state(vg_soft_q *soft, vg_checkpoint *state);
void vg_soft_q_restored(vg_soft_q *soft); // after the state was read from a checkpoint

// A batch: states and next states as the network is given them, rows of vg_net_stride(inputs).
typedef struct vg_soft_q_batch {
    int64_t count, experts;
    const float *inputs, *next;
    const int32_t *taken;
    const float *goes_on;
} vg_soft_q_batch;

// The values of a batch, as a loss is given them; borrowed until the next call.
vg_soft_q_rows vg_soft_q_look(vg_soft_q *soft, const vg_soft_q_batch *batch);
// One step of Adam down the loss on a batch, which is returned; then the targets follow. Never allocates.
double vg_soft_q_step(vg_soft_q *soft, const vg_soft_q_batch *batch, vg_soft_q_loss loss, const void *context,
                      double *numbers);

#ifdef __cplusplus
}
#endif
#endif
