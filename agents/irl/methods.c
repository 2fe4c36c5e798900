#include "agents/irl/methods.h"

#include <math.h>
#include <string.h>

#include "agents/irl/apprenticeship.h"
#include "agents/irl/linear_irl.h"
#include "agents/irl/max_margin_planning.h"
#include "agents/irl/maxent_irl.h"
#include "agents/irl/planning.h"
#include "sim/base/file.h"
#include "sim/base/memory.h"

vg_irl_settings vg_irl_settings_default(void) {
    return (vg_irl_settings){.iterations = 100, .tolerance = 0.0001, .lambda = 1, .seed = 1};
}

// --- the table -------------------------------------------------------------------------------------------

#define METHOD(name)                                                                                         \
    static vg_err name(const vg_table_world *world, const vg_world_expert *expert, const vg_irl_settings *x, \
                       vg_irl_result *out, vg_diag *diag)

METHOD(linear) {
    vg_linear_irl_config config = {x->lambda, x->stopped};
    return vg_linear_irl(world, expert, &config, out, diag);
}
METHOD(projection) {
    vg_apprenticeship_config config = {true, x->iterations, x->tolerance, x->seed};
    return vg_apprenticeship(world, expert, &config, out, diag);
}
METHOD(max_margin) {
    vg_apprenticeship_config config = {false, x->iterations, x->tolerance, x->seed};
    return vg_apprenticeship(world, expert, &config, out, diag);
}
METHOD(planning) {
    vg_margin_config config = {x->iterations, x->l2 > 0 ? x->l2 : 0.01};
    return vg_max_margin_planning(world, expert, &config, out, diag);
}
METHOD(maxent) {
    vg_maxent_config config = {VG_BACKUP_PATH, x->iterations, x->tolerance, x->l2};
    return vg_maxent_irl(world, expert, &config, out, diag);
}
METHOD(causal) {
    vg_maxent_config config = {VG_BACKUP_CAUSAL, x->iterations, x->tolerance, x->l2};
    return vg_maxent_irl(world, expert, &config, out, diag);
}

static const struct {
    const char *name, *summary;
    vg_err (*run)(const vg_table_world *world, const vg_world_expert *expert, const vg_irl_settings *x,
                  vg_irl_result *out, vg_diag *diag);
} rows[] = {
    {"linear",
     "the reward that sets the expert's actions apart most, by a linear program (Ng & Russell 2000)", linear},
    {"projection", "apprenticeship learning by projection (Abbeel & Ng 2004)", projection},
    {"max-margin", "apprenticeship learning by the largest margin (Abbeel & Ng 2004)", max_margin},
    {"max-margin-planning", "weights for which the expert's drive wins by a margin (Ratliff et al. 2006)",
     planning},
    {"maxent", "maximum entropy over paths (Ziebart et al. 2008)", maxent},
    {"causal", "maximum causal entropy (Ziebart et al. 2010)", causal},
};
enum { ROWS = sizeof rows / sizeof *rows };

const char *vg_irl_method_name(int32_t i) { return i < ROWS ? rows[i].name : NULL; }
const char *vg_irl_method_summary(int32_t i) { return i < ROWS ? rows[i].summary : NULL; }

vg_err vg_irl_method_find(const char *name, int32_t *index, vg_diag *diag) {
    for (*index = 0; *index < ROWS; ++*index)
        if (!strcmp(name, rows[*index].name)) return VG_OK;
    vg_text names = {0};
    for (int32_t i = 0; i < ROWS; i++) vg_text_add(&names, "%s%s", i ? ", " : "", rows[i].name);
    vg_err err = names.failed
                     ? vg_fail_memory(diag)
                     : vg_fail(diag, VG_ERR_NOT_FOUND, "there is no method '%s'; expected one of %.*s", name,
                               (int)names.size, (const char *)names.bytes);
    vg_text_free(&names);
    return err;
}

vg_err vg_irl_run(int32_t index, const vg_table_world *world, const vg_world_expert *expert,
                  const vg_irl_settings *settings, vg_irl_result *out, vg_diag *diag) {
    return rows[index].run(world, expert, settings, out, diag);
}

// --- scores ----------------------------------------------------------------------------------------------

static void random_policy(const vg_mdp *mdp, double *policy) {
    for (int32_t s = 0; s < mdp->states; s++) {
        int32_t possible = 0;
        for (int32_t a = 0; a < mdp->actions; a++) possible += vg_mdp_possible(mdp, s, a);
        for (int32_t a = 0; a < mdp->actions; a++)
            policy[(int64_t)s * mdp->actions + a] = vg_mdp_possible(mdp, s, a) ? 1.0 / possible : 0;
    }
}

vg_err vg_irl_scale_open(const vg_table_world *world, vg_irl_scale *out, vg_diag *diag) {
    const vg_mdp *mdp = &world->mdp;
    double *policy = vg_new(double, (int64_t)mdp->states * mdp->actions);
    vg_world_expert best = {0};
    *out = (vg_irl_scale){.visited = vg_new(double, mdp->states)};
    vg_err err = policy && out->visited ? VG_OK : vg_fail_memory(diag);
    if (!err) {
        random_policy(mdp, policy);
        err = vg_mdp_occupancy(mdp, policy, NULL, 1e-9, out->visited, diag);
    }
    if (!err) err = vg_world_expert_open(world, false, 0, 0, &best, diag);
    if (!err) {
        out->random = vg_dot(out->visited, world->reward, mdp->states);
        out->best = vg_dot(best.occupancy, world->reward, mdp->states);
    }
    vg_world_expert_close(&best);
    vg_free(policy);
    return err;
}

void vg_irl_scale_close(vg_irl_scale *scale) {
    vg_free(scale->visited);
    *scale = (vg_irl_scale){0};
}

static double correlation(const double *x, const double *y, const double *visited, int32_t states) {
    double n = 0, mean_x = 0, mean_y = 0, xx = 0, yy = 0, xy = 0;
    for (int32_t s = 0; s < states; s++)
        if (visited[s] > 0) n++, mean_x += x[s], mean_y += y[s];
    mean_x /= n, mean_y /= n;
    for (int32_t s = 0; s < states; s++) {
        if (visited[s] <= 0) continue;
        xx += (x[s] - mean_x) * (x[s] - mean_x), yy += (y[s] - mean_y) * (y[s] - mean_y);
        xy += (x[s] - mean_x) * (y[s] - mean_y);
    }
    return xx > 0 && yy > 0 ? xy / sqrt(xx * yy) : NAN;
}

vg_irl_score vg_irl_score_of(const vg_table_world *world, const vg_world_expert *expert,
                             const vg_irl_scale *scale, const vg_irl_result *result) {
    int32_t states = world->mdp.states;
    double rest = 1 - world->mdp.discount, size = sqrt(vg_dot(expert->mu, expert->mu, world->features));
    double gap = vg_feature_gap(world, result->mu, expert->mu) / (rest > 0 ? rest : 1);
    return (vg_irl_score){.gap = size > 0 ? gap / size : gap,
                          .regret = (scale->best - vg_dot(result->occupancy, world->reward, states)) /
                                    (scale->best - scale->random),
                          .correlation = correlation(result->reward, world->reward, scale->visited, states)};
}
