#include "agents/irl/planning.h"

#include <math.h>
#include <string.h>

#include "sim/base/exact.h"
#include "sim/base/memory.h"

enum { SWEEPS_MOST = 100000, SWEEPS_UNDISCOUNTED = 2000, FLOW_MOST = 1000000, IMPROVE_EVERY = 8 };

double vg_dot(const double *x, const double *y, int64_t count) {
    double sum = 0;
    for (int64_t i = 0; i < count; i++) sum += x[i] * y[i];
    return sum;
}

static vg_err check_reward(const vg_mdp *mdp, const double *reward, vg_diag *diag) {
    for (int32_t s = 0; s < mdp->states; s++)
        if (!isfinite(reward[s]))
            return vg_fail(diag, VG_ERR_ARGUMENT, "the reward of state %d is %g; expected a finite number", s,
                           reward[s]);
    return VG_OK;
}

// --- sweeps ----------------------------------------------------------------------------------------------

typedef struct sweep {
    const vg_mdp *mdp;
    const double *reward, *policy; // policy: of policy evaluation
    vg_backup backup;
    int32_t *best;
    bool keeps; // this sweep keeps the actions of the last one (modified policy iteration)
} sweep;
typedef double (*backup_fn)(const sweep *of, const double *values, int32_t state);

static vg_err sweep_until(sweep *of, backup_fn backup, double tolerance, double *values, vg_diag *diag) {
    int32_t states = of->mdp->states, sweeps = of->mdp->discount < 1 ? SWEEPS_MOST : SWEEPS_UNDISCOUNTED;
    vg_err err = check_reward(of->mdp, of->reward, diag);
    for (int32_t n = 0; n < sweeps && !err; n++) {
        double most = 0;
        of->keeps = of->best && of->mdp->discount < 1 && n % IMPROVE_EVERY;
        for (int32_t i = 0; i < states; i++) {
            int32_t s = n % 2 ? states - 1 - i : i;
            double value = backup(of, values, s), moved = fabs(value - values[s]);
            if (!(fabs(value) <= VG_VALUE_MOST))
                return vg_fail(
                    diag, VG_ERR_ARGUMENT,
                    "the value of state %d is %g after %d sweeps and grows without bound; expected a "
                    "discount below 1, or rewards low enough on every way back to the same state",
                    s, value, n + 1);
            if (moved > most) most = moved;
            values[s] = value;
        }
        if (most <= tolerance && !of->keeps) return VG_OK;
    }
    if (err) return err;
    return vg_fail(
        diag, VG_ERR_ARGUMENT,
        "the values have not settled within %d sweeps; expected a discount below 1, or rewards low "
        "enough on every way back to the same state",
        SWEEPS_MOST);
}

// --- the best --------------------------------------------------------------------------------------------

static double best_backup(const sweep *of, const double *values, int32_t s) {
    double most = 0;
    int32_t best = -1;
    if (of->keeps && of->best[s] >= 0)
        return of->reward[s] + of->mdp->discount * vg_mdp_expect(of->mdp, s, of->best[s], values);
    for (int32_t a = 0; a < of->mdp->actions; a++) {
        if (!vg_mdp_possible(of->mdp, s, a)) continue;
        double q = vg_mdp_expect(of->mdp, s, a, values);
        if (best < 0 || q > most) most = q, best = a;
    }
    of->best[s] = best;
    return of->reward[s] + of->mdp->discount * most;
}

// Of equal actions the first, where rounding does not count.
static int32_t first_best(const vg_mdp *mdp, const double *values, int32_t s) {
    double most = -INFINITY;
    for (int32_t a = 0; a < mdp->actions; a++)
        if (vg_mdp_possible(mdp, s, a)) most = fmax(most, vg_mdp_expect(mdp, s, a, values));
    for (int32_t a = 0; a < mdp->actions; a++)
        if (vg_mdp_possible(mdp, s, a) && vg_mdp_expect(mdp, s, a, values) >= most - 1e-9 * (1 + fabs(most)))
            return a;
    return -1;
}

vg_err vg_mdp_values(const vg_mdp *mdp, const double *reward, double tolerance, double *values, int32_t *best,
                     vg_diag *diag) {
    sweep of = {.mdp = mdp, .reward = reward, .best = best};
    vg_err err = sweep_until(&of, best_backup, tolerance, values, diag);
    for (int32_t s = 0; s < mdp->states && !err; s++) best[s] = first_best(mdp, values, s);
    return err;
}

void vg_mdp_policy_of(const vg_mdp *mdp, const int32_t *best, double *policy) {
    memset(policy, 0, (size_t)mdp->states * (size_t)mdp->actions * sizeof *policy);
    for (int32_t s = 0; s < mdp->states; s++)
        if (best[s] >= 0) policy[(int64_t)s * mdp->actions + best[s]] = 1;
}

