#include "agents/irl/maxent_irl.h"

#include <math.h>
#include <string.h>

#include "agents/irl/lbfgs.h"
#include "sim/base/memory.h"

typedef struct maxent {
    const vg_table_world *world;
    const vg_world_expert *expert;
    const vg_maxent_config *config;
    vg_irl_result *out;
    double *values; // [states] soft values of the last weights
    double size;    // |mu_expert|
} maxent;

// The policy and the occupancy for weights, into a result. *finite: false where they do not exist.
static vg_err drive(const maxent *m, const double *weights, vg_irl_result *r, bool *finite, vg_diag *diag) {
    const vg_mdp *mdp = &m->world->mdp;
    vg_backup backup = m->config->backup;
    *finite = false;
    vg_table_world_reward(m->world, weights, r->reward);
    vg_err err = vg_mdp_soft_values(mdp, r->reward, backup, 1e-11, m->values, r->policy, diag);
    if (!err)
        err = vg_mdp_occupancy(mdp, r->policy, backup == VG_BACKUP_PATH ? m->values : NULL, 1e-12,
                               r->occupancy, diag);
    if (err == VG_ERR_ARGUMENT) { // the next search of values must not begin at those that grew
        memset(m->values, 0, (size_t)mdp->states * sizeof *m->values);
        return VG_OK;
    }
    *finite = !err;
    return err;
}

static vg_err objective(const maxent *m, const double *weights, vg_irl_result *r, double *value,
                        double *gradient, vg_diag *diag) {
    int32_t features = m->world->features;
    double l2 = m->config->l2;
    bool finite;
    *value = -INFINITY;
    vg_err err = drive(m, weights, r, &finite, diag);
    if (err || !finite) return err;
    vg_table_world_features(m->world, r->occupancy, r->mu);
    for (int32_t k = 0; k < features; k++) gradient[k] = m->expert->mu[k] - r->mu[k] - l2 * weights[k];
    *value = vg_dot(weights, m->expert->mu, features) -
             vg_dot(m->world->mdp.start, m->values, m->world->mdp.states) -
             0.5 * l2 * vg_dot(weights, weights, features);
    return VG_OK;
}

vg_err vg_maxent_objective(const vg_table_world *world, const vg_world_expert *expert,
                           const vg_maxent_config *config, const double *weights, double *values,
                           double *value, double *gradient, vg_diag *diag) {
    maxent m = {.world = world, .expert = expert, .config = config, .values = values};
    vg_irl_result room;
    vg_err err = vg_irl_result_open(world, 0, &room, diag);
    if (!err) err = objective(&m, weights, &room, value, gradient, diag);
    vg_irl_result_close(&room);
    return err;
}

// --- the search ------------------------------------------------------------------------------------------

static vg_err climb(void *context, const double *weights, double *value, double *gradient, vg_diag *diag) {
    maxent *m = context;
    return objective(m, weights, m->out, value, gradient, diag);
}

static bool is_done(void *context, int32_t step, const double *gradient) {
    maxent *m = context;
    double left = sqrt(vg_dot(gradient, gradient, m->world->features)), rest = 1 - m->world->mdp.discount;
    if (step < m->config->iterations) {
        m->out->gaps[step] = left * (rest > 0 ? rest : 1);
        m->out->iterations = step + 1;
    }
    return left <= m->config->tolerance * m->size;
}

static vg_err check(const vg_maxent_config *config, vg_diag *diag) {
    if (config->iterations < 1 || config->iterations > 100000)
        return vg_fail_at(diag, VG_ERR_ARGUMENT, NULL, 0, "iterations", "%d; expected 1 to 100000",
                          config->iterations);
    if (!(config->l2 >= 0 && config->l2 <= 1e9))
        return vg_fail_at(diag, VG_ERR_ARGUMENT, NULL, 0, "l2", "%g; expected 0 to 1e9", config->l2);
    return VG_OK;
}

vg_err vg_maxent_irl(const vg_table_world *world, const vg_world_expert *expert,
                     const vg_maxent_config *config, vg_irl_result *out, vg_diag *diag) {
    maxent m = {.world = world, .expert = expert, .config = config, .out = out};
    vg_ascent_end end;
    bool finite = true;
    *out = (vg_irl_result){0};
    vg_err err = check(config, diag);
    if (err) return err;
    err = vg_irl_result_open(world, config->iterations, out, diag);
    m.values = vg_new(double, world->mdp.states);
    if (!err && !m.values) err = vg_fail_memory(diag);
    for (int32_t k = 0; k < world->features && !err; k++) out->weights[k] = world->first_weight;
    m.size = sqrt(vg_dot(expert->mu, expert->mu, world->features));
    vg_ascent ascent = {climb, is_done, &m, world->features, config->iterations};
    if (!err) err = vg_ascend(&ascent, out->weights, &end, diag);
    if (!err) err = drive(&m, out->weights, out, &finite, diag); // the last trial may have been another place
    if (!err && finite && config->backup == VG_BACKUP_PATH)      // how the policy drives, not how it hopes to
        err = vg_mdp_occupancy(&world->mdp, out->policy, NULL, 1e-12, out->occupancy, diag);
    if (!err) vg_irl_result_derive(world, out), out->objective = end.value;
    vg_free(m.values);
    return err;
}
