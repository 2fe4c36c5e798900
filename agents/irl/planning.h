// agents/irl/planning.h -- values, policies and occupancies of a process on a table, by one discount.
//
// A policy is double[states * actions]: the probability of each action in each state; impossible actions and
// states that end have 0. An occupancy is double[states]: the expected number of visits, each weighted by
// discount^t, from the process's starts. So expected features are sum over s of occupancy[s] phi(s), and the
// value of a policy is sum over s of occupancy[s] r(s): the same discount stands in both.
//
// A soft value is what an agent expects whose choices are noisy: it takes an action with a probability
// proportional to e^Q. All is in the log domain, so that no partition function overflows:
//     V(s) = log sum over a of e^Q(s, a),    pi(a | s) = e^(Q(s, a) - V(s)).
// The two backups differ where chance plays a part, and are the same in a deterministic process:
//     causal (Ziebart, Bagnell & Dey 2010):  Q(s, a) = r(s) + discount sum of p(s') V(s')
//     path   (Ziebart et al. 2008):          Q(s, a) = r(s) + log sum of p(s') e^(discount V(s'))
// The second is an optimist: a path has weight e^reward times its chance, as if luck could be chosen.
#ifndef VG_AGENTS_IRL_PLANNING_H
#define VG_AGENTS_IRL_PLANNING_H

#include "agents/irl/mdp.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum vg_backup { VG_BACKUP_CAUSAL, VG_BACKUP_PATH } vg_backup;

// The largest value of a state that is believed; beyond it a reward is called unbounded.
#define VG_VALUE_MOST 1e12

// Value iteration: the best values [states], and a best action [states] (-1 where the episode ends). Of equal
// actions, within 1e-9 of the value's size, the first. values is where the search begins: zeros, or the
// values of a similar reward. Sweeps go through the states upward and downward in turn (Gauss-Seidel) until
// no value moves by more than `tolerance`. With a discount, seven of eight sweeps keep the actions of the
// last one (modified policy iteration, Puterman & Shin 1978). Errors: VG_ERR_ARGUMENT where the values do not
// settle within 100,000 sweeps (2,000 without a discount) or grow without bound, or a reward is not finite.
VG_NODISCARD vg_err vg_mdp_values(const vg_mdp *mdp, const double *reward, double tolerance, double *values,
                                  int32_t *best, vg_diag *diag);

// Soft value iteration: values [states] and the policy, until no value moves by more than `tolerance`. values
// is where the search begins. Errors as above: a state that can return to itself with rewards that are not
// negative enough has an infinite partition function.
VG_NODISCARD vg_err vg_mdp_soft_values(const vg_mdp *mdp, const double *reward, vg_backup backup,
                                       double tolerance, double *values, double *policy, vg_diag *diag);

// One soft backup of a state: its value from the values of those that follow, and the probability of each
// action (NULL: not wanted). A state that ends has its reward as value.
double vg_mdp_soft_backup(const vg_mdp *mdp, const double *reward, vg_backup backup, const double *values,
                          int32_t state, double *probabilities);

// Soft values of the last `steps` steps before a fixed end: values [steps + 1][states], where row t is what
// is expected from step t on, the state at step `steps` included; policy [steps][states * actions], or NULL.
void vg_mdp_soft_horizon(const vg_mdp *mdp, const double *reward, vg_backup backup, int32_t steps,
                         double *values, double *policy);

// One action a state as a policy.
void vg_mdp_policy_of(const vg_mdp *mdp, const int32_t *best, double *policy);

// The occupancy of a policy, by one forward solve: what started, and what flows on, discounted, until a step
// or sweep adds less than `tolerance` in all. Where values are given, outcomes are drawn as the paths of
// VG_BACKUP_PATH are, p(s') e^(discount V(s')) normalised; NULL: by p. Errors: VG_ERR_ARGUMENT where the flow
// does not end within 1,000,000 steps; VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_mdp_occupancy(const vg_mdp *mdp, const double *policy, const double *tilt,
                                     double tolerance, double *occupancy, vg_diag *diag);

// The values [states] of a policy: r + discount P V, to `tolerance`. Errors as vg_mdp_values.
VG_NODISCARD vg_err vg_mdp_policy_values(const vg_mdp *mdp, const double *policy, const double *reward,
                                         double tolerance, double *values, vg_diag *diag);

// sum over s of x[s] y[s], in index order.
double vg_dot(const double *x, const double *y, int64_t count);

#ifdef __cplusplus
}
#endif
#endif
