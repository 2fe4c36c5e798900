#include "agents/irl/mdp.h"

#include <math.h>

#include "sim/base/memory.h"

enum { MOST = 1 << 20 }; // states, and states * actions * 16

vg_err vg_mdp_begin(vg_mdp *mdp, int32_t states, int32_t actions, double discount, vg_diag *diag) {
    *mdp = (vg_mdp){.states = states, .actions = actions, .discount = discount};
    if (states < 1 || states > MOST || actions < 1 || actions > 1024)
        return vg_fail(diag, VG_ERR_ARGUMENT, "%d states and %d actions; expected 1 to %d and 1 to 1024",
                       states, actions, MOST);
    if (!(discount > 0 && discount <= 1))
        return vg_fail(diag, VG_ERR_ARGUMENT, "a discount of %g; expected more than 0, at most 1", discount);
    mdp->first = vg_new(int64_t, (int64_t)states * actions + 1);
    mdp->start = vg_new(double, states);
    if (!mdp->first || !mdp->start) return vg_fail_memory(diag);
    for (int32_t s = 0; s < states; s++) mdp->start[s] = 1.0 / states;
    return VG_OK;
}

vg_err vg_mdp_add(vg_mdp *mdp, int32_t next, double probability, vg_diag *diag) {
    int64_t begin = mdp->first[mdp->pair], end = mdp->first[mdp->pair + 1];
    if (end < begin) end = begin;
    if (probability == 0) return VG_OK;
    for (int64_t k = begin; k < end; k++)
        if (mdp->next[k] == next) {
            mdp->probability[k] += probability;
            return VG_OK;
        }
    if (end == mdp->room) {
        int64_t room = mdp->room ? 2 * mdp->room : 64;
        int32_t *nexts = vg_realloc(mdp->next, mdp->room, room, sizeof *nexts);
        if (!nexts) return vg_fail_memory(diag);
        mdp->next = nexts;
        double *probabilities = vg_realloc(mdp->probability, mdp->room, room, sizeof *probabilities);
        if (!probabilities) return vg_fail_memory(diag);
        mdp->probability = probabilities, mdp->room = room;
    }
    mdp->next[end] = next, mdp->probability[end] = probability;
    mdp->first[mdp->pair + 1] = end + 1;
    return VG_OK;
}

void vg_mdp_end_pair(vg_mdp *mdp) {
    if (mdp->first[mdp->pair + 1] < mdp->first[mdp->pair]) mdp->first[mdp->pair + 1] = mdp->first[mdp->pair];
    mdp->pair++;
}

static vg_err check_pair(const vg_mdp *mdp, int64_t pair, vg_diag *diag) {
    double sum = 0;
    int32_t state = (int32_t)(pair / mdp->actions), action = (int32_t)(pair % mdp->actions);
    for (int64_t k = mdp->first[pair]; k < mdp->first[pair + 1]; k++) {
        if (mdp->next[k] < 0 || mdp->next[k] >= mdp->states)
            return vg_fail(diag, VG_ERR_FORMAT, "state %d, action %d leads to state %d; expected 0 to %d",
                           state, action, mdp->next[k], mdp->states - 1);
        if (!(mdp->probability[k] > 0))
            return vg_fail(diag, VG_ERR_FORMAT,
                           "state %d, action %d: a probability of %g; expected more than 0", state, action,
                           mdp->probability[k]);
        sum += mdp->probability[k];
    }
    if (mdp->first[pair] < mdp->first[pair + 1] && !(fabs(sum - 1) <= 1e-9))
        return vg_fail(diag, VG_ERR_FORMAT,
                       "state %d, action %d: the probabilities have the sum %.12g; expected 1", state, action,
                       sum);
    return VG_OK;
}

vg_err vg_mdp_check(const vg_mdp *mdp, vg_diag *diag) {
    int64_t pairs = (int64_t)mdp->states * mdp->actions;
    if (mdp->pair != pairs)
        return vg_fail(diag, VG_ERR_FORMAT, "%lld pairs of state and action were written; expected %lld",
                       (long long)mdp->pair, (long long)pairs);
    vg_err err = VG_OK;
    for (int64_t pair = 0; pair < pairs && !err; pair++) err = check_pair(mdp, pair, diag);
    double sum = 0;
    for (int32_t s = 0; s < mdp->states && !err; s++) {
        if (!(mdp->start[s] >= 0))
            return vg_fail(diag, VG_ERR_FORMAT, "state %d starts with probability %g; expected 0 or more", s,
                           mdp->start[s]);
        sum += mdp->start[s];
    }
    if (!err && !(fabs(sum - 1) <= 1e-9))
        return vg_fail(diag, VG_ERR_FORMAT, "the starts have the sum %.12g; expected 1", sum);
    return err;
}

void vg_mdp_destroy(vg_mdp *mdp) {
    vg_free(mdp->first);
    vg_free(mdp->next);
    vg_free(mdp->probability);
    vg_free(mdp->start);
    *mdp = (vg_mdp){0};
}

bool vg_mdp_possible(const vg_mdp *mdp, int32_t state, int32_t action) {
    const int64_t *first = mdp->first + (int64_t)state * mdp->actions + action;
    return first[0] < first[1];
}

double vg_mdp_expect(const vg_mdp *mdp, int32_t state, int32_t action, const double *x) {
    const int64_t *first = mdp->first + (int64_t)state * mdp->actions + action;
    double sum = 0;
    for (int64_t k = first[0]; k < first[1]; k++) sum += mdp->probability[k] * x[mdp->next[k]];
    return sum;
}
