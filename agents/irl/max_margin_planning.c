#include "agents/irl/max_margin_planning.h"

#include <math.h>
#include <string.h>

#include "agents/irl/planning.h"
#include "sim/base/memory.h"

// phi w + loss into room->reward; returns loss d_expert.
static double augment(const vg_table_world *world, const vg_world_expert *expert, const double *weights,
                      vg_irl_result *room) {
    double most = 0, sum = 0;
    for (int32_t s = 0; s < world->mdp.states; s++) most = fmax(most, expert->occupancy[s]);
    vg_table_world_reward(world, weights, room->reward);
    for (int32_t s = 0; s < world->mdp.states; s++) {
        double loss = 1 - expert->occupancy[s] / most;
        room->reward[s] += loss, sum += loss * expert->occupancy[s];
    }
    return sum;
}

vg_err vg_margin_objective(const vg_table_world *world, const vg_world_expert *expert,
                           const vg_margin_config *config, const double *weights, double *values,
                           vg_irl_result *room, double *value, double *gradient, vg_diag *diag) {
    const vg_mdp *mdp = &world->mdp;
    int32_t features = world->features, *best = vg_new(int32_t, mdp->states);
    if (!best) return vg_fail_memory(diag);
    double expert_loss = augment(world, expert, weights, room),
           rest = mdp->discount < 1 ? 1 - mdp->discount : 1;
    vg_err err = vg_mdp_values(mdp, room->reward, 1e-9, values, best, diag);
    if (!err) {
        vg_mdp_policy_of(mdp, best, room->policy);
        err = vg_mdp_occupancy(mdp, room->policy, NULL, 1e-10, room->occupancy, diag);
    }
    vg_free(best);
    if (err) return err;
    vg_table_world_features(world, room->occupancy, room->mu);
    double planned = vg_dot(room->occupancy, room->reward, mdp->states);
    double shown = vg_dot(weights, expert->mu, features) + expert_loss;
    *value = 0.5 * config->l2 * vg_dot(weights, weights, features) + rest * (planned - shown);
    for (int32_t k = 0; k < features; k++)
        gradient[k] = config->l2 * weights[k] + rest * (room->mu[k] - expert->mu[k]);
    return VG_OK;
}

static vg_err check(const vg_margin_config *config, vg_diag *diag) {
    if (config->iterations < 1 || config->iterations > 100000)
        return vg_fail_at(diag, VG_ERR_ARGUMENT, NULL, 0, "iterations", "%d; expected 1 to 100000",
                          config->iterations);
    if (!(config->l2 > 0 && config->l2 <= 1e9))
        return vg_fail_at(diag, VG_ERR_ARGUMENT, NULL, 0, "l2", "%g; expected more than 0, at most 1e9",
                          config->l2);
    return VG_OK;
}

// Subgradient steps from w, which starts at first_weight; the best w into out->weights.
static vg_err descend(const vg_table_world *world, const vg_world_expert *expert,
                      const vg_margin_config *config, double *w, double *gradient, double *values,
                      vg_irl_result *out, vg_diag *diag) {
    vg_err err = VG_OK;
    out->objective = INFINITY;
    for (int32_t k = 0; k < world->features; k++) w[k] = world->first_weight;
    for (int32_t i = 0; i < config->iterations && !err; i++) {
        double value;
        err = vg_margin_objective(world, expert, config, w, values, out, &value, gradient, diag);
        if (err) break;
        out->gaps[out->iterations++] = vg_feature_gap(world, out->mu, expert->mu);
        if (value < out->objective) {
            out->objective = value;
            memcpy(out->weights, w, (size_t)world->features * sizeof *w);
        }
        for (int32_t k = 0; k < world->features; k++) w[k] -= gradient[k] / (config->l2 * (i + 1));
    }
    return err;
}

vg_err vg_max_margin_planning(const vg_table_world *world, const vg_world_expert *expert,
                              const vg_margin_config *config, vg_irl_result *out, vg_diag *diag) {
    *out = (vg_irl_result){0};
    vg_err err = check(config, diag);
    if (err) return err;
    double *w = vg_new(double, world->features), *gradient = vg_new(double, world->features);
    double *values = vg_new(double, world->mdp.states);
    err = w && gradient && values ? VG_OK : vg_fail_memory(diag);
    if (!err) err = vg_irl_result_open(world, config->iterations, out, diag);
    if (!err) err = descend(world, expert, config, w, gradient, values, out, diag);
    if (!err) err = vg_irl_result_plan(world, out, diag);
    vg_free(w);
    vg_free(gradient);
    vg_free(values);
    return err;
}
