// agents/irl/mdp.h -- Markov decision processes on tables: states and actions are numbers, and each pair
// (state, action) lists the states that may follow, with their probabilities.
//
// An agent in state s collects the reward of s, takes an action, and goes on. A pair without outcomes is an
// action that is not possible in that state; a state without any possible action ends the episode, after its
// own reward. Rewards are per state, in any unit, and finite.
#ifndef VG_AGENTS_IRL_MDP_H
#define VG_AGENTS_IRL_MDP_H

#include "sim/base/error.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct vg_mdp {
    int32_t states, actions; // both at least 1
    double discount;         // of the next step's reward, in (0, 1]; 1 only where every episode ends
    int64_t *first;          // [states * actions + 1] outcomes of pair s * actions + a begin here
    int32_t *next;           // [first[states * actions]] the state that follows
    double *probability;     // [the same], positive; the sum of a pair is 1, or it has none
    double *start;           // [states] probability of starting here; the sum is 1
    int64_t pair, room;      // while it is built: the pair to be written next; room for outcomes
} vg_mdp;

// Starts a process without outcomes and with uniform starts. Errors: VG_ERR_ARGUMENT (sizes, discount),
// VG_ERR_MEMORY. Destroy it in any case.
VG_NODISCARD vg_err vg_mdp_begin(vg_mdp *mdp, int32_t states, int32_t actions, double discount,
                                 vg_diag *diag);
// Adds to the probability that `next` follows the present pair (0 adds nothing); then ends the pair. Pairs
// come in order: all actions of state 0, of state 1, ... Errors: VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_mdp_add(vg_mdp *mdp, int32_t next, double probability, vg_diag *diag);
void vg_mdp_end_pair(vg_mdp *mdp);
// Checks all that is said above of a process that is complete. Errors: VG_ERR_FORMAT, with state and action.
VG_NODISCARD vg_err vg_mdp_check(const vg_mdp *mdp, vg_diag *diag);
void vg_mdp_destroy(vg_mdp *mdp); // zeroed memory is fine

// Is the action possible in the state?
bool vg_mdp_possible(const vg_mdp *mdp, int32_t state, int32_t action);

// sum over s' of p(s' | s, a) x[s'], in the order of the outcomes.
double vg_mdp_expect(const vg_mdp *mdp, int32_t state, int32_t action, const double *x);

#ifdef __cplusplus
}
#endif
#endif
