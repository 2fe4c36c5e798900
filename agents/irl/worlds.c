#include "agents/irl/worlds.h"

#include <string.h>

#include "agents/irl/grid_worlds.h"
#include "agents/irl/highway_world.h"
#include "agents/irl/planning.h"
#include "agents/irl/road_graph_world.h"
#include "sim/base/file.h"
#include "sim/base/memory.h"
#include "sim/base/random.h"

typedef struct row {
    const char *name, *summary;
    vg_err (*make)(const vg_table_world_def *def, vg_table_world *out, vg_diag *diag);
    vg_highway_style style; // of a highway, which has no make
} row;

static const row rows[] = {
    {"corner", "a small grid with a reward in one corner (Ng & Russell 2000)", vg_corner_world, 0},
    {"macrocells", "a large grid in 64 macrocells, few of them rewarded (Abbeel & Ng 2004)",
     vg_macrocell_world, 0},
#define X(constant, name, text, ...)                                                                         \
    {"highway-" name, "a highway (Abbeel & Ng 2004): " text, NULL, VG_HIGHWAY_##constant},
    VG_HIGHWAY_STYLES(X)
#undef X
        {"objects", "a grid whose reward is not linear in its features (Levine et al. 2011)", vg_object_world,
         0},
    {"roads", "ways through a town of 100 crossings (Ziebart et al. 2008)", vg_road_graph_world, 0},
};
enum { ROWS = sizeof rows / sizeof *rows };

const char *vg_world_name(int32_t i) { return i < ROWS ? rows[i].name : NULL; }
const char *vg_world_summary(int32_t i) { return i < ROWS ? rows[i].summary : NULL; }

vg_err vg_table_world_open(const char *name, const vg_table_world_def *def, vg_table_world *out,
                           vg_diag *diag) {
    *out = (vg_table_world){0};
    for (const row *r = rows; r < rows + ROWS; r++)
        if (!strcmp(name, r->name))
            return r->make ? r->make(def, out, diag) : vg_highway_world(def, r->style, out, diag);
    vg_text names = {0};
    for (int32_t i = 0; i < ROWS; i++) vg_text_add(&names, "%s%s", i ? ", " : "", rows[i].name);
    vg_err err = names.failed
                     ? vg_fail_memory(diag)
                     : vg_fail(diag, VG_ERR_NOT_FOUND, "there is no world '%s'; expected one of %.*s", name,
                               (int)names.size, (const char *)names.bytes);
    vg_text_free(&names);
    return err;
}

// --- what an expert shows --------------------------------------------------------------------------------

// The index drawn from probabilities [count] whose sum is 1.
static int64_t drawn(const double *probability, int64_t count, vg_draw at) {
    double u = vg_random_uniform(&at), sum = 0;
    int64_t last = 0;
    for (int64_t i = 0; i < count; i++) {
        if (probability[i] <= 0) continue;
        sum += probability[i], last = i;
        if (u < sum) break;
    }
    return last;
}

static void add_episode(const vg_mdp *mdp, const double *policy, vg_draw at, double weight,
                        double *occupancy) {
    double power = 1;
    int64_t s = drawn(mdp->start, mdp->states, at);
    for (at.step = 1; power >= 0.001 && at.step < 1000000; at.step++, power *= mdp->discount) {
        occupancy[s] += weight * power;
        const double *actions = policy + s * mdp->actions;
        at.draw = 0;
        int64_t pair = s * mdp->actions + drawn(actions, mdp->actions, at), first = mdp->first[pair];
        if (mdp->first[pair + 1] == first) return; // the state ends
        at.draw = 1;
        s = mdp->next[first + drawn(mdp->probability + first, mdp->first[pair + 1] - first, at)];
    }
}

static vg_err expert_policy(const vg_table_world *world, bool soft, double *policy, vg_diag *diag) {
    const vg_mdp *mdp = &world->mdp;
    double *values = vg_new(double, mdp->states);
    int32_t *best = vg_new(int32_t, mdp->states);
    vg_err err = values && best ? VG_OK : vg_fail_memory(diag);
    if (!err && soft)
        err = vg_mdp_soft_values(mdp, world->reward, VG_BACKUP_CAUSAL, 1e-11, values, policy, diag);
    if (!err && !soft) err = vg_mdp_values(mdp, world->reward, 1e-11, values, best, diag);
    if (!err && !soft) vg_mdp_policy_of(mdp, best, policy);
    vg_free(values);
    vg_free(best);
    return err;
}

vg_err vg_world_expert_open(const vg_table_world *world, bool soft, int32_t episodes, uint64_t seed,
                            vg_world_expert *out, vg_diag *diag) {
    const vg_mdp *mdp = &world->mdp;
    *out = (vg_world_expert){.policy = vg_new(double, (int64_t)mdp->states * mdp->actions),
                             .occupancy = vg_new(double, mdp->states),
                             .mu = vg_new(double, world->features)};
    if (!out->policy || !out->occupancy || !out->mu) return vg_fail_memory(diag);
    vg_err err = expert_policy(world, soft, out->policy, diag);
    if (!err && !episodes) err = vg_mdp_occupancy(mdp, out->policy, NULL, 1e-12, out->occupancy, diag);
    for (int32_t i = 0; i < episodes && !err; i++) {
        vg_draw at = {.seed = seed, .stream = VG_STREAM_TABLE, .entity = 0xffffff, .episode = (uint32_t)i};
        add_episode(mdp, out->policy, at, 1.0 / episodes, out->occupancy);
    }
    if (!err) vg_table_world_features(world, out->occupancy, out->mu);
    return err;
}

void vg_world_expert_close(vg_world_expert *expert) {
    vg_free(expert->policy);
    vg_free(expert->occupancy);
    vg_free(expert->mu);
    *expert = (vg_world_expert){0};
}
