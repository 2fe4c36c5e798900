#include "agents/irl/apprenticeship.h"

#include <math.h>
#include <string.h>

#include "agents/irl/min_norm_point.h"
#include "agents/irl/planning.h"
#include "sim/base/memory.h"
#include "sim/base/random.h"

typedef struct found {
    const vg_table_world *world;
    const vg_world_expert *expert;
    int32_t count;            // policies so far
    double *occupancies;      // [count][states]
    int32_t *best;            // [count][states]
    double *left;             // [count][features] mu_expert - mu_i
    double *shares, *nearest; // [count], [features]
    double *values, *policy;  // [states], [states * actions]
} found;

static vg_err open_found(found *f, int32_t most, vg_diag *diag) {
    int64_t states = f->world->mdp.states, features = f->world->features;
    f->occupancies = vg_new(double, most *states);
    f->best = vg_new(int32_t, most * states);
    f->left = vg_new(double, most *features);
    f->shares = vg_new(double, most);
    f->nearest = vg_new(double, features);
    f->values = vg_new(double, states);
    f->policy = vg_new(double, states * f->world->mdp.actions);
    return f->occupancies && f->best && f->left && f->shares && f->nearest && f->values && f->policy
               ? VG_OK
               : vg_fail_memory(diag);
}

static void close_found(found *f) {
    vg_free(f->occupancies);
    vg_free(f->best);
    vg_free(f->left);
    vg_free(f->shares);
    vg_free(f->nearest);
    vg_free(f->values);
    vg_free(f->policy);
}

// The best policy for the weights out->weights, and its features. `values` goes on from the last reward's.
static vg_err add_policy(found *f, vg_irl_result *out, vg_diag *diag) {
    const vg_mdp *mdp = &f->world->mdp;
    int32_t features = f->world->features, *best = f->best + (int64_t)f->count * mdp->states;
    double *occupancy = f->occupancies + (int64_t)f->count * mdp->states;
    double *left = f->left + (int64_t)f->count * features;
    vg_table_world_reward(f->world, out->weights, out->reward);
    vg_err err = vg_mdp_values(mdp, out->reward, 1e-7, f->values, best, diag);
    if (err) return err;
    vg_mdp_policy_of(mdp, best, f->policy);
    err = vg_mdp_occupancy(mdp, f->policy, NULL, 1e-9, occupancy, diag);
    if (err) return err;
    vg_table_world_features(f->world, occupancy, left);
    for (int32_t k = 0; k < features; k++) left[k] = f->expert->mu[k] - left[k];
    f->count++;
    return VG_OK;
}

// w of step 2 into nearest.
static vg_err what_is_left(found *f, bool projection, vg_diag *diag) {
    int32_t features = f->world->features;
    const double *newest = f->left + (int64_t)(f->count - 1) * features;
    if (!projection || f->count == 1)
        return vg_min_norm_point(f->left, f->count, features, f->shares, f->nearest, diag);
    double *line = vg_new(double, 2 * (int64_t)features), shares[2];
    if (!line) return vg_fail_memory(diag);
    memcpy(line, f->nearest, (size_t)features * sizeof *line);
    memcpy(line + features, newest, (size_t)features * sizeof *line);
    vg_err err = vg_min_norm_point(line, 2, features, shares, f->nearest, diag);
    vg_free(line);
    return err;
}

// One policy with the occupancy of the mixture; where the mixture never comes, the newest policy.
static void mix(const found *f, vg_irl_result *out) {
    const vg_mdp *mdp = &f->world->mdp;
    for (int64_t s = 0; s < mdp->states; s++) {
        double *policy = out->policy + s * mdp->actions, sum = 0;
        for (int32_t i = 0; i < f->count; i++) {
            int64_t at = (int64_t)i * mdp->states + s;
            double visits = f->shares[i] * f->occupancies[at];
            sum += visits;
            if (f->best[at] >= 0) policy[f->best[at]] += visits;
        }
        out->occupancy[s] = sum;
        int32_t newest = f->best[(int64_t)(f->count - 1) * mdp->states + s];
        for (int32_t a = 0; a < mdp->actions; a++) policy[a] = sum > 0 ? policy[a] / sum : a == newest;
    }
}

static vg_err iterate(found *f, const vg_apprenticeship_config *config, vg_irl_result *out, vg_diag *diag) {
    int32_t features = f->world->features;
    double rest = 1 - f->world->mdp.discount;
    vg_err err = add_policy(f, out, diag);
    for (int32_t i = 0; i < config->iterations && !err; i++) {
        err = what_is_left(f, config->projection, diag);
        double t = sqrt(vg_dot(f->nearest, f->nearest, features));
        out->gaps[out->iterations++] = (rest > 0 ? rest : 1) * t;
        if (err || out->gaps[i] <= config->tolerance || t == 0) break;
        for (int32_t k = 0; k < features; k++) out->weights[k] = f->nearest[k] / t;
        err = add_policy(f, out, diag);
    }
    return err;
}

vg_err vg_apprenticeship(const vg_table_world *world, const vg_world_expert *expert,
                         const vg_apprenticeship_config *config, vg_irl_result *out, vg_diag *diag) {
    found f = {.world = world, .expert = expert};
    *out = (vg_irl_result){0};
    if (config->iterations < 1 || config->iterations > 1000)
        return vg_fail_at(diag, VG_ERR_ARGUMENT, NULL, 0, "iterations", "%d; expected 1 to 1000",
                          config->iterations);
    vg_err err = vg_irl_result_open(world, config->iterations, out, diag);
    if (!err) err = open_found(&f, config->iterations + 1, diag);
    for (int32_t k = 0; k < world->features && !err; k++)
        out->weights[k] = vg_random_uniform(
            &(vg_draw){.seed = config->seed, .stream = VG_STREAM_TABLE, .entity = (uint32_t)k, .episode = 3});
    if (!err) err = iterate(&f, config, out, diag);
    if (!err) err = vg_min_norm_point(f.left, f.count, world->features, f.shares, f.nearest, diag);
    if (!err) {
        mix(&f, out);
        vg_irl_result_derive(world, out);
        out->objective = vg_feature_gap(world, out->mu, expert->mu);
    }
    close_found(&f);
    return err;
}
