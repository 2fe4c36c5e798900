#include "agents/irl/linear_irl.h"

#include <math.h>

#include "agents/irl/planning.h"
#include "agents/irl/simplex.h"
#include "sim/base/memory.h"

// The columns of the program: w+ [features], w- [features], t [states], with w = w+ - w- and t(s) the minimum
// in the objective. t(s) >= 0 and t(s) <= each row of s say at once that the rows are not negative. b >= 0
// holds.
typedef struct program {
    double *a, *b, *c, *x;
    double *values; // [features][states] (I - discount P_expert)^-1 phi_k
    vg_linear_program lp;
} program;

static vg_err expert_actions(const vg_mdp *mdp, const vg_world_expert *expert, int32_t *taken,
                             vg_diag *diag) {
    for (int32_t s = 0; s < mdp->states; s++) {
        taken[s] = -1;
        for (int32_t a = 0; a < mdp->actions; a++) {
            double p = expert->policy[(int64_t)s * mdp->actions + a];
            if (p > 0 && p < 1)
                return vg_fail(
                    diag, VG_ERR_ARGUMENT,
                    "the expert takes several actions in state %d; expected one: linear IRL sets it apart "
                    "from the others",
                    s);
            if (p == 1) taken[s] = a;
        }
    }
    return VG_OK;
}

static vg_err feature_values(const vg_table_world *world, const vg_world_expert *expert, program *p,
                             vg_diag *diag) {
    int64_t states = world->mdp.states;
    double *reward = vg_new(double, states);
    vg_err err = reward ? VG_OK : vg_fail_memory(diag);
    for (int32_t k = 0; k < world->features && !err; k++) {
        for (int64_t s = 0; s < states; s++) reward[s] = world->phi[s * world->features + k];
        err = vg_mdp_policy_values(&world->mdp, expert->policy, reward, 1e-13, p->values + k * states, diag);
    }
    vg_free(reward);
    return err;
}

// t(s) - (P_taken(s) - P_a(s)) values w <= 0
static void add_row(const vg_table_world *world, program *p, int32_t s, int32_t taken, int32_t a) {
    const vg_mdp *mdp = &world->mdp;
    double *row = p->a + (int64_t)p->lp.rows++ * p->lp.columns;
    for (int32_t k = 0; k < world->features; k++) {
        const double *values = p->values + (int64_t)k * mdp->states;
        double better = vg_mdp_expect(mdp, s, taken, values) - vg_mdp_expect(mdp, s, a, values);
        if (fabs(better) < 1e-12) better = 0; // rounding of what is the same
        row[k] = -better, row[world->features + k] = better;
    }
    row[2 * world->features + s] = 1;
    p->c[2 * world->features + s] = 1;
}

static void fill(const vg_table_world *world, const int32_t *taken, double lambda, program *p) {
    const vg_mdp *mdp = &world->mdp;
    for (int32_t s = 0; s < mdp->states; s++)
        for (int32_t a = 0; a < mdp->actions && taken[s] >= 0; a++)
            if (a != taken[s] && vg_mdp_possible(mdp, s, a)) add_row(world, p, s, taken[s], a);
    for (int32_t k = 0; k < world->features; k++) {
        double *row = p->a + (int64_t)p->lp.rows * p->lp.columns;
        row[k] = row[world->features + k] = 1;
        p->b[p->lp.rows++] = 1;
        p->c[k] = p->c[world->features + k] = -lambda;
    }
    p->lp.a = p->a, p->lp.b = p->b, p->lp.c = p->c;
}

static vg_err allocate(const vg_table_world *world, program *p, vg_diag *diag) {
    int64_t states = world->mdp.states, columns = 2 * (int64_t)world->features + states;
    int64_t rows = states * (world->mdp.actions - 1) + world->features;
    if (rows * columns > VG_TABLEAU_MOST)
        return vg_fail(
            diag, VG_ERR_ARGUMENT,
            "a linear program of up to %lld rows and %lld columns; expected a smaller world: at most %d "
            "numbers, which take some minutes",
            (long long)rows, (long long)columns, VG_TABLEAU_MOST);
    p->lp.columns = (int32_t)columns;
    p->a = vg_new(double, rows *columns);
    p->b = vg_new(double, rows);
    p->c = vg_new(double, columns);
    p->x = vg_new(double, columns);
    p->values = vg_new(double, states * world->features);
    return p->a && p->b && p->c && p->x && p->values ? VG_OK : vg_fail_memory(diag);
}

static void release(program *p) {
    vg_free(p->a);
    vg_free(p->b);
    vg_free(p->c);
    vg_free(p->x);
    vg_free(p->values);
}

vg_err vg_linear_irl(const vg_table_world *world, const vg_world_expert *expert,
                     const vg_linear_irl_config *config, vg_irl_result *out, vg_diag *diag) {
    program p = {0};
    vg_linear_solution solution = {0};
    int32_t *taken = vg_new(int32_t, world->mdp.states);
    vg_err err = vg_irl_result_open(world, 1, out, diag);
    if (!err && !taken) err = vg_fail_memory(diag);
    if (!err && !(config->lambda >= 0 && config->lambda <= 1e9))
        err = vg_fail_at(diag, VG_ERR_ARGUMENT, NULL, 0, "lambda", "%g; expected 0 to 1e9", config->lambda);
    if (!err) err = expert_actions(&world->mdp, expert, taken, diag);
    if (!err) err = allocate(world, &p, diag);
    if (!err) err = feature_values(world, expert, &p, diag);
    if (!err) {
        fill(world, taken, config->lambda, &p);
        p.lp.stopped = config->stopped;
        err = vg_simplex(&p.lp, p.x, &solution, diag);
    }
    for (int32_t k = 0; k < world->features && !err; k++) out->weights[k] = p.x[k] - p.x[world->features + k];
    if (!err) err = vg_irl_result_plan(world, out, diag);
    if (!err) {
        out->objective = solution.objective, out->iterations = 1;
        out->gaps[0] = vg_feature_gap(world, out->mu, expert->mu);
    }
    release(&p);
    vg_free(taken);
    return err;
}
