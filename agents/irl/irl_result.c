#include "agents/irl/irl_result.h"

#include <math.h>

#include "agents/irl/planning.h"
#include "sim/base/memory.h"

vg_err vg_irl_result_open(const vg_table_world *world, int32_t iterations, vg_irl_result *out,
                          vg_diag *diag) {
    *out = (vg_irl_result){.weights = vg_new(double, world->features),
                           .reward = vg_new(double, world->mdp.states),
                           .policy = vg_new(double, (int64_t)world->mdp.states * world->mdp.actions),
                           .occupancy = vg_new(double, world->mdp.states),
                           .mu = vg_new(double, world->features),
                           .gaps = vg_new(double, iterations)};
    return out->weights && out->reward && out->policy && out->occupancy && out->mu && out->gaps
               ? VG_OK
               : vg_fail_memory(diag);
}

void vg_irl_result_close(vg_irl_result *result) {
    vg_free(result->weights);
    vg_free(result->reward);
    vg_free(result->policy);
    vg_free(result->occupancy);
    vg_free(result->mu);
    vg_free(result->gaps);
    *result = (vg_irl_result){0};
}

void vg_irl_result_derive(const vg_table_world *world, vg_irl_result *result) {
    vg_table_world_reward(world, result->weights, result->reward);
    vg_table_world_features(world, result->occupancy, result->mu);
}

vg_err vg_irl_result_plan(const vg_table_world *world, vg_irl_result *result, vg_diag *diag) {
    const vg_mdp *mdp = &world->mdp;
    double *values = vg_new(double, mdp->states);
    int32_t *best = vg_new(int32_t, mdp->states);
    vg_err err = values && best ? VG_OK : vg_fail_memory(diag);
    vg_table_world_reward(world, result->weights, result->reward);
    if (!err) err = vg_mdp_values(mdp, result->reward, 1e-11, values, best, diag);
    if (!err) vg_mdp_policy_of(mdp, best, result->policy);
    if (!err) err = vg_mdp_occupancy(mdp, result->policy, NULL, 1e-12, result->occupancy, diag);
    if (!err) vg_irl_result_derive(world, result);
    vg_free(values);
    vg_free(best);
    return err;
}

double vg_feature_gap(const vg_table_world *world, const double *mu_a, const double *mu_b) {
    double sum = 0, rest = 1 - world->mdp.discount;
    for (int32_t k = 0; k < world->features; k++) sum += (mu_a[k] - mu_b[k]) * (mu_a[k] - mu_b[k]);
    return sqrt(sum) * (rest > 0 ? rest : 1);
}
