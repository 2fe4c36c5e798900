// Abbeel & Ng 2004, "Apprenticeship learning via inverse reinforcement learning", ICML, section 3, on a road:
// find drives whose features come near the laps'; the reward is a means to that.
//
//     1. Plan for any weights; mu_0 are the drives' features.
//     2. w = the part of mu_laps - (a mixture of the mu so far) that is left; t = |w|. Stop when t is small.
//     3. Plan for the reward w mu, by hard value iteration on the lattice: a new mu. Go to 2.
//
// mu is minus the features per step, each divided by the laps' own. Max-margin takes the nearest point of all
// mu so far (the paper's quadratic program), projection that of the last point and the newest mu; both are a
// nearest point of a hull (agents/irl/min_norm_point.h).
//
// What the paper returns is a mixture: which reward to drive by is drawn before each drive. A reward file is
// one reward. So of all rewards that were planned for, the file has the one whose own drives come nearest to
// the laps, when its weights below 0 (a driver who likes to be jolted) are set to 0. The record has how near
// the mixture comes (gap), and how near the reward that is written (train_loss): what the one costs beside
// the other.
#include "agents/learners/apprenticeship_learner.h"

#include <math.h>
#include <string.h>

#include "agents/irl/min_norm_point.h"
#include "agents/irl/planning.h"
#include "sim/base/memory.h"

static const vg_key keys[] = {
#define X(...) VG_KEY_ROW(vg_apprenticeship_learner_config, , "", __VA_ARGS__)
    VG_APPRENTICESHIP_KEYS(X)
#undef X
#define X(...) VG_KEY_ROW(vg_apprenticeship_learner_config, lattice., "", __VA_ARGS__)
        VG_LATTICE_KEYS(X)
#undef X
};
const vg_schema vg_apprenticeship_learner_schema = {"apprenticeship", keys, sizeof keys / sizeof *keys, NULL};

enum { COUNT = VG_DRIVING_COUNT, PROJECTION = 1 };

typedef struct state {
    vg_lattice_learner base;
    const vg_apprenticeship_learner_config *config;
    int32_t count;          // drives planned so far
    double (*theta)[COUNT]; // what each was planned for
    double *left;           // [count][COUNT] mu_laps - mu
    double *shares, nearest[COUNT];
} state;

// mu_laps - mu of the best drives for theta.
static vg_err plan(const state *s, const double theta[COUNT], double left[COUNT], vg_diag *diag) {
    const vg_lattice_drives *drives = &s->base.drives;
    vg_lattice_planned planned;
    vg_err err = vg_lattice_drives_plan(drives, theta, 0, s->base.run.def->threads, &planned, diag);
    for (int32_t k = 0; k < COUNT && !err; k++)
        left[k] = (planned.features[k] - drives->features[k]) / ((double)drives->steps * s->base.scale[k]);
    return err;
}

static vg_err add(state *s, const double w[COUNT], vg_diag *diag) {
    double *theta = s->theta[s->count];
    for (int32_t k = 0; k < COUNT; k++) theta[k] = w[k] / s->base.scale[k];
    return plan(s, theta, s->left + (int64_t)(s->count++) * COUNT, diag);
}

static vg_err what_is_left(state *s, vg_diag *diag) {
    if (s->config->variant != PROJECTION || s->count == 1)
        return vg_min_norm_point(s->left, s->count, COUNT, s->shares, s->nearest, diag);
    double line[2 * COUNT], shares[2];
    memcpy(line, s->nearest, sizeof s->nearest);
    memcpy(line + COUNT, s->left + (int64_t)(s->count - 1) * COUNT, sizeof s->nearest);
    return vg_min_norm_point(line, 2, COUNT, shares, s->nearest, diag);
}

static vg_err iterate(state *s, vg_diag *diag) {
    double w[COUNT];
    for (int32_t k = 0; k < COUNT; k++) w[k] = 1.0 / COUNT;
    vg_err err = add(s, w, diag);
    for (int64_t i = 0; i < s->config->iterations && !err; i++) {
        err = what_is_left(s, diag);
        if (err) break;
        double t = sqrt(vg_dot(s->nearest, s->nearest, COUNT));
        vg_run_note(&s->base.run, "gap", t);
        err = vg_lattice_learner_end_round(&s->base, s->config->iterations, diag);
        if (err || t <= s->config->tolerance) break;
        for (int32_t k = 0; k < COUNT; k++) w[k] = s->nearest[k] / t;
        err = add(s, w, diag);
    }
    return err;
}

// Of all rewards that were planned for, as a file can have them: the one nearest to the laps.
static vg_err choose(state *s, double best[COUNT], vg_diag *diag) {
    double least = INFINITY, left[COUNT], theta[COUNT];
    vg_err err = VG_OK;
    for (int32_t i = 0; i < s->count && !err; i++) {
        memcpy(theta, s->theta[i], sizeof theta);
        vg_lattice_learner_allow(&s->base, theta);
        err = plan(s, theta, left, diag);
        double distance = sqrt(vg_dot(left, left, COUNT));
        if (err || !(distance < least)) continue;
        least = distance;
        s->base.run.report.best_round = i;
        memcpy(best, theta, sizeof theta);
    }
    s->base.run.report.train_loss = least;
    return err;
}

static vg_err learn(state *s, vg_diag *diag) {
    int64_t most = s->config->iterations + 1;
    double theta[COUNT];
    s->theta = vg_alloc(most, sizeof *s->theta);
    s->left = vg_new(double, most *COUNT);
    s->shares = vg_new(double, most);
    vg_err err = s->theta && s->left && s->shares ? VG_OK : vg_fail_memory(diag);
    if (!err) err = iterate(s, diag);
    if (!err) err = choose(s, theta, diag);
    if (!err) err = vg_lattice_learner_write(&s->base, theta, false, diag);
    vg_free(s->theta);
    vg_free(s->left);
    vg_free(s->shares);
    return err;
}

static vg_err train(const vg_learner_def *def, vg_learner_report *report, vg_diag *diag) {
    state s = {.config = def->config};
    vg_err err = vg_lattice_learner_open(&s.base, &vg_learner_apprenticeship, def, &s.config->lattice, diag);
    if (!err) err = learn(&s, diag);
    *report = s.base.run.report;
    vg_lattice_learner_close(&s.base);
    return err;
}

const vg_learner vg_learner_apprenticeship = {
    .name = "apprenticeship",
    .schema = &vg_apprenticeship_learner_schema,
    .config_size = sizeof(vg_apprenticeship_learner_config),
    .needs = VG_LEARNER_LOGS | VG_LEARNER_ANEW,
    .writes = VG_WRITES_REWARD,
    .round = "drive",
    .summary = "apprenticeship learning: a reward whose best drives have the laps' features",
    .details = "Plans drives on a lattice of the road until a mixture of them has the features of the laps: "
               "their time, accelerations and place on the road (Abbeel & Ng 2004). The file has the one "
               "reward, of those it planned for, whose drives come nearest; the record says how near the "
               "mixture comes. Writes a reward file, by which the planner drives on any road.",
    .examples = "verge train apprenticeship --logs kart.vlog --out why.safetensors\n"
                "verge train apprenticeship --set variant=projection --logs kart.vlog --out why.safetensors",
    .train = train};
