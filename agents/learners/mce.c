// Ziebart, Bagnell & Dey 2010, "Modeling interaction via the principle of maximum causal entropy", ICML, on a
// road: of all stochastic drivers whose expected features are those of the laps, the least committed one. It
// takes action a in state s with probability e^(Q(s, a) - V(s)),
//
//     V(s) = log sum over a of e^Q(s, a),   Q(s, a) = - theta f(s, a) + V(s'),
//
// and the weights are those under which the laps are likeliest:
//
//     L(theta) = sum over laps of [ - theta f(lap) - V(start of lap) ],   dL/dtheta = E f - f(laps).
//
// On the lattice an action has one outcome; then this is Ziebart et al. 2008, too, and e^V sums e^r over all
// paths. Both sums are exact: a backward pass gives V, a forward pass E f, both without a discount.
//
// Where it differs: features are costs, so a weight below 0 would be a driver that likes to be jolted. L is
// concave; we climb it by projected Newton steps over weights of 0 or more (newton.h). A weight that ought to
// be below 0 is 0, and its feature is not matched: there the laps have more of it than a driver who does not
// mind it.
#include "agents/learners/mce.h"

#include <math.h>
#include <string.h>

#include "agents/irl/newton.h"

static const vg_key keys[] = {
#define X(...) VG_KEY_ROW(vg_mce_config, , "", __VA_ARGS__)
    VG_MCE_KEYS(X)
#undef X
#define X(...) VG_KEY_ROW(vg_mce_config, lattice., "", __VA_ARGS__)
        VG_LATTICE_KEYS(X)
#undef X
};
const vg_schema vg_mce_schema = {"mce", keys, sizeof keys / sizeof *keys, NULL};

enum { COUNT = VG_DRIVING_COUNT };

typedef struct state {
    vg_lattice_learner base;
    const vg_mce_config *config;
    double *x;  // the weights so far, in units of scale
    double gap; // the largest share by which a feature is off
    vg_err stopped;
    vg_diag *diag;
} state;

vg_err vg_mce_objective(const vg_lattice_drives *drives, const double scale[COUNT], int32_t threads,
                        const double w[COUNT], double *value, double gradient[COUNT], vg_diag *diag) {
    double theta[COUNT], expected[COUNT], log_z, cost = 0, steps = (double)drives->steps;
    for (int32_t k = 0; k < COUNT; k++) theta[k] = w[k] / scale[k];
    vg_err err = vg_lattice_drives_expect(drives, theta, threads, &log_z, expected, diag);
    for (int32_t k = 0; k < COUNT; k++) {
        cost += theta[k] * drives->features[k];
        gradient[k] = (expected[k] - drives->features[k]) / (steps * scale[k]);
    }
    *value = (-cost - log_z) / steps;
    return err;
}

// The search may ask for weights so large that there is no value: it steps back from there.
static vg_err evaluate(void *context, const double *x, double *value, double *gradient, vg_diag *diag) {
    state *s = context;
    vg_err err =
        vg_mce_objective(&s->base.drives, s->base.scale, s->base.run.def->threads, x, value, gradient, diag);
    if (err == VG_ERR_ARGUMENT || (!err && !isfinite(*value))) {
        *value = -INFINITY;
        return VG_OK;
    }
    return err;
}

// How far the expected features are from the drives', as the largest share of one. A weight of 0 whose
// feature should be larger still is at its bound.
static double find_gap(const double w[COUNT], const double gradient[COUNT]) {
    double most = 0;
    for (int32_t k = 0; k < COUNT; k++)
        if (w[k] > 0 || gradient[k] > 0) most = fmax(most, fabs(gradient[k]));
    return most;
}

static bool done(void *context, int32_t step, const double *gradient) {
    state *s = context;
    (void)step;
    s->gap = find_gap(s->x, gradient);
    vg_run_note(&s->base.run, "feature_gap", s->gap);
    s->stopped = vg_lattice_learner_end_round(&s->base, s->config->iterations, s->diag);
    return s->stopped || s->gap <= s->config->tolerance;
}

static vg_err climb(state *s, vg_diag *diag) {
    double x[COUNT];
    vg_ascent_end end;
    // To begin with, every feature costs the same on the laps: together half of log 9, what an aimless
    // driver's freedom is worth a step.
    for (int32_t k = 0; k < COUNT; k++) x[k] = 1.1 / COUNT;
    vg_ascent ascent = {evaluate, done, s, COUNT, (int32_t)s->config->iterations};
    s->x = x;
    vg_err err = vg_newton_ascend(&ascent, s->base.run.def->threads, x, &end, diag);
    if (!err) err = s->stopped;
    if (err) return err;
    for (int32_t k = 0; k < COUNT; k++) x[k] /= s->base.scale[k];
    s->base.run.report.train_loss = -end.value;
    s->base.run.report.best_round = s->base.run.round;
    return vg_lattice_learner_write(&s->base, x, true, diag);
}

static vg_err train(const vg_learner_def *def, vg_learner_report *report, vg_diag *diag) {
    state s = {.config = def->config, .diag = diag};
    vg_err err = vg_lattice_learner_open(&s.base, &vg_learner_mce, def, &s.config->lattice, diag);
    if (!err) err = climb(&s, diag);
    *report = s.base.run.report;
    vg_lattice_learner_close(&s.base);
    return err;
}

const vg_learner vg_learner_mce = {
    .name = "mce",
    .schema = &vg_mce_schema,
    .config_size = sizeof(vg_mce_config),
    .needs = VG_LEARNER_LOGS | VG_LEARNER_ANEW,
    .writes = VG_WRITES_REWARD,
    .round = "iteration",
    .summary = "maximum causal entropy: the reward under which the laps are likeliest",
    .details =
        "Finds the weights of a driving reward (time, accelerations, jerks, the place on the road) under "
        "which the laps of the logs are likeliest, if a driver takes an action the more often the better "
        "it is (Ziebart, Bagnell & Dey 2010). It is exact on a lattice of the road: offsets, slopes and "
        "speeds at stations 5 to 15 m apart. Each lap becomes the lattice's nearest path. Writes a reward "
        "file, by which the planner drives on any road.",
    .examples = "verge train mce --logs kart.vlog --out why.safetensors\n"
                "verge record planner:reward=why.safetensors --road narrow --out how.vlog",
    .train = train};