static double policy_backup(const sweep *of, const double *values, int32_t s) {
    double sum = 0;
    for (int32_t a = 0; a < of->mdp->actions; a++) {
        double p = of->policy[(int64_t)s * of->mdp->actions + a];
        if (p > 0) sum += p * vg_mdp_expect(of->mdp, s, a, values);
    }
    return of->reward[s] + of->mdp->discount * sum;
}

vg_err vg_mdp_policy_values(const vg_mdp *mdp, const double *policy, const double *reward, double tolerance,
                            double *values, vg_diag *diag) {
    sweep of = {.mdp = mdp, .reward = reward, .policy = policy};
    return sweep_until(&of, policy_backup, tolerance, values, diag);
}

// --- soft ------------------------------------------------------------------------------------------------

// log sum of weight_k e^(scale x_k) over the outcomes of a pair.
static double log_expect(const vg_mdp *mdp, int64_t pair, const double *x, double scale) {
    double most = -INFINITY, sum = 0;
    int64_t first = mdp->first[pair];
    if (mdp->first[pair + 1] == first + 1 && mdp->probability[first] == 1) return scale * x[mdp->next[first]];
    for (int64_t k = mdp->first[pair]; k < mdp->first[pair + 1]; k++)
        if (scale * x[mdp->next[k]] > most) most = scale * x[mdp->next[k]];
    for (int64_t k = mdp->first[pair]; k < mdp->first[pair + 1]; k++)
        sum += mdp->probability[k] * vg_exp(scale * x[mdp->next[k]] - most);
    return most + vg_ln(sum);
}

static double soft_q(const vg_mdp *mdp, vg_backup backup, const double *values, int32_t s, int32_t a) {
    return backup == VG_BACKUP_PATH ? log_expect(mdp, (int64_t)s * mdp->actions + a, values, mdp->discount)
                                    : mdp->discount * vg_mdp_expect(mdp, s, a, values);
}

double vg_mdp_soft_backup(const vg_mdp *mdp, const double *reward, vg_backup backup, const double *values,
                          int32_t state, double *probabilities) {
    double most = -INFINITY, sum = 0;
    for (int32_t a = 0; a < mdp->actions; a++) { // the largest so far, and the sum relative to it
        if (probabilities) probabilities[a] = 0;
        if (!vg_mdp_possible(mdp, state, a)) continue;
        double q = soft_q(mdp, backup, values, state, a);
        if (probabilities) probabilities[a] = q;
        sum = q > most ? sum * vg_exp(most - q) + 1 : sum + vg_exp(q - most);
        if (q > most) most = q;
    }
    if (sum == 0) return reward[state];
    double log_sum = most + vg_ln(sum);
    for (int32_t a = 0; a < mdp->actions && probabilities; a++)
        if (vg_mdp_possible(mdp, state, a)) probabilities[a] = vg_exp(probabilities[a] - log_sum);
    return reward[state] + log_sum;
}

static double soft_sweep(const sweep *of, const double *values, int32_t s) {
    return vg_mdp_soft_backup(of->mdp, of->reward, of->backup, values, s, NULL);
}

vg_err vg_mdp_soft_values(const vg_mdp *mdp, const double *reward, vg_backup backup, double tolerance,
                          double *values, double *policy, vg_diag *diag) {
    sweep of = {.mdp = mdp, .reward = reward, .backup = backup};
    vg_err err = sweep_until(&of, soft_sweep, tolerance, values, diag);
    for (int32_t s = 0; s < mdp->states && !err; s++)
        vg_mdp_soft_backup(mdp, reward, backup, values, s, policy + (int64_t)s * mdp->actions);
    return err;
}

void vg_mdp_soft_horizon(const vg_mdp *mdp, const double *reward, vg_backup backup, int32_t steps,
                         double *values, double *policy) {
    int64_t states = mdp->states, pairs = states * mdp->actions;
    memcpy(values + steps * states, reward, (size_t)states * sizeof *values);
    for (int32_t t = steps - 1; t >= 0; t--)
        for (int32_t s = 0; s < mdp->states; s++)
            values[t * states + s] =
                vg_mdp_soft_backup(mdp, reward, backup, values + (t + 1) * states, s,
                                   policy ? policy + t * pairs + (int64_t)s * mdp->actions : NULL);
}

// --- occupancy -------------------------------------------------------------------------------------------

static void flow(const vg_mdp *mdp, const double *policy, const double *tilt, const double *from,
                 double *to) {
    for (int32_t s = 0; s < mdp->states; s++) to[s] = 0;
    for (int64_t pair = 0; pair < (int64_t)mdp->states * mdp->actions; pair++) {
        double mass = mdp->discount * from[pair / mdp->actions] * policy[pair];
        if (mass == 0) continue;
        double log_z = tilt ? log_expect(mdp, pair, tilt, mdp->discount) : 0;
        for (int64_t k = mdp->first[pair]; k < mdp->first[pair + 1]; k++) {
            int32_t next = mdp->next[k];
            double tilted = tilt ? vg_exp(mdp->discount * tilt[next] - log_z) : 1;
            to[next] += mass * mdp->probability[k] * tilted;
        }
    }
}

// A discounted policy's process, seen from behind: who comes to a state, with the discounted probability.
typedef struct arrivals {
    int64_t *first; // [states + 1]
    int32_t *from;  // [first[states]]
    double *weight; // [the same]
    double *stay;   // [states] of coming from itself
} arrivals;

static void close_arrivals(arrivals *a) {
    vg_free(a->first);
    vg_free(a->from);
    vg_free(a->weight);
    vg_free(a->stay);
}

static vg_err open_arrivals(const vg_mdp *mdp, const double *policy, arrivals *a, vg_diag *diag) {
    int64_t pairs = (int64_t)mdp->states * mdp->actions, count = 0;
    a->first = vg_new(int64_t, (int64_t)mdp->states + 2);
    a->stay = vg_new(double, mdp->states);
    if (!a->first || !a->stay) return vg_fail_memory(diag);
    for (int64_t pair = 0; pair < pairs; pair++)
        for (int64_t k = mdp->first[pair]; k < mdp->first[pair + 1] && policy[pair] > 0; k++)
            a->first[mdp->next[k] + 2]++, count++;
    for (int32_t s = 0; s < mdp->states; s++) a->first[s + 2] += a->first[s + 1];
    a->from = vg_new(int32_t, count);
    a->weight = vg_new(double, count);
    if (!a->from || !a->weight) return vg_fail_memory(diag);
    for (int64_t pair = 0; pair < pairs; pair++)
        for (int64_t k = mdp->first[pair]; k < mdp->first[pair + 1] && policy[pair] > 0; k++) {
            int32_t state = (int32_t)(pair / mdp->actions);
            double weight = mdp->discount * policy[pair] * mdp->probability[k];
            int64_t at = a->first[mdp->next[k] + 1]++; // which ends as the beginning of the next state's
            a->from[at] = state, a->weight[at] = state == mdp->next[k] ? 0 : weight;
            if (state == mdp->next[k]) a->stay[state] += weight;
        }
    return VG_OK;
}

// occupancy = start + arrivals, by Gauss-Seidel sweeps to and fro, from below: what a sweep still adds times
// 1 / (1 - discount) is all that is missing. Far fewer sweeps than steps of the process.
static vg_err settle(const vg_mdp *mdp, const double *policy, double tolerance, double *occupancy,
                     vg_diag *diag) {
    arrivals a = {0};
    vg_err err = open_arrivals(mdp, policy, &a, diag);
    double added = INFINITY;
    for (int32_t n = 0; n < FLOW_MOST && !err && added > tolerance; n++) {
        added = 0;
        for (int32_t i = 0; i < mdp->states; i++) {
            int32_t s = n % 2 ? mdp->states - 1 - i : i;
            double sum = mdp->start[s];
            for (int64_t k = a.first[s]; k < a.first[s + 1]; k++) sum += a.weight[k] * occupancy[a.from[k]];
            sum /= 1 - a.stay[s];
            added += fabs(sum - occupancy[s]);
            occupancy[s] = sum;
        }
    }
    close_arrivals(&a);
    return err;
}

vg_err vg_mdp_occupancy(const vg_mdp *mdp, const double *policy, const double *tilt, double tolerance,
                        double *occupancy, vg_diag *diag) {
    int32_t states = mdp->states;
    if (mdp->discount < 1 && !tilt) {
        for (int32_t s = 0; s < states; s++) occupancy[s] = 0;
        return settle(mdp, policy, tolerance, occupancy, diag);
    }
    double *from = vg_new(double, states), *to = vg_new(double, states);
    vg_err err = from && to ? VG_OK : vg_fail_memory(diag);
    double left = 1;
    for (int32_t s = 0; s < states && !err; s++) from[s] = occupancy[s] = mdp->start[s];
    for (int32_t n = 0; n < FLOW_MOST && !err && left > tolerance; n++) {
        flow(mdp, policy, tilt, from, to);
        left = 0;
        for (int32_t s = 0; s < states; s++) occupancy[s] += to[s], left += to[s];
        double *swap = from;
        from = to, to = swap;
    }
    if (!err && !(left <= tolerance))
        err = vg_fail(
            diag, VG_ERR_ARGUMENT,
            "after %d steps %g of the starts is still on the way; expected a discount below 1, or a policy "
            "that ends",
            FLOW_MOST, left);
    vg_free(from);
    vg_free(to);
    return err;
}
